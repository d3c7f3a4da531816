// The platform: a map, its members and their bindings; no logic.
#include "platform/soc.h"

#include "boards/virt.h"

namespace smmu::platform {

static_assert(virt::smmu_pmcg_stride == arch::pmcg_group_size);

namespace {

// --- Map: who is on the bus

const std::vector<UpstreamPort> masters{
    {"cpu", PortKind::Cpu},
    {"smmu_tables", PortKind::Tables},
    {"dma0", PortKind::Dma},
    {"dma1", virt::root_complex1.canwbs ? PortKind::CanwbsDma : PortKind::Dma},
};

const std::vector<DownstreamDevice> devices{
    {"gicd", virt::gicd},
    {"gicr", virt::gicr},
    {"uart", virt::uart},
    {"smmu_registers", virt::smmu},
    {"smmu_pmcg", virt::smmu_pmcg},
    {"probe_window", virt::probe_window},
    {"pcie0_config", virt::pcie0_config},
    {"pcie0_window", virt::pcie0_window},
    {"pcie1_config", virt::pcie1_config},
    {"pcie1_window", virt::pcie1_window},
};

// --- What the board decides for its models

Params on_board(Params params) {
    params.tbus = Soc::tbus;
    return params;
}

TestEngineParams on_board(TestEngineParams params) {
    params.frames = virt::test_engine_frames;
    return params;
}

RootComplexParams on_board(const virt::RootComplex& board, const virt::Range& window) {
    RootComplexParams params;
    params.board = board;
    params.window = window;
    return params;
}

/// What boot firmware leaves behind: addresses in the BARs, the function enabled.
void set_up(PciFunction& function, const virt::Range& frames) {
    function.place_bar(0, frames.base);
    function.place_bar(2, frames.base + virt::test_engine_msix_table);
    function.place_bar(4, frames.base + virt::test_engine_msix_pba);
    function.write_config(pci::command, 2, pci::command_memory | pci::command_bus_master);
}

}  // namespace

// --- Members

Soc::Soc(sc_core::sc_module_name name, const Config& config, const Outside& outside)
    : sc_module(name),
      psci_(outside.on_end),
      bus_("bus", config.interconnect, masters, devices),
      cpu_("cpu", config.cpu),
      gic_("gic"),
      timer_("timer", {virt::cntfrq_hz}),
      uart_("uart", outside.console),
      smmu_("smmu", on_board(config.smmu)),
      probe_window_("probe_window", stats_, probe_traits(config.smmu)),
      root_complex0_("root_complex0", on_board(virt::root_complex0, virt::pcie0_window)),
      root_complex1_("root_complex1", on_board(virt::root_complex1, virt::pcie1_window)),
      test_engine0_("test_engine0", on_board(config.test_engine)),
      test_engine1_("test_engine1", on_board(config.test_engine)) {
    // --- Bindings: masters
    cpu_.mem.bind(bus_.upstream("cpu"));
    cpu_.cache.bind(bus_.maintenance);
    cpu_.smc.bind(psci_);
    bus_.on_device_write = [this](uint64_t begin, uint64_t end) {
        cpu_.invalidate_code(begin, end);
    };

    PciLink& link0 = root_complex0_.add(test_engine0_.pci, {virt::test_engine_device});
    PciLink& link1 = root_complex1_.add(test_engine1_.pci, {virt::test_engine_device});
    test_engine0_.dma.bind(link0.dma);
    test_engine1_.dma.bind(link1.dma);
    test_engine0_.endpoint.ats.bind(link0.ats);
    test_engine1_.endpoint.ats.bind(link1.ats);
    link0.ats_inv.bind(test_engine0_.endpoint.ats_inv);
    link1.ats_inv.bind(test_engine1_.endpoint.ats_inv);
    root_complex0_.dma.bind(smmu_.tbu[0]);
    root_complex1_.dma.bind(smmu_.tbu[1]);
    root_complex0_.ats.bind(smmu_.ats[0]);
    root_complex1_.ats.bind(smmu_.ats[1]);
    smmu_.ats_inv[0].bind(root_complex0_.ats_inv);
    smmu_.ats_inv[1].bind(root_complex1_.ats_inv);
    smmu_.mem[0].bind(bus_.upstream("dma0"));
    smmu_.mem[1].bind(bus_.upstream("dma1"));
    smmu_.ptw.bind(bus_.upstream("smmu_tables"));
    smmu_.attach(stats_);

    // --- Bindings: registers
    bus_.device("gicd").bind(gic_.gicd);
    bus_.device("gicr").bind(gic_.gicr);
    bus_.device("uart").bind(uart_.regs);
    bus_.device("smmu_registers").bind(smmu_.regs);
    bus_.device("smmu_pmcg").bind(smmu_.pmcg);
    bus_.device("probe_window").bind(probe_window_.regs);
    bus_.device("pcie0_config").bind(root_complex0_.config);
    bus_.device("pcie0_window").bind(root_complex0_.memory);
    bus_.device("pcie1_config").bind(root_complex1_.config);
    bus_.device("pcie1_window").bind(root_complex1_.memory);
    link0.registers().bind(test_engine0_.regs);
    link1.registers().bind(test_engine1_.regs);
    set_up(test_engine0_.pci, virt::test_engine0);
    set_up(test_engine1_.pci, virt::test_engine1);
    gic_.system_registers.bind(cpu_.system_registers);
    timer_.system_registers.bind(cpu_.system_registers);

    // --- Bindings: interrupts
    gic_.irq.bind(cpu_.irq);
    gic_.virq.bind(cpu_.virq);
    gic_.maintenance.bind(gic_.input(virt::gic_maintenance_ppi));
    timer_.cntp.bind(gic_.input(virt::cntp_ppi));
    timer_.cntv.bind(gic_.input(virt::cntv_ppi));
    timer_.cnthp.bind(gic_.input(virt::cnthp_ppi));
    uart_.irq.bind(gic_.input(virt::uart_irq));
    smmu_.irq_eventq.bind(gic_.input(virt::smmu_eventq_irq));
    smmu_.irq_priq.bind(gic_.input(virt::smmu_priq_irq));
    smmu_.irq_cmd_sync.bind(gic_.input(virt::smmu_cmd_sync_irq));
    smmu_.irq_gerror.bind(gic_.input(virt::smmu_gerror_irq));
    for (uint32_t group = 0; group < config.smmu.pmcg_groups; ++group)
        smmu_.irq_pmcg[group].out.bind(gic_.input(virt::smmu_pmcg_irq + group));
    for (uint32_t line = 0; line < 4; ++line) {
        root_complex0_.intx[line].bind(gic_.input(virt::pcie0_intx_irq + line));
        root_complex1_.intx[line].bind(gic_.input(virt::pcie1_intx_irq + line));
    }
}

void Soc::load(const Firmware& firmware, const acpi::Bytes& tables) {
    const auto write = [this](uint64_t address, const std::vector<uint8_t>& bytes) {
        bus_.ram().debug_write(address - virt::ram.base, bytes.data(), bytes.size());
    };
    for (const Segment& segment : firmware.segments) write(segment.address, segment.bytes);
    write(virt::acpi.base, tables);
    cpu_.set_reset_state({firmware.entry, virt::acpi.base, virt::acpi.end()});
}

namespace {

std::vector<acpi::PmcgHardware> counter_groups(const Params& smmu) {
    std::vector<acpi::PmcgHardware> groups;
    for (uint32_t n = 0; n < smmu.pmcg_groups; ++n) {
        const uint64_t page0 = virt::smmu_pmcg.base + n * virt::smmu_pmcg_stride;
        groups.push_back({page0, smmu.pmcg.counter_page ? page0 + arch::pmcg_page_size : 0,
                          virt::smmu_pmcg_irq + n});
    }
    return groups;
}

}  // namespace

acpi::Hardware hardware(const Config& config) {
    constexpr uint8_t address_bits = 64;  // of the test engines
    const core::Features& features = config.smmu.features;
    const bool ats = features.ats, pri = features.has_pri();
    return {{virt::smmu.base,
             features.coherent_access,
             {virt::smmu_eventq_irq, pri ? virt::smmu_priq_irq : 0, virt::smmu_gerror_irq,
              virt::smmu_cmd_sync_irq}},
            {{virt::root_complex0, address_bits, ats, pri},
             {virt::root_complex1, address_bits, ats, pri}},
            counter_groups(config.smmu)};
}

}  // namespace smmu::platform
