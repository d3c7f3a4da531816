// Which parameters cannot be built, and why.
#include "smmuv3/params.h"

namespace smmu {

namespace {

bool is_power_of_two(unsigned n) { return n != 0 && (n & (n - 1)) == 0; }

bool is_buildable(core::Geometry g) {
    return is_power_of_two(g.sets) && g.sets <= 65536 && g.ways >= 1 && g.ways <= 64;
}

}  // namespace

const char* refuse(const Params& params) {
    if (const char* why = core::refuse(params.features)) return why;
    if (params.tbus < 1 || params.tbus > 64) return "tbus must be 1 to 64";
    if (params.default_stream_ids.size() > params.tbus)
        return "default_stream_ids must not have more entries than there are TBUs";
    for (const uint32_t id : params.default_stream_ids)
        if (uint64_t{id} >> params.features.stream_id_bits != 0)
            return "default_stream_ids must fit in stream_id_bits";
    if (!is_power_of_two(params.micro_tlb_entries) || params.micro_tlb_entries > 65536)
        return "micro_tlb_entries must be a power of two, 1 to 65536";
    if (!is_buildable(params.tlb) || !is_buildable(params.config_cache))
        return "sets of tlb and config_cache must be a power of two up to 65536, ways 1 to 64";
    for (const core::Geometry& g :
         {params.stage1_walk_cache, params.stage2_walk_cache, params.ipa_cache})
        if (g.sets != 0 && !is_buildable(g))
            return "sets of stage1_walk_cache, stage2_walk_cache and ipa_cache must be 0 or a "
                   "power "
                   "of two up to 65536, ways 1 to 64";
    if (params.clock <= sc_core::SC_ZERO_TIME) return "clock must be longer than zero";
    return nullptr;
}

}  // namespace smmu
