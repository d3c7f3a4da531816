// Structures and tables that are right, until some bits of them are flipped: a step away from what
// works there are other mistakes than in random bits.
#include <set>

#include "tests/core/bench.h"
#include "tests/core/fuzz.h"

namespace smmu::test {
namespace {

using arch::Stage1Leaf;
using arch::Stage2Leaf;

class FuzzMutations : public Bench {
protected:
    static constexpr uint64_t va = 0x0000'1234'5678'9000, ipa = 0xA'0000, pa = 0x12'3000;
    static constexpr uint64_t block = 0x0000'0001'0020'0000;
    static constexpr uint64_t run = 0x0000'0001'2345'0000, run_pa = 0x56'0000;  ///< of 16 pages
    static constexpr uint64_t l1std = 0x3000'0000;
    static constexpr uint64_t Contiguous = uint64_t{1} << 52;

    /// A stream, the addresses it maps, and the words that decide about them.
    struct Prey {
        arch::StreamId stream;
        std::unique_ptr<Context> context;
        bool has_substreams = false;
        std::vector<uint64_t> mapped, words;
        std::set<uint64_t> run_words{};  ///< of descriptors that the Contiguous bit joins
    };

    FuzzMutations() {
        be_able_to_do_everything();
        add(0x10, SteConfig::S1, 0x4000'0000);
        add(0x11, SteConfig::S2, 0x6000'0000);
        add(0x12, SteConfig::S1S2, 0x8000'0000);
        add(0x13, SteConfig::Bypass, 0xA000'0000);
        add_substreams(add(0x14, SteConfig::S1S2, 0xC000'0000));
        be_a_hypervisor(add(0x15, SteConfig::S1, 0xE000'0000));
        let_hardware_update(add(0x16, SteConfig::S1S2, 0x1'0000'0000));
        memory.poke(l1std, stream_table | 7);  // 64 STEs
        two_level.write(arch::StrtabBase::offset, 8, l1std);
        two_level.write(arch::StrtabBaseCfg::offset, 4, 0x1'0186);  // 2-level, SPLIT 6, LOG2SIZE 6
        two_level.write(arch::Cr2::offset, 4, 0b10);
        two_level.write(arch::Cr0::offset, 4, 1);
        two_level.acknowledge_control();
        pristine = memory;
    }
    void be_able_to_do_everything() {
        features.stall_model = core::StallModel::StallAndTerminate;
        features.httu = 2;
    }

    Prey& add(uint32_t sid, SteConfig config, uint64_t area) {
        Prey p{{sid}, std::make_unique<Context>(memory, config, area), false, {}, {}};
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

        add_words(p, ste_address(p.stream), 8);
        add_words(p, c.cd_place.physical, 8);
        add_words(p, l1std, 1);
        for (int level = 0; level < 4; ++level) {
            add_words(p, c.stage1.slot(input, level), level == 3 ? 2 : 1);
            add_words(p, c.stage2.slot(nested ? ipa : input, level), level == 3 ? 2 : 1);
            if (nested) add_words(p, c.stage2.slot(c.stage1.root(), level), 1);
            if (nested) add_words(p, c.stage2.slot(c.cd_place.address, level), 1);
        }
        for (int level = 1; level < 3; ++level) add_words(p, c.stage1.slot(block, level), 1);
        if (config == SteConfig::S1) add_run(p);
        prey.push_back(std::move(p));
        return prey.back();
    }
    static void add_words(Prey& p, uint64_t begin, unsigned n) {
        for (unsigned i = 0; i < n; ++i) p.words.push_back(begin + 8 * i);
    }
    void add_run(Prey& p) {
        for (uint64_t offset = 0; offset < 0x1'0000; offset += 0x1000) {
            p.context->stage1.map(run + offset, run_pa + offset, stage1_leaf());
            p.context->stage1.add_bits(run + offset, 3, Contiguous);
            p.run_words.insert(p.context->stage1.slot(run + offset, 3));
        }
        p.words.insert(p.words.end(), p.run_words.begin(), p.run_words.end());
        p.mapped.push_back(run + 0x7123);
    }
    /// Four substreams behind a level 1 descriptor; what has none uses the first.
    void add_substreams(Prey& p) {
        Context& c = *p.context;
        const Place l1 = c.allocate_stage1(arch::page_bytes);
        memory.poke(l1.physical, c.cd_place.address | 1);
        c.ste.set(Ste::S1ContextPtr, l1.address)
            .set(Ste::S1Fmt, arch::S1Format::TwoLevel4K)
            .set(Ste::S1CDMax, 2)
            .set(Ste::S1DSS, arch::S1Default::Substream0);
        put(p.stream, c.ste);
        for (unsigned i = 0; i < 4; ++i) memory.put(c.cd_place.physical + 64 * i, c.cd);
        add_words(p, l1.physical, 1);
        add_words(p, c.cd_place.physical + 64, 24);
        for (int level = 0; level < 4; ++level) add_words(p, c.stage2.slot(l1.address, level), 1);
        p.has_substreams = true;
    }
    void be_a_hypervisor(Prey& p) {
        p.context->ste.set(Ste::STRW, 0b10);
        put(p.stream, p.context->ste);
    }
    /// At both stages, and pages that nobody has used yet.
    void let_hardware_update(Prey& p) {
        Context& c = *p.context;
        c.cd.set(Cd::HA, true).set(Cd::HD, true);
        c.write_cd();
        c.ste.set(Ste::S2HA, true).set(Ste::S2HD, true);
        put(p.stream, c.ste);
        const auto clean1 = stage1_leaf().set(Stage1Leaf::AF, false).set(Stage1Leaf::DBM, true);
        const auto clean2 = stage2_leaf().set(Stage2Leaf::AF, false).set(Stage2Leaf::DBM, true);
        for (const uint64_t at : {va, va + 0x1000})
            c.stage1.map(at, ipa, Stage1Leaf{clean1}.set(Stage1Leaf::AP, 0b11));
        c.stage2.map(ipa, pa, Stage2Leaf{clean2}.set(Stage2Leaf::S2AP, 0b01));
    }

    /// One bit of a word of the prey; true if a run of descriptors no longer agrees.
    bool flip_one(Random& random, const Prey& p) {
        const uint64_t at = p.words[random.below(p.words.size())];
        const uint64_t bit = uint64_t{1} << random.below(64);
        memory.poke(at, memory.word(at) ^ bit);
        flipped.push_back(at);
        return bit == Contiguous || p.run_words.count(at) != 0;
    }
    /// What was flipped, and what the SMMU updated.
    void restore() {
        for (const uint64_t at : flipped) memory.poke(at, pristine.word(at));
        for (const auto& access : memory.log)
            if (access.is_write) memory.poke(access.address, pristine.word(access.address));
        flipped.clear();
        memory.log.clear();
    }

    core::RegisterFile two_level{features};
    std::vector<Prey> prey;
    std::vector<uint64_t> flipped;
    FakeMemory pristine;
};

TEST_F(FuzzMutations, FlippedBits) {
    Invariants invariants(features);
    unsigned changed = 0;
    cases(0x3000'0000, 60'000, [&](Random& random) {
        be_able_to_do_everything();
        if (random.one_in(8)) features.stall_model = core::StallModel::Terminate;
        if (random.one_in(8)) features.httu = static_cast<unsigned>(random.below(3));
        const Prey& p = prey[random.below(prey.size())];
        Access a = random_access(random);
        a.stream = p.stream;
        if (!random.one_in(8)) a.address = p.mapped[random.below(p.mapped.size())];
        if (!p.has_substreams && !random.one_in(8)) a.substream_valid = false;
        const core::RegisterFile& smmu = random.flip() ? registers : two_level;

        memory.log.clear();
        bool is_run_broken = false;
        for (uint64_t flips = 1 + random.below(8); flips > 0; --flips)
            is_run_broken |= flip_one(random, p);
        const Access neighbour = is_run_broken ? a : random_neighbour(random, a);
        const Outcome o = invariants.check(smmu, a, neighbour, memory);
        changed += o.action != Action::Forward;
        restore();
    });
    EXPECT_EQ(invariants.seen.actions.size(), 4u);
    EXPECT_EQ(invariants.seen.classes.size(), 3u);
    for (const EventId id :
         {EventId::C_BAD_STREAMID, EventId::C_BAD_STE, EventId::F_STREAM_DISABLED,
          EventId::C_BAD_SUBSTREAMID, EventId::C_BAD_CD, EventId::F_TRANSLATION,
          EventId::F_ADDR_SIZE, EventId::F_ACCESS, EventId::F_PERMISSION})
        EXPECT_TRUE(invariants.seen.events.count(id)) << unsigned(uint8_t(id));
    EXPECT_GT(invariants.seen.hits, 5000u);
    EXPECT_GT(invariants.seen.neighbour_hits, 1000u);
    EXPECT_GT(invariants.seen.updates, 1000u);
    EXPECT_TRUE(invariants.seen.shifts.count(16)) << "a run";
    EXPECT_GT(changed, 5000u);

    // All bits are back, and with them the translations.
    be_able_to_do_everything();
    for (const Prey& p : prey) {
        Access a = access(p.mapped[0]);
        a.stream = p.stream;
        const bool bypass = p.stream.value == 0x13;
        expect_forwarded(cold(a), bypass ? a.address : pa + 0x123);
    }
}

}  // namespace
}  // namespace smmu::test
