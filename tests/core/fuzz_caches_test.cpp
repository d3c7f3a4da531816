// A random driver changes tables and configurations and tells the SMMU: after each of its commands
// every access sees what memory holds, whatever is cached.  Arm IHI 0070 G.b, 3.21, 4.3, 4.4.
#include <array>
#include <map>
#include <tuple>

#include "tests/core/bench.h"
#include "tests/core/fuzz_commands.h"

namespace smmu::test {
namespace {

using arch::Stage1Leaf;
using arch::Stage2Leaf;

class FuzzCaches : public Bench {
protected:
    static constexpr uint64_t va = 0x1000, ipa = 0x50'0000, pa = 0x900'0000;
    static constexpr unsigned pages_mapped = 4;
    static constexpr uint16_t one_vmid = 0x0100;  ///< of streams that are not alone with theirs
    // Streams that are special.
    static constexpr unsigned with_updates = 2, hypervisor = 4, with_substreams = 5;

    /// Two contexts, each with an ASID and a VMID, both its own but for `one_vmid`.  The STE leads to
    /// one of them; that of `with_substreams` to both: without SubstreamID, and with SubstreamID 1.
    struct Stream {
        arch::StreamId id;
        std::array<std::unique_ptr<Context>, 2> contexts;
        unsigned used = 0;
        Context& now() { return *contexts[used]; }
    };

