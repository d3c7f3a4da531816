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
    constexpr GuestMessages(Vgic& gic, GuestMemory& memory) : gic_(&gic), memory_(&memory) {}

    bool send(uint64_t ipa, uint32_t data) override {
        constexpr uint64_t doorbell = virt::gicd.base + Vgic::doorbell;
        if (ipa != doorbell) return memory_->write(ipa, &data, sizeof data);
        ++rung_;
        gic_->write_distributor(Vgic::doorbell, data);
        return true;
    }

    /// How many messages came to the doorbell.  For looking at.
    unsigned rung() const { return rung_; }

private:
    Vgic* gic_ = nullptr;
    GuestMemory* memory_ = nullptr;
    unsigned rung_ = 0;
};

}  // namespace smmu::sw::vmm
