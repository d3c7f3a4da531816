// Section 6: A knows all about B and the host, and tries one thing after the other.
#include "boards/probe_window.h"
#include "sw_stubs/demos/two_guests/pair.h"

namespace smmu::sw::demo {

using namespace aarch64;
using namespace arch;
using guest::Job;
using guest::Outcome;
using virt::probe::Counter;

namespace {

/// Walks of tables that a copy in B needs.
uint64_t walks_of_a_copy(Report& report, Tenant& b, bool& right) {
    const uint64_t window = virt::probe_window.base;
    port::mmio_write64(window + virt::probe::control, virt::probe::clear);
    const JobEnd end = run_job(report, b, Job::CopyWord, {{frame_of(*b.engine)}});
    port::mmio_write64(window + virt::probe::control, virt::probe::snapshot);
    right = end.finished && end.outcome() == Outcome::Done && end.result[1] == 1;
    return port::mmio_read64(window + virt::probe::offset(Counter::Walks));
}

bool fails(Report& report, Tenant& a, Job job, const JobArguments& arguments) {
    const JobEnd end = run_job(report, a, job, arguments);
    return end.finished && end.outcome() == Outcome::Failed;
}

void reach_for_memory(Report& report, Pair& pair) {
    Tenant& a = pair.guest[0];
    const uint64_t frame = frame_of(*a.engine);
    const uint64_t theirs = buffer_pa(1, guest::word_page);
    const uint64_t tables = pair.smmu.registers().read<StrtabBase>()[StrtabBase::ADDR];
    const unsigned before = pair.events.expected();
    report.expect(fails(report, a, Job::ReachBeyond, {{frame, theirs}}),
                  "its stage 1 leads to a page of B, ", Hex{theirs, 8}, ": the DMA fails");
    report.expect(fails(report, a, Job::ReachBeyond, {{frame, tables}}),
                  "to the host's stream table, ", Hex{tables, 8}, ": the DMA fails");
    pair.events.take_events();
    report.expect(pair.events.expected() == before + 2,
                  "stage 2 stopped it: two events of the host, none of a guest");
}

void claim_another_stage2(Report& report, Pair& pair) {
    Tenant& a = pair.guest[0];
    const Tenant& b = pair.guest[1];
    const JobArguments claim{
        {frame_of(*a.engine), a.engine->virtual_stream, b.entry[Ste::S2VMID], b.entry[Ste::S2TTB]}};
    report.expect(fails(report, a, Job::ClaimStage2, claim),
                  "its STE claims B's stage 2: the stream aborts");
    report.expect(same(live_entry(pair, a.engine->stream), a.entry),
                  "it takes the claim back, and has its own STE again");
}

void forget_for_others(Report& report, Pair& pair) {
    Tenant& a = pair.guest[0];
    Tenant& b = pair.guest[1];
    bool right[2] = {};
    walks_of_a_copy(report, b, right[0]);  // what B needs is cached
    // Neither EL2 nor stage 2 are there; PRI and ATS may be.
    const uint64_t all = 14, illegal = 3 + !a.iommu.has_ats() + !a.iommu.has_pri();
    const JobEnd end =
        run_job(report, a, Job::ForgetOthers, {{b.engine->stream.value, b.entry[Ste::S2VMID]}});
    report.expect(end.finished && end.result[0] == illegal && end.result[1] == 1,
                  "it makes the SMMU forget B: ", Decimal{all - illegal},
                  " commands become its own, ", Decimal{illegal}, " are CERROR_ILL");
    const uint64_t walks = walks_of_a_copy(report, b, right[1]);
    report.expect(right[0] && right[1] && walks == 0,
                  "what the SMMU knows about B is still there: B's next copy needs no walk");
}

}  // namespace

void attack(Report& report, Pair& pair) {
    report.section("A attacks, and knows all that the host knows");
    Tenant& b = pair.guest[1];
    mark_memory();
    pair.events.expect_from(pair.guest[0].engine->stream);
    reach_for_memory(report, pair);
    claim_another_stage2(report, pair);
    forget_for_others(report, pair);
    report.expect(
        copies_are_right(report, b) && changed_words() == 0 && pair.events.forwarded(1) == b.faults,
        "B's data, its memory and its Event queue are as they were");
}

}  // namespace smmu::sw::demo
