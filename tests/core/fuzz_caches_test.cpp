// A random driver changes tables and configurations and tells the SMMU: after each of its commands
// every access sees what memory holds, whatever is cached.  Arm IHI 0070 G.b, 3.21, 4.3, 4.4.
#include <array>
#include <map>

#include "tests/core/bench.h"
#include "tests/core/fuzz_commands.h"

namespace smmu::test {
namespace {

class FuzzCaches : public Bench {
protected:
    static constexpr uint64_t va = 0x1000, ipa = 0x50'0000, pa = 0x900'0000;
    static constexpr unsigned pages_mapped = 4;
    static constexpr uint16_t one_vmid = 0x0100;

    /// Two contexts, each with an ASID and, but for stream 3, a VMID of its own; the STE leads to
    /// one of them.
    struct Stream {
        arch::StreamId id;
        std::array<std::unique_ptr<Context>, 2> contexts;
        unsigned used = 0;
        Context& now() { return *contexts[used]; }
    };

    FuzzCaches() {
        add(0, SteConfig::S1, 0x4000'0000);
        add(1, SteConfig::S2, 0x6000'0000);
        add(2, SteConfig::S1S2, 0x8000'0000);
        add(3, SteConfig::S1, 0xA000'0000);
        for (auto& c : streams[3].contexts) c->ste.set(Ste::S2VMID, one_vmid);
    }
    void add(uint32_t id, SteConfig config, uint64_t area) {
        streams[id].id = {id};
        for (uint64_t begin : {area, area + 0x1000'0000}) {
            auto c = std::make_unique<Context>(memory, config, begin);
            c->cd.set(Cd::ASID, uint16_t(0x0C00 | begin >> 28));
            c->ste.set(Ste::S2VMID, uint16_t(begin >> 28));
            streams[id].contexts[begin != area] = std::move(c);
        }
    }
    /// As if nothing had happened yet.
    void start() {
        configs.invalidate_all();
        tlb.invalidate_all();
        for (Stream& s : streams) {
            for (auto& c : s.contexts) {
                c->cd.set(Cd::A, true).set(Cd::R, true);
                c->write_cd();
                for (unsigned i = 0; i < pages_mapped; ++i) map(*c, i, i, i);
            }
            s.used = 0;
            put(s.id, s.now().ste);
        }
    }
    static bool has1(const Context& c) { return has_stage1(c.ste[Ste::Config]); }
    static bool has2(const Context& c) { return has_stage2(c.ste[Ste::Config]); }
    /// Maps a page, with both stages by way of another page.  Every other page is global, but not
    /// where another context has the same VMID.
    static void map(Context& c, unsigned page, unsigned middle, unsigned target) {
        const bool global = page % 2 == 0 && c.ste[Ste::S2VMID] != one_vmid;
        const uint64_t input = va + 0x1000 * page, output = pa + 0x1000 * target;
        const uint64_t between = has1(c) && has2(c) ? ipa + 0x1000 * middle : input;
        c.stage1.map(input, has2(c) ? between : output,
                     stage1_leaf().set(arch::Stage1Leaf::nG, !global));
        c.stage2.map(between, output, stage2_leaf());
    }

    // --- What the driver does: each changes memory and issues commands that suffice.
    void run(uint64_t word0, uint64_t word1 = 0) {
        Target target(configs, tlb);
        EXPECT_EQ(core::execute({{{word0, word1}}}, features, {}, target), arch::CommandError::None);
    }

    void remap(Random& random, Context& c) {
        const unsigned page = static_cast<unsigned>(random.below(pages_mapped));
        const unsigned middle = static_cast<unsigned>(random.below(pages_mapped));
        map(c, page, middle, static_cast<unsigned>(random.below(64)));

        const uint64_t address = va + 0x1000 * page + random.bits(12);  // the low bits are ignored
        const uint64_t vmid = uint64_t{c.ste[Ste::S2VMID]} << 32;
        const uint64_t asid = uint64_t{c.cd[Cd::ASID]} << 48;
        const unsigned way = static_cast<unsigned>(random.below(6));
        if (way == 0) return run(0x30);                    // NSNH_ALL
        if (way == 1 && has2(c)) return run(vmid | 0x28);  // S12_VMALL
        if (!has1(c)) return run(vmid | 0x2A, address);    // S2_IPA
        if (has2(c)) {                                     // other pages use the IPA too
            run(vmid | 0x2A, ipa + 0x1000 * middle);
            return run(vmid | 0x10);  // NH_ALL
        }
        if (way == 2) return run(vmid | 0x10);
        if (way == 3 && page % 2) return run(asid | vmid | 0x11);  // NH_ASID: not for globals
        if (way == 4) return run(vmid | 0x13, address);            // NH_VAA
        return run(asid | vmid | 0x12, address);                   // NH_VA
    }
    /// Another STE of the stream; its tags differ, so that no translation is stale.
    void swap(Random& random, Stream& s) {
        s.used ^= 1;
        put(s.id, s.now().ste);
        const uint64_t sid = uint64_t{s.id.value} << 32;
        switch (random.below(3)) {
            case 0: return run(sid | 0x03, random.bits(1));       // CFGI_STE
            case 1: return run(sid | 0x04, random.below(31));     // CFGI_STE_RANGE
            default: return run(random.next() << 32 | 0x04, 31);  // CFGI_ALL
        }
    }
    /// Another CD: what becomes of faulting accesses.
    void change_faults(Random& random, Stream& s) {
        s.now().cd.set(Cd::A, random.flip()).set(Cd::R, random.flip());
        s.now().write_cd();
        const uint64_t sid = uint64_t{s.id.value} << 32;
        run(sid | (random.flip() ? 0x05 : 0x06), random.bits(1));  // CFGI_CD, CFGI_CD_ALL
    }

    std::array<Stream, 4> streams;
};

TEST_F(FuzzCaches, WarmEqualsColdWhateverTheDriverDid) {
    Invariants invariants(features);
    const core::ConfigCache no_configs{{1, 1}};
    const core::Tlb no_tlb{{1, 1}};
    unsigned changed = 0, faults = 0;
    cases(0x7000'0000, 800, [&](Random& random) {
        start();
        std::map<uint64_t, uint64_t> last;  // where a page of a stream led to
        for (int step = 0; step < 40; ++step) {
            Stream& s = streams[random.below(streams.size())];
            if (random.one_in(4)) remap(random, s.now());
            if (random.one_in(16)) swap(random, s);
            if (random.one_in(16)) change_faults(random, s);
            if (random.one_in(8)) {  // an invalidation too many is never wrong
                Target target(configs, tlb);
                core::execute(random_command(random), features, {}, target);
            }
            Access a = access(va + random.below(0x1000 * (pages_mapped + 1)));
            a.stream = s.id;
            a.write = random.flip();
            Recording forgetful, keeping{configs, tlb};
            const Outcome cold =
                invariants.translate(registers, no_configs, no_tlb, a, memory, forgetful);
            const Outcome warm = invariants.translate(registers, configs, tlb, a, memory, keeping);
            EXPECT_EQ(difference(cold, warm) + difference(forgetful.events, keeping.events), "");
            memory.log.clear();

            faults += cold.action != Action::Forward;
            const auto [before, is_new] =
                last.emplace(uint64_t{s.id.value} << 32 | a.address >> 12, cold.address >> 12);
            changed += !is_new && before->second != cold.address >> 12;
            before->second = cold.address >> 12;
        }
    });
    EXPECT_GT(invariants.seen.hits, 5000u);
    EXPECT_GT(changed, 1000u) << "translations that differ from the page's previous one";
    EXPECT_GT(faults, 1000u);
}

}  // namespace
}  // namespace smmu::test
