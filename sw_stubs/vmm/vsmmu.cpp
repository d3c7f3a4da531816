// What the registers of a guest's SMMU set going.
#include "sw_stubs/vmm/vsmmu.h"

#include "sw_stubs/vmm/vsmmu_id.h"

namespace smmu::sw::vmm {

void VirtualSmmu::start(Iommu& iommu, GuestMemory& memory,
                        const VirtualSmmuInterrupts& interrupts) {
    *this = VirtualSmmu{};
    iommu_ = &iommu;
    memory_ = &memory;
    interrupts_ = interrupts;
    const GuestAbilities has{iommu.has_ats(), iommu.has_pri(), interrupts.messages != nullptr,
                             iommu_api::most_faults};
    registers_.reset(guest_id_registers(iommu.host_registers(), has));
    reload_all();
}

uint64_t VirtualSmmu::read(uint64_t offset, unsigned size) {
    if (offset % size != 0) return 0;
    if (size == 4) return registers_.read(offset);
    if (size == 8) return registers_.read(offset) | uint64_t{registers_.read(offset + 4)} << 32;
    return 0;
}

void VirtualSmmu::write(uint64_t offset, unsigned size, uint64_t value) {
    if (offset % size != 0) return;
    if (size == 4 || size == 8) write_register(offset, static_cast<uint32_t>(value));
    if (size == 8) write_register(offset + 4, static_cast<uint32_t>(value >> 32));
}

void VirtualSmmu::write_register(uint64_t offset, uint32_t value) {
    using Effect = VirtualRegisters::Effect;
    const bool was_enabled = registers_.smmu_enabled();
    switch (registers_.write(offset, value)) {
        case Effect::None: return;
        case Effect::Bypass:
            if (!was_enabled) reload_all();
            return;
        case Effect::Enables:
            if (registers_.smmu_enabled() != was_enabled) {
                if (was_enabled) end_all_stalls();
                reload_all();
            }
            run_commands();
            deliver();
            return;
        case Effect::Commands:
            run_commands();
            deliver();  // the acknowledged error may have been that of the Event queue
            return;
        case Effect::Events: deliver(); return;
    }
}

}  // namespace smmu::sw::vmm
