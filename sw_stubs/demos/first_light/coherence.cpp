// Section 8: why S2FWB exists.
//
// The guest has mapped a page Non-cacheable in its stage 1, and a newer value of it sits in a cache.  Whether the
// device sees that value is decided by what becomes of the guest's memory type.
#include "boards/test_engine_frame.h"
#include "sw_stubs/demos/first_light/machine.h"

namespace smmu::sw::demo {

using namespace aarch64;
using guest::Snoop;
using vmm::Policy;

namespace {

struct Case {
    const char* name;
    unsigned engine;
    Policy policy;
    Snoop snoop;
    bool sees_the_cache;  ///< on hardware
};
constexpr Case cases[] = {
    {"S2FWB = 0", 0, Policy::TestWithoutFwb, Snoop::Asked, false},
    {"S2FWB = 1", 0, Policy::Driver, Snoop::Asked, true},
    {"S2FWB = 1, No_snoop", 0, Policy::Driver, Snoop::Declined, false},
    {"S2FWB = 0, CANWBS", 1, Policy::TestWithoutFwb, Snoop::Asked, true},
};

/// Other words in every case, so that nothing that an earlier one left can look right.
constexpr uint64_t old_word(unsigned n) { return 0x01D0'01D0 + uint64_t{n + 1}; }
constexpr uint64_t new_word(unsigned n) { return 0x4E3B'4E3B + uint64_t{n + 1}; }

const char* describe(uint64_t word, unsigned n) {
    if (word == old_word(n)) return "memory (stale)";
    if (word == new_word(n)) return "cache (right)";
    return "neither";
}

void allow_no_snoop(const Engine& engine, bool allowed) {
    using namespace test_engine;
    port::mmio_write32(engine.registers + privileged_register(0, privileged::pctrl),
                       allowed ? pctrl_no_snoop_allowed : 0);
}

void run_case(Report& report, Machine& machine, unsigned n) {
    const Case& c = cases[n];
    const Engine& engine = machine.engines[c.engine];
    if (machine.iommu.use(engine.virtual_stream, c.policy) != iommu_api::Errno::None) {
        report.expect(false, c.name, ": the SMMU takes the stream's new STE");
        return;
    }
    allow_no_snoop(engine, c.snoop == Snoop::Declined);
    const JobEnd end =
        run_job(report, machine, guest::Job::ReadDirtyLine,
                {{frame_of(engine), static_cast<uint64_t>(c.snoop), old_word(n), new_word(n)}});
    const uint64_t right = c.sees_the_cache ? new_word(n) : old_word(n);
    report.expect(end.finished && end.outcome() == guest::Outcome::Done && end.result[1] == right,
                  Text{c.name, 22}, Text{describe(end.result[1], n), 18}, describe(right, n));
}

}  // namespace

void show_coherence(Report& report, Machine& machine) {
    report.section("Non-cacheable in stage 1, newer data in the cache: what does the device read?");
    const unsigned before = machine.events.forwarded();
    print("        ", Text{"", 22}, Text{"it read", 18}, "hardware reads\n");
    for (unsigned n = 0; n < sizeof cases / sizeof cases[0]; ++n) {
        const Engine& engine = machine.engines[cases[n].engine];
        const bool needs_canwbs = cases[n].engine == 1;
        if (!engine.described || engine.canwbs != needs_canwbs)
            report.does_not_apply(cases[n].name, "not described by this IORT");
        else if (!engine.nested)
            report.does_not_apply(cases[n].name, "this SMMU has no S2FWB");
        else
            run_case(report, machine, n);
    }
    report.expect(machine.events.pending() == 0 && machine.events.forwarded() == before &&
                      machine.events.errors() == 0,
                  "no event, no error");
}

}  // namespace smmu::sw::demo
