// Section 1: what the firmware tables say about the SMMU and its devices.
#include "sw_stubs/demos/host/host.h"

namespace smmu::sw::demo {

using namespace aarch64;

namespace {

void print_smmu(Report& report, const iort::Node& node) {
    const iort::SmmuV3 says = iort::smmu_v3(node);
    const iort::SmmuInterrupts& irq = says.interrupts;
    report.row("SMMUv3", "base ", Hex{says.base}, ", coherent ",
               says.cohacc_override ? "yes" : "no");
    const struct {
        const char* name;
        uint32_t number;
    } wires[] = {{"events", irq.event},
                 {"errors", irq.gerror},
                 {"page requests", irq.pri},
                 {"CMD_SYNC", irq.sync}};
    for (const auto& wire : wires)
        if (wire.number != 0)
            report.row("", "interrupt ", Decimal{wire.number}, " for ", wire.name);
}

void print_root_complex(Report& report, const iort::Iort& table, const iort::Node& node) {
    const iort::RootComplex says = iort::root_complex(node);
    report.row("root complex", "segment ", Decimal{says.segment}, ":",
               says.memory.cpm ? " CPM" : "", says.memory.dacs ? " DACS" : "",
               says.memory.canwbs ? " CANWBS" : "");
    for (uint32_t i = 0; i < node.mapping_count(); ++i) {
        const iort::IdMapping m = node.mapping(i);
        const iort::MaybeNode target = iort::node_at(table, m.output_reference);
        if (!target || target.node.type() != iort::NodeType::SmmuV3) continue;
        report.row("", "RID ", Hex{m.input_base, 4}, "-", Hex{m.last(), 4}, " -> StreamID ",
                   Hex{m.output_base, 4}, "-", Hex{uint64_t{m.output_base} + m.id_count, 4});
    }
}

void print_nodes(Report& report, const iort::Iort& table) {
    unsigned others = 0;
    for (const iort::Node node : table.nodes()) {
        if (node.type() == iort::NodeType::SmmuV3)
            print_smmu(report, node);
        else if (node.type() == iort::NodeType::RootComplex)
            print_root_complex(report, table, node);
        else
            ++others;
    }
    report.row("other nodes", Decimal{others});
}

/// Follows the table from an engine's requester ID to its SMMU; the first engine says which SMMU it is.
void find_stream(Host& host, Engine& engine) {
    const iort::Walk walk = iort::stream_of(host.iort, engine.segment, virt::test_engine_rid(0));
    if (!walk.found() || walk.node.type() != iort::NodeType::SmmuV3) return;
    if (&engine == &host.engines[0]) host.smmu_node = walk.node;
    if (walk.node.offset() != host.smmu_node.offset()) return;
    engine.described = true;
    engine.stream = {walk.id};
    const iort::MaybeNode root = iort::find_root_complex(host.iort, engine.segment);
    const iort::RootComplex says = iort::root_complex(root.node);
    engine.canwbs = says.memory.canwbs;
    engine.ats = says.ats;
    engine.pri = says.pri;
}

void print_engine(Report& report, const Engine& engine) {
    if (engine.described)
        report.row("DMA engine", "segment ", Decimal{engine.segment}, " RID ",
                   Hex{virt::test_engine_rid(0), 4}, " -> StreamID ", Hex{engine.stream.value, 4});
}

}  // namespace

bool read_tables(Report& report, Host& host, const iort::AcpiRegion& acpi) {
    report.section("What the IORT says");
    const iort::Result<Bytes> found = iort::find_iort(acpi, acpi.base);
    const iort::Result<iort::Iort> opened =
        found.ok() ? iort::Iort::open(found.value) : iort::Result<iort::Iort>{{}, found.problem};
    if (!opened.ok())
        return report.expect(
            false, "an IORT that can be used: ", iort::describe(opened.problem.error), " at ",
            Hex{opened.problem.offset}, " (", Hex{opened.problem.value}, ")");
    host.iort = opened.value;
    print_nodes(report, host.iort);

    for (Engine& engine : host.engines) {
        find_stream(host, engine);
        print_engine(report, engine);
    }
    if (!report.expect(host.engines[0].described,
                       "the DMA engine of segment 0 is behind an SMMUv3"))
        return false;

    host.smmu_says = iort::smmu_v3(host.smmu_node);
    return report.expect(host.smmu_says.base == virt::smmu.base, "the SMMU is at ",
                         Hex{host.smmu_says.base}, "; this board has one at ",
                         Hex{virt::smmu.base});
}

}  // namespace smmu::sw::demo
