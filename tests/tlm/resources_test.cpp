// Commands take time by their kind; the page behind a walk is there before it is asked for; presets.
#include "smmuv3/presets.h"
#include "tests/model/smmu_bench.h"

namespace smmu::test {
namespace {

Params with_command_times() {
    Params p;
    p.cycles.command = 10;
    p.cycles.invalidate = 100;
    p.cycles.invalidate_all = 1000;
    return p;
}

struct CommandTime : SimTest, NestedBench {
    CommandTime() : NestedBench(with_command_times()) {}
    /// From the doorbell to the interrupt of the CMD_SYNC behind it.
    sc_core::sc_time time_of(const arch::Command& command) {
        sync_pulses.clear();
        push(command);
        push(sync_command(arch::CompletionSignal::Irq));
        const sc_core::sc_time rung = sc_core::sc_time_stamp();
        ring();
        sc_core::wait(5000 * ns);
        EXPECT_EQ(sync_pulses.size(), 1u);
        return sync_pulses.empty() ? rung : sync_pulses[0].at - rung;
    }
};

TEST_F(CommandTime, DependsOnWhatHasToBeLookedAt) {
    simulate([&] {
        start();
        const sc_core::sc_time base = time_of({{{0x46, 0}}});
        EXPECT_EQ(base, 20 * ns) << "two CMD_SYNC";
        EXPECT_EQ(time_of({{{uint64_t{stream} << 32 | 0x03, 1}}}) - base, 100 * ns) << "CFGI_STE";
        EXPECT_EQ(time_of({{{0x04, 31}}}) - base, 1000 * ns) << "CFGI_ALL";
        EXPECT_EQ(time_of({{{uint64_t{asid} << 48 | uint64_t{vmid} << 32 | 0x12, va | 1}}}) - base,
                  100 * ns)
            << "TLBI_NH_VA";
        EXPECT_EQ(time_of({{{uint64_t{vmid} << 32 | 0x10, 0}}}) - base, 1000 * ns) << "TLBI_NH_ALL";
        EXPECT_EQ(time_of({{{0x30, 0}}}) - base, 1000 * ns) << "TLBI_NSNH_ALL";
    });
}

Params with_prefetch() {
    Params p;
    p.prefetch_next_page = true;
    return p;
}

struct NextPage : SimTest, NestedBench {
    NextPage() : NestedBench(with_prefetch()) {
        for (unsigned n = 0; n < 3; ++n) map_page(n);
        ram.latency = 10 * ns;
    }
    sc_core::sc_time read(unsigned page) {
        device.delay = sc_core::SC_ZERO_TIME;
        uint64_t word = 0;
        EXPECT_TRUE(device.read(of_stream(stream), va + page * 0x1000, word).ok());
        return device.delay;
    }
};

TEST_F(NextPage, IsTranslatedBehindAWalkAndNobodyWaitsForIt) {
    simulate([&] {
        start();
        EXPECT_EQ(read(0), 310 * ns);
        EXPECT_EQ(read(1), 10 * ns);
        EXPECT_TRUE(counter.tlb_hit);
        EXPECT_EQ(read(2), 250 * ns) << "a hit prefetches nothing; page 3 is not mapped";
        EXPECT_EQ(counter.events, 0u) << "and nobody asked for it";
    });
}

TEST(Presets, AreWhatTheyAreCalledAndCanBeBuilt) {
    for (const std::string_view name : preset_names) {
        const auto p = with_preset(name, Params{});
        ASSERT_TRUE(p) << name;
        EXPECT_EQ(refuse(*p), nullptr) << name;
    }
    EXPECT_FALSE(with_preset("mmu800-like", Params{}));
    EXPECT_EQ(with_preset("gem5-like", Params{})->walk_caches.stage1.level2.entries, 348u);
    EXPECT_EQ(with_preset("mmu600-like", Params{})->walk_caches.stage2.level0.entries, 256u);
    EXPECT_EQ(with_preset("functional", *with_preset("mmu700-like", Params{}))->walk_slots, 4096u)
        << "a preset leaves nothing of another";
}

TEST(Presets, LeaveFeaturesAlone) {
    Params p;
    p.features.ats = true;
    p.tbus = 3;
    const auto with = with_preset("mmu700-like", p);
    EXPECT_TRUE(with->features.ats);
    EXPECT_EQ(with->tbus, 3u);
}

}  // namespace
}  // namespace smmu::test