    FuzzCaches() {
        features.httu = 2;
        while_disabled(arch::Cr2::offset, 0b11);  // RECINVSID, E2H
        controls.e2h = true;
        add(0, SteConfig::S1, 0x4000'0000);
        add(1, SteConfig::S2, 0x6000'0000);
        add(with_updates, SteConfig::S1S2, 0x8000'0000);
        add(3, SteConfig::S1, 0xA000'0000);
        add(hypervisor, SteConfig::S1, 0xC000'0000);
        add(with_substreams, SteConfig::S1, 0xE000'0000);
        for (unsigned n : {3u, with_substreams})
            for (auto& c : streams[n].contexts) c->ste.set(Ste::S2VMID, one_vmid);
        // The same numbers as those of a stream of EL1, but in another StreamWorld.
        for (unsigned i : {0u, 1u}) {
            Context& c = *streams[hypervisor].contexts[i];
            c.ste.set(Ste::STRW, 0b10);
            c.cd.set(Cd::ASID, streams[0].contexts[i]->cd[Cd::ASID]);
        }
        streams[0].contexts[0]->ste.set(Ste::S2VMID, 0);
        for (auto& c : streams[with_updates].contexts) {
            c->cd.set(Cd::HA, true).set(Cd::HD, true);
            c->ste.set(Ste::S2HA, true).set(Ste::S2HD, true);
        }
        auto& both = streams[with_substreams].contexts;
        both[0]->ste.set(Ste::S1CDMax, 1).set(Ste::S1DSS, arch::S1Default::Substream0);
        both[1]->ste = both[0]->ste;
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
            for (unsigned which : {0u, 1u}) {
                Context& c = *s.contexts[which];
                c.cd.set(Cd::A, true).set(Cd::R, true);
                write_cd(s, which);
                for (unsigned i = 0; i < pages_mapped; ++i) map(c, i, i, i);
            }
            s.used = 0;
            put(s.id, s.now().ste);
        }
    }
    static bool has1(const Context& c) { return has_stage1(c.ste[Ste::Config]); }
    static bool has2(const Context& c) { return has_stage2(c.ste[Ste::Config]); }
    static bool is_hypervisor(const Context& c) { return c.ste[Ste::STRW] != 0; }
    static bool has_substreams(const Stream& s) { return s.id.value == with_substreams; }

    void write_cd(const Stream& s, unsigned which) {
        const Context& c = *s.contexts[which];
        const uint64_t begin =
            has_substreams(s) ? s.contexts[0]->cd_place.physical + 64 * which : c.cd_place.physical;
        memory.put(begin, c.cd);
    }
    /// Maps a page, with both stages by way of another page; not used and not dirty yet where
    /// hardware makes it so.  Every other page is global, but not where another context shares its
    /// VMID, or there is none.
    static void map(Context& c, unsigned page, unsigned middle, unsigned target) {
        const bool shares = c.ste[Ste::S2VMID] == one_vmid || is_hypervisor(c);
        const bool global = page % 2 == 0 && !shares;
        const uint64_t input = va + 0x1000 * page, output = pa + 0x1000 * target;
        const uint64_t between = has1(c) && has2(c) ? ipa + 0x1000 * middle : input;
        Stage1Leaf leaf1 = stage1_leaf().set(Stage1Leaf::nG, !global);
        Stage2Leaf leaf2 = stage2_leaf();
        if (c.cd[Cd::HD]) {
            leaf1.set(Stage1Leaf::AF, false).set(Stage1Leaf::DBM, true).set(Stage1Leaf::AP, 0b11);
            leaf2.set(Stage2Leaf::AF, false).set(Stage2Leaf::DBM, true).set(Stage2Leaf::S2AP, 0b01);
        }
        c.stage1.map(input, has2(c) ? between : output, leaf1);
        c.stage2.map(between, output, leaf2);
    }

    // --- What the driver does: each changes memory and issues commands that suffice.
    void run(uint64_t word0, uint64_t word1 = 0) {
        Target target(configs, tlb);
        EXPECT_EQ(core::execute({{{word0, word1}}}, features, controls, target),
                  arch::CommandError::None);
    }
    /// The same by address: that of a page alone, or a range of 4 KB pages that holds it.
    void run_at(Random& random, uint64_t word0, uint64_t page) {
        if (random.flip()) return run(word0, page | random.bits(10));  // TTL counts for nothing
        const uint64_t before = random.below(4), length = before + 2 + random.below(8);
        const uint64_t first = page < before << 12 ? 0 : page - (before << 12);
        run(word0 | (length - 1) << 12, first | 1 << 10 | random.bits(1));
    }

    void remap(Random& random, Context& c) {
        const unsigned page = static_cast<unsigned>(random.below(pages_mapped));
        const unsigned middle = static_cast<unsigned>(random.below(pages_mapped));
        map(c, page, middle, static_cast<unsigned>(random.below(64)));

        const uint64_t address = va + 0x1000 * page;
        // With a wildcard the low bits of the VMID may be any.
        controls.vmid_mask = static_cast<uint16_t>(0xFFFF << random.below(5));
        const uint64_t any = random.next() & static_cast<uint16_t>(~controls.vmid_mask);
        const uint64_t vmid = ((c.ste[Ste::S2VMID] & controls.vmid_mask) | any) << 32;
        const uint64_t asid = uint64_t{c.cd[Cd::ASID]} << 48;
        const unsigned way = static_cast<unsigned>(random.below(6));
        if (is_hypervisor(c)) {
            if (way == 0) return run(0x20);                      // EL2_ALL
            if (way == 1 && page % 2) return run(asid | 0x21);   // EL2_ASID: not for globals
            if (way == 2) return run_at(random, 0x23, address);  // EL2_VAA
            return run_at(random, asid | 0x22, address);         // EL2_VA
        }
        if (way == 0) return run(0x30);                             // NSNH_ALL
        if (way == 1 && has2(c)) return run(vmid | 0x28);           // S12_VMALL
        if (!has1(c)) return run_at(random, vmid | 0x2A, address);  // S2_IPA
        if (has2(c)) {                                              // other pages use the IPA too
            run_at(random, vmid | 0x2A, ipa + 0x1000 * middle);
            return run(vmid | 0x10);  // NH_ALL
        }
        if (way == 2) return run(vmid | 0x10);
        if (way == 3 && page % 2) return run(asid | vmid | 0x11);   // NH_ASID: not for globals
        if (way == 4) return run_at(random, vmid | 0x13, address);  // NH_VAA
        return run_at(random, asid | vmid | 0x12, address);         // NH_VA
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
        const unsigned which = has_substreams(s) ? static_cast<unsigned>(random.below(2)) : s.used;
        s.contexts[which]->cd.set(Cd::A, random.flip()).set(Cd::R, random.flip());
        write_cd(s, which);
        const uint64_t sid = uint64_t{s.id.value} << 32;
        const uint64_t ssid = has_substreams(s) ? which << 12 : 0;
        if (random.flip()) return run(sid | ssid | 0x05, random.bits(1));  // CFGI_CD
        run(sid | 0x06, random.bits(1));                                   // CFGI_CD_ALL
    }

    core::CommandControls controls;
    std::array<Stream, 6> streams;
};

TEST_F(FuzzCaches, WarmEqualsColdWhateverTheDriverDid) {
    Invariants invariants(features);
    const core::ConfigCache no_configs{{1, 1}};
    const core::Tlb no_tlb{{1, 1}};
    unsigned changed = 0, faults = 0;
    cases(0x7000'0000, 2'000, [&](Random& random) {
        start();
        std::map<std::tuple<uint32_t, uint32_t, uint64_t>, uint64_t> last;  // where a page led to
        for (int step = 0; step < 40; ++step) {
            Stream& s = streams[random.below(streams.size())];
            if (random.one_in(4))
                remap(random, has_substreams(s) ? *s.contexts[random.below(2)] : s.now());
            if (random.one_in(16)) swap(random, s);
            if (random.one_in(16)) change_faults(random, s);
            if (random.one_in(8)) {  // an invalidation too many is never wrong
                Target target(configs, tlb);
                core::execute(random_command(random), features, controls, target);
            }
            Access a = access(va + random.below(0x1000 * (pages_mapped + 1)));
            a.stream = s.id;
            a.write = random.flip();
            // SubstreamID 0 is an error where S1DSS gives its CD to what has none.
            if (has_substreams(s) && random.flip())
                a = substream(a, static_cast<uint32_t>(random.below(2)));
            Recording forgetful, keeping{configs, tlb};
            const Outcome cold =
                invariants.translate(registers, no_configs, no_tlb, a, memory, forgetful);
            Outcome warm = invariants.translate(registers, configs, tlb, a, memory, keeping);
            // Two pages of stage 1 may share one of stage 2: a write by way of the one makes it dirty,
            // and the cached translation of the other learns of it when it is written itself.
            if (s.id.value == with_updates && !a.write) warm.writes |= cold.writes;
            EXPECT_EQ(difference(cold, warm) + difference(forgetful.events, keeping.events), "");
            memory.log.clear();

            faults += cold.action != Action::Forward;
            const auto [before, is_new] =
                last.emplace(std::make_tuple(s.id.value, a.substream.value, a.address >> 12),
                             cold.address >> 12);
            changed += !is_new && before->second != cold.address >> 12;
            before->second = cold.address >> 12;
        }
    });
    EXPECT_GT(invariants.seen.hits, 5000u);
    EXPECT_GT(invariants.seen.updates, 1000u);
    EXPECT_GT(changed, 1000u) << "translations that differ from the page's previous one";
    EXPECT_GT(faults, 1000u);
}

}  // namespace
}  // namespace smmu::test
