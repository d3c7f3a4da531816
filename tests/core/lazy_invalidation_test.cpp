// Invalidations that a TLB carries out when it comes across their entries: they act at once all the
// same, and those by VMID, by ASID or of everything look at no entry.  Arm IHI 0070 G.b, 4.4.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "smmuv3/core/walk_cache.h"
#include "tests/support/tlb.h"

namespace smmu::test {
namespace {

using core::Replacement;
using core::TlbScope;
using core::TlbTag;
using core::Translation;

TlbTag of(uint16_t vmid, uint16_t asid) {
    TlbTag t;
    t.vmid = arch::Vmid{vmid};
    t.asid = arch::Asid{asid};
    t.stage1 = t.stage2 = true;
    return t;
}

Translation page_at(const TlbTag& tag, uint64_t input) {
    Translation t;
    t.tag = tag;
    t.input = t.output = input;
    t.shift = t.leaf_shift = 12;
    return t;
}

TlbScope of_vmid(uint16_t vmid) {
    TlbScope s;
    s.vmid = arch::Vmid{vmid};
    return s;
}
TlbScope of_asid(uint16_t vmid, uint16_t asid) {
    TlbScope s = of_vmid(vmid);
    s.entries = TlbScope::Stage1;
    s.by_asid = true;
    s.asid = arch::Asid{asid};
    s.with_globals = false;
    return s;
}
TlbScope of_all() {
    TlbScope s;
    s.by_vmid = false;
    return s;
}
TlbScope of_page(uint16_t vmid, uint64_t address) {
    TlbScope s = of_vmid(vmid);
    s.by_address = true;
    s.first = address;
    s.last = address + 0xFFF;
    return s;
}

TEST(LazyInvalidation, AllVmidAndAsidLookAtNoEntry) {
    core::Tlb tlb({65536, 4});
    for (uint16_t asid = 0; asid < 4; ++asid)
        for (uint64_t page = 0; page < 10000; ++page) tlb.fill(page_at(of(1, asid), page << 12));
    tlb.invalidate(of_asid(1, 2));
    EXPECT_FALSE(holds(tlb, of(1, 2), 0x1000));
    EXPECT_TRUE(holds(tlb, of(1, 3), 0x1000));
    tlb.invalidate(of_vmid(2));
    EXPECT_TRUE(holds(tlb, of(1, 3), 0x1000));
    tlb.invalidate(of_all());
    EXPECT_FALSE(holds(tlb, of(1, 3), 0x1000));
    EXPECT_EQ(tlb.visited(), 0u);
}

TEST(LazyInvalidation, OnePageLooksAtItsSetsOnly) {
    core::Tlb tlb({65536, 4});
    for (uint64_t page = 0; page < 10000; ++page) tlb.fill(page_at(of(1, 1), page << 12));
    tlb.invalidate(of_page(1, 0x2000));
    EXPECT_FALSE(holds(tlb, of(1, 1), 0x2000));
    EXPECT_TRUE(holds(tlb, of(1, 1), 0x1000) && holds(tlb, of(1, 1), 0x3000));
    EXPECT_LE(tlb.visited(), 4u);
}

TEST(LazyInvalidation, WhatIsFilledAfterwardsStays) {
    core::Tlb tlb({4, 4});
    tlb.fill(page_at(of(1, 1), 0x1000));
    tlb.invalidate(of_vmid(1));
    tlb.fill(page_at(of(1, 1), 0x2000));
    EXPECT_FALSE(holds(tlb, of(1, 1), 0x1000));
    EXPECT_TRUE(holds(tlb, of(1, 1), 0x2000));
}

TEST(LazyInvalidation, AVoidEntryGivesItsPlaceFirst) {
    for (const auto policy : {Replacement::RoundRobin, Replacement::Lru, Replacement::Random}) {
        core::Tlb tlb({4, 4, policy});
        for (uint16_t asid = 1; asid <= 4; ++asid) tlb.fill(page_at(of(1, asid), 0x1000));
        tlb.invalidate(of_asid(1, 3));
        tlb.fill(page_at(of(1, 5), 0x1000));
        for (const uint16_t asid : {uint16_t{1}, uint16_t{2}, uint16_t{4}, uint16_t{5}})
            EXPECT_TRUE(holds(tlb, of(1, asid), 0x1000));
    }
}

TEST(LazyInvalidation, ThereMayBeManyOfThem) {
    core::Tlb tlb({4096, 4});
    for (uint16_t asid = 0; asid < 1000; ++asid)
        tlb.fill(page_at(of(1, asid), uint64_t{asid} << 12));
    for (uint16_t asid = 0; asid < 1000; asid = static_cast<uint16_t>(asid + 2))
        tlb.invalidate(of_asid(1, asid));
    for (uint16_t asid = 0; asid < 1000; ++asid)
        EXPECT_EQ(holds(tlb, of(1, asid), uint64_t{asid} << 12), asid % 2 == 1) << asid;
}

/// A TLB that never replaces anything, beside a list from which everything is taken at once.
TEST(LazyInvalidation, DoesWhatAnEagerOneDoes) {
    std::mt19937 dice(7);
    const auto below = [&](uint32_t n) { return dice() % n; };
    core::Tlb tlb({64 * 64, 64});
    std::vector<Translation> list;
    const auto random_tag = [&] {
        TlbTag t = of(static_cast<uint16_t>(below(3)), static_cast<uint16_t>(below(40)));
        t.stage2 = below(2) != 0;
        t.stage1 = !t.stage2 || below(2) != 0;
        if (below(8) == 0) t.world = arch::StreamWorld::El2;
        if (t.world == arch::StreamWorld::El2)
            t.vmid = arch::Vmid{0}, t.stage2 = false, t.stage1 = true;
        if (!t.stage1) t.asid = arch::Asid{0};
        return t;
    };
    const auto random_scope = [&] {
        TlbScope s;
        s.el2 = below(8) == 0;
        s.by_vmid = !s.el2 && below(4) != 0;
        if (s.by_vmid) s.vmid = arch::Vmid{static_cast<uint16_t>(below(3))};
        if (s.by_vmid && below(8) == 0) s.vmid_mask = 0xFFFE;
        s.entries = std::vector{TlbScope::All, TlbScope::Stage1, TlbScope::Stage2Only,
                                TlbScope::Nested}[below(4)];
        s.by_asid = below(2) != 0;
        s.asid = arch::Asid{static_cast<uint16_t>(below(40))};
        s.with_globals = below(2) != 0;
        s.by_address = below(3) == 0;
        s.first = uint64_t{below(64)} << 12;
        s.last = s.first + (uint64_t{below(4)} << 12) + 0xFFF;
        return s;
    };
    for (unsigned step = 0; step < 20000; ++step) {
        if (below(3) != 0) {
            Translation t = page_at(random_tag(), uint64_t{below(64)} << 12);
            if (below(6) == 0) t.leaf_shift = 15;
            if (below(10) == 0) t.global = t.tag.stage1;
            if (below(10) == 0) t.shift = t.leaf_shift = 14, t.input &= ~uint64_t{0x3FFF};
            t.output = uint64_t{step} << 12 << 4;
            if (holds(tlb, t.tag, t.input)) continue;
            tlb.fill(t);
            list.push_back(t);
        } else {
            const TlbScope s = random_scope();
            tlb.invalidate(s);
            list.erase(std::remove_if(list.begin(), list.end(),
                                      [&](const Translation& t) { return is_in(t, s); }),
                       list.end());
        }
        if (step % 16 != 0) continue;
        for (const Translation& t : list) ASSERT_TRUE(holds(tlb, t.tag, t.input)) << step;
        for (unsigned n = 0; n < 20; ++n) {
            const TlbTag tag = random_tag();
            const uint64_t address = uint64_t{below(64)} << 12;
            const bool expected = std::any_of(list.begin(), list.end(), [&](const Translation& t) {
                return pack(t).answers(tag, address, t.shift);
            });
            ASSERT_EQ(holds(tlb, tag, address), expected) << step;
        }
    }
}

TEST(LazyInvalidation, WalkCachesToo) {
    core::WalkCaches caches(core::by_stage({64, 4}, {64, 4}, {64, 4}));
    core::TableRoot root;
    root.start_level = 0;
    const auto step_of = [&](uint16_t asid) {
        core::WalkStep s;
        s.tag = of(1, asid);
        s.table = 0x5000;
        s.shift = 21;
        s.level = 3;
        return s;
    };
    const auto knows = [&](uint16_t asid) {
        return caches.find(of(1, asid), root, 0x1000) != nullptr;
    };
    for (uint16_t asid = 0; asid < 3; ++asid) caches.keep(step_of(asid));
    caches.invalidate(of_asid(1, 1));
    EXPECT_TRUE(knows(0) && !knows(1) && knows(2));
    caches.keep(step_of(1));
    EXPECT_TRUE(knows(1));
    TlbScope leaves = of_vmid(1);
    leaves.leaf_only = true;
    caches.invalidate(leaves);
    EXPECT_TRUE(knows(0) && knows(1) && knows(2)) << "Leaf = 1 leaves tables alone";
    caches.invalidate(of_vmid(1));
    EXPECT_FALSE(knows(0) || knows(1) || knows(2));
    for (uint16_t asid = 100; asid < 300; ++asid) caches.invalidate(of_asid(1, asid));
    caches.keep(step_of(200));
    EXPECT_TRUE(knows(200) && !knows(0));
}

}  // namespace
}  // namespace smmu::test
