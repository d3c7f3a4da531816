// Section 7: A does anything at all, and B goes on with its work meanwhile.
#include "sw_stubs/demos/two_guests/pair.h"
#include "sw_stubs/vmm/scheduler.h"

namespace smmu::sw::demo {

using namespace aarch64;
using namespace arch;
using guest::Job;
using guest::Outcome;

namespace {

constexpr uint64_t steps_a_job = 10, least_steps = 1000;
constexpr unsigned least_rounds = 20;

/// What B does over and over: it copies pages, takes a fault of its own, and hears of it.
struct Task {
    Job job;
    uint64_t first, second;  ///< results
};
constexpr uint64_t done = static_cast<uint64_t>(Outcome::Done);
constexpr uint64_t failed = static_cast<uint64_t>(Outcome::Failed);
constexpr Task tasks[] = {
    {Job::CopyPages, done, 0}, {Job::UnmapWord, 1, 0}, {Job::CopyWord, failed, 0},
    {Job::TakeEvent, 1, 0},    {Job::MapWord, 1, 0},   {Job::CopyWord, done, 1},
};
constexpr unsigned task_count = sizeof tasks / sizeof tasks[0];

/// Counts of the whole section.
struct Tally {
    uint64_t steps = 0, transfers = 0, slips = 0;      // of A
    uint64_t nested = 0, bypassing = 0, aborting = 0;  // STEs of A as they were met
    unsigned stopped = 0;                              // faults of A in stage 2
    unsigned asked = 0, refused = 0;                   // page requests of A's device
    uint64_t strange = 0;                              // STEs that A must not have
    unsigned rounds = 0, wrong = 0;                    // of B
};

/// Has A's stream what A may have, whatever A says?
void look_at_entry(const Pair& pair, Tally& tally) {
    const Tenant& a = pair.guest[0];
    const Ste now = live_entry(pair, a.engine->stream);
    const bool aborts = now[Ste::Config] == SteConfig::Abort;
    const bool nests = now[Ste::Config] == SteConfig::S1S2;
    const bool stage2_alone = now[Ste::Config] == SteConfig::S2;
    const bool own =
        now[Ste::S2VMID] == a.entry[Ste::S2VMID] && now[Ste::S2TTB] == a.entry[Ste::S2TTB];
    tally.nested += nests;
    tally.bypassing += stage2_alone;
    tally.aborting += aborts;
    const bool good = now[Ste::V] && (aborts || ((nests || stage2_alone) && own));
    tally.strange +=
        !good || !same(live_entry(pair, pair.guest[1].engine->stream), pair.guest[1].entry);
}

void give_mischief(Tenant& a, const Tally& tally) {
    give_job(a, Job::Misbehave,
             {{tally.steps + 1, steps_a_job, frame_of(*a.engine), a.engine->virtual_stream}});
}

void give_task(Tenant& b, unsigned task) { give_job(b, tasks[task].job, {{frame_of(*b.engine)}}); }

/// B came back from a task.
void check_task(Tenant& b, const JobEnd& end, unsigned task, Tally& tally) {
    const Task& t = tasks[task];
    bool right = end.result[0] == t.first;
    if (t.job == Job::CopyPages || t.job == Job::CopyWord) right &= end.result[1] == t.second;
    if (t.job == Job::CopyWord && t.first == failed) ++b.faults;
    if (t.job == Job::TakeEvent) {
        const Event e = event_record_of(b);
        right &= end.result[1] == b.faults &&  // an interrupt for each, and no other
                 e[Event::Id] == EventId::F_TRANSLATION &&
                 e[Event::StreamID] == b.engine->virtual_stream &&
                 e[Event::InputAddr] == guest::word_iova;
    }
    if (!right) ++tally.wrong;
    if (task == task_count - 1) ++tally.rounds;
}

/// Takes what A's device did out of the exit, and looks at what A has made of its stream.
void check_mischief(const Pair& pair, const JobEnd& end, Tally& tally) {
    tally.steps += steps_a_job;
    tally.transfers += end.result[0];
    tally.slips += end.result[1];
    look_at_entry(pair, tally);
}

/// Both run in turn until each has done enough and waits for a job.  False when one of them ended.
bool run(Report& report, Pair& pair, Tally& tally) {
    constexpr uint64_t longest_microseconds = 1'000'000, slice_microseconds = 50;
    Tenant& a = pair.guest[0];
    Tenant& b = pair.guest[1];
    vmm::RoundRobin turns;
    if (!turns.add(a.vm) || !turns.add(b.vm)) return false;
    unsigned task = 0;
    give_mischief(a, tally);
    give_task(b, task);
    for (;;) {
        const vmm::RoundRobin::Stopped stopped =
            turns.run(longest_microseconds, slice_microseconds);
        const JobEnd end = end_of_job(report, stopped.exit);
        if (stopped.vm == nullptr || !end.finished) return false;
        if (stopped.vm == &a.vm) {
            check_mischief(pair, end, tally);
            give_mischief(a, tally);
        } else {
            check_task(b, end, task, tally);
            task = (task + 1) % task_count;
            if (task == 0 && tally.rounds >= least_rounds && tally.steps >= least_steps) break;
            give_task(b, task);
        }
    }
    const JobEnd last = end_of_job(report, a.vm.run(longest_microseconds));
    check_mischief(pair, last, tally);
    return last.finished;
}

void print_tally(Report& report, const Pair& pair, const Tally& t) {
    report.row("A", Decimal{t.steps}, " steps; ", Decimal{t.transfers},
               " DMA commands ended well; ", Decimal{pair.events.forwarded(0)},
               " events of its own");
    report.row("", "its STE: nested ", Decimal{t.nested}, ", stage 2 alone ", Decimal{t.bypassing},
               ", abort ", Decimal{t.aborting}, " times");
    report.row("", Decimal{t.asked}, " page requests of its device, ", Decimal{t.refused},
               " of them when it had none");
    report.row("B", Decimal{t.rounds}, " rounds of copies, a fault and its event in each");
    report.row("the host", Decimal{t.stopped}, " faults of A in stage 2");
}

}  // namespace

void let_one_loose(Report& report, Pair& pair) {
    report.section("A does anything at all; B works on");
    Tenant& b = pair.guest[1];
    Tally tally;
    const unsigned before = pair.events.expected();
    const unsigned asked = pair.events.pages_forwarded(0), refused = pair.events.pages_refused();
    const bool both_ran = run(report, pair, tally);
    tally.stopped = pair.events.expected() - before;
    tally.asked = pair.events.pages_forwarded(0) - asked;
    tally.refused = pair.events.pages_refused() - refused;
    print_tally(report, pair, tally);
    if (!report.expect(both_ran, "both ran to the end")) return;
    report.expect(
        tally.transfers != 0 && tally.nested != 0 && tally.bypassing != 0 && tally.aborting != 0 &&
            tally.stopped != 0 && pair.events.forwarded(0) != 0 &&
            (tally.asked != 0) == can_ask(pair, *pair.guest[0].engine),
        "A came far: its device moved data and met stage 2, and it had every kind of STE");
    report.expect(tally.strange == 0,
                  "no STE of A ever had another VMID or stage 2; B's was never touched");
    report.expect(tally.slips == 0,
                  "the host refused each of A's bad calls; no DMA of A waits for ever");
    report.expect(tally.wrong == 0, "every copy of B was right, every fault its own");
    report.expect(pair.events.forwarded(1) == b.faults,
                  "B got its events, one for each fault: ", Decimal{b.faults});
    report.expect(changed_words() == 0, "no page of B or the host between A's has changed");
    report.expect(pair.events.pending() == 0 && pair.events.losses() == 0 &&
                      pair.events.errors() == 0 && pair.smmu.commands().skipped() == 0,
                  "the SMMU saw no illegal command, lost no event, has no error");
}

}  // namespace smmu::sw::demo
