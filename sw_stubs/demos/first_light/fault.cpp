// Section 7: a page is taken away, and the device that still uses it is caught.  The event is the guest's.
#include "sw_stubs/demos/first_light/machine.h"
#include "sw_stubs/driver/event_text.h"

namespace smmu::sw::demo {

using namespace aarch64;
using arch::Event;
using guest::Job;

void fault(Report& report, Machine& machine) {
    report.section("The guest unmaps the page; the same DMA again");
    const Engine& engine = *machine.worker;
    const JobEnd unmapped = run_job(report, machine, Job::UnmapWord, {});
    report.expect(unmapped.finished && unmapped.result[0] == 1,
                  "unmapped, and forgotten by the SMMU: a command of the guest's own queue");
    const JobEnd copied = run_job(report, machine, Job::CopyWord, {{frame_of(engine)}});
    report.expect(copied.finished && copied.outcome() == guest::Outcome::Failed,
                  "the DMA engine reports an error");

    if (!report.expect(machine.events.wait_for_forwarded(1),
                       "the SMMU reports an event, and it is the guest's"))
        return;
    if (const uint32_t interrupt = machine.smmu_says.interrupts.event; interrupt != 0)
        report.row("interrupt", Decimal{interrupt}, " at the host");
    else
        report.row("interrupt", "none in the IORT: the queue was polled");
    const JobEnd taken = run_job(report, machine, Job::TakeEvent, {});
    if (!report.expect(taken.finished && taken.result[0] == 1 && taken.result[1] == 1,
                       "its own SMMU interrupts it, and it takes the event"))
        return;
    const Event event = event_record_of(machine);
    report.row("interrupt", Decimal{virt::smmu_eventq_irq}, " at the guest");
    report.row("event", describe(event).c_str());
    report.expect(event[Event::Id] == arch::EventId::F_TRANSLATION, "it is F_TRANSLATION");
    report.expect(event[Event::StreamID] == engine.virtual_stream && !event[Event::SSV],
                  "of its StreamID ", Decimal{engine.virtual_stream});
    report.expect(event[Event::InputAddr] == guest::word_iova && event[Event::RnW], "a read at ",
                  Hex{guest::word_iova});
    report.expect(!event[Event::S2] && event[Event::Class] == arch::FaultClass::In,
                  "in stage 1, for the address itself (class IN)");
    const bool waits = machine.smmu.features().stall_forced;
    report.expect(event[Event::Stall] == waits,
                  waits ? "stalled, until the guest ended it" : "terminated, not stalled");
    report.expect(machine.events.pending() == 0 && machine.events.forwarded() == 1,
                  "and nothing else");
}

}  // namespace smmu::sw::demo
