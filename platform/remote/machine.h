// The platform without a CPU: a map, its members and their bindings, and how a client's requests
// reach them.
//
// The board is that of platform/soc.h, less what only a CPU can use (itself, its timers, the
// firmware).  RAM has one view: there is no cache.
#pragma once
#include <deque>
#include <ostream>
#include <systemc>

#include "cpu/interrupt_pin.h"
#include "gicv3/gicv3.h"
#include "interconnect/interconnect.h"
#include "iommu_testdev/iommu_testdev.h"
#include "pcie/root_complex.h"
#include "pl011/pl011.h"
#include "platform/config/config.h"
#include "platform/firmware.h"
#include "platform/probe_window.h"
#include "platform/remote/bus_master.h"
#include "platform/remote/options.h"
#include "platform/remote/session.h"
#include "smmuv3/smmu.h"
#include "test_engine/test_engine.h"
#include "waveforms/stats.h"

namespace smmu::platform::remote {

struct MachineParams {
    Config config;
    uint64_t ram_size = virt::ram.size;  ///< bytes, from virt::ram.base on
    std::vector<Device> devices;
    std::vector<PciSlot> slots;  ///< of the devices, one each
};

class Machine final : public sc_core::sc_module, public Target {
public:
    /// `console` gets what the UART sends, and must outlive the machine.
    Machine(sc_core::sc_module_name name, const MachineParams& params, std::ostream& console);

    void load(const Segment& segment);

    std::optional<Refusal> read(uint64_t address, Bytes& to) override;
    std::optional<Refusal> write(uint64_t address, const Bytes& from) override;
    void settle() override;
    uint64_t now_ns() const override;
    uint64_t last_ns() const override;
    void advance_to(uint64_t ns) override;
    std::optional<uint64_t> next_ns() const override;
    std::optional<Refusal> intercept(Pins pins, const std::string& device) override;
    std::optional<Refusal> set_irq_in(const SetIrqIn& request) override;

private:
    enum class Listening : uint8_t { None, GicInputs, SmmuOutputs };

    std::optional<Refusal> transfer(tlm::tlm_command command, uint64_t address, Bytes& bytes);
    void add_devices(const MachineParams& params);
    void add_wires();
    InterruptPin& wire(uint32_t intid) { return wires_.at(intid - virt::spi(0)); }
    void wire_changed(uint32_t spi, bool level);

    const virt::Range ram_;
    Stats stats_;
    BusMaster client_;
    Interconnect bus_;
    Gicv3 gic_;
    Pl011 uart_;
    Smmu<> smmu_;
    ProbeWindow probe_window_;
    RootComplex root_complex_;

    std::deque<IommuTestdev> testdevs_;
    std::deque<TestEngine> engines_;

    std::deque<InterruptPin> wires_;  ///< to the SPIs of the GIC, by number
    Listening listening_ = Listening::None;
};

}  // namespace smmu::platform::remote
