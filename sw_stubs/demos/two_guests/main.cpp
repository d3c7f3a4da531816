// Two guests: one SMMU, two VMs that look the same from inside, and one of them turns hostile.  Runs at EL2 on the
// modelled CPU; told on the UART.
#include "sw_stubs/demos/two_guests/pair.h"
#include "sw_stubs/port/aarch64/firmware.h"

namespace smmu::sw {
namespace {

demo::Pair pair;
demo::Report report;

void tell(const iort::AcpiRegion& acpi) {
    if (!demo::read_tables(report, pair, acpi)) return;
    if (!demo::bring_up(report, pair)) return;
    if (!demo::start_guests(report, pair)) return;
    demo::share_the_smmu(report, pair);
    demo::ask_for_pages(report, pair);
    demo::attack(report, pair);
    demo::let_one_loose(report, pair);
    demo::stop_one(report, pair);
}

}  // namespace

int aarch64::firmware_main(uint64_t rsdp, uint64_t acpi_end) {
    print("Two guests, one SMMU\n");
    const auto* const bytes = reinterpret_cast<const uint8_t*>(rsdp);
    tell({rsdp, {bytes, acpi_end > rsdp ? acpi_end - rsdp : 0}});
    return report.finish();
}

}  // namespace smmu::sw
