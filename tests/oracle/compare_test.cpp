// The comparison itself: it sees every difference that counts, and none that does not.
#include "compare.h"

#include <gtest/gtest.h>

#include <functional>

#include "run.h"

namespace smmu::differential {
namespace {

/// One access of some world, the model's outcome and the oracle's.
struct Case {
    oracle::Access access{};
    Observed model{};
    oracle::Result expected{};
    oracle::Registers registers{};
};

/// The first access for which the predicate holds.
Case find(const std::function<bool(const oracle::Result&)>& wanted) {
    for (uint64_t seed = 0; seed < 2000; ++seed) {
        World world = make_world(seed, Kind::Cold);
        Model model(world, false);
        OracleMemory memory(world.memory);
        for (unsigned i = 0; i < 100; ++i) {
            Case c;
            c.access = random_access(world);
            c.registers = model.registers();
            c.expected = oracle::translate(c.registers, memory, c.access);
            if (!wanted(c.expected) || c.expected.choosing.met.any()) continue;
            c.model = model.translate(c.access);
            return c;
        }
    }
    ADD_FAILURE() << "no such access";
    return {};
}

bool differs(const Case& c) {
    return !difference(c.model, c.expected, c.registers, Detail::Fetches).empty();
}

TEST(Compare, EveryPartOfAForwardedAccessCounts) {
    const Case good = find([](const oracle::Result& r) {
        return r.action == oracle::Action::Forward && r.trace.stage1 && r.trace.stage2 &&
               r.attributes.type == oracle::Type::Normal &&
               r.attributes.inner.cache != oracle::Cache::NC && r.attributes.inner.ra;
    });
    ASSERT_FALSE(differs(good));
    const std::function<void(Observed&)> changes[] = {
        [](Observed& o) { o.outcome.action = core::Outcome::Action::Abort; },
        [](Observed& o) { o.outcome.action = core::Outcome::Action::RazWi; },
        [](Observed& o) { o.outcome.event = arch::EventId::F_ACCESS; },
        [](Observed& o) { o.outcome.address ^= 1; },
        [](Observed& o) { o.outcome.attributes.type = arch::MemoryType::Device_GRE; },
        [](Observed& o) {
            o.outcome.attributes.inner.set(arch::CacheAttributes::ReadAllocate,
                                           !o.outcome.attributes.inner.read_allocate());
        },
        [](Observed& o) { o.outcome.attributes.inner.set(arch::Cacheability::NonCacheable); },
        [](Observed& o) {
            auto& s = o.outcome.attributes.shareability;
            s = s == arch::Shareability::Outer ? arch::Shareability::Inner
                                               : arch::Shareability::Outer;
        },
        [](Observed& o) { o.events.push_back({}); },
        [](Observed& o) { o.beyond_memory = true; },
        [](Observed& o) { o.reads.pop_back(); },
        [](Observed& o) { o.reads.push_back(o.reads.back()); },
        [](Observed& o) { o.reads.back().address ^= 8; },
        [](Observed& o) { o.reads.back().size = 16; },
        [](Observed& o) { o.reads.back().purpose = core::Purpose::Vms; },
        [](Observed& o) { o.reads.back().level = -1; },
        [](Observed& o) { o.reads.back().on_behalf = arch::FaultClass::Cd; },
        [](Observed& o) { o.reads.back().stream.value ^= 1; },
        [](Observed& o) {
            o.reads.back().attributes = arch::device(arch::MemoryType::Device_nGnRnE);
        },
    };
    unsigned n = 0;
    for (const auto& change : changes) {
        Case c = good;
        change(c.model);
        EXPECT_TRUE(differs(c)) << "change " << n;
        ++n;
    }
    Case hints = good;
    for (core::MemoryAccess& r : hints.model.reads)
        if (r.purpose == core::Purpose::Ste)
            r.attributes.inner.set(arch::CacheAttributes::WriteAllocate,
                                   !r.attributes.inner.write_allocate());
    EXPECT_FALSE(differs(hints)) << "IMPLEMENTATION DEFINED";
}

/// Bits of each word that the table of choices leaves out, as typed from 7.3.
void expect_compared_bits(const Case& good, const std::array<uint64_t, 4>& ignored) {
    ASSERT_FALSE(differs(good));
    for (unsigned word = 0; word < 4; ++word)
        for (unsigned bit = 0; bit < 64; ++bit) {
            Case c = good;
            c.model.events.at(0).word[word] ^= uint64_t{1} << bit;
            EXPECT_EQ(differs(c), (ignored[word] >> bit & 1) == 0)
                << "word " << word << " bit " << bit;
        }
}

/// Bits above a 44-bit address.
bool of_44_bits(const oracle::Result& r, uint8_t id) {
    return r.recorded && r.fault == id && r.action != oracle::Action::Stall;
}

TEST(Compare, EveryDefinedBitOfAnEventCounts) {
    const auto above = [](const Case& c) {
        return 0x00FF'FFFF'FFFF'FFFF & ~((uint64_t{1} << c.registers.oas()) - 1);
    };
    Case c = find([](const oracle::Result& r) {
        return of_44_bits(r, oracle::C_BAD_STE) && oracle::bit(r.event[0], 11);
    });
    expect_compared_bits(c, {0, 0, 0, above(c)});

    c = find([](const oracle::Result& r) {
        return of_44_bits(r, oracle::C_BAD_STE) && !oracle::bit(r.event[0], 11);
    });
    // Turning SSV on makes the SubstreamID count, which is zero here: still another record.
    expect_compared_bits(c, {0xFFFF'F000, 0, 0, above(c)});

    c = find([](const oracle::Result& r) { return of_44_bits(r, oracle::C_BAD_SUBSTREAMID); });
    expect_compared_bits(c, {0, 0, 0, above(c)});

    c = find([](const oracle::Result& r) {
        return of_44_bits(r, oracle::F_CD_FETCH) && oracle::bit(r.event[0], 11);
    });
    expect_compared_bits(c, {0, 0xFFFF, 0, above(c)});

    c = find([](const oracle::Result& r) {
        return of_44_bits(r, oracle::F_TRANSLATION) && oracle::bit(r.event[1], 39) &&
               oracle::bit(r.event[0], 11);
    });
    expect_compared_bits(c, {0, 0, 0, above(c)});

    c = find([](const oracle::Result& r) {
        return of_44_bits(r, oracle::F_TRANSLATION) && !oracle::bit(r.event[1], 39) &&
               oracle::bit(r.event[0], 11);
    });
    expect_compared_bits(c, {0, 0, 0, 0x00FF'FFFF'FFFF'F000});

    c = find([](const oracle::Result& r) {
        return of_44_bits(r, oracle::F_PERMISSION) && oracle::bits(r.event[1], 41, 39) == 0b011 &&
               oracle::bit(r.event[0], 11);
    });
    expect_compared_bits(c, {0, 0, 0, above(c)});

    c = find([](const oracle::Result& r) {
        return r.action == oracle::Action::Stall && oracle::bit(r.event[1], 39) &&
               r.fault == oracle::F_TRANSLATION && oracle::bit(r.event[0], 11);
    });
    expect_compared_bits(c, {0, 0xFFFF, 0, above(c)});  // STAG, but not Stall
}

TEST(Compare, EveryDescriptorThatChangesCounts) {
    const Case good = find([](const oracle::Result& r) {
        return r.action == oracle::Action::Forward && r.trace.stage1 && r.trace.stage2 &&
               r.updates.size() >= 2;
    });
    ASSERT_FALSE(differs(good));
    const std::function<void(Observed&)> changes[] = {
        [](Observed& o) { o.written.erase(o.written.begin()); },
        [](Observed& o) { o.written.begin()->second ^= 1u << 10; },
        [](Observed& o) { o.written.begin()->second ^= 1u << 7; },
        [](Observed& o) { o.written[o.written.begin()->first + 8] = 0; },
        [](Observed& o) { o.updates.pop_back(); },
        [](Observed& o) { std::swap(o.updates.front(), o.updates.back()); },
    };
    unsigned n = 0;
    for (const auto& change : changes) {
        Case c = good;
        change(c.model);
        EXPECT_TRUE(differs(c)) << "change " << n;
        ++n;
    }
}

TEST(Compare, AnAlternativeIsTriedOnlyWhereThereIsAChoice) {
    // A model that never lets STE.ALLOCCFG act without MTCFG: allowed (5.2 ALLOCCFG).
    unsigned found = 0;
    for (uint64_t seed = 0; seed < 500 && found < 20; ++seed) {
        World world = make_world(seed, Kind::Cold);
        Model model(world, false);
        OracleMemory memory(world.memory);
        for (unsigned i = 0; i < 50; ++i) {
            const oracle::Access access = random_access(world);
            const oracle::Registers registers = model.registers();
            oracle::Choosing other;
            other.picks[static_cast<unsigned>(oracle::Choice::ATTR_05)] = 1;
            const auto plain = oracle::translate(registers, memory, access);
            const auto changed = oracle::translate(registers, memory, access, other);
            if (plain.action != oracle::Action::Forward || plain.attributes == changed.attributes)
                continue;
            Observed seen = model.translate(access);
            seen.outcome.attributes.inner.set(arch::CacheAttributes::ReadAllocate,
                                              changed.attributes.inner.ra);
            seen.outcome.attributes.inner.set(arch::CacheAttributes::WriteAllocate,
                                              changed.attributes.inner.wa);
            seen.outcome.attributes.inner.set(arch::CacheAttributes::Transient,
                                              changed.attributes.inner.tr);
            seen.outcome.attributes.outer.set(arch::CacheAttributes::ReadAllocate,
                                              changed.attributes.outer.ra);
            seen.outcome.attributes.outer.set(arch::CacheAttributes::WriteAllocate,
                                              changed.attributes.outer.wa);
            seen.outcome.attributes.outer.set(arch::CacheAttributes::Transient,
                                              changed.attributes.outer.tr);
            const Judgement j = judge(seen, registers, memory, access, Detail::Fetches);
            EXPECT_EQ(j.difference, "");
            EXPECT_TRUE(j.alternatives[static_cast<unsigned>(oracle::Choice::ATTR_05)]);
            ++found;
        }
    }
    EXPECT_GE(found, 20u);
}

}  // namespace
}  // namespace smmu::differential
