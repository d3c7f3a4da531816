// Section 8: what ends A is A's end alone.
#include "sw_stubs/demos/two_guests/pair.h"

namespace smmu::sw::demo {

using namespace aarch64;

void stop_one(Report& report, Pair& pair) {
    report.section("A's CPU reaches for B's memory");
    Tenant& a = pair.guest[0];
    Tenant& b = pair.guest[1];
    give_job(a, guest::Job::Touch, {{playground_pa(1)}});
    const vmm::VmExit exit = a.vm.run(100'000);
    report.row("guest A", "PC ", Hex{exit.error.pc}, ", IPA ", Hex{exit.error.ipa}, ", ESR ",
               Hex{exit.error.syndrome, 8});
    report.expect(exit.why == vmm::Stop::Error && exit.error.ipa == playground_pa(1),
                  "stage 2 of the CPU stops it");
    report.expect(copies_are_right(report, b), "B goes on");
}

}  // namespace smmu::sw::demo
