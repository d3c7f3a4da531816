// Section 6: what one translation costs, counted by the platform's probe window.
#include "sw_stubs/demos/first_light/walk.h"

#include "sw_stubs/driver/commands.h"

namespace smmu::sw::demo {

using namespace aarch64;
using virt::probe::Counter;

Counts count_a_copy(Report& report, Machine& machine, guest::Job copy, JobEnd& end) {
    const uint64_t window = virt::probe_window.base;
    port::mmio_write64(window + virt::probe::control, virt::probe::clear);
    end = run_job(report, machine, copy, {{frame_of(*machine.worker)}});
    port::mmio_write64(window + virt::probe::control, virt::probe::snapshot);
    Counts counts;
    for (uint32_t i = 0; i < virt::probe::counters; ++i)
        counts.value[i] = port::mmio_read64(window + virt::probe::offset(static_cast<Counter>(i)));
    return counts;
}

bool forget_everything(Machine& machine) {
    CommandQueue& queue = machine.smmu.commands();
    queue.insert(commands::forget_configuration());
    queue.insert(commands::forget_all_translations());
    return queue.sync() == Completion::Done;
}

namespace {

/// Reads that the architecture asks for: CD, every stage-1 table and the result are found through stage 2.
struct Expected {
    uint64_t l1std, ste, cd, stage1, stage2_for_cd, stage2_for_stage1;
    uint64_t stage2() const { return stage2_for_cd + stage2_for_stage1; }
};
Expected expected_reads(Machine& machine) {
    const auto configuration = machine.smmu.registers().read<arch::StrtabBaseCfg>();
    const bool two_level =
        configuration[arch::StrtabBaseCfg::FMT] == arch::StreamTableFormat::TwoLevel;
    const uint64_t start = 2 - machine.iommu.stage2_of(machine.worker->virtual_stream).sl0;
    const uint64_t stage2_levels = 4 - start;
    constexpr uint64_t stage1_levels = 4;
    return {two_level ? 1u : 0u,
            1,
            1,
            stage1_levels,
            stage2_levels,
            (stage1_levels + 1) * stage2_levels};
}

/// How much a cold walk reads: all that the architecture asks for, or less where the SMMU keeps
/// tables on the way.
enum class WalkCaches : uint8_t { None, Some };

bool compare(WalkCaches caches, const char* name, uint64_t expected, uint64_t cold, uint64_t warm) {
    print("  ", Text{name, 30}, Decimal{expected, 8}, Decimal{cold, 8}, Decimal{warm, 8}, '\n');
    const bool right = caches == WalkCaches::None ? cold == expected : cold <= expected;
    return right && warm == 0;
}

WalkCaches walk_caches() {
    const uint64_t traits = port::mmio_read64(virt::probe_window.base + virt::probe::traits);
    return (traits & virt::probe::has_walk_caches) != 0 ? WalkCaches::Some : WalkCaches::None;
}

}  // namespace

void count_a_walk(Report& report, Machine& machine) {
    report.section("What one translation costs");
    const uint64_t id = port::mmio_read64(virt::probe_window.base + virt::probe::id);
    if (!report.expect(id == virt::probe::id_value, "the platform counts")) return;
    if (!report.expect(forget_everything(machine), "the SMMU has forgotten everything")) return;

    JobEnd first, second;
    const Counts cold = count_a_copy(report, machine, guest::Job::CopyWord, first);
    const Counts warm = count_a_copy(report, machine, guest::Job::CopyWord, second);
    const bool done = first.finished && second.finished &&
                      first.outcome() == guest::Outcome::Done &&
                      second.outcome() == guest::Outcome::Done;
    report.expect(done && first.result[1] == 1 && second.result[1] == 1, "two copies of one word");

    const Expected e = expected_reads(machine);
    print("  ", Text{"reads of", 30}, "expected   first  second\n");
    const WalkCaches caches = walk_caches();
    const struct {
        const char* name;
        uint64_t expected;
        Counter counter;
    } rows[] = {{"level 1 stream descriptor", e.l1std, Counter::ReadsL1Std},
                {"stream table entry", e.ste, Counter::ReadsSte},
                {"context descriptor", e.cd, Counter::ReadsCd},
                {"stage 1 tables", e.stage1, Counter::ReadsStage1},
                {"stage 2 tables", e.stage2(), Counter::ReadsStage2}};
    bool right = true;
    for (const auto& row : rows)
        right &= compare(caches, row.name, row.expected, cold[row.counter], warm[row.counter]);
    if (caches == WalkCaches::None)
        report.expect(right, "a cold translation reads ", Decimal{e.stage1 + e.stage2_for_stage1},
                      " tables, ", Decimal{e.stage2_for_cd},
                      " more to find the CD; the second reads none");
    else
        report.expect(right, "with walk caches a cold translation reads ",
                      Decimal{cold[Counter::ReadsStage1] + cold[Counter::ReadsStage2]},
                      " tables instead of ", Decimal{e.stage1 + e.stage2()},
                      "; the second reads none");
    report.expect(
        cold[Counter::Walks] == 1 && warm[Counter::Walks] == 0 && warm[Counter::Misses] == 0,
        "one walk, then hits alone");
}

}  // namespace smmu::sw::demo
