// Section 9: the SMMU's own counters (PMCG): of one stream, beside what the platform counts, and of the whole run.
#include "sw_stubs/demos/first_light/walk.h"
#include "sw_stubs/port/aarch64/gic.h"

namespace smmu::sw::demo {

using namespace aarch64;
using arch::PmcgEvent;
using virt::probe::Counter;

namespace {

constexpr PmcgEvent events[] = {PmcgEvent::Transaction, PmcgEvent::TlbMiss, PmcgEvent::ConfigMiss,
                                PmcgEvent::WalkAccess, PmcgEvent::ConfigAccess};
constexpr const char* names[] = {"transactions", "TLB misses", "configuration misses",
                                 "table walk accesses", "configuration accesses"};
constexpr unsigned kinds = 5;

// Who has which counter.
constexpr unsigned of_all = 0, of_one = of_all + kinds, of_another = of_one + kinds;
constexpr unsigned needed = of_another + 1;
constexpr uint64_t bits(unsigned first, unsigned count) { return arch::low_mask(count) << first; }

/// The counter group of the SMMU in use, as the IORT has it; this board may have it elsewhere, or not at all.
bool find(const Machine& machine, iort::Pmcg& found) {
    for (const iort::Node node : machine.iort.nodes()) {
        if (node.type() != iort::NodeType::Pmcg) continue;
        found = iort::pmcg(node);
        if (found.node_reference == machine.smmu_node.offset() &&
            virt::smmu_pmcg.contains(found.page0))
            return true;
    }
    return false;
}

void set_up(Pmcg& pmcg, unsigned first, StreamFilter filter) {
    for (unsigned i = 0; i < kinds; ++i) pmcg.set_up(first + i, events[i], filter);
}

struct Expected {
    uint64_t of[kinds];
};
Expected expected(const Counts& window) {
    const uint64_t configuration = window[Counter::ReadsL1Std] + window[Counter::ReadsSte] +
                                   window[Counter::ReadsL1Cd] + window[Counter::ReadsCd];
    return {{window[Counter::Translations], window[Counter::Misses], window[Counter::ReadsSte],
             window[Counter::ReadsStage1] + window[Counter::ReadsStage2], configuration}};
}

/// A copy by an SMMU that knows nothing yet, by the counters of its stream.
bool count_one_stream(Report& report, Machine& machine, Expected& wanted) {
    Pmcg& pmcg = machine.counters;
    const Engine& other = machine.engines[machine.worker == &machine.engines[0] ? 1 : 0];
    set_up(pmcg, of_one, StreamFilter::only(machine.worker->stream));
    pmcg.set_up(of_another, PmcgEvent::Transaction, StreamFilter::only(other.stream));
    if (!report.expect(forget_everything(machine), "the SMMU has forgotten everything"))
        return false;
    JobEnd end;
    pmcg.start(bits(of_one, kinds + 1));
    wanted = expected(count_a_copy(report, machine, guest::Job::CopyPages, end));
    pmcg.stop(bits(of_one, kinds + 1));
    return report.expect(end.finished && end.outcome() == guest::Outcome::Done,
                         Decimal{guest::copied_pages}, " pages copied");
}

void on_overflow(void* interrupts) { ++*static_cast<unsigned*>(interrupts); }
bool came(const void* interrupts) { return *static_cast<const unsigned*>(interrupts) != 0; }

/// A counter one short of its end, and another copy.
void overflow(Report& report, Machine& machine) {
    constexpr uint64_t longest_microseconds = 1000;
    static unsigned interrupts = 0;
    Pmcg& pmcg = machine.counters;
    pmcg.set_up(of_another, PmcgEvent::Transaction, StreamFilter::only(machine.worker->stream),
                ~uint64_t{0});
    const bool ready =
        gic::connect(machine.counter_interrupt, gic::Trigger::Edge, {on_overflow, &interrupts}) &&
        pmcg.enable_interrupt(bits(of_another, 1));
    pmcg.start(bits(of_another, 1));
    JobEnd end;
    count_a_copy(report, machine, guest::Job::CopyPages, end);
    const bool interrupted = ready && gic::wait(came, &interrupts, longest_microseconds);
    pmcg.stop(bits(of_another, 1));
    report.expect(interrupted && pmcg.take_overflows() == bits(of_another, 1),
                  "a counter that overflows interrupts (", Decimal{machine.counter_interrupt}, ")");
}

}  // namespace

void start_counters(Report& report, Machine& machine) {
    iort::Pmcg found;
    if (!find(machine, found)) return;
    Pmcg pmcg(found.page0, found.page1);
    if (pmcg.counters() < needed || pmcg.has_one_filter() || !pmcg.reset()) return;
    report.row("counters", Decimal{pmcg.counters()}, " of ", Decimal{pmcg.counter_bits()},
               " bits at ", Hex{found.page0, 8}, ", interrupt ", Decimal{found.overflow_interrupt});
    machine.counters = pmcg;
    machine.counter_interrupt = found.overflow_interrupt;
    set_up(machine.counters, of_all, StreamFilter::all());
    machine.counters.start(bits(of_all, kinds));
    machine.counts = true;
}

void show_counters(Report& report, Machine& machine) {
    report.section("What the SMMU's own counters say (PMCG)");
    if (!machine.counts)
        return report.does_not_apply(
            "counters", "the IORT names no group that has enough of them, each with its filter");
    Expected wanted{};
    if (!count_one_stream(report, machine, wanted)) return;
    const Pmcg& pmcg = machine.counters;
    const uint64_t others = pmcg.read(of_another);
    overflow(report, machine);

    print("  ", Text{"StreamID", 30}, "expected  ", Hex{machine.worker->stream.value, 4},
          "     all, this run\n");
    bool right = true;
    for (unsigned i = 0; i < kinds; ++i) {
        const uint64_t one = pmcg.read(of_one + i);
        right &= one == wanted.of[i];
        print("  ", Text{names[i], 30}, Decimal{wanted.of[i], 8}, Decimal{one, 8},
              Decimal{pmcg.read(of_all + i), 18}, '\n');
    }
    report.expect(right && others == 0,
                  "they count what the platform counted, and another stream apart");
}

}  // namespace smmu::sw::demo
