// The CD sequences of entry_writer_test.cpp with legal words, on a modelled SMMU under DMA.
#include "tests/sw/live_update.h"

using namespace smmu;
using namespace smmu::test;
using arch::Cd;

namespace {

constexpr Traffic hitless = Traffic::Hitless, breaking = Traffic::Breaking;
constexpr Reached aborted{};

struct LiveCd : LiveUpdate {
    template <class Body>
    void live(Body body) {
        simulate_on(*bench, [&, body] {
            begin();
            body(*tables);
        });
    }
    /// No walk from TTB0, and faults are not recorded.
    static Cd released(const Cd& cd) {
        Cd release{cd};
        release.word[1] = 0;
        return release.set(Cd::T0SZ, 0)
            .set(Cd::IR0, 0)
            .set(Cd::OR0, 0)
            .set(Cd::SH0, 0)
            .set(Cd::EPD0, true)
            .set(Cd::R, false);
    }
};

TEST_F(LiveCd, NEST_19_17_Case17_CdS1Clear) {
    live([&](LiveTables& t) {
        change_cd({}, t.cd(1), {aborted, 1}, 2, breaking);
        change_cd(t.cd(1), {}, {1, aborted}, 2, breaking);
    });
}
TEST_F(LiveCd, NEST_19_18_Case18_CdS1ChangeAsid) {
    live([&](LiveTables& t) {
        change_cd(t.cd(778), t.cd(1997), {1, 1}, 1, hitless);
        change_cd(t.cd(1997), t.cd(778), {1, 1}, 1, hitless);
    });
}
TEST_F(LiveCd, NEST_19_23_Case23_CdSvaClear) {
    live([&](LiveTables& t) {
        change_cd({}, t.cd_elsewhere(), {aborted, 2}, 2, breaking);
        change_cd(t.cd_elsewhere(), {}, {2, aborted}, 2, breaking);
    });
}
TEST_F(LiveCd, NEST_19_24_Case24_CdSvaRelease) {
    live([&](LiveTables& t) {
        const Cd sva = t.cd_elsewhere();
        change_cd(sva, released(sva), {2, aborted}, 2, hitless);
        change_cd(released(sva), sva, {aborted, 2}, 2, hitless);
    });
}
TEST_F(LiveCd, AnotherTableAndAsidIsBreaking) {
    live([&](LiveTables& t) { change_cd(t.cd(1), t.cd_elsewhere(), {1, 2}, 3, breaking); });
}

/// The size of the new table first, and then its address.
TEST_F(LiveCd, Torn_AWriterThatDoesNotKnowBetterIsNoticed) {
    live([&](LiveTables& t) {
        ASSERT_EQ(bench->driver.set_stream(bench->stream, t.stage1()), sw::Status::Done);
        ASSERT_EQ(bench->driver.set_context(bench->stream, t.live_cd(), t.cd(1)), sw::Status::Done);
        const Cd to = t.cd_elsewhere();
        const Observed seen = watch({1, 2}, [&] {
            for (unsigned i = 0; i < Cd::words; ++i) {
                if (t.live_cd().word[i] == to.word[i]) continue;
                t.live_cd().word[i] = to.word[i];
                bench->cpu.barrier();
            }
            const arch::Command forget = sw::commands::forget_cd(bench->stream);
            EXPECT_EQ(bench->driver.commands().run(&forget, 1), sw::Completion::Done);
        });
        EXPECT_GT(seen.aborted, 0u);
    });
}

}  // namespace
