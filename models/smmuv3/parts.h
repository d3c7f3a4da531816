// What the time of a transaction goes into.
#pragma once
#include <array>
#include <cstdint>
#include <numeric>
#include <systemc>

#include "smmuv3/core/memory.h"

namespace smmu {

enum class Part : uint8_t {
    Lookup,  ///< in caches, hit or miss
    Hop,     ///< between TBU and TCU
    Queue,   ///< for slots, ports, banks, or its turn
    Stall,   ///< for software
    Ste,     ///< L1STD, STE and VMS reads
    Cd,      ///< L1CD and CD reads
    Stage1,  ///< stage-1 descriptors
    Stage2,  ///< stage-2 descriptors, on whoever's behalf
    Memory   ///< the access itself, downstream
};
constexpr unsigned part_count = 9;

/// Disjoint, and together all of it.
class Parts {
public:
    sc_core::sc_time& operator[](Part p) { return of_[static_cast<size_t>(p)]; }
    const sc_core::sc_time& operator[](Part p) const { return of_[static_cast<size_t>(p)]; }
    Parts& operator+=(const Parts& more) {
        for (size_t part = 0; part < part_count; ++part) of_[part] += more.of_[part];
        return *this;
    }
    sc_core::sc_time total() const {
        return std::accumulate(of_.begin(), of_.end(), sc_core::SC_ZERO_TIME);
    }

private:
    std::array<sc_core::sc_time, part_count> of_{};
};

/// Which part a memory access of the SMMU is.
constexpr Part part_of(core::Purpose purpose) {
    switch (purpose) {
        case core::Purpose::L1Cd:
        case core::Purpose::Cd: return Part::Cd;
        case core::Purpose::Stage1Table: return Part::Stage1;
        case core::Purpose::Stage2Table: return Part::Stage2;
        case core::Purpose::L1Std:
        case core::Purpose::Ste:
        case core::Purpose::Vms:
        case core::Purpose::CommandQueue:
        case core::Purpose::EventQueue:
        case core::Purpose::PageRequestQueue:
        case core::Purpose::Msi: break;
    }
    return Part::Ste;
}

}  // namespace smmu
