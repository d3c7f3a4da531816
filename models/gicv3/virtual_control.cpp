// ICH_*: the hypervisor's side of the virtual CPU interface.  Arm IHI 0069, 12.4.
#include <algorithm>

#include "gicv3/interrupts.h"
#include "gicv3/virtual_interface.h"
#include "gicv3/vmcr.h"

namespace smmu::gic {

namespace {

/// ICH_MISR_EL2: why there is a maintenance interrupt.
enum Misr : uint32_t {
    misr_eoi = 1 << 0,
    misr_u = 1 << 1,
    misr_lrenp = 1 << 2,
    misr_np = 1 << 3,
    misr_vgrp0e = 1 << 4,
    misr_vgrp0d = 1 << 5,
    misr_vgrp1e = 1 << 6,
    misr_vgrp1d = 1 << 7,
};

}  // namespace

unsigned VirtualInterface::vmcr(unsigned lowest_bit, unsigned width) const {
    return vmcr_ >> lowest_bit & ((1u << width) - 1);
}

void VirtualInterface::set_vmcr(unsigned lowest_bit, unsigned width, uint64_t value) {
    const uint32_t mask = ((1u << width) - 1) << lowest_bit;
    vmcr_ = (vmcr_ & ~mask) | (static_cast<uint32_t>(value << lowest_bit) & mask);
    outside_.changed();
}

void VirtualInterface::write_vmcr(uint64_t value) {
    vmcr_ = vmcr::legal(value);
    outside_.changed();
}

void VirtualInterface::write_hcr(uint64_t value) {
    using namespace ich_hcr;
    constexpr uint32_t writable = en | uie | lrenpie | npie | vgrp0eie | vgrp0die | vgrp1eie |
                                  vgrp1die | tc | tall0 | tall1 | tdir | 0x1Fu << eoicount_shift;
    hcr_ = static_cast<uint32_t>(value) & writable;
    outside_.changed();
}

void VirtualInterface::write_lr(unsigned n, uint64_t value) {
    list_[n].write(value);
    outside_.changed();
}

void VirtualInterface::write_ap0r0(uint64_t value) {
    ap0r0_ = static_cast<uint32_t>(value);
    outside_.changed();
}

/// 16-bit INTIDs; neither SEIs, affinity level 3, nor direct injection (GICv4).
uint64_t VirtualInterface::read_vtr() const {
    constexpr uint64_t five_priority_bits = uint64_t{4} << 29, five_preemption_bits = 4 << 26;
    constexpr uint64_t no_direct_injection = 1 << 20, has_tdir = 1 << 19;
    return five_priority_bits | five_preemption_bits | no_direct_injection | has_tdir |
           (list_registers() - 1);
}

uint64_t VirtualInterface::read_eisr() const {
    uint64_t bits = 0;
    for (unsigned n = 0; n < list_registers(); ++n) bits |= uint64_t{list_[n].reports_eoi()} << n;
    return bits;
}

uint64_t VirtualInterface::read_elrsr() const {
    uint64_t bits = 0;
    for (unsigned n = 0; n < list_registers(); ++n) bits |= uint64_t{list_[n].is_empty()} << n;
    return bits;
}

uint64_t VirtualInterface::read_misr() const {
    using namespace ich_hcr;
    const auto valid = [](const ListRegister& lr) { return lr.is_valid(); };
    const auto pending = [](const ListRegister& lr) { return lr.is_pending(); };
    const bool group0 = vmcr(vmcr::veng0, 1) != 0, group1 = vmcr(vmcr::veng1, 1) != 0;
    const auto when = [this](uint32_t enable, bool condition, Misr bit) {
        return (hcr_ & enable) != 0 && condition ? bit : 0u;
    };
    return (read_eisr() != 0 ? misr_eoi : 0u) |
           when(uie, std::count_if(list_.begin(), list_.end(), valid) < 2, misr_u) |
           when(lrenpie, hcr_ >> eoicount_shift != 0, misr_lrenp) |
           when(npie, std::none_of(list_.begin(), list_.end(), pending), misr_np) |
           when(vgrp0eie, group0, misr_vgrp0e) | when(vgrp0die, !group0, misr_vgrp0d) |
           when(vgrp1eie, group1, misr_vgrp1e) | when(vgrp1die, !group1, misr_vgrp1d);
}

}  // namespace smmu::gic
