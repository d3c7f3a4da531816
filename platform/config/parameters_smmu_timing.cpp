// Parameters of the SMMU: caches, resources, and what steps cost.
#include "platform/config/parameters.h"

namespace smmu::platform {
namespace {

using core::Geometry;
using core::LevelGeometry;
using core::WalkGeometry;

constexpr auto smmuv3 = &Config::smmu;
constexpr auto walks = &Params::walk_caches;

constexpr std::string_view replacement_words[] = {"round_robin", "lru", "random"};

template <auto... Cache>
constexpr Parameter cache_entries(const Label& label) {
    return number<Cache..., &Geometry::entries>(label, {0, 64 * 65536});
}
template <auto... Cache>
constexpr Parameter cache_ways(std::string_view path) {
    return number<Cache..., &Geometry::ways>({path, "", "Its ways; they divide its entries."},
                                             {1, 64});
}
template <auto... Cache>
constexpr Parameter cache_replacement(std::string_view path) {
    return choice<Cache..., &Geometry::replacement>(
        {path, "", "Which entry of a full set of it goes."}, replacement_words);
}
template <auto Step>
constexpr Parameter cycles(const Label& label) {
    return number<smmuv3, &Params::cycles, Step>(label, {0, 1'000'000});
}

constexpr Parameter table[] = {
    cache_entries<smmuv3, &Params::micro_tlb>(
        {"smmu.micro_tlb.entries", "", "Entries of the micro TLB of each TBU; 0: none."}),
    cache_ways<smmuv3, &Params::micro_tlb>("smmu.micro_tlb.ways"),
    cache_replacement<smmuv3, &Params::micro_tlb>("smmu.micro_tlb.replacement"),
    cache_entries<smmuv3, &Params::tlb>(
        {"smmu.tlb.entries", "", "Entries of the main TLB in the TCU; 0: none."}),
    cache_ways<smmuv3, &Params::tlb>("smmu.tlb.ways"),
    cache_replacement<smmuv3, &Params::tlb>("smmu.tlb.replacement"),
    cache_entries<smmuv3, &Params::config_cache>(
        {"smmu.config_cache.entries", "", "Entries of the cache of STEs and CDs; 0: none."}),
    cache_ways<smmuv3, &Params::config_cache>("smmu.config_cache.ways"),
    cache_replacement<smmuv3, &Params::config_cache>("smmu.config_cache.replacement"),
    cache_entries<smmuv3, walks, &WalkGeometry::unified>(
        {"smmu.walk_cache.entries", "",
         "Entries of one walk cache for tables of both stages and all levels; 0: none."}),
    cache_ways<smmuv3, walks, &WalkGeometry::unified>("smmu.walk_cache.ways"),
    cache_replacement<smmuv3, walks, &WalkGeometry::unified>("smmu.walk_cache.replacement"),
    cache_entries<smmuv3, walks, &WalkGeometry::stage1, &LevelGeometry::level0>(
        {"smmu.stage1_walk_cache.level0.entries", "",
         "Entries of the walk cache of stage 1 for tables that descriptors of level 0 lead to; 0: "
         "none."}),
    cache_ways<smmuv3, walks, &WalkGeometry::stage1, &LevelGeometry::level0>(
        "smmu.stage1_walk_cache.level0.ways"),
    cache_replacement<smmuv3, walks, &WalkGeometry::stage1, &LevelGeometry::level0>(
        "smmu.stage1_walk_cache.level0.replacement"),
    cache_entries<smmuv3, walks, &WalkGeometry::stage1, &LevelGeometry::level1>(
        {"smmu.stage1_walk_cache.level1.entries", "",
         "Entries of the walk cache of stage 1 for tables that descriptors of level 1 lead to; 0: "
         "none."}),
    cache_ways<smmuv3, walks, &WalkGeometry::stage1, &LevelGeometry::level1>(
        "smmu.stage1_walk_cache.level1.ways"),
    cache_replacement<smmuv3, walks, &WalkGeometry::stage1, &LevelGeometry::level1>(
        "smmu.stage1_walk_cache.level1.replacement"),
    cache_entries<smmuv3, walks, &WalkGeometry::stage1, &LevelGeometry::level2>(
        {"smmu.stage1_walk_cache.level2.entries", "",
         "Entries of the walk cache of stage 1 for tables that descriptors of level 2 lead to; 0: "
         "none."}),
    cache_ways<smmuv3, walks, &WalkGeometry::stage1, &LevelGeometry::level2>(
        "smmu.stage1_walk_cache.level2.ways"),
    cache_replacement<smmuv3, walks, &WalkGeometry::stage1, &LevelGeometry::level2>(
        "smmu.stage1_walk_cache.level2.replacement"),
    cache_entries<smmuv3, walks, &WalkGeometry::stage2, &LevelGeometry::level0>(
        {"smmu.stage2_walk_cache.level0.entries", "",
         "Entries of the walk cache of stage 2 for tables that descriptors of level 0 lead to; 0: "
         "none."}),
    cache_ways<smmuv3, walks, &WalkGeometry::stage2, &LevelGeometry::level0>(
        "smmu.stage2_walk_cache.level0.ways"),
    cache_replacement<smmuv3, walks, &WalkGeometry::stage2, &LevelGeometry::level0>(
        "smmu.stage2_walk_cache.level0.replacement"),
    cache_entries<smmuv3, walks, &WalkGeometry::stage2, &LevelGeometry::level1>(
        {"smmu.stage2_walk_cache.level1.entries", "",
         "Entries of the walk cache of stage 2 for tables that descriptors of level 1 lead to; 0: "
         "none."}),
    cache_ways<smmuv3, walks, &WalkGeometry::stage2, &LevelGeometry::level1>(
        "smmu.stage2_walk_cache.level1.ways"),
    cache_replacement<smmuv3, walks, &WalkGeometry::stage2, &LevelGeometry::level1>(
        "smmu.stage2_walk_cache.level1.replacement"),
    cache_entries<smmuv3, walks, &WalkGeometry::stage2, &LevelGeometry::level2>(
        {"smmu.stage2_walk_cache.level2.entries", "",
         "Entries of the walk cache of stage 2 for tables that descriptors of level 2 lead to; 0: "
         "none."}),
    cache_ways<smmuv3, walks, &WalkGeometry::stage2, &LevelGeometry::level2>(
        "smmu.stage2_walk_cache.level2.ways"),
    cache_replacement<smmuv3, walks, &WalkGeometry::stage2, &LevelGeometry::level2>(
        "smmu.stage2_walk_cache.level2.replacement"),
    cache_entries<smmuv3, walks, &WalkGeometry::ipa>(
        {"smmu.ipa_cache.entries", "",
         "Entries of the cache of stage-2 translations of tables, CDs and pages; 0: none."}),
    cache_ways<smmuv3, walks, &WalkGeometry::ipa>("smmu.ipa_cache.ways"),
    cache_replacement<smmuv3, walks, &WalkGeometry::ipa>("smmu.ipa_cache.replacement"),
    flag<smmuv3, &Params::prefetch_next_page>(
        {"smmu.prefetch_next_page", "", "After a walk, translate the page behind it too."}),
    flag<smmuv3, &Params::dmi>(
        {"smmu.dmi", "", "Grant direct memory pointers to masters that are alone on their TBU."}),
    flag<smmuv3, &Params::walk_by_dmi>({"smmu.walk_by_dmi", "",
                                        "Read tables by pointer where memory grants one: its "
                                        "latency counts, no transaction is seen."}),
    number<smmuv3, &Params::clock>(
        {"smmu.clock", "ns",
         "Period of its clock: the length of an interrupt pulse, and what latencies and counter "
         "groups count in."},
        {1, 1000}),
    number<smmuv3, &Params::walk_slots>(
        {"smmu.walk_slots", "",
         "Translations that read memory at a time; with 4096 none ever waits for another."},
        {1, 4096}),
    number<smmuv3, &Params::tbu_slots>(
        {"smmu.tbu_slots", "", "AT transactions of one TBU on the way; END_REQ of one more waits."},
        {1, 4096}),
    flag<smmuv3, &Params::in_order>(
        {"smmu.in_order", "",
         "AT transactions of one stream leave a TBU in the order of their arrival."}),
    number<smmuv3, &Params::tlb_banks>(
        {"smmu.tlb_banks", "", "Banks of the main TLB, by page number."}, {1, 16}),
    number<smmuv3, &Params::ptw_bytes_per_cycle>(
        {"smmu.ptw_bytes_per_cycle", "bytes",
         "Width of the port for tables and queues; 0: no transfer waits for another."},
        {0, 4096}),
    number<smmuv3, &Params::mem_bytes_per_cycle>(
        {"smmu.mem_bytes_per_cycle", "bytes",
         "Width of the port of each TBU to memory; 0: no transfer waits for another."},
        {0, 4096}),
    cycles<&Cycles::micro_tlb>(
        {"smmu.cycles.micro_tlb", "cycles", "Look-up in the micro TLB of a TBU."}),
    cycles<&Cycles::link>(
        {"smmu.cycles.link", "cycles",
         "Way of a request from a TBU to the TCU; its answer costs the same again."}),
    cycles<&Cycles::link_interval>(
        {"smmu.cycles.link_interval", "cycles", "Shortest time between two requests of one TBU."}),
    cycles<&Cycles::tlb>({"smmu.cycles.tlb", "cycles", "Look-up in the main TLB."}),
    cycles<&Cycles::tlb_interval>(
        {"smmu.cycles.tlb_interval", "cycles",
         "Shortest time between two look-ups in one bank of the main TLB."}),
    cycles<&Cycles::config_cache>(
        {"smmu.cycles.config_cache", "cycles", "Look-up in the cache of STEs and CDs."}),
    cycles<&Cycles::walk_cache>({"smmu.cycles.walk_cache", "cycles",
                                 "Look-up in the walk caches, for one walk of one stage."}),
    cycles<&Cycles::ipa_cache>({"smmu.cycles.ipa_cache", "cycles", "Look-up in the IPA cache."}),
    cycles<&Cycles::table_read>({"smmu.cycles.table_read", "cycles",
                                 "Each memory access of a walk, beside the memory's own time."}),
    cycles<&Cycles::command>({"smmu.cycles.command", "cycles", "Each command, beside its fetch."}),
    cycles<&Cycles::invalidate>(
        {"smmu.cycles.invalidate", "cycles",
         "Each CMD_TLBI_* by address and CMD_CFGI_* of one stream, beside the command."}),
    cycles<&Cycles::invalidate_all>({"smmu.cycles.invalidate_all", "cycles",
                                     "Every other CMD_TLBI_* and CMD_CFGI_*, beside the command."}),
};

}  // namespace

ParameterTable smmu_timing_parameters() { return of(table); }

}  // namespace smmu::platform
