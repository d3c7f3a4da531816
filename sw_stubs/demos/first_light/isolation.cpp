// Section 10: the page that decides a DMA channel's identity is not the guest's.
#include "boards/test_engine_frame.h"
#include "sw_stubs/demos/first_light/machine.h"

namespace smmu::sw::demo {

using namespace aarch64;

void show_isolation(Report& report, Machine& machine) {
    report.section("The guest reaches for the engine's privileged page");
    const uint64_t beyond = machine.worker->user_ipa + test_engine::privileged_page;
    machine.vm.answer(static_cast<uint64_t>(guest::Job::Touch), beyond);
    const vmm::VmExit exit = machine.vm.run(10'000);
    report.row("guest", "PC ", Hex{exit.error.pc}, ", IPA ", Hex{exit.error.ipa}, ", ESR ",
               Hex{exit.error.syndrome, 8});
    report.expect(exit.why == vmm::Stop::Error && exit.error.ipa == beyond,
                  "stage 2 of the CPU stops it; the host goes on");
}

}  // namespace smmu::sw::demo
