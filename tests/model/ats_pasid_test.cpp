// Translation Requests with a PASID: identity, privilege, execution.
#include "tests/model/ats_bench.h"

namespace smmu {
namespace {

using arch::TranslationEntry;
using test::AtsBench;

class AtsPasidTest : public test::SimTest {};

/// CD 1 of a table of two maps `va` to page 3, CD 0 is not valid.
struct PasidBench : AtsBench {
    test::RamTables process{pages, test::map::guest};
    uint64_t table = pages.take();

    PasidBench() {
        process.map(va, data_page(3) + test::map::guest, test::stage1_page);
        ram.put(table + 64, make_cd(process, 11));
        ram.put(data_page(3), uint64_t{0x33});
    }
    void start_with_pasid(uint16_t control) {
        start();
        put_ste(stream(0), nested_ste(1)
                               .set(arch::Ste::S1ContextPtr, table + test::map::guest)
                               .set(arch::Ste::S1CDMax, 1));
        set_config(pasid + 6, control, 2);
        use_ats(0);
        set_privileged(0, test_engine::privileged::substreamid, 1);
    }
};

TEST_F(AtsPasidTest, ThePasidIsOnTheRequestButNotOnTheTraffic) {
    PasidBench b;
    simulate([&] {
        b.start_with_pasid(1);
        b.ram.remembers = true;
        EXPECT_EQ(b.word(0, AtsBench::va), 0x33u);
        ASSERT_EQ(b.log.translations.size(), 1u);
        EXPECT_TRUE(b.log.translations[0].request.substream_valid);
        EXPECT_EQ(b.log.translations[0].request.substream.value, 1u);
        EXPECT_FALSE(b.ram.seen.back().in.substream_valid);

        // Without SSV it is nobody's; with it, it is forgotten.
        b.run(AtsBench::atc_inv(0, 0, 52));
        EXPECT_EQ(b.word(0, AtsBench::va), 0x33u);
        EXPECT_EQ(b.log.translations.size(), 1u);
        b.run(AtsBench::atc_inv(0, 0, 52)
                  .set(arch::AtcInv::SSV, true)
                  .set(arch::AtcInv::SubstreamID, 1));
        EXPECT_EQ(b.word(0, AtsBench::va), 0x33u);
        EXPECT_EQ(b.log.translations.size(), 2u);
    });
}

TEST_F(AtsPasidTest, PasidsThatSoftwareHasNotEnabledAreRefusedOnTheWay) {
    PasidBench b;
    simulate([&] {
        b.start_with_pasid(0);
        EXPECT_EQ(b.word(0, AtsBench::va), std::nullopt);
        EXPECT_TRUE(b.log.translations.empty()) << "nothing reached the SMMU";
        EXPECT_EQ(b.next_event(), std::nullopt);
    });
}

TEST_F(AtsPasidTest, PrivilegeAndExecutionAreAskedForWhereEnabled) {
    PasidBench b;
    simulate([&] {
        b.start_with_pasid(1);
        b.set(0, test_engine::user::attributes, 0x0500 | test_engine::half::write_back);
        EXPECT_EQ(b.word(0, AtsBench::va), 0x33u);
        b.set_config(AtsBench::pasid + 6, 7, 2);
        EXPECT_EQ(b.word(0, AtsBench::va), std::nullopt)
            << "writable for EL0: never executable for EL1";
        ASSERT_EQ(b.log.translations.size(), 2u);
        EXPECT_FALSE(b.log.translations[0].request.privileged);
        EXPECT_FALSE(b.log.translations[0].request.execute);
        EXPECT_TRUE(b.log.translations[1].request.privileged);
        EXPECT_TRUE(b.log.translations[1].request.execute);
        const TranslationEntry e = b.log.translations[1].completion.entry;
        EXPECT_TRUE(e[TranslationEntry::Priv]);
        EXPECT_FALSE(e[TranslationEntry::Exe]);
    });
}

TEST_F(AtsPasidTest, ATS_09_ExecutionNeedsBothStages) {
    PasidBench b;
    const uint64_t text =
        arch::Stage1Leaf{{{test::stage1_page}}}.set(arch::Stage1Leaf::AP, 0b11).word[0];
    for (unsigned n = 4; n < 6; ++n)
        b.process.map(AtsBench::page(n), AtsBench::data_page(n) + test::map::guest, text);
    b.stage2.map(AtsBench::data_page(5) + test::map::guest, AtsBench::data_page(5),
                 test::stage2_page | uint64_t{0b10} << 53);  // XN
    simulate([&] {
        b.start_with_pasid(7);
        b.set(0, test_engine::user::attributes,
              test_engine::half::instruction | test_engine::half::write_back);
        EXPECT_EQ(b.word(0, AtsBench::page(4)), 0u);
        EXPECT_EQ(b.log.translations.back().completion.entry.word[0],
                  AtsBench::data_page(4) | 0b1001)
            << "R and Exe";
        EXPECT_EQ(b.word(0, AtsBench::page(5)), std::nullopt);
        EXPECT_EQ(b.log.translations.back().completion.entry.word[0],
                  AtsBench::data_page(5) | 0b0001)
            << "R";
    });
}

}  // namespace
}  // namespace smmu
