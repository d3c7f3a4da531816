// ID registers are computed from the features: each shows in its own field.  Golden words are typed
// from Arm IHI 0070 G.b, 6.3.1 to 6.3.8.
#include "tests/core/register_bench.h"

namespace smmu::test {
namespace {

using namespace default_features;
using F = core::Features;

class Identification : public RegisterBench {};

TEST_F(Identification, STALL_19_EveryFeatureShowsInItsOwnField) {
    using core::StallModel;
    struct Row {
        void (*change)(F&);
        uint32_t idr0, idr1, idr3, idr5;
    };
    const Row rows[] = {
        // Without S1P: no Hyp, CD2L, HAD.  Without S2P: no Hyp, VMW, VMID16, XNX, FWB, PTWNNC.
        {[](F& f) { f.stage1 = false; }, 0x0846'3019, idr1, 0x0002'7510, idr5},
        {[](F& f) { f.stage2 = f.forced_write_back = false; }, 0x0848'301A, idr1, 0x0002'3404,
         idr5},
        {[](F& f) { f.wide_asid = false; }, 0x084E'221B, idr1, idr3, idr5},
        {[](F& f) { f.wide_vmid = false; }, 0x084A'321B, idr1, idr3, idr5},
        {[](F& f) { f.vmid_wildcard = false; }, 0x084C'321B, idr1, idr3, idr5},
        {[](F& f) { f.two_level_cd_table = false; }, 0x0846'321B, idr1, idr3, idr5},
        {[](F& f) { f.msi = false; }, 0x084E'121B, idr1, idr3, idr5},
        {[](F& f) { f.coherent_access = false; }, 0x084E'320B, idr1, idr3, idr5},
        {[](F& f) { f.httu = 1; }, 0x084E'325B, idr1, idr3, idr5},
        {[](F& f) { f.httu = 2; }, 0x084E'329B, idr1, idr3, idr5},
        {[](F& f) { f.always_abort = true; }, 0x0C4E'321B, idr1, idr3, idr5},
        {[](F& f) { f.stall_model = StallModel::Terminate; }, 0x094E'321B, idr1, idr3, 0x74},
        {[](F& f) { f.stall_model = StallModel::Stall; }, 0x0A4E'321B, idr1, idr3, idr5},
        {[](F& f) { f.stall_max = 1; }, idr0, idr1, idr3, 0x0001'0074},
        {[](F& f) { f.stall_max = 65535; }, idr0, idr1, idr3, 0xFFFF'0074},
        {[](F& f) { f.stream_id_bits = 32; }, idr0, 0x0E73'0520, idr3, idr5},
        {[](F& f) { f.stream_id_bits = 0; }, idr0, 0x0E73'0500, idr3, idr5},
        {[](F& f) { f.substream_id_bits = 0; }, idr0, 0x0E73'0010, idr3, idr5},
        {[](F& f) { f.substream_id_bits = 1; }, idr0, 0x0E73'0050, idr3, idr5},
        {[](F& f) { f.command_queue_log2 = 8; }, idr0, 0x0D13'0510, idr3, idr5},
        {[](F& f) { f.event_queue_log2 = 7; }, idr0, 0x0E67'0510, idr3, idr5},
        {[](F& f) { f.small_tables = true; }, idr0, idr1, 0x0002'7714, idr5},
        {[](F& f) { f.bbml = 1; }, idr0, idr1, 0x0002'6D14, idr5},
        {[](F& f) { f.epan = false; }, idr0, idr1, 0x0000'7514, idr5},
        {[](F& f) { f.no_tag_access = true; }, idr0, idr1, 0x0042'7514, idr5},
        {[](F& f) { f.granule_4k = false; }, idr0, idr1, idr3, 0x0040'0064},
        {[](F& f) { f.granule_16k = false; }, idr0, idr1, idr3, 0x0040'0054},
        {[](F& f) { f.granule_64k = false; }, idr0, idr1, idr3, 0x0040'0034},
        {[](F& f) { f.virtual_address_bits = 52; }, idr0, idr1, idr3, 0x0040'0474},
        {[](F& f) {
             f.virtual_address_bits = 52;
             f.lpa2 = true;
         },
         idr0, idr1, idr3, 0x0040'04F4},
        {[](F& f) { f.output_address_bits = 32; }, idr0, idr1, idr3, 0x0040'0070},
        {[](F& f) { f.output_address_bits = 36; }, idr0, idr1, idr3, 0x0040'0071},
        {[](F& f) { f.output_address_bits = 40; }, idr0, idr1, idr3, 0x0040'0072},
        {[](F& f) { f.output_address_bits = 42; }, idr0, idr1, idr3, 0x0040'0073},
        {[](F& f) { f.output_address_bits = 48; }, idr0, idr1, idr3, 0x0040'0075},
        {[](F& f) { f.output_address_bits = 52; }, idr0, idr1, idr3, 0x0040'0076},
    };
    for (const Row& r : rows) {
        features = F{};
        r.change(features);
        ASSERT_EQ(core::refuse(features), nullptr) << "row " << &r - rows;
        EXPECT_EQ(get(at::IDR0), r.idr0) << "row " << &r - rows;
        EXPECT_EQ(get(at::IDR1), r.idr1) << "row " << &r - rows;
        EXPECT_EQ(get(at::IDR3), r.idr3) << "row " << &r - rows;
        EXPECT_EQ(get(at::IDR5), r.idr5) << "row " << &r - rows;
        EXPECT_EQ(get(at::AIDR), 3u);
    }
    features = F{};
    features.stream_id_bits = 6;
    features.two_level_stream_table = false;
    EXPECT_EQ(get(at::IDR0), 0x004E'321Bu);
    EXPECT_EQ(get(at::IDR1), 0x0E73'0506u);
}

TEST_F(Identification, EveryRevisionIsAnnounced) {
    be_smmu_v3_1(features);
    ASSERT_EQ(core::refuse(features), nullptr);
    EXPECT_EQ(get(at::AIDR), 1u);
    EXPECT_EQ(get(at::IDR0), 0x084E'301Bu);
    EXPECT_EQ(get(at::IDR3), 0x114u);
    features.forced_write_back = false;
    EXPECT_EQ(get(at::IDR3), 0x014u);

    features = F{};
    features.minor_revision = 2;
    features.e0pd = features.walks_to_device_are_nc = features.epan = false;
    ASSERT_EQ(core::refuse(features), nullptr);
    EXPECT_EQ(get(at::AIDR), 2u);
    EXPECT_EQ(get(at::IDR3), 0x1514u);
    features.e0pd = true;
    EXPECT_EQ(get(at::IDR3), 0x3514u);
    features.walks_to_device_are_nc = true;
    EXPECT_EQ(get(at::IDR3), 0x7514u);

    features = F{};
    features.minor_revision = 4;
    features.no_tag_access = true;
    ASSERT_EQ(core::refuse(features), nullptr);
    EXPECT_EQ(get(at::AIDR), 4u);
    EXPECT_EQ(get(at::IDR3), 0x0042'7514u);
}

}  // namespace
}  // namespace smmu::test
