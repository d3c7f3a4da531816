// What tests ask of a TLB.
#pragma once
#include "smmuv3/core/tlb.h"

namespace smmu::test {

inline bool holds(const core::Tlb& tlb, const core::TlbTag& tag, uint64_t address) {
    core::Translation t;
    return tlb.find(tag, address, t);
}

}  // namespace smmu::test
