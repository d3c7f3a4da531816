// PASIDs of the host by the API, on the driver, on a modelled SMMU: each reaches its own page.
#include "sw_stubs/iommu_api/context.h"
#include "sw_stubs/iommu_api/smmu_instance.h"
#include "tests/sw/live_bench.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;

namespace {

constexpr uint32_t near_pasid = 3, far_pasid = 0x1'2345;

struct LivePasid : LiveTest {
    std::unique_ptr<LiveBench> bench;
    SmmuInstance instance;
    FlatCaller caller{0, UINT64_MAX};
    Context api{caller};
    uint32_t dev = 0;

    void start(const Params& params, uint8_t pasid_bits) {
        bench = std::make_unique<LiveBench>(params);
        simulate_on(*bench, [this, pasid_bits] {
            bench->start();
            ASSERT_TRUE(instance.start({&bench->driver, &bench->arena}));
            DeviceSetup setup;
            setup.instance = &instance;
            setup.streams.id[0] = bench->stream;
            setup.streams.count = 1;
            setup.pasid_bits = pasid_bits;
            ASSERT_EQ(bind(api, setup, dev), Errno::None);
            run();
        });
    }
    /// A table of stage 1 whose `va` is a page.
    uint32_t table(unsigned page) {
        IoasAlloc space{12, 0, 0};
        EXPECT_EQ(ioas_alloc(api, space), Errno::None);
        IoasMap map{40, 7, space.out_ioas_id, 0, LiveBench::page(page), 4096, LiveBench::va};
        EXPECT_EQ(ioas_map(api, map), Errno::None);
        HwptAlloc c{48, hwpt_pasid, dev, space.out_ioas_id, 0, 0, 0, 0, 0, 0, 0};
        EXPECT_EQ(hwpt_alloc(api, c), Errno::None);
        return c.out_hwpt_id;
    }
    Reached read(uint32_t pasid) {
        StreamIn who = of_stream(bench->stream.value);
        who.substream = {pasid};
        who.substream_valid = pasid != 0;
        uint32_t value = 0;
        return bench->device.read(who, LiveBench::va, value).ok() ? Reached{value} : Reached{};
    }
    virtual void run() = 0;
};

struct LivePasidLinear : LivePasid {
    void run() override {
        uint32_t rid = table(1);
        ASSERT_EQ(attach(api, dev, rid), Errno::None);
        EXPECT_EQ(read(0), Reached{1});
        EXPECT_EQ(read(near_pasid), Reached{}) << "nothing is attached";
        ASSERT_EQ(attach_pasid(api, dev, near_pasid, table(2)), Errno::None);
        EXPECT_EQ(read(near_pasid), Reached{2});
        EXPECT_EQ(read(0), Reached{1});
        ASSERT_EQ(replace_pasid(api, dev, near_pasid, table(3)), Errno::None);
        EXPECT_EQ(read(near_pasid), Reached{3});
        ASSERT_EQ(detach(api, dev), Errno::None);
        EXPECT_EQ(read(0), Reached{}) << "the stream aborts";
        EXPECT_EQ(read(near_pasid), Reached{3}) << "its PASIDs go on";
        ASSERT_EQ(detach_pasid(api, dev, near_pasid), Errno::None);
        EXPECT_EQ(read(near_pasid), Reached{});
    }
};
TEST_F(LivePasidLinear, EachPasidHasItsOwnTable) { start({}, 4); }

struct LivePasidTwoLevel : LivePasid {
    void run() override {
        ASSERT_EQ(attach_pasid(api, dev, near_pasid, table(2)), Errno::None);
        EXPECT_EQ(read(far_pasid), Reached{}) << "no level 2 table, and the SMMU knows that";
        ASSERT_EQ(attach_pasid(api, dev, far_pasid, table(3)), Errno::None);
        EXPECT_EQ(read(near_pasid), Reached{2});
        EXPECT_EQ(read(far_pasid), Reached{3});
        EXPECT_EQ(read(0), Reached{});
        ASSERT_EQ(detach_pasid(api, dev, far_pasid), Errno::None);
        EXPECT_EQ(read(far_pasid), Reached{});
        EXPECT_EQ(read(near_pasid), Reached{2});
    }
};
TEST_F(LivePasidTwoLevel, ALevel2TableComesWithItsFirstPasid) { start({}, 20); }

struct LivePasidOnePiece : LivePasid {
    void run() override {
        EXPECT_EQ(attach_pasid(api, dev, far_pasid, table(3)), Errno::Inval);
        ASSERT_EQ(attach_pasid(api, dev, 1023, table(3)), Errno::None);
        EXPECT_EQ(read(1023), Reached{3});
    }
};
TEST_F(LivePasidOnePiece, WithoutTwoLevelsThereAre1024) {
    Params params;
    params.features.two_level_cd_table = false;
    start(params, 20);
}

}  // namespace
