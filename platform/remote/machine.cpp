// The platform without a CPU: a map, its members and their bindings.
#include "platform/remote/machine.h"

#include <algorithm>

#include "boards/virt.h"

namespace smmu::platform::remote {
namespace {

// --- Map: who is on the bus

Requester requester(Device::Requester of) {
    return of == Device::Requester::Frame ? Requester::Frame : Requester::Function;
}

/// Around the SMMU, where the device with this number reads back what it has written.
std::string physical_port(size_t testdev) { return "physical" + std::to_string(testdev); }

std::vector<UpstreamPort> masters(const std::vector<Device>& devices) {
    std::vector<UpstreamPort> all{
        {"client", PortKind::Cpu}, {"smmu_tables", PortKind::Tables}, {"dma", PortKind::Dma}};
    size_t testdevs = 0;
    for (const Device& device : devices)
        if (device.kind == Device::Kind::IommuTestdev)
            all.push_back({physical_port(testdevs++), PortKind::Cpu});
    return all;
}

const std::vector<DownstreamDevice> slaves{
    {"gicd", virt::gicd},
    {"gicr", virt::gicr},
    {"uart", virt::uart},
    {"smmu", virt::smmu},
    {"smmu_pmcg", virt::smmu_pmcg},
    {"probe_window", virt::probe_window},
    {"pcie_config", virt::pcie0_config},
    {"pcie_window", virt::pcie0_window},
};

InterconnectParams on_board(InterconnectParams params, const virt::Range& ram) {
    params.ram = ram;
    params.views = Views::Single;
    return params;
}

Params on_board(Params params) {
    params.tbus = 1;
    return params;
}

}  // namespace

// --- Members

Machine::Machine(sc_core::sc_module_name name, const MachineParams& params, std::ostream& console)
    : sc_module(name),
      ram_{virt::ram.base, params.ram_size},
      client_("client"),
      bus_("bus", on_board(params.config.interconnect, ram_), masters(params.devices), slaves),
      gic_("gic"),
      uart_("uart", console),
      smmu_("smmu", on_board(params.config.smmu)),
      probe_window_("probe_window", stats_, probe_traits(params.config.smmu)),
      root_complex_("root_complex", {}) {
    // --- Bindings: masters
    client_.mem.bind(bus_.upstream("client"));
    root_complex_.dma.bind(smmu_.tbu[0]);
    root_complex_.ats.bind(smmu_.ats[0]);
    smmu_.ats_inv[0].bind(root_complex_.ats_inv);
    smmu_.mem[0].bind(bus_.upstream("dma"));
    smmu_.ptw.bind(bus_.upstream("smmu_tables"));
    smmu_.attach(stats_);

    // --- Bindings: registers
    bus_.device("gicd").bind(gic_.gicd);
    bus_.device("gicr").bind(gic_.gicr);
    bus_.device("uart").bind(uart_.regs);
    bus_.device("smmu").bind(smmu_.regs);
    bus_.device("smmu_pmcg").bind(smmu_.pmcg);
    bus_.device("probe_window").bind(probe_window_.regs);
    bus_.device("pcie_config").bind(root_complex_.config);
    bus_.device("pcie_window").bind(root_complex_.memory);
    add_devices(params);

    // --- Bindings: interrupts
    add_wires();
    uart_.irq.bind(wire(virt::uart_irq));
    smmu_.irq_eventq.bind(wire(virt::smmu_eventq_irq));
    smmu_.irq_priq.bind(wire(virt::smmu_priq_irq));
    smmu_.irq_cmd_sync.bind(wire(virt::smmu_cmd_sync_irq));
    smmu_.irq_gerror.bind(wire(virt::smmu_gerror_irq));
    for (uint32_t group = 0; group < params.config.smmu.pmcg_groups; ++group)
        smmu_.irq_pmcg[group].out.bind(wire(virt::smmu_pmcg_irq + group));
    for (uint32_t line = 0; line < 4; ++line)
        root_complex_.intx[line].bind(wire(virt::pcie0_intx_irq + line));
}

/// Functions as they are after reset: the client places their BARs.
void Machine::add_devices(const MachineParams& params) {
    for (size_t i = 0; i < params.devices.size(); ++i) {
        const std::string name = "device" + std::to_string(i);
        switch (params.devices[i].kind) {
            case Device::Kind::IommuTestdev: {
                IommuTestdev& testdev = testdevs_.emplace_back(name.c_str());
                PciLink& link = root_complex_.add(testdev.pci, params.slots[i]);
                testdev.dma.bind(link.dma);
                testdev.physical.bind(bus_.upstream(physical_port(testdevs_.size() - 1)));
                link.registers().bind(testdev.regs);
                break;
            }
            case Device::Kind::TestEngine: {
                TestEngineParams engine_params = params.config.test_engine;
                engine_params.requester = requester(params.devices[i].requester);
                TestEngine& engine = engines_.emplace_back(name.c_str(), engine_params);
                PciLink& link = root_complex_.add(engine.pci, params.slots[i]);
                engine.dma.bind(link.dma);
                engine.endpoint.ats.bind(link.ats);
                link.ats_inv.bind(engine.endpoint.ats_inv);
                link.registers().bind(engine.regs);
                break;
            }
        }
    }
}

void Machine::add_wires() {
    for (uint32_t spi = 0; spi < Gicv3Params{}.spis; ++spi)
        wires_.emplace_back([this, spi](bool level) {
            gic_.input(virt::spi(spi))->write(level);
            wire_changed(spi, level);
        });
}

void Machine::load(const Segment& segment) {
    bus_.ram().debug_write(segment.address - ram_.base, segment.bytes.data(), segment.bytes.size());
}

}  // namespace smmu::platform::remote
