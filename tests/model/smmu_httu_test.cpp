// Descriptor updates as transactions: atomic, refused where memory cannot, none for a debugger.  Arm
// IHI 0070 G.b, 3.13.
#include "tests/model/smmu_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

class SmmuHttu : public SimTest {
protected:
    static Params with_httu() {
        Params params;
        params.features.httu = 2;
        return params;
    }
    /// A page that nobody has accessed; hardware sets flags.
    void start() {
        bench.ram.put(bench.cd, NestedBench::make_cd(bench.stage1, NestedBench::asid)
                                    .set(Cd::HA, true)
                                    .set(Cd::HD, true));
        bench.map_page(0, stage1_page & ~access_flag);
        bench.start();
    }
    uint64_t leaf() { return bench.ram.get<uint64_t>(bench.stage1.descriptor(NestedBench::va)); }
    StreamIn who() const {
        StreamIn in;
        in.stream = StreamId{NestedBench::stream};
        return in;
    }
    static constexpr uint64_t access_flag = uint64_t{1} << 10;

    NestedBench bench{with_httu()};
};

TEST_F(SmmuHttu, HTTU_01_AnAccessSetsTheFlagInMemory) {
    simulate([&] {
        start();
        EXPECT_EQ(bench.read<Idr0>().raw() >> 6 & 0b11, 2u);
        EXPECT_EQ(leaf() & access_flag, 0u);
        uint64_t data = 0;
        EXPECT_TRUE(bench.device.read(who(), NestedBench::va, data).ok());
        EXPECT_EQ(leaf() & access_flag, access_flag);
    });
}

TEST_F(SmmuHttu, HTTU_21_MemoryThatKnowsNoAtomicsAbortsTheWalkAndStaysAsItIs) {
    simulate([&] {
        bench.ram.knows_atomics = false;
        start();
        const uint64_t before = leaf();
        uint64_t data = 0;
        EXPECT_FALSE(bench.device.read(who(), NestedBench::va, data).ok());
        const auto event = bench.next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ(event->word[0] & 0xFF, 0x0Bu);  // F_WALK_EABT
        EXPECT_EQ(leaf(), before);
    });
}

TEST_F(SmmuHttu, ADebugAccessTranslatesAndChangesNothing) {
    simulate([&] {
        start();
        const uint64_t before = leaf();
        uint64_t data = 0;
        EXPECT_EQ(bench.device.debug(who(), tlm::TLM_READ_COMMAND, NestedBench::va, &data, 8), 8u);
        EXPECT_EQ(leaf(), before);
    });
}

}  // namespace
}  // namespace smmu::test
