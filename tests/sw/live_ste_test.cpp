// The STE sequences of entry_writer_test.cpp with legal words, on a modelled SMMU under DMA.
#include "tests/sw/live_update.h"

using namespace smmu;
using namespace smmu::test;
using arch::S1Default;
using arch::Ste;

namespace {

constexpr Traffic hitless = Traffic::Hitless, breaking = Traffic::Breaking;
constexpr Reached aborted{};

Ste ats(Ste ste) { return ste.set(Ste::EATS, 1); }
/// S1DSS = 1: what comes without SubstreamID bypasses stage 1, and SHCFG counts.
Ste s1bypass(Ste ste) { return ste.set(Ste::S1DSS, S1Default::Bypass).set(Ste::SHCFG, 1); }
Ste stalling(Ste ste) {
    if (arch::has_stage2(ste[Ste::Config])) return ste.set(Ste::S2S, true);
    return ste.set(Ste::S1STALLD, false);
}
const Ste bypass = sw::bypass_ste();
const Ste abort_all = sw::abort_ste();

/// Runs `body` with everything up.
struct LiveSte : LiveUpdate {
    template <class Body>
    void live(Body body) {
        simulate_on(*bench, [&, body] {
            begin();
            body(*tables);
        });
    }
};

TEST_F(LiveSte, NEST_19_01_Case01_BypassToAbort) {
    live([&](LiveTables&) { change_ste(bypass, abort_all, {0, aborted}, 2, hitless); });
}
TEST_F(LiveSte, NEST_19_02_Case02_AbortToBypass) {
    live([&](LiveTables&) { change_ste(abort_all, bypass, {aborted, 0}, 2, hitless); });
}
TEST_F(LiveSte, NEST_19_03_Case03_CdtableToAbort) {
    live([&](LiveTables& t) { change_ste(ats(t.stage1()), abort_all, {1, aborted}, 2, hitless); });
}
TEST_F(LiveSte, NEST_19_04_Case04_AbortToCdtable) {
    live([&](LiveTables& t) { change_ste(abort_all, ats(t.stage1()), {aborted, 1}, 2, hitless); });
}
TEST_F(LiveSte, NEST_19_05_Case05_CdtableToBypass) {
    live([&](LiveTables& t) { change_ste(ats(t.stage1()), bypass, {1, 0}, 3, hitless); });
}
TEST_F(LiveSte, NEST_19_06_Case06_BypassToCdtable) {
    live([&](LiveTables& t) { change_ste(bypass, ats(t.stage1()), {0, 1}, 3, hitless); });
}
TEST_F(LiveSte, NEST_19_07_Case07_CdtableS1dssChange) {
    live([&](LiveTables& t) {
        change_ste(ats(t.stage1()), s1bypass(ats(t.stage1())), {1, 0}, 1, hitless);
        change_ste(s1bypass(ats(t.stage1())), ats(t.stage1()), {0, 1}, 1, hitless);
    });
}
TEST_F(LiveSte, NEST_19_08_Case08_S1dssbypassToStebypass) {
    live([&](LiveTables& t) { change_ste(s1bypass(ats(t.stage1())), bypass, {0, 0}, 2, hitless); });
}
TEST_F(LiveSte, NEST_19_09_Case09_StebypassToS1dssbypass) {
    live([&](LiveTables& t) { change_ste(bypass, s1bypass(ats(t.stage1())), {0, 0}, 2, hitless); });
}
TEST_F(LiveSte, NEST_19_10_Case10_S2ToAbort) {
    live([&](LiveTables& t) { change_ste(ats(t.stage2()), abort_all, {3, aborted}, 2, hitless); });
}
TEST_F(LiveSte, NEST_19_11_Case11_AbortToS2) {
    live([&](LiveTables& t) { change_ste(abort_all, ats(t.stage2()), {aborted, 3}, 2, hitless); });
}
TEST_F(LiveSte, NEST_19_12_Case12_S2ToBypass) {
    live([&](LiveTables& t) { change_ste(ats(t.stage2()), bypass, {3, 0}, 2, hitless); });
}
TEST_F(LiveSte, NEST_19_13_Case13_BypassToS2) {
    live([&](LiveTables& t) { change_ste(bypass, ats(t.stage2()), {0, 3}, 2, hitless); });
}
TEST_F(LiveSte, NEST_19_14_Case14_S1ToS2) {
    live([&](LiveTables& t) { change_ste(ats(t.stage1()), ats(t.stage2()), {1, 3}, 3, hitless); });
}
TEST_F(LiveSte, NEST_19_15_Case15_S2ToS1) {
    live([&](LiveTables& t) { change_ste(ats(t.stage2()), ats(t.stage1()), {3, 1}, 3, hitless); });
}
TEST_F(LiveSte, NEST_19_16_Case16_NonHitless) {
    live([&](LiveTables& t) {
        change_ste(ats(t.stage1()), s1bypass(ats(t.stage1_elsewhere())), {1, 0}, 3, breaking);
    });
}
TEST_F(LiveSte, NEST_19_19_Case19_S1ToS2Stall) {
    live([&](LiveTables& t) {
        change_ste(stalling(t.stage1()), stalling(t.stage2()), {1, 3}, 3, hitless);
    });
}
TEST_F(LiveSte, NEST_19_20_Case20_S2ToS1Stall) {
    live([&](LiveTables& t) {
        change_ste(stalling(t.stage2()), stalling(t.stage1()), {3, 1}, 3, hitless);
    });
}
TEST_F(LiveSte, NEST_19_21_Case21_NestedS1dssbypassToS1bypass) {
    live([&](LiveTables& t) {
        change_ste(s1bypass(t.nested(ats(t.stage1()))), t.stage2(), {3, 3}, 3, hitless);
    });
}
TEST_F(LiveSte, NEST_19_22_Case22_NestedS1bypassToS1dssbypass) {
    live([&](LiveTables& t) {
        change_ste(t.stage2(), s1bypass(t.nested(ats(t.stage1()))), {3, 3}, 2, hitless);
    });
}

// --- Nested, as the driver makes it, with a VMID

constexpr uint16_t vmid = 7;

TEST_F(LiveSte, NEST_19_26_Nested_S2ToNestedAndBack) {
    live([&](LiveTables& t) {
        const Ste nested = t.nested(ats(t.stage1()), vmid);
        change_ste(ats(t.stage2(vmid)), nested, {3, 4}, 2, hitless);
        change_ste(nested, ats(t.stage2(vmid)), {4, 3}, 3, hitless);
    });
}
TEST_F(LiveSte, NEST_19_27_Nested_ContextPtrAloneNeedsOneSync) {
    live([&](LiveTables& t) {
        change_ste(t.nested(t.stage1(), vmid), t.nested(t.stage1_elsewhere(), vmid), {4, 5}, 1,
                   hitless);
    });
}
TEST_F(LiveSte, NEST_19_28_Nested_ContextPtrAndS1dssTogetherBreak) {
    live([&](LiveTables& t) {
        change_ste(t.nested(t.stage1(), vmid), s1bypass(t.nested(t.stage1_elsewhere(), vmid)),
                   {4, 3}, 3, breaking);
    });
}
TEST_F(LiveSte, NEST_19_29_Nested_FromAndToAbortAndBypass) {
    live([&](LiveTables& t) {
        const Ste nested = t.nested(t.stage1(), vmid);
        change_ste(bypass, nested, {0, 4}, 2, hitless);
        change_ste(nested, abort_all, {4, aborted}, 2, hitless);
        change_ste(abort_all, nested, {aborted, 4}, 2, hitless);
    });
}
TEST_F(LiveSte, NEST_19_28_Nested_HostStage1IsBreakingWithAVmid) {
    live([&](LiveTables& t) {
        change_ste(t.stage1(), t.nested(t.stage1(), vmid), {1, 4}, 3, breaking);
        change_ste(t.nested(t.stage1(), vmid), t.stage1(), {4, 1}, 3, breaking);
    });
}

TEST_F(LiveSte, NEST_19_26_Nested_S2ToNestedWithAtsChange) {
    live([&](LiveTables& t) {
        change_ste(ats(t.stage2(vmid)), t.nested(t.stage1(), vmid), {3, 4}, 2, hitless);
        change_ste(t.nested(t.stage1(), vmid), ats(t.stage2(vmid)), {4, 3}, 3, hitless);
    });
}
TEST_F(LiveSte, NEST_19_27_Nested_EatsAloneNeedsOneSync) {
    live([&](LiveTables& t) {
        const Ste with = t.nested(ats(t.stage1()), vmid), without = t.nested(t.stage1(), vmid);
        change_ste(with, without, {4, 4}, 1, hitless);
        change_ste(without, with, {4, 4}, 1, hitless);
    });
}
TEST_F(LiveSte, NEST_19_27_Nested_S1dssAloneNeedsOneSync) {
    live([&](LiveTables& t) {
        Ste without = t.nested(t.stage1(), vmid);
        without.set(Ste::S1DSS, S1Default::Bypass);
        change_ste(t.nested(t.stage1(), vmid), without, {4, 3}, 1, hitless);
        change_ste(without, t.nested(t.stage1(), vmid), {3, 4}, 1, hitless);
    });
}
TEST_F(LiveSte, NEST_19_28_Nested_EatsIsNotSafeWithS2S) {
    live([&](LiveTables& t) {
        change_ste(stalling(t.nested(t.stage1(), vmid)), ats(t.stage2(vmid)), {4, 3}, 3, breaking);
    });
}
TEST_F(LiveSte, NEST_19_28_Nested_EatsIsNotSafeWithSplitStageAts) {
    live([&](LiveTables& t) {
        Ste split = t.nested(t.stage1_elsewhere(), vmid);
        split.set(Ste::EATS, 2);
        change_ste(t.nested(ats(t.stage1()), vmid), split, {4, 5}, 3, breaking);
    });
}
TEST_F(LiveSte, NEST_19_30_FirstUse_InvalidToAbortAndToS2) {
    live([&](LiveTables& t) {
        change_ste(Ste{}, abort_all, {aborted, aborted}, 1, breaking);
        change_ste(Ste{}, t.stage2(vmid), {aborted, 3}, 2, breaking);
    });
}

/// With caches the SMMU seldom reads an entry; what it keeps goes with each sync.
struct LiveCachedSte : LiveSte {
    void SetUp() override { elaborate(Params{}); }
};

TEST_F(LiveCachedSte, HitlessChangesAreCompleteOnReturn) {
    live([&](LiveTables& t) {
        change_ste(bypass, ats(t.stage1()), {0, 1}, 3, hitless);
        change_ste(ats(t.stage2(vmid)), t.nested(ats(t.stage1()), vmid), {3, 4}, 2, hitless);
        change_ste(t.nested(t.stage1(), vmid), abort_all, {4, aborted}, 2, hitless);
    });
}
TEST_F(LiveCachedSte, BreakingChangesAreCompleteOnReturn) {
    live([&](LiveTables& t) {
        change_ste(t.stage1(), t.nested(t.stage1_elsewhere(), vmid), {1, 5}, 3, breaking);
    });
}

// --- A writer that does not know better is noticed.

struct LiveTornSte : LiveSte {
    Observed torn(const Ste& from, const Ste& to, const Ends& ends) {
        EXPECT_EQ(bench->driver.set_stream(bench->stream, from), sw::Status::Done);
        return watch(ends, [&] {
            for (unsigned i = 0; i < Ste::words; ++i) {
                if (bench->ste().word[i] == to.word[i]) continue;
                bench->ste().word[i] = to.word[i];
                bench->cpu.barrier();
            }
            const arch::Command forget = sw::commands::forget_ste(bench->stream);
            EXPECT_EQ(bench->driver.commands().run(&forget, 1), sw::Completion::Done);
        });
    }
};

TEST_F(LiveTornSte, S1ToS2IsAborted) {
    live([&](LiveTables& t) {
        const Observed seen = torn(t.stage1(), t.stage2(), {1, 3});
        EXPECT_GT(seen.aborted, 0u);
        EXPECT_GT(bad_configurations(), 0u);
    });
}
TEST_F(LiveTornSte, ContextPtrBeforeS1dssReachesAWrongPage) {
    live([&](LiveTables& t) {
        const Observed seen = torn(t.stage1(), s1bypass(t.stage1_elsewhere()), {1, 0});
        EXPECT_GT(seen.wrong, 0u);
    });
}
TEST_F(LiveTornSte, NestedToElsewhereOnItsOwnIsOneWordAndWhole) {
    live([&](LiveTables& t) {
        const Observed seen =
            torn(t.nested(t.stage1(), vmid), t.nested(t.stage1_elsewhere(), vmid), {4, 5});
        EXPECT_EQ(seen.wrong + seen.aborted, 0u) << "nothing to notice";
    });
}

}  // namespace
