// Section 4: both use the SMMU, and what one changes is its own.
#include "sw_stubs/demos/two_guests/pair.h"

namespace smmu::sw::demo {

using arch::Event;
using guest::Job;

void share_the_smmu(Report& report, Pair& pair) {
    report.section("Both use it, at the same addresses");
    Tenant& a = pair.guest[0];
    Tenant& b = pair.guest[1];
    report.expect(
        copies_are_right(report, a) && copies_are_right(report, b) && copies_are_right(report, a),
        "A, B and A again copy by DMA: every word is the guest's own");

    const JobEnd unmapped = run_job(report, a, Job::UnmapWord, {});
    const JobEnd failed = run_job(report, a, Job::CopyWord, {{frame_of(*a.engine)}});
    report.expect(unmapped.finished && unmapped.result[0] == 1 && failed.finished &&
                      failed.outcome() == guest::Outcome::Failed,
                  "A unmaps a page: its DMA fails there");
    report.expect(copies_are_right(report, b), "B's does not: same ASID, same address, another VM");
    ++a.faults;
    pair.events.wait_for_forwarded(a.faults);
    const JobEnd heard = run_job(report, a, Job::TakeEvent, {});
    const JobEnd silence = run_job(report, b, Job::TakeEvent, {});
    const Event event = event_record_of(a);
    report.expect(heard.finished && heard.result[0] == 1 &&
                      event[Event::Id] == arch::EventId::F_TRANSLATION &&
                      event[Event::StreamID] == a.engine->virtual_stream &&
                      event[Event::InputAddr] == guest::word_iova,
                  "A hears of it, by its own StreamID");
    report.expect(a.messages.rung() == 1 && heard.result[1] == 1,
                  "its SMMU interrupts it by a message at the doorbell");
    const JobEnd synced = run_job(report, a, Job::SyncByMessage, {});
    report.expect(synced.finished && synced.result[0] == 1 && a.messages.rung() == 2,
                  "and so does a CMD_SYNC that says so");
    report.expect(silence.finished && silence.result[0] == 0 && silence.result[1] == 0 &&
                      pair.events.forwarded(1) == 0,
                  "B does not: no event, no interrupt");
    const JobEnd mapped = run_job(report, a, Job::MapWord, {});
    report.expect(mapped.finished && mapped.result[0] == 1 && copies_are_right(report, a),
                  "A maps it again, and goes on");
}

}  // namespace smmu::sw::demo
