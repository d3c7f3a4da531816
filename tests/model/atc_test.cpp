// The Address Translation Cache of an endpoint, without an endpoint.  Entries are typed as they go
// over the bus (PCI Express Base 5.0, 10.2.3).
#include "pcie/atc.h"

#include <gtest/gtest.h>

namespace smmu {
namespace {

constexpr AtcOwner plain{{8}, {0}, false, false};

AtcOwner with_pasid(uint32_t pasid, bool privileged = false) {
    return {{8}, {pasid}, true, privileged};
}

/// A completion word for a request of `address`.
AtcTranslation answer(uint64_t word, uint64_t address) {
    return translation_of(arch::TranslationEntry{{{word}}}, address);
}
/// One page that may be read and written.
AtcTranslation page(uint64_t input, uint64_t output) { return answer(output | 0b11, input); }

arch::InvalidateRequest range(uint64_t first, uint64_t last) {
    return {{8}, {0}, false, false, first, last};
}
arch::InvalidateRequest range(uint32_t pasid, bool global, uint64_t first, uint64_t last) {
    return {{8}, {pasid}, true, global, first, last};
}
constexpr uint64_t everywhere = ~uint64_t{0};

bool hits(const Atc& atc, const AtcOwner& owner, uint64_t address, AtcNeed need = AtcNeed::Read) {
    return atc.find(owner, address, need).has_value();
}

TEST(Atc, SizeIsInTheAddress) {
    const AtcTranslation small = answer(0x1234'5003, 0x7000'0ABC);
    EXPECT_EQ(small.first, 0x7000'0000u);
    EXPECT_EQ(small.last, 0x7000'0FFFu);
    EXPECT_EQ(small.translated(0x7000'0ABC), 0x1234'5ABCu);

    const AtcTranslation two_pages = answer(0x1234'4803, 0x7000'1000);
    EXPECT_EQ(two_pages.first, 0x7000'0000u);
    EXPECT_EQ(two_pages.last, 0x7000'1FFFu);
    EXPECT_EQ(two_pages.translated(0x7000'1004), 0x1234'5004u);

    const AtcTranslation block = answer(0x402F'F803, 0x8012'3000);  // 2 MiB
    EXPECT_EQ(block.first, 0x8000'0000u);
    EXPECT_EQ(block.last, 0x801F'FFFFu);
    EXPECT_EQ(block.translated(0x8012'3456), 0x4032'3456u);

    const AtcTranslation all = answer(0x7FFF'FFFF'FFFF'F803, 0x5000);
    EXPECT_EQ(all.first, 0u);
    EXPECT_EQ(all.last, everywhere);
    EXPECT_EQ(all.translated(0x5678), 0x5678u);
}

TEST(Atc, AHitIsAnywhereInTheRange) {
    Atc atc(4);
    atc.fill(plain, answer(0x402F'F803, 0x8000'0000));
    EXPECT_TRUE(hits(atc, plain, 0x8000'0000));
    EXPECT_TRUE(hits(atc, plain, 0x801F'FFFF));
    EXPECT_FALSE(hits(atc, plain, 0x8020'0000));
    EXPECT_FALSE(hits(atc, plain, 0x7FFF'FFFF));
    EXPECT_EQ(atc.find(plain, 0x801F'FFFF, AtcNeed::Write)->translated(0x801F'FFFF), 0x403F'FFFFu);
}

TEST(Atc, PermissionsDecide) {
    Atc atc(4);
    atc.fill(plain, answer(0x1001, 0x1000));  // R
    atc.fill(plain, answer(0x2002, 0x2000));  // W
    atc.fill(plain, answer(0x3009, 0x3000));  // R, Exe
    atc.fill(plain, answer(0x4000, 0x4000));
    EXPECT_TRUE(hits(atc, plain, 0x1000, AtcNeed::Read));
    EXPECT_FALSE(hits(atc, plain, 0x1000, AtcNeed::Write));
    EXPECT_FALSE(hits(atc, plain, 0x1000, AtcNeed::Execute));
    EXPECT_FALSE(hits(atc, plain, 0x2000, AtcNeed::Read));
    EXPECT_TRUE(hits(atc, plain, 0x2000, AtcNeed::Write));
    EXPECT_TRUE(hits(atc, plain, 0x3000, AtcNeed::Execute));
    EXPECT_EQ(atc.size(), 3u) << "an answer without access is not kept";
}

TEST(Atc, OwnersAreApart) {
    Atc atc(8);
    atc.fill(with_pasid(5), page(0x1000, 0xA000));
    EXPECT_TRUE(hits(atc, with_pasid(5), 0x1000));
    EXPECT_FALSE(hits(atc, with_pasid(6), 0x1000));
    EXPECT_FALSE(hits(atc, with_pasid(5, true), 0x1000)) << "privilege was not asked for";
    EXPECT_FALSE(hits(atc, plain, 0x1000));
    EXPECT_FALSE(hits(atc, {{9}, {5}, true, false}, 0x1000)) << "another requester";
}

TEST(Atc, ANewAnswerTakesThePlaceOfWhatItOverlaps) {
    Atc atc(4);
    atc.fill(plain, page(0x8000'0000, 0x1000));
    atc.fill(plain, page(0x8000'1000, 0x2000));
    atc.fill(with_pasid(1), page(0x8000'1000, 0x2000));
    atc.fill(plain, answer(0x402F'F803, 0x8000'0000));
    EXPECT_EQ(atc.size(), 2u);
    EXPECT_EQ(atc.find(plain, 0x8000'1000, AtcNeed::Read)->translated(0x8000'1000), 0x4020'1000u);
}

TEST(Atc, TheOldestGoesWhereThereIsNoRoom) {
    Atc atc(2);
    atc.fill(plain, page(0x1000, 0x1000));
    atc.fill(plain, page(0x2000, 0x2000));
    EXPECT_TRUE(hits(atc, plain, 0x1000)) << "a hit does not make it younger";
    atc.fill(plain, page(0x3000, 0x3000));
    EXPECT_FALSE(hits(atc, plain, 0x1000));
    atc.fill(plain, page(0x4000, 0x4000));
    EXPECT_FALSE(hits(atc, plain, 0x2000));
    EXPECT_TRUE(hits(atc, plain, 0x3000));
    EXPECT_TRUE(hits(atc, plain, 0x4000));

    Atc none(0);
    none.fill(plain, page(0x1000, 0x1000));
    EXPECT_FALSE(hits(none, plain, 0x1000));
}

TEST(Atc, InvalidationByRange) {
    Atc atc(4);
    atc.fill(plain, answer(0x402F'F803, 0x8000'0000));
    atc.fill(plain, page(0x9000'0000, 0x1000));
    atc.invalidate(range(0x8020'0000, 0x8FFF'FFFF));
    EXPECT_EQ(atc.size(), 2u);
    atc.invalidate(range(0x8010'0000, 0x8010'0FFF));
    EXPECT_FALSE(hits(atc, plain, 0x8000'0000)) << "a part takes the whole";
    EXPECT_TRUE(hits(atc, plain, 0x9000'0000));
    atc.invalidate({{9}, {0}, false, false, 0, everywhere});
    EXPECT_TRUE(hits(atc, plain, 0x9000'0000)) << "another requester";
    atc.invalidate(range(0, everywhere));
    EXPECT_EQ(atc.size(), 0u);
}

TEST(Atc, InvalidationByPasid) {
    Atc atc(8);
    const auto fill = [&atc] {
        atc.clear();
        atc.fill(plain, page(0x1000, 0x1000));
        atc.fill(with_pasid(5), page(0x1000, 0x1000));
        atc.fill(with_pasid(5, true), page(0x1000, 0x1000));
        atc.fill(with_pasid(6), page(0x1000, 0x1000));
    };
    fill();
    atc.invalidate(range(0, everywhere));
    EXPECT_EQ(atc.size(), 3u) << "without a PASID";
    EXPECT_FALSE(hits(atc, plain, 0x1000));
    fill();
    atc.invalidate(range(5, false, 0, everywhere));
    EXPECT_EQ(atc.size(), 2u) << "both privileges of one PASID";
    EXPECT_TRUE(hits(atc, with_pasid(6), 0x1000));
    fill();
    atc.invalidate(range(7, true, 0, everywhere));
    EXPECT_EQ(atc.size(), 1u) << "all PASIDs";
    EXPECT_TRUE(hits(atc, plain, 0x1000));
}

TEST(Atc, AnInvalidationMeanwhileMakesAnAnswerVoid) {
    Atc atc(4);
    atc.invalidate(range(0, everywhere));
    Atc::Request request(atc, plain);
    const AtcTranslation block = answer(0x402F'F803, 0x8000'0000);
    EXPECT_FALSE(request.is_void(block)) << "that one came before";
    atc.invalidate(range(0x8020'0000, 0x8020'0FFF));
    atc.invalidate(range(5, true, 0, everywhere));
    EXPECT_FALSE(request.is_void(block)) << "elsewhere, or of others";
    atc.invalidate(range(0x801F'F000, 0x801F'FFFF));
    EXPECT_TRUE(request.is_void(block)) << "in a part that was not asked for";
    EXPECT_FALSE(request.is_void(page(0x8000'0000, 0x1000)));
    const Atc::Request later(atc, plain);
    EXPECT_FALSE(later.is_void(block));
    atc.clear();
    EXPECT_TRUE(request.is_void(page(0x8000'0000, 0x1000))) << "ATS was switched off";
}

TEST(Atc, AccessesInFlight) {
    Atc atc(4);
    Atc::Use first(atc), second(atc);
    first.begin(plain, page(0x1000, 0x1000));
    const uint64_t before = atc.latest_use();
    EXPECT_TRUE(atc.in_use(range(0x1000, 0x1FFF), before));
    EXPECT_FALSE(atc.in_use(range(0x2000, 0x2FFF), before));
    EXPECT_FALSE(atc.in_use(range(1, true, 0, everywhere), before));
    second.begin(plain, page(0x1000, 0x1000));
    first.end();
    EXPECT_FALSE(atc.in_use(range(0, everywhere), before)) << "the second began later";
    EXPECT_TRUE(atc.in_use(range(0, everywhere), atc.latest_use()));
    {
        Atc::Use third(atc);
        third.begin(with_pasid(1), page(0x1000, 0x1000));
        EXPECT_TRUE(atc.in_use(range(1, false, 0, everywhere), atc.latest_use()));
    }
    EXPECT_FALSE(atc.in_use(range(1, false, 0, everywhere), atc.latest_use()));
}

}  // namespace
}  // namespace smmu
