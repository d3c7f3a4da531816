// First light: a nested DMA, end to end, from real IORT bytes.  Runs at EL2 on the modelled CPU; told on the UART.
#include "sw_stubs/demos/first_light/machine.h"
#include "sw_stubs/port/aarch64/firmware.h"

namespace smmu::sw {
namespace {

demo::Machine machine;
demo::Report report;

void tell(const iort::AcpiRegion& acpi) {
    if (!demo::read_tables(report, machine, acpi)) return;
    if (!demo::bring_up(report, machine)) return;
    demo::start_counters(report, machine);
    demo::show_gate(report, machine);
    if (!demo::start_guest(report, machine)) return;
    demo::copy_through_both_stages(report, machine);
    demo::count_a_walk(report, machine);
    demo::fault(report, machine);
    demo::show_coherence(report, machine);
    demo::show_counters(report, machine);
    demo::show_isolation(report, machine);
}

}  // namespace

int aarch64::firmware_main(uint64_t rsdp, uint64_t acpi_end) {
    print("First light: a nested DMA through an SMMUv3\n");
    const auto* const bytes = reinterpret_cast<const uint8_t*>(rsdp);
    tell({rsdp, {bytes, acpi_end > rsdp ? acpi_end - rsdp : 0}});
    return report.finish();
}

}  // namespace smmu::sw
