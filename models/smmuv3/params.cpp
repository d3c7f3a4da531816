// Which parameters cannot be built, and why.
#include "smmuv3/params.h"

namespace smmu {

namespace {

bool is_buildable(core::Geometry g) {
    if (g.entries == 0) return true;
    return g.ways >= 1 && g.ways <= core::Geometry::most_ways && g.entries % g.ways == 0 &&
           g.entries / g.ways <= core::Geometry::most_sets;
}

bool are_buildable(const core::LevelGeometry& g) {
    return is_buildable(g.level0) && is_buildable(g.level1) && is_buildable(g.level2);
}

const char* refuse_caches(const Params& p) {
    if (!is_buildable(p.micro_tlb))
        return "micro_tlb: entries must be 0, or 1 to 65536 times its ways, of which 1 to 64";
    if (!is_buildable(p.tlb))
        return "tlb: entries must be 0, or 1 to 65536 times its ways, of which 1 to 64";
    if (!is_buildable(p.config_cache))
        return "config_cache: entries must be 0, or 1 to 65536 times its ways, of which 1 to 64";
    const core::WalkGeometry& w = p.walk_caches;
    if (!is_buildable(w.unified) || !are_buildable(w.stage1) || !are_buildable(w.stage2))
        return "walk caches: entries must be 0, or 1 to 65536 times their ways, of which 1 to 64";
    if (!is_buildable(w.ipa))
        return "ipa_cache: entries must be 0, or 1 to 65536 times its ways, of which 1 to 64";
    if (w.unified.entries != 0 && (w.stage1.is_on() || w.stage2.is_on()))
        return "walk caches must be either one for all tables or by stage and level, not both";
    return nullptr;
}

bool is_slots(unsigned n) { return n >= 1 && n <= Params::most_slots; }

const char* refuse_resources(const Params& p) {
    if (!is_slots(p.walk_slots)) return "walk_slots must be 1 to 4096";
    if (!is_slots(p.tbu_slots)) return "tbu_slots must be 1 to 4096";
    if (p.tlb_banks < 1 || p.tlb_banks > 16) return "tlb_banks must be 1 to 16";
    if (p.ptw_bytes_per_cycle > 4096 || p.mem_bytes_per_cycle > 4096)
        return "ptw_bytes_per_cycle and mem_bytes_per_cycle must be 0 to 4096";
    return nullptr;
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
    if (const char* why = refuse_caches(params)) return why;
    if (params.pmcg_groups > 64) return "pmcg_groups must be 0 to 64";
    if (params.pmcg_groups != 0)
        if (const char* why = core::refuse(params.pmcg)) return why;
    if (params.clock <= sc_core::SC_ZERO_TIME) return "clock must be longer than zero";
    return refuse_resources(params);
}

}  // namespace smmu
