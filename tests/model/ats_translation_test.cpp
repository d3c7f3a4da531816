// An endpoint asks for translations and uses them: full ATS, split-stage ATS, and refusals.
#include "tests/model/ats_bench.h"

namespace smmu {
namespace {

using arch::AtsStatus;
using arch::Event;
using arch::EventId;
using arch::TranslationEntry;
using test::AtsBench;

class AtsTranslationTest : public test::SimTest {};

uint64_t with_access(uint64_t stage2_leaf, uint8_t s2ap) {
    return arch::Stage2Leaf{{{stage2_leaf}}}.set(arch::Stage2Leaf::S2AP, s2ap).word[0];
}
uint64_t read_only(uint64_t stage1_leaf) {
    return arch::Stage1Leaf{{{stage1_leaf}}}.set(arch::Stage1Leaf::AP, 0b11).word[0];
}

TEST_F(AtsTranslationTest, ATS_15_ThePhysicalAddressIsAskedForOnceAndGoesOutAsItIs) {
    AtsBench b;
    b.map_page(0);
    b.ram.put(AtsBench::data_page(0) + 0x10, uint64_t{0x1122'3344'5566'7788});
    simulate([&] {
        b.start();
        b.use_ats(0);
        EXPECT_EQ(b.word(0, AtsBench::va + 0x10), 0x1122'3344'5566'7788u);
        ASSERT_EQ(b.log.translations.size(), 1u);
        EXPECT_EQ(b.log.translations[0].request.stream.value, 0x108u);
        EXPECT_EQ(b.log.translations[0].request.address, AtsBench::va);
        EXPECT_EQ(b.log.translations[0].completion.status, AtsStatus::Success);
        EXPECT_EQ(b.log.translations[0].completion.entry.word[0] & ~uint64_t{0b10},
                  AtsBench::data_page(0) | 1);

        b.ram.remembers = true;
        EXPECT_EQ(b.word(0, AtsBench::va + 0x10), 0x1122'3344'5566'7788u);
        EXPECT_EQ(b.log.translations.size(), 1u);
        ASSERT_EQ(b.ram.seen.size(), 1u) << "no table was read";
        EXPECT_EQ(b.ram.seen[0].address, AtsBench::data_page(0) + 0x10);
        EXPECT_EQ(b.ram.seen[0].in.address_type, AddressType::Translated);
        EXPECT_EQ(b.ram.seen[0].in.stream.value, 0x108u);

        EXPECT_EQ(b.read_translated(uint64_t{1} << 44), tlm::TLM_GENERIC_ERROR_RESPONSE)
            << "beyond OAS";
        EXPECT_EQ(b.ram.seen.size(), 1u);
        EXPECT_EQ(b.next_event(), std::nullopt);
    });
}

TEST_F(AtsTranslationTest, ATS_09_PermissionsAreThoseOfBothStages) {
    AtsBench b;
    for (unsigned n = 0; n < 3; ++n)
        b.map_page(n, n == 1 ? read_only(test::stage1_page) : test::stage1_page);
    b.stage2.map(AtsBench::data_page(2) + test::map::guest, AtsBench::data_page(2),
                 with_access(test::stage2_page, 0b01));
    simulate([&] {
        b.start();
        b.use_ats(0);
        EXPECT_EQ(b.fill(0, AtsBench::page(0)), AtsBench::Command::HALTED);
        for (const unsigned n : {1u, 2u}) {
            EXPECT_EQ(b.fill(0, AtsBench::page(n)), AtsBench::Command::ERROR);
            EXPECT_EQ(b.get(0, test_engine::user::error_address, 8), AtsBench::page(n));
            EXPECT_EQ(b.word(0, AtsBench::page(n)), 0u) << "it may be read";
        }
        ASSERT_EQ(b.log.translations.size(), 3u) << "a page may be kept that allows too little";
        for (unsigned n = 0; n < 3; ++n) {
            const TranslationEntry e = b.log.translations[n].completion.entry;
            EXPECT_EQ(e[TranslationEntry::R], true);
            EXPECT_EQ(e[TranslationEntry::W], n == 0);
            EXPECT_EQ(arch::entry_address(e), AtsBench::data_page(n)) << "the final address";
            EXPECT_EQ(arch::entry_shift(e), 12u) << "the smaller of both stages";
        }
        EXPECT_EQ(b.next_event(), std::nullopt) << "a denied request is no event";
    });
}

TEST_F(AtsTranslationTest, OneAnswerServesABlock) {
    AtsBench b;
    test::RamTables flat{b.pages};
    const uint64_t cd = b.pages.take();
    constexpr uint64_t block = 0x4000'0000;
    flat.map(block, test::map::data, test::stage1_page, 2);
    b.ram.put(cd, test::SmmuDriver::make_cd(flat, 3));
    b.ram.put(test::map::data + 0x1F'FFF8, uint64_t{0xABCD});
    simulate([&] {
        b.start();
        b.put_ste(AtsBench::stream(0), test::SmmuDriver::stage1_ste(cd).set(arch::Ste::EATS, 1));
        b.use_ats(0);
        EXPECT_EQ(b.fill(0, block + 0x5000), AtsBench::Command::HALTED);
        EXPECT_EQ(b.word(0, block + 0x1F'FFF8), 0xABCDu);
        ASSERT_EQ(b.log.translations.size(), 1u);
        EXPECT_EQ(b.log.translations[0].completion.entry.word[0],
                  test::map::data | 0xF'F000 | 1u << 11 | 0b11)
            << "2 MiB";
    });
}

TEST_F(AtsTranslationTest, ATS_10_ATS_16_WithSplitStageTheEndpointKnowsIpas) {
    AtsBench b;
    b.map_page(0);
    b.map_page(2);
    b.ram.put(AtsBench::data_page(0), uint64_t{0x77});
    b.stage2.map(AtsBench::data_page(2) + test::map::guest, AtsBench::data_page(2),
                 with_access(test::stage2_page, 0b01));
    simulate([&] {
        b.start(2);
        b.use_ats(0);
        b.ram.remembers = true;
        EXPECT_EQ(b.word(0, AtsBench::va), 0x77u);
        ASSERT_EQ(b.log.translations.size(), 1u);
        EXPECT_EQ(arch::entry_address(b.log.translations[0].completion.entry),
                  AtsBench::data_page(0) + test::map::guest);
        EXPECT_EQ(b.ram.seen.back().address, AtsBench::data_page(0));
        EXPECT_EQ(b.ram.seen.back().in.address_type, AddressType::Translated);
        EXPECT_EQ(b.fill(0, AtsBench::page(2)), AtsBench::Command::ERROR);
        EXPECT_EQ(b.log.translations.back().completion.entry.word[0],
                  (AtsBench::data_page(2) + test::map::guest) | 1)
            << "an IPA, with the permissions of both stages";
        EXPECT_EQ(b.next_event(), std::nullopt);

        b.stage2.unmap(AtsBench::data_page(0) + test::map::guest);
        b.run(AtsBench::tlbi_all());
        EXPECT_EQ(b.word(0, AtsBench::va), std::nullopt);
        EXPECT_EQ(b.log.translations.size(), 2u) << "the endpoint still knows the IPA";
        const auto event = b.next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ((*event)[Event::Id], EventId::F_TRANSLATION);
        EXPECT_TRUE((*event)[Event::S2]);
        EXPECT_EQ((*event)[Event::StreamID], 0x108u);
        EXPECT_EQ((*event)[Event::InputAddr], AtsBench::data_page(0) + test::map::guest);

        b.put_ste(AtsBench::stream(0), b.nested_ste(2).set(arch::Ste::S2R, false));
        b.run(arch::command<arch::CfgiSte>(arch::Opcode::CFGI_STE)
                  .set(arch::CfgiSte::StreamID, AtsBench::stream(0)));
        EXPECT_EQ(b.word(0, AtsBench::va), std::nullopt);
        EXPECT_EQ(b.next_event(), std::nullopt) << "S2R decides about the record";
    });
}

TEST_F(AtsTranslationTest, AnAnswerWithoutAccessIsNotKept) {
    AtsBench b;
    simulate([&] {
        b.start();
        b.use_ats(0);
        EXPECT_EQ(b.word(0, AtsBench::va), std::nullopt);
        ASSERT_EQ(b.log.translations.size(), 1u);
        EXPECT_EQ(b.log.translations[0].completion.status, AtsStatus::Success);
        EXPECT_EQ(b.log.translations[0].completion.entry.word[0], 0u);
        EXPECT_EQ(b.next_event(), std::nullopt);
        b.map_page(0);
        EXPECT_EQ(b.word(0, AtsBench::va), 0u) << "nothing had to be invalidated";
    });
}

TEST_F(AtsTranslationTest, ATS_02_AStreamWithoutAtsIsRefusedAndRecorded) {
    AtsBench b;
    b.map_page(0);
    simulate([&] {
        b.start(0);
        b.put_ste(AtsBench::stream(1), test::SmmuDriver::bypass_ste().set(arch::Ste::EATS, 1));
        b.put_ste(AtsBench::stream(2), b.nested_ste(0).set(arch::Ste::S2T0SZ, 63));  // ILLEGAL
        for (uint32_t frame = 0; frame < 3; ++frame) {
            b.use_ats(frame);
            EXPECT_EQ(b.word(frame, AtsBench::va), std::nullopt);
            const auto event = b.next_event();
            ASSERT_EQ(b.log.translations.size(), frame + 1u);
            const AtsStatus status = b.log.translations.back().completion.status;
            if (frame == 2) {
                EXPECT_EQ(status, AtsStatus::CompleterAbort) << "not a valid STE";
                EXPECT_EQ(event, std::nullopt);
                continue;
            }
            EXPECT_EQ(status, AtsStatus::UnsupportedRequest);
            ASSERT_TRUE(event) << frame;
            EXPECT_EQ(event->word[0], uint64_t{AtsBench::stream(frame)} << 32 | 0x05)
                << "F_BAD_ATS_TREQ";
            EXPECT_EQ(event->word[1], 0x8000'0001u) << "one STU, for reading";
            EXPECT_EQ(event->word[2], AtsBench::va);
        }
    });
}

TEST_F(AtsTranslationTest, AFunctionWithoutAtsStaysUntranslated) {
    AtsBench b;
    b.map_page(0);
    simulate([&] {
        b.start();
        b.use_ats(0);
        b.set_config(AtsBench::ats + 6, 0, 2);
        b.ram.remembers = true;
        EXPECT_EQ(b.word(0, AtsBench::va), 0u);
        EXPECT_TRUE(b.log.translations.empty());
        EXPECT_EQ(b.ram.seen.back().in.address_type, AddressType::Untranslated);

        b.set_config(AtsBench::ats + 6, 0x8000, 2);
        EXPECT_EQ(b.word(0, AtsBench::va), 0u);
        EXPECT_EQ(b.word(0, AtsBench::va), 0u);
        EXPECT_EQ(b.log.translations.size(), 1u);
        b.set_config(AtsBench::ats + 6, 0, 2);
        b.set_config(AtsBench::ats + 6, 0x8000, 2);
        EXPECT_EQ(b.word(0, AtsBench::va), 0u);
        EXPECT_EQ(b.log.translations.size(), 2u) << "switching it off has emptied the cache";
    });
}

TEST_F(AtsTranslationTest, AnMsiGoesUntranslated) {
    AtsBench b;
    b.map_page(0);
    b.map_page(1);
    simulate([&] {
        b.start();
        b.use_ats(0);
        b.set(0, test_engine::user::msiaddress, AtsBench::page(1) + 0x20, 8);
        b.set(0, test_engine::user::msidata, 0xCAFE);
        b.ram.remembers = true;
        EXPECT_EQ(b.word(0, AtsBench::va), 0u);
        sc_core::wait(1000 * test::ns);
        EXPECT_EQ(b.ram.get<uint32_t>(AtsBench::data_page(1) + 0x20), 0xCAFEu);
        EXPECT_EQ(b.ram.seen.back().in.address_type, AddressType::Untranslated);
        EXPECT_EQ(b.log.translations.size(), 1u);
    });
}

TEST_F(AtsTranslationTest, ABeatOverTwoPagesHasTwoTranslations) {
    TestEngineParams params;
    params.page_crossing = PageCrossing::Allowed;
    AtsBench b(AtsBench::params(), params);
    b.map_page(0);
    b.stage1.map(AtsBench::page(1), AtsBench::data_page(7) + test::map::guest, test::stage1_page);
    b.ram.put(AtsBench::data_page(0) + 0xFF8, uint64_t{0x10});
    b.ram.put(AtsBench::data_page(7), uint64_t{0x0300});
    simulate([&] {
        b.start();
        b.use_ats(0);
        b.start_sum(0, AtsBench::page(0) + 0xFF8, 16);
        EXPECT_EQ(b.finish(0), AtsBench::Command::HALTED);
        EXPECT_EQ(b.get(0, test_engine::user::sum, 8), 0x310u);
        EXPECT_EQ(b.log.translations.size(), 2u);
    });
}

}  // namespace
}  // namespace smmu
