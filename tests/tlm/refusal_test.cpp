// Which parameters are refused, and with which words.
#include "smmuv3/smmu.h"
#include "tests/support/sim_test.h"
#include "tests/tlm/feature_sets.h"
#include "tests/tlm/reports.h"

namespace smmu::test {

struct Refused {
    const char* name;
    void (*how)(Params&);
    const char* why;
};
std::ostream& operator<<(std::ostream& os, const Refused& r) { return os << r.name; }

struct TlmRefusal : SimTest, ::testing::WithParamInterface<Refused> {};

TEST_P(TlmRefusal, IsOneSentenceThatNamesTheParameter) {
    const Reports reports;
    Params params;
    GetParam().how(params);
    EXPECT_THROW(Smmu<>("smmu", params), sc_core::sc_report);
    EXPECT_EQ(Reports::latest, std::string("/smmu/params: ") + GetParam().why);
}

constexpr const char* revisions = "minor_revision must be 1 to 4 (SMMUv3.1 to SMMUv3.4)";
constexpr const char* address_sizes = "output_address_bits must be 32, 36, 40, 42, 44, 48 or 52";
constexpr const char* queues = "command_queue_log2 and event_queue_log2 must be 0 to 19";
constexpr const char* stall_max = "stall_max must be 1 to 65535";
constexpr const char* from_v3_2 = "e0pd and walks_to_device_are_nc need minor_revision 2 or above";
constexpr const char* from_v3_3 = "epan, no_tag_access and lpa2 need minor_revision 3 or above";
constexpr const char* tbus = "tbus must be 1 to 64";
constexpr const char* micro_tlb =
    "micro_tlb: entries must be 0, or 1 to 65536 times its ways, of which 1 to 64";
constexpr const char* tlb =
    "tlb: entries must be 0, or 1 to 65536 times its ways, of which 1 to 64";
constexpr const char* config_cache =
    "config_cache: entries must be 0, or 1 to 65536 times its ways, of which 1 to 64";
constexpr const char* walk_caches =
    "walk caches: entries must be 0, or 1 to 65536 times their ways, of which 1 to 64";
constexpr const char* one_or_many =
    "walk caches must be either one for all tables or by stage and level, not both";
constexpr const char* port_width = "ptw_bytes_per_cycle and mem_bytes_per_cycle must be 0 to 4096";

const Refused refusals[] = {
    {"SMMUv3_0", [](Params& p) { p.features.minor_revision = 0; }, revisions},
    {"SMMUv3_5", [](Params& p) { p.features.minor_revision = 5; }, revisions},
    {"no_stage",
     [](Params& p) {
         no_stage2(p.features);
         p.features.stage1 = false;
     },
     "at least one of stage1 and stage2 must be there"},
    {"S2FWB_without_stage2", [](Params& p) { p.features.stage2 = false; },
     "forced_write_back needs stage2"},
    {"StreamID_too_wide", [](Params& p) { p.features.stream_id_bits = 33; },
     "stream_id_bits must be 0 to 32"},
    {"large_linear_table",
     [](Params& p) {
         p.features.two_level_stream_table = false;
         p.features.stream_id_bits = 7;
     },
     "stream_id_bits of 7 and above need two_level_stream_table"},
    {"SubstreamID_too_wide", [](Params& p) { p.features.substream_id_bits = 21; },
     "substream_id_bits must be 0 to 20"},
    {"no_stall", [](Params& p) { p.features.stall_max = 0; }, stall_max},
    {"too_many_stalls", [](Params& p) { p.features.stall_max = 65536; }, stall_max},
    {"HTTU", [](Params& p) { p.features.httu = 3; }, "httu must be 0 to 2"},
    {"BBML", [](Params& p) { p.features.bbml = 3; }, "bbml must be 0 to 2"},
    {"CMDQS", [](Params& p) { p.features.command_queue_log2 = 20; }, queues},
    {"EVENTQS", [](Params& p) { p.features.event_queue_log2 = 20; }, queues},
    {"odd_OAS", [](Params& p) { p.features.output_address_bits = 43; }, address_sizes},
    {"large_OAS", [](Params& p) { p.features.output_address_bits = 56; }, address_sizes},
    {"odd_VAX", [](Params& p) { p.features.virtual_address_bits = 49; },
     "virtual_address_bits must be 48 or 52"},
    {"no_granule",
     [](Params& p) {
         only_granule_64k(p.features);
         p.features.granule_64k = false;
     },
     "at least one of granule_4k, granule_16k and granule_64k must be there"},
    {"DS_with_64KB_alone",
     [](Params& p) {
         lpa2(p.features);
         only_granule_64k(p.features);
     },
     "lpa2 needs granule_4k or granule_16k"},
    {"DS_with_48_bit_VA", [](Params& p) { p.features.lpa2 = true; },
     "lpa2 needs virtual_address_bits of 52"},
    {"52_bit_VA",
     [](Params& p) {
         p.features.virtual_address_bits = 52;
         p.features.granule_64k = false;
     },
     "virtual_address_bits of 52 need granule_64k or lpa2"},
    {"52_bit_OAS",
     [](Params& p) {
         p.features.output_address_bits = 52;
         p.features.granule_64k = false;
     },
     "output_address_bits of 52 need granule_64k or lpa2"},
    {"SMMUv3_2_RIL",
     [](Params& p) {
         be_v3_2(p.features);
         p.features.range_invalidation = false;
     },
     "minor_revision 2 and above need range_invalidation"},
    {"SMMUv3_2_BBML",
     [](Params& p) {
         be_v3_2(p.features);
         p.features.bbml = 0;
     },
     "minor_revision 2 and above need bbml 1 or 2"},
    {"SMMUv3_2_FWB",
     [](Params& p) {
         be_v3_2(p.features);
         p.features.forced_write_back = false;
     },
     "minor_revision 2 and above need forced_write_back (with stage2)"},
    {"SMMUv3_2_Hyp",
     [](Params& p) {
         be_v3_2(p.features);
         p.features.el2 = false;
     },
     "minor_revision 2 and above need el2 (with stage1 and stage2)"},
    {"SMMUv3_3_RIL", [](Params& p) { p.features.range_invalidation = false; },
     "minor_revision 2 and above need range_invalidation"},
    {"SMMUv3_3_E0PD", [](Params& p) { p.features.e0pd = false; },
     "minor_revision 3 and above need e0pd"},
    {"SMMUv3_3_PTWNNC", [](Params& p) { p.features.walks_to_device_are_nc = false; },
     "minor_revision 3 and above need walks_to_device_are_nc (with stage2)"},
    {"SMMUv3_4_EPAN",
     [](Params& p) {
         be_v3_4(p.features);
         p.features.epan = false;
     },
     "minor_revision 4 needs epan"},
    {"SMMUv3_4_MTEPERM", [](Params& p) { p.features.minor_revision = 4; },
     "minor_revision 4 needs no_tag_access (with stage2)"},
    {"SMMUv3_1_E0PD",
     [](Params& p) {
         be_v3_1(p.features);
         p.features.e0pd = true;
     },
     from_v3_2},
    {"SMMUv3_1_PTWNNC",
     [](Params& p) {
         be_v3_1(p.features);
         p.features.walks_to_device_are_nc = true;
     },
     from_v3_2},
    {"SMMUv3_2_EPAN",
     [](Params& p) {
         be_v3_2(p.features);
         p.features.epan = true;
     },
     from_v3_3},
    {"SMMUv3_2_MTEPERM",
     [](Params& p) {
         be_v3_2(p.features);
         p.features.no_tag_access = true;
     },
     from_v3_3},
    {"SMMUv3_2_DS",
     [](Params& p) {
         be_v3_2(p.features);
         lpa2(p.features);
     },
     from_v3_3},
    {"no_TBU", [](Params& p) { p.tbus = 0; }, tbus},
    {"too_many_TBUs", [](Params& p) { p.tbus = 65; }, tbus},
    {"more_streams_than_TBUs",
     [](Params& p) {
         p.default_stream_ids = {1, 2};
     },
     "default_stream_ids must not have more entries than there are TBUs"},
    {"stream_that_does_not_exist", [](Params& p) { p.default_stream_ids = {0x1'0000}; },
     "default_stream_ids must fit in stream_id_bits"},
    {"more_ways_than_entries",
     [](Params& p) {
         p.micro_tlb = {2, 4, {}};
     },
     micro_tlb},
    {"large_micro_TLB",
     [](Params& p) {
         p.micro_tlb = {65537, 1, {}};
     },
     micro_tlb},
    {"odd_TLB",
     [](Params& p) {
         p.tlb = {6, 4, {}};
     },
     tlb},
    {"no_ways",
     [](Params& p) {
         p.tlb = {4, 0, {}};
     },
     tlb},
    {"many_ways",
     [](Params& p) {
         p.tlb = {65, 65, {}};
     },
     tlb},
    {"odd_configuration_cache",
     [](Params& p) {
         p.config_cache = {1, 4, {}};
     },
     config_cache},
    {"odd_walk_cache",
     [](Params& p) {
         p.walk_caches.stage2.level1 = {3, 2, {}};
     },
     walk_caches},
    {"odd_unified_walk_cache",
     [](Params& p) {
         p.walk_caches.unified = {3, 2, {}};
     },
     walk_caches},
    {"odd_IPA_cache",
     [](Params& p) {
         p.walk_caches.ipa = {3, 2, {}};
     },
     "ipa_cache: entries must be 0, or 1 to 65536 times its ways, of which 1 to 64"},
    {"two_kinds_of_walk_caches",
     [](Params& p) {
         p.walk_caches.unified = p.walk_caches.stage1.level2 = {8, 4, {}};
     },
     one_or_many},
    {"no_walk_slots", [](Params& p) { p.walk_slots = 0; }, "walk_slots must be 1 to 4096"},
    {"no_TBU_slots", [](Params& p) { p.tbu_slots = 0; }, "tbu_slots must be 1 to 4096"},
    {"many_banks", [](Params& p) { p.tlb_banks = 17; }, "tlb_banks must be 1 to 16"},
    {"wide_ptw", [](Params& p) { p.ptw_bytes_per_cycle = 4097; }, port_width},
    {"wide_mem", [](Params& p) { p.mem_bytes_per_cycle = 4097; }, port_width},
    {"too_many_counter_groups", [](Params& p) { p.pmcg_groups = 65; },
     "pmcg_groups must be 0 to 64"},
    {"no_counter",
     [](Params& p) {
         p.pmcg_groups = 1;
         p.pmcg.counters = 0;
     },
     "pmcg.counters must be 1 to 64"},
    {"counters_of_33_bits",
     [](Params& p) {
         p.pmcg_groups = 1;
         p.pmcg.counter_bits = 33;
     },
     "pmcg.counter_bits must be 32, 36, 40, 44, 48 or 64"},
    {"no_clock", [](Params& p) { p.clock = sc_core::SC_ZERO_TIME; },
     "clock must be longer than zero"},
};
INSTANTIATE_TEST_SUITE_P(Each, TlmRefusal, ::testing::ValuesIn(refusals),
                         [](const auto& p) { return std::string(p.param.name); });

}  // namespace smmu::test
