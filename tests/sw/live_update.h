// Watches a device's accesses while the driver changes the STE or CD that they use.
#pragma once
#include "tests/sw/live_bench.h"

namespace smmu::test {

/// How many CMD_SYNCs the SMMU did.
struct SyncCounter final : Probe {
    unsigned syncs = 0;
    void command(const Command& c) override {
        syncs += c.command[arch::Command::Op] == arch::Opcode::SYNC;
    }
};

enum class Traffic { Hitless, Breaking };

/// What the accesses must reach before and after.
struct Ends {
    Reached before, after;
};

struct Observed {
    unsigned before = 0, after = 0, aborted = 0;
    unsigned wrong = 0;     ///< neither the old nor the new, nor an abort
    unsigned old_late = 0;  ///< the old after the new had been seen
};

class LiveUpdate : public LiveTest {
protected:
    std::optional<LiveBench> bench;
    std::optional<LiveTables> tables;
    SyncCounter counter;

    void SetUp() override { elaborate(uncached()); }
    void elaborate(const Params& params) {
        tables.reset();
        bench.emplace(params);
        bench->model.attach(counter);
    }

    /// Runs `change` while the device reads; before it and after it, it reads for a while alone.
    template <class Change>
    Observed watch(const Ends& ends, Change change) {
        Observed seen;
        bool stop = false, stopped = false;
        sc_core::sc_spawn([&] {
            while (!stop) {
                note(bench->read(bench->stream), ends, seen);
                bench->read(bench->other);
                sc_core::wait(ns);
            }
            stopped = true;
        });
        sc_core::wait(200 * ns);
        bench->cpu.barrier_time = 100 * ns;  // longer than an access: each state is seen
        const unsigned before = counter.syncs;
        change();
        syncs = counter.syncs - before;
        bench->cpu.barrier_time = sc_core::SC_ZERO_TIME;
        EXPECT_EQ(bench->read(bench->stream), ends.after) << "the change is complete on return";
        sc_core::wait(200 * ns);
        stop = true;
        while (!stopped) sc_core::wait(ns);
        return seen;
    }
    unsigned syncs = 0;  ///< of the latest change

    /// Errors of the configuration that the SMMU recorded since the last call.
    unsigned bad_configurations() {
        unsigned n = 0;
        arch::Event e{};
        while (bench->driver.events().take(e))
            n += e[arch::Event::Id] == arch::EventId::C_BAD_STE ||
                 e[arch::Event::Id] == arch::EventId::C_BAD_CD;
        return n;
    }

    void begin() {
        bench->start();
        tables.emplace(*bench);
        ASSERT_EQ(bench->driver.set_stream(bench->other, tables->noise()), sw::Status::Done);
    }

    /// The whole test of one change of the STE.
    void change_ste(const arch::Ste& from, const arch::Ste& to, const Ends& ends, unsigned expected,
                    Traffic traffic) {
        ASSERT_EQ(bench->driver.set_stream(bench->stream, from), sw::Status::Done);
        const Observed seen = watch(ends, [&] {
            EXPECT_EQ(bench->driver.set_stream(bench->stream, to), sw::Status::Done);
        });
        check(seen, ends, expected, traffic);
    }
    /// Of the CD that the STE leads to.
    void change_cd(const arch::Cd& from, const arch::Cd& to, const Ends& ends, unsigned expected,
                   Traffic traffic) {
        ASSERT_EQ(bench->driver.set_stream(bench->stream, tables->stage1()), sw::Status::Done);
        ASSERT_EQ(bench->driver.set_context(bench->stream, tables->live_cd(), from),
                  sw::Status::Done);
        bad_configurations();
        const Observed seen = watch(ends, [&] {
            EXPECT_EQ(bench->driver.set_context(bench->stream, tables->live_cd(), to),
                      sw::Status::Done);
        });
        check(seen, ends, expected, traffic);
    }

    void check(const Observed& seen, const Ends& ends, unsigned expected, Traffic traffic) {
        EXPECT_EQ(syncs, expected);
        EXPECT_EQ(seen.wrong, 0u);
        EXPECT_EQ(seen.old_late, 0u);
        EXPECT_GT(seen.before, 2u);
        EXPECT_GT(seen.after, 2u);
        const unsigned bad = bad_configurations();
        if (traffic == Traffic::Hitless) {
            EXPECT_EQ(bad, 0u);
        }
        if (!ends.before.has_value() || !ends.after.has_value()) return;  // aborts are expected
        EXPECT_EQ(seen.aborted != 0, traffic == Traffic::Breaking)
            << seen.aborted << " accesses were aborted";
    }

private:
    static void note(const Reached& reached, const Ends& ends, Observed& seen) {
        const bool is_after = reached == ends.after, is_before = reached == ends.before;
        if (is_after) ++seen.after;
        if (is_before) ++seen.before;
        if (is_before && !is_after && seen.after != 0 && reached.has_value()) ++seen.old_late;
        if (is_before || is_after) return;
        if (reached.has_value())
            ++seen.wrong;
        else
            ++seen.aborted;
    }
};

}  // namespace smmu::test
