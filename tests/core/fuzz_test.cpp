// Random structures, tables and accesses: no content of memory makes the SMMU hang, leave its
// address range, report what did not happen, or depend on what is cached.
#include "tests/core/fuzz.h"

#include <algorithm>
#include <map>

#include "tests/core/bench.h"

namespace smmu::test {
namespace {

/// Registers as random software leaves them: mostly enabled, with a Stream table that exists.
void configure(Random& random, core::RegisterFile& registers, const core::Features& features) {
    const uint64_t log2size = random.one_in(16) ? random.bits(6) : features.stream_id_bits;
    registers.write(arch::StrtabBase::offset, 8, random.next());
    registers.write(arch::StrtabBaseCfg::offset, 4, (random.next() & 0x3'07C0) | log2size);
    registers.write(arch::Cr1::offset, 4, random.next());
    registers.write(arch::Cr2::offset, 4, random.next());
    registers.write(arch::Gbpa::offset, 4, 0x8000'0000 | random.next());
    registers.write(arch::Cr0::offset, 4, random.one_in(32) ? 0 : 1);
    registers.acknowledge_control();
}

/// Random everything; what was seen at the end says how far it came.
Invariants::Seen run(uint64_t seed, unsigned count, NoiseMemory::Kind kind) {
    core::Features features;
    Invariants invariants(features);
    cases(seed, count, [&](Random& random) {
        features = random_features(random);
        core::RegisterFile registers(features);
        configure(random, registers, features);
        NoiseMemory memory(random.next(), kind, features);
        Access a = random_access(random);
        if (!random.one_in(16))  // in range of the Stream table, then
            a.stream.value &= (uint32_t{1} << std::min(6u, features.stream_id_bits)) - 1;
        invariants.check(registers, a, random_neighbour(random, a), memory);
    });
    return invariants.seen;
}

TEST(Fuzz, RandomBytes) {
    const auto seen = run(0x1000'0000, 10'000, NoiseMemory::Bytes);
    for (const EventId id : {EventId::C_BAD_STREAMID, EventId::F_STE_FETCH, EventId::C_BAD_STE})
        EXPECT_TRUE(seen.events.count(id)) << unsigned(uint8_t(id));
}

TEST(Fuzz, RandomTables) {
    const auto seen = run(0x1800'0000, 10'000, NoiseMemory::Tables);
    for (const EventId id : {EventId::F_TRANSLATION, EventId::F_ADDR_SIZE})
        EXPECT_TRUE(seen.events.count(id)) << unsigned(uint8_t(id));
}

TEST(Fuzz, RandomStructures) {
    const auto seen = run(0x2000'0000, 40'000, NoiseMemory::Structures);
    EXPECT_EQ(seen.actions.size(), 3u);
    EXPECT_EQ(seen.events.size(), 11u);
    EXPECT_EQ(seen.classes.size(), 3u);
    EXPECT_GT(seen.most_accesses, 24u) << "nested walks that go all the way";
    EXPECT_GT(seen.hits, 1000u);
    EXPECT_GT(seen.neighbour_hits, 500u);
}

// --- Structures that were right before some bits of them flipped -----------------------------

class FuzzMutations : public Bench {
protected:
    static constexpr uint64_t va = 0x0000'1234'5678'9000, ipa = 0xA'0000, pa = 0x12'3000;
    static constexpr uint64_t block = 0x0000'0001'0020'0000;
    static constexpr uint64_t l1std = 0x3000'0000;

    /// A stream, the addresses it maps, and the words that decide about them.
    struct Prey {
        arch::StreamId stream;
        std::unique_ptr<Context> context;
        std::vector<uint64_t> mapped, words;
    };

    FuzzMutations() {
        add(0x10, SteConfig::S1, 0x4000'0000);
        add(0x11, SteConfig::S2, 0x6000'0000);
        add(0x12, SteConfig::S1S2, 0x8000'0000);
        add(0x13, SteConfig::Bypass, 0xA000'0000);
        memory.poke(l1std, stream_table | 7);  // 64 STEs
        two_level.write(arch::StrtabBase::offset, 8, l1std);
        two_level.write(arch::StrtabBaseCfg::offset, 4, 0x1'0186);  // 2-level, SPLIT 6, LOG2SIZE 6
        two_level.write(arch::Cr2::offset, 4, 0b10);
        two_level.write(arch::Cr0::offset, 4, 1);
        two_level.acknowledge_control();
    }
    void add(uint32_t sid, SteConfig config, uint64_t area) {
        Prey p{{sid}, std::make_unique<Context>(memory, config, area), {}, {}};
        Context& c = *p.context;
        const uint64_t input = has_stage1(config) ? va : va & 0x0000'0FFF'FFFF'FFFF;
        const bool nested = config == SteConfig::S1S2;
        for (const uint64_t at : {input, input + 0x1000}) {
            c.stage1.map(at, nested ? ipa : pa, stage1_leaf());
            c.stage2.map(nested ? ipa : at, pa, stage2_leaf());
        }
        c.stage1.map(block, nested ? 0x4000'0000 : 0x4020'0000, stage1_leaf(), 2);
        c.stage2.map(nested ? 0x4000'0000 : block, 0x4020'0000, stage2_leaf(), 2);
        put(p.stream, c.ste);
        p.mapped = {input + 0x123, input + 0x1FF8, block + 0x1'2345};

        const auto words_of = [&](uint64_t begin, unsigned n) {
            for (unsigned i = 0; i < n; ++i) p.words.push_back(begin + 8 * i);
        };
        words_of(ste_address(p.stream), 8);
        words_of(c.cd_place.physical, 8);
        words_of(l1std, 1);
        for (int level = 0; level < 4; ++level) {
            words_of(c.stage1.slot(input, level), level == 3 ? 2 : 1);
            words_of(c.stage2.slot(nested ? ipa : input, level), level == 3 ? 2 : 1);
            if (nested) words_of(c.stage2.slot(c.stage1.root(), level), 1);
            if (nested) words_of(c.stage2.slot(c.cd_place.address, level), 1);
        }
        for (int level = 1; level < 3; ++level) words_of(c.stage1.slot(block, level), 1);
        prey.push_back(std::move(p));
    }

    core::RegisterFile two_level{features};
    std::vector<Prey> prey;
};

TEST_F(FuzzMutations, FlippedBits) {
    Invariants invariants(features);
    unsigned changed = 0;
    cases(0x3000'0000, 25'000, [&](Random& random) {
        const Prey& p = prey[random.below(prey.size())];
        Access a = random_access(random);
        a.stream = p.stream;
        if (!random.one_in(8)) a.address = p.mapped[random.below(p.mapped.size())];
        const core::RegisterFile& smmu = random.flip() ? registers : two_level;

        std::map<uint64_t, uint64_t> before;
        for (uint64_t flips = 1 + random.below(8); flips > 0; --flips) {
            const uint64_t at = p.words[random.below(p.words.size())];
            before.emplace(at, memory.word(at));
            memory.poke(at, memory.word(at) ^ uint64_t{1} << random.below(64));
        }
        memory.log.clear();
        const Outcome o = invariants.check(smmu, a, random_neighbour(random, a), memory);
        changed += o.action != Action::Forward;
        for (const auto& [at, word] : before) memory.poke(at, word);
    });
    EXPECT_EQ(invariants.seen.actions.size(), 3u);
    EXPECT_EQ(invariants.seen.classes.size(), 3u);
    for (const EventId id : {EventId::C_BAD_STREAMID, EventId::C_BAD_STE,
                             EventId::C_BAD_SUBSTREAMID, EventId::C_BAD_CD, EventId::F_TRANSLATION,
                             EventId::F_ADDR_SIZE, EventId::F_ACCESS, EventId::F_PERMISSION})
        EXPECT_TRUE(invariants.seen.events.count(id)) << unsigned(uint8_t(id));
    EXPECT_GT(invariants.seen.hits, 5000u);
    EXPECT_GT(invariants.seen.neighbour_hits, 1000u);
    EXPECT_GT(changed, 5000u);

    // All bits are back, and with them the translations.
    for (const Prey& p : prey) {
        Access a = access(p.mapped[0]);
        a.stream = p.stream;
        const bool bypass = p.stream.value == 0x13;
        expect_forwarded(cold(a), bypass ? a.address : pa + 0x123);
    }
}

}  // namespace
}  // namespace smmu::test
