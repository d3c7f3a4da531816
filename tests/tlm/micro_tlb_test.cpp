// The micro TLB by itself: it never gives one requester the answer of another, whatever it remembers.
#include "smmuv3/micro_tlb.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace smmu::test {
namespace {

constexpr uint64_t page = 0x1234'5000, elsewhere = 0x9'8765'4000, generation = 5;

MicroTlb::Answer to(uint64_t output) {
    MicroTlb::Answer a;
    a.page = output;
    a.attributes = arch::normal(arch::write_back, arch::write_back, arch::Shareability::Inner);
    a.reads = true;
    a.dmi = true;
    return a;
}

struct MicroTlbTest : ::testing::Test {
    MicroTlbTest() { tlb.fill(page, in, false, generation, to(elsewhere)); }
    const MicroTlb::Answer* find(const StreamIn& of, uint64_t address = page, bool write = false,
                                 uint64_t now = generation) {
        return tlb.find(address, of, write, now);
    }
    MicroTlb tlb{{64, 4}};
    StreamIn in{};
};

TEST_F(MicroTlbTest, AnswersAgainAndAgain) {
    for (unsigned n = 0; n < 3; ++n) {
        const auto* const hit = find(in, page + 0x123 * n);
        ASSERT_NE(hit, nullptr);
        EXPECT_EQ(hit->page, elsewhere);
        EXPECT_TRUE(hit->dmi);
    }
}

// 3.4, 13.1: all of these decide what a translation is.
TEST_F(MicroTlbTest, NobodyElseGetsTheAnswerNotEvenRightAfterIt) {
    const std::vector<std::function<void(StreamIn&)>> changes = {
        [](StreamIn& i) { i.stream = arch::StreamId{1}; },
        [](StreamIn& i) { i.substream_valid = true; },
        [](StreamIn& i) { i.privileged = true; },
        [](StreamIn& i) { i.instruction = true; },
        [](StreamIn& i) { i.sec_sid = arch::SecSid::Secure; },
        [](StreamIn& i) { i.address_type = AddressType::Translated; },
        [](StreamIn& i) { i.attributes = arch::device(arch::MemoryType::Device_nGnRE); },
        [](StreamIn& i) { i.attributes.shareability = arch::Shareability::Outer; },
    };
    for (size_t n = 0; n < changes.size(); ++n) {
        StreamIn other = in;
        changes[n](other);
        ASSERT_NE(find(in), nullptr);
        for (unsigned again = 0; again < 3; ++again) EXPECT_EQ(find(other), nullptr) << n;
        EXPECT_NE(find(in), nullptr) << n;
    }
    EXPECT_EQ(find(in, page, true), nullptr) << "a write, of a page that is read only";
    EXPECT_EQ(find(in, page + 0x1000), nullptr);
    EXPECT_EQ(find(in, page, false, generation + 1), nullptr);
    EXPECT_NE(find(in), nullptr);
}

// 13.6.1.1: No_snoop takes cacheability away after translation.
TEST_F(MicroTlbTest, NoSnoopIsOfTheAccess) {
    StreamIn no_snoop = in;
    no_snoop.no_snoop = true;
    for (unsigned again = 0; again < 2; ++again) {
        EXPECT_TRUE(find(in)->attributes.inner.is_cacheable());
        EXPECT_FALSE(find(no_snoop)->attributes.inner.is_cacheable());
    }
}

TEST_F(MicroTlbTest, WithoutPointersNoAnswerHintsAtOne) {
    ASSERT_TRUE(find(in)->dmi);
    tlb.forbid_pointers();
    EXPECT_FALSE(find(in)->dmi);
    EXPECT_FALSE(find(in)->dmi);
}

TEST_F(MicroTlbTest, ANewGenerationEmptiesIt) {
    tlb.fill(page + 0x1000, in, false, generation + 1, to(elsewhere));
    EXPECT_EQ(find(in, page, false, generation + 1), nullptr);
    EXPECT_NE(find(in, page + 0x1000, false, generation + 1), nullptr);
}

TEST_F(MicroTlbTest, AFillReplacesWhatTheSameRequesterHadThere) {
    ASSERT_EQ(find(in)->page, elsewhere);
    tlb.fill(page, in, false, generation, to(elsewhere + 0x1000));
    EXPECT_EQ(find(in)->page, elsewhere + 0x1000);
}

TEST_F(MicroTlbTest, ManyKindsOfAttributesComeAndGo) {
    using arch::Cacheability;
    using arch::Shareability;
    std::vector<arch::MemoryAttributes> kinds;
    for (unsigned inner = 0; inner < 32; ++inner)
        for (unsigned outer = 0; outer < 32; ++outer) {
            const auto level = [](unsigned n) {
                return arch::CacheAttributes{static_cast<Cacheability>(n % 3), (n & 4) != 0,
                                             (n & 8) != 0, (n & 16) != 0};
            };
            kinds.push_back(arch::normal(level(inner), level(outer), Shareability::Outer));
        }
    for (const auto& kind : kinds) {
        MicroTlb::Answer answer = to(elsewhere);
        answer.attributes = kind;
        tlb.fill(page, in, false, generation, answer);
        ASSERT_NE(find(in), nullptr);
        EXPECT_EQ(find(in)->attributes, kind);
    }
}

}  // namespace
}  // namespace smmu::test
