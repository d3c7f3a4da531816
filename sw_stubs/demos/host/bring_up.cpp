// Section 2: what the SMMU can do, and its reset.
#include "sw_stubs/demos/host/host.h"
#include "sw_stubs/driver/probe.h"

namespace smmu::sw::demo {

using namespace aarch64;
using namespace arch;

namespace {

/// Queues, stream table, and all tables of the host.  Not the guest's, and not where the image lies.
constexpr virt::Range table_memory{0x4800'0000, 0x40'0000};

const char* yes(bool has, const char* name) { return has ? name : ""; }

void print_identity(Report& report, const Registers& registers, const Features& f) {
    const auto idr0 = registers.read<Idr0>();
    const auto idr1 = registers.read<Idr1>();
    const auto idr3 = registers.read<Idr3>();
    const auto idr5 = registers.read<Idr5>();
    const auto aidr = registers.read<Aidr>();
    report.row("AIDR", Hex{aidr.raw(), 8}, "  SMMUv",
               Decimal{aidr[Aidr::ArchMajorRev] + uint64_t{3}}, ".",
               Decimal{aidr[Aidr::ArchMinorRev]});
    report.row("IDR0", Hex{idr0.raw(), 8}, yes(f.stage1, "  stage 1"), yes(f.stage2, "  stage 2"),
               "  ASID ", Decimal{f.asid_bits}, " bits  VMID ", Decimal{f.vmid_bits}, " bits",
               yes(idr0[Idr0::COHACC], "  coherent walks"),
               yes(f.two_level_stream_table, "  2-level stream table"));
    report.row("IDR1", Hex{idr1.raw(), 8}, "  StreamID ", Decimal{f.stream_bits},
               " bits  queues 2^", Decimal{f.command_queue_log2}, " commands, 2^",
               Decimal{f.event_queue_log2}, " events");
    report.row("IDR3", Hex{idr3.raw(), 8}, yes(f.fwb, "  stage 2 can force write-back (FWB)"));
    report.row("IDR5", Hex{idr5.raw(), 8}, "  ", Decimal{f.address_bits}, "-bit addresses",
               yes(idr5[Idr5::GRAN4K], "  4 KiB pages"));
}

/// Something that is not an SMMU reads as zeros or as ones.
bool looks_like_an_smmu(const Registers& registers) {
    const auto idr0 = registers.read<Idr0>().raw();
    const auto aidr = registers.read<Aidr>();
    return idr0 != 0 && idr0 != ~0u && aidr.raw() <= 0xFF && aidr[Aidr::ArchMajorRev] == 0;
}

}  // namespace

bool bring_up(Report& report, Host& host) {
    report.section("The SMMU: what it can do, and its reset");
    const Registers registers{host.smmu_says.base};
    if (!report.expect(looks_like_an_smmu(registers), "an SMMUv3 answers there")) return false;

    const Coherency says =
        host.smmu_says.cohacc_override ? Coherency::Coherent : Coherency::NonCoherent;
    const Probe found = probe(registers, says);
    print_identity(report, registers, found.features);
    const bool both = found.features.stage1 && found.features.stage2;
    if (!report.expect(found.refusal == Refusal::None && both, "this driver drives it: ",
                       both ? describe(found.refusal) : "nesting needs stage 1 and stage 2"))
        return false;

    auto* const memory = reinterpret_cast<volatile uint8_t*>(table_memory.base);
    host.arena = Arena{Region{table_memory.base, memory, table_memory.size}, says};
    Status status = host.smmu.prepare(host.smmu_says.base, found.features, host.arena);
    const iort::SmmuInterrupts& irq = host.smmu_says.interrupts;
    if (!report.expect(host.events.connect(host.smmu, irq), "its interrupts ", Decimal{irq.event},
                       " and ", Decimal{irq.gerror}, " are connected"))
        return false;
    if (status == Status::Done) status = host.smmu.reset();
    return report.expect(status == Status::Done,
                         "reset in the architecture's order: ", describe(status));
}

}  // namespace smmu::sw::demo
