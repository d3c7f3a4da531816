// One instance of the component: what it can do, how large its caches are, what its steps cost.
//
// A plain aggregate with defaults.  The default is the preset `functional`: large caches, no
// latency of its own, so that a translation costs the time of its memory accesses and nothing else.
#pragma once
#include <cstdint>
#include <systemc>
#include <vector>

#include "smmuv3/core/features.h"
#include "smmuv3/core/set_associative.h"

namespace smmu {

struct Params {
    core::Features features{};

    unsigned tbus = 1;  ///< translation buffer units, 1 to 64: tbu[i] and mem[i]
    std::vector<uint32_t>
        default_stream_ids{};  ///< of TBU i, for masters that state none; 0 where not given

    unsigned micro_tlb_entries = 2048;  ///< of each TBU; a power of two, 1 to 65536
    core::Geometry tlb{2048, 4};        ///< main TLB
    core::Geometry config_cache{256, 4};
    core::Geometry stage1_walk_cache{0, 1};  ///< tables of stage 1; 0 sets: none
    core::Geometry stage2_walk_cache{0, 1};  ///< tables of stage 2; 0 sets: none
    core::Geometry ipa_cache{0, 1};          ///< IPA to PA of tables, CDs and pages; 0 sets: none
    bool dmi = true;                         ///< grant direct memory pointers

    sc_core::sc_time clock{
        1.0, sc_core::SC_NS};     ///< interrupts are pulses of one clock; latencies count in it
    unsigned hit_cycles = 0;      ///< micro TLB hit
    unsigned miss_cycles = 0;     ///< TBU to TCU and back, before the TCU's memory accesses
    unsigned command_cycles = 0;  ///< each command, beside its fetch
};

/// Why an SMMU with these parameters cannot be built, in one sentence, or nullptr.
const char* refuse(const Params& params);

}  // namespace smmu
