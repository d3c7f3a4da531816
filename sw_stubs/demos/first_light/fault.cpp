// Section 6: a page is taken away, and the device that still uses it is caught.
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
    report.expect(unmapped.finished && unmapped.result[0] == static_cast<uint64_t>(vmm::Answer::Ok),
                  "unmapped, and forgotten by the SMMU");
    const JobEnd copied = run_job(report, machine, Job::CopyWord, {{frame_of(engine)}});
    report.expect(copied.finished && copied.outcome() == guest::Outcome::Failed,
                  "the DMA engine reports an error");

    Event event;
    if (!report.expect(machine.events.wait_for_event(event), "the SMMU reports an event")) return;
    if (const uint32_t interrupt = machine.smmu_says.interrupts.event; interrupt != 0)
        report.row("interrupt", Decimal{interrupt});
    else
        report.row("interrupt", "none in the IORT: the queue was polled");
    report.row("event", describe(event).c_str());
    report.expect(event[Event::Id] == arch::EventId::F_TRANSLATION, "it is F_TRANSLATION");
    report.expect(event[Event::StreamID] == engine.stream.value && !event[Event::SSV],
                  "of StreamID ", Hex{engine.stream.value, 4});
    report.expect(event[Event::InputAddr] == guest::word_iova && event[Event::RnW], "a read at ",
                  Hex{guest::word_iova});
    report.expect(!event[Event::S2] && event[Event::Class] == arch::FaultClass::In,
                  "in stage 1, for the address itself (class IN)");
    report.expect(!event[Event::Stall], "terminated, not stalled");
    report.expect(machine.events.pending() == 0, "and nothing else");
}

}  // namespace smmu::sw::demo
