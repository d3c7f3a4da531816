// CMD_PREFETCH_*: what the caches have afterwards, and that nothing else is seen of it.  Arm IHI 0070
// G.b, 4.2, 3.14.
#include "smmuv3/core/prefetch.h"
#include "tests/core/httu_bench.h"

namespace smmu::test {
namespace {

class Prefetch : public Httu {
protected:
    Prefetch() { stage1(stage1_leaf(), false, false); }
    /// Word 0: opcode, SSV 11, SubstreamID 31:12, StreamID 63:32; word 1: Size 4:0, Stride 9:5.
    void prefetch(uint64_t word0, uint64_t word1 = 0) {
        memory.log.clear();
        recorded = Recording{configs, tlb};
        core::prefetch(view(), {{{word0, word1}}}, memory, recorded);
        EXPECT_TRUE(recorded.events.empty());
    }
    static constexpr uint64_t config = 0x01, addr = 0x02, of_stream = uint64_t{stream.value} << 32;
};

TEST_F(Prefetch, ConfigurationIsCached) {
    prefetch(config | of_stream);
    EXPECT_EQ(recorded.configurations.size(), 1u);
    EXPECT_TRUE(recorded.translations.empty());
    warm(access(va));
    EXPECT_EQ(memory.count(Purpose::Ste) + memory.count(Purpose::Cd), 0u);
}

TEST_F(Prefetch, CMD_40_TranslationsAreCached) {
    prefetch(addr | of_stream, va);
    warm(access(va));
    EXPECT_TRUE(memory.log.empty());
}

TEST_F(Prefetch, CMD_40_SizeAndStride) {
    for (uint64_t n = 0; n < 4; ++n) context.stage1.map(va + n * 0x4000, ipa, stage1_leaf());
    prefetch(addr | of_stream, va | 2u << 5 | 2);  // four pages, 16 KiB apart
    ASSERT_EQ(recorded.translations.size(), 4u);
    for (uint64_t n = 0; n < 4; ++n) EXPECT_EQ(recorded.translations[n].input, va + n * 0x4000);
}

TEST_F(Prefetch, CMD_40_EndsAfterAReasonableNumber) {
    for (uint64_t n = 0; n < 100; ++n) context.stage1.map(va + n * 0x1000, ipa, stage1_leaf());
    prefetch(addr | of_stream, va | 31);
    EXPECT_LE(recorded.translations.size(), 64u);
    EXPECT_GE(recorded.translations.size(), 1u);
}

TEST_F(Prefetch, CMD_39_ErrorsAreLeftOutInSilence) {
    prefetch(addr | of_stream, va + 0x10'0000);  // not mapped
    EXPECT_TRUE(recorded.translations.empty());
    prefetch(addr | of_stream, uint64_t{1} << 60);
    prefetch(addr | uint64_t{0x123} << 32, va);  // beyond the table
    put(stream, Ste{});
    configs.invalidate_all();
    prefetch(config | of_stream);
    prefetch(addr | of_stream, va);
    EXPECT_TRUE(recorded.configurations.empty());
}

TEST_F(Prefetch, CMD_39_WhileDisabledNothingIsDone) {
    disable();
    prefetch(config | of_stream);
    prefetch(addr | of_stream, va);
    EXPECT_TRUE(memory.log.empty());
}

TEST_F(Prefetch, CMD_41_SsvWithoutSubstreamsCountsAsZero) {
    features.substream_id_bits = 0;
    prefetch(addr | 1u << 11 | 5u << 12 | of_stream, va);
    EXPECT_EQ(recorded.translations.size(), 1u);
}

TEST_F(Prefetch, CMD_40_SetsTheAccessFlagAndNeverDirties) {
    stage1(writable_clean().set(Stage1Leaf::AF, false), true, true);
    prefetch(addr | of_stream, va);
    EXPECT_EQ(leaf1() & (af | bit7), af | bit7);
    EXPECT_EQ(warm(writing(access(va))).action, Action::Forward);
    EXPECT_EQ(leaf1() & bit7, 0u) << "the write itself makes it dirty";
}

}  // namespace
}  // namespace smmu::test
