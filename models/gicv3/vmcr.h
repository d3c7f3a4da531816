// Fields of ICH_VMCR_EL2, which is the guest's CPU interface as its hypervisor saves it.  Arm IHI
// 0069, 12.4.
#pragma once
#include <algorithm>
#include <cstdint>

#include "gicv3/interrupts.h"

namespace smmu::gic::vmcr {

/// Lowest bit of each field.
constexpr unsigned veng0 = 0, veng1 = 1, vfiqen = 3, vcbpr = 4, veoim = 9;
constexpr unsigned vbpr1 = 18, vbpr0 = 21, vpmr = 24;

/// With five bits of group priority.
constexpr unsigned least_bpr0 = 2, least_bpr1 = 3;

/// What a write of `value` leaves: binary points at their least value or above, VFIQEn RES1.
constexpr uint32_t legal(uint64_t value) {
    constexpr uint32_t single_bits = 1u << veng0 | 1u << veng1 | 1u << vcbpr | 1u << veoim;
    const auto written = static_cast<uint32_t>(value);
    return (written & single_bits) | 1u << vfiqen |
           std::max(written >> vbpr1 & 7, least_bpr1) << vbpr1 |
           std::max(written >> vbpr0 & 7, least_bpr0) << vbpr0 |
           (written & uint32_t{priority_mask} << vpmr);
}

}  // namespace smmu::gic::vmcr
