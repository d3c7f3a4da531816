// One instance of the component: what it can do, how large its caches are, what its steps cost.
//
// A plain aggregate with defaults.  The default is the preset `functional`: large caches, no
// latency of its own, so that a translation costs the time of its memory accesses and nothing else.
// presets.h has others.
#pragma once
#include <cstdint>
#include <systemc>
#include <vector>

#include "smmuv3/core/features.h"
#include "smmuv3/core/pmcg.h"
#include "smmuv3/core/walk_cache.h"

namespace smmu {

/// What steps cost, in cycles of Params::clock; docs/timing-model.md says what is charged when.
struct Cycles {
    unsigned micro_tlb = 0;      ///< look-up in the micro TLB of a TBU
    unsigned link = 0;           ///< a request from TBU to TCU; its answer costs the same again
    unsigned link_interval = 0;  ///< between two requests of one TBU
    unsigned tlb = 0;            ///< look-up in the main TLB
    unsigned tlb_interval = 0;   ///< between two look-ups in one bank of it
    unsigned config_cache = 0;   ///< look-up, hit or miss; the same for those below
    unsigned walk_cache = 0;     ///< look-up of one stage for one walk, all levels at once
    unsigned ipa_cache = 0;
    unsigned table_read = 0;  ///< each access of a walk, beside the memory's own time

    unsigned command = 0;     ///< each command, beside its fetch
    unsigned invalidate = 0;  ///< more for CMD_TLBI_* by address, and for CMD_CFGI_* of one stream
    unsigned invalidate_all = 0;  ///< more for every other CMD_TLBI_* and CMD_CFGI_*
};

struct Params {
    core::Features features{};

    unsigned tbus = 1;  ///< translation buffer units, 1 to 64: tbu[i] and mem[i]
    std::vector<uint32_t>
        default_stream_ids{};  ///< of TBU i, for masters that state none; 0 where not given

    core::Geometry micro_tlb{2048, 4};  ///< of each TBU
    core::Geometry tlb{8192, 4};        ///< main TLB
    core::Geometry config_cache{1024, 4};
    core::WalkGeometry walk_caches{};  ///< none
    bool prefetch_next_page = false;   ///< after a walk, translate the page behind it too
    bool dmi = true;                   ///< grant direct memory pointers
    /// Read tables by pointer where the memory behind `ptw` grants one: its latency is charged, but
    /// no transaction is seen.
    bool walk_by_dmi = false;

    unsigned pmcg_groups = 0;   ///< counter groups at socket `pmcg`, 0 to 64; all count everything
    core::PmcgFeatures pmcg{};  ///< what each of them can do

    sc_core::sc_time clock{
        1.0,
        sc_core::SC_NS};  ///< interrupts are pulses of one clock; latencies and PMCGs count in it
    Cycles cycles{};

    static constexpr unsigned most_slots = 4096;
    unsigned walk_slots = most_slots;  ///< translations that read memory at a time, 1 to 4096;
                                       ///< with 4096 none ever waits
    unsigned tbu_slots = 64;           ///< AT transactions of one TBU on the way, 1 to 4096
    unsigned tlb_banks = 1;            ///< of the main TLB, 1 to 16
    unsigned ptw_bytes_per_cycle = 0;  ///< width of `ptw`, 1 to 4096; 0: no transfer ever waits
    unsigned mem_bytes_per_cycle = 0;  ///< width of each `mem[i]`, the same
    bool in_order = false;  ///< AT transactions of one stream leave a TBU in the order of arrival
};

/// Why an SMMU with these parameters cannot be built, in one sentence, or nullptr.
const char* refuse(const Params& params);

}  // namespace smmu
