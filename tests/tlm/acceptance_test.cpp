// Which parameters are just not refused: the last step before, and what a missing stage or model makes
// unnecessary.
#include "smmuv3/smmu.h"
#include "tests/support/sim_test.h"
#include "tests/tlm/feature_sets.h"
#include "tests/tlm/reports.h"

namespace smmu::test {

using core::StallModel;

struct Accepted {
    const char* name;
    void (*how)(Params&);
};
std::ostream& operator<<(std::ostream& os, const Accepted& a) { return os << a.name; }

struct TlmAcceptance : SimTest, ::testing::WithParamInterface<Accepted> {};

TEST_P(TlmAcceptance, IsSilent) {
    const Reports reports;
    Params params;
    GetParam().how(params);
    EXPECT_NO_THROW(Smmu<>("smmu", params));
    EXPECT_EQ(Reports::latest, "");
}

const Accepted acceptances[] = {
    {"SMMUv3_1", [](Params& p) { be_v3_1(p.features); }},
    {"SMMUv3_1_without_FWB",
     [](Params& p) {
         be_v3_1(p.features);
         p.features.forced_write_back = false;
     }},
    {"SMMUv3_1_with_all_of_SMMUv3_2",
     [](Params& p) {
         be_v3_2(p.features);
         p.features.minor_revision = 1;
     }},
    {"SMMUv3_2", [](Params& p) { be_v3_2(p.features); }},
    {"SMMUv3_2_with_all_of_SMMUv3_3",
     [](Params& p) {
         be_v3_2(p.features);
         p.features.e0pd = p.features.walks_to_device_are_nc = true;
     }},
    {"SMMUv3_3_with_none_of_SMMUv3_4", [](Params& p) { p.features.epan = false; }},
    {"SMMUv3_3_with_all_of_SMMUv3_4",
     [](Params& p) {
         p.features.no_tag_access = true;
         lpa2(p.features);
     }},
    {"SMMUv3_4", [](Params& p) { be_v3_4(p.features); }},
    {"SMMUv3_4_without_stage_2",
     [](Params& p) {
         p.features.minor_revision = 4;
         no_stage2(p.features);
         p.features.walks_to_device_are_nc = p.features.el2 = false;
     }},
    {"SMMUv3_4_without_stage_1",
     [](Params& p) {
         be_v3_4(p.features);
         p.features.stage1 = p.features.el2 = false;
     }},
    {"StreamID_of_32_bits", [](Params& p) { p.features.stream_id_bits = 32; }},
    {"small_linear_table",
     [](Params& p) {
         p.features.two_level_stream_table = false;
         p.features.stream_id_bits = 6;
     }},
    {"no_substreams", [](Params& p) { p.features.substream_id_bits = 0; }},
    {"one_stall", [](Params& p) { p.features.stall_max = 1; }},
    {"most_stalls", [](Params& p) { p.features.stall_max = 65535; }},
    {"no_stall_where_none_can_be",
     [](Params& p) {
         p.features.stall_max = 0;
         p.features.stall_model = StallModel::Terminate;
     }},
    {"stalls_alone", [](Params& p) { p.features.stall_model = StallModel::Stall; }},
    {"HTTU", [](Params& p) { p.features.httu = 2; }},
    {"BBML_1", [](Params& p) { p.features.bbml = 1; }},
    {"shortest_queues",
     [](Params& p) { p.features.command_queue_log2 = p.features.event_queue_log2 = 0; }},
    {"smallest_OAS", [](Params& p) { p.features.output_address_bits = 32; }},
    {"52_bits_with_64KB_alone",
     [](Params& p) {
         only_granule_64k(p.features);
         p.features.virtual_address_bits = p.features.output_address_bits = 52;
     }},
    {"52_bits_with_4KB_alone",
     [](Params& p) {
         lpa2(p.features);
         p.features.granule_16k = p.features.granule_64k = false;
         p.features.output_address_bits = 52;
     }},
    {"64_TBUs", [](Params& p) { p.tbus = 64; }},
};
INSTANTIATE_TEST_SUITE_P(Each, TlmAcceptance, ::testing::ValuesIn(acceptances),
                         [](const auto& p) { return std::string(p.param.name); });

}  // namespace smmu::test
