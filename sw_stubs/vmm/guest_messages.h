// Messages of emulated devices (MSIs): the doorbell of the guest's interrupt controller, or its RAM.
// Arm IHI 0069, 12.9 (GICD_SETSPI_NSR).
#pragma once
#include <stdint.h>

#include "boards/virt.h"
#include "sw_stubs/vmm/vgic.h"
#include "sw_stubs/vmm/virtual_device.h"

namespace smmu::sw::vmm {

/// Both must outlive it.
class GuestMessages final : public MessageSink {
public:
    constexpr GuestMessages() = default;
    constexpr GuestMessages(VgicDistributor& distributor, GuestMemory& memory)
        : distributor_(&distributor), memory_(&memory) {}

    bool send(uint64_t ipa, uint32_t data) override {
        constexpr uint64_t doorbell = virt::gicd.base + Vgic::doorbell;
        if (ipa != doorbell) return memory_->write(ipa, &data, sizeof data);
        distributor_->write(Vgic::doorbell, sizeof data, data);
        return true;
    }

private:
    VgicDistributor* distributor_ = nullptr;
    GuestMemory* memory_ = nullptr;
};

}  // namespace smmu::sw::vmm
