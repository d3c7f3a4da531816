// The platform: a map, its members and their bindings; no logic.
#pragma once
#include <functional>
#include <ostream>
#include <systemc>

#include "cpu/cpu.h"
#include "gicv3/gicv3.h"
#include "interconnect/interconnect.h"
#include "pcie/root_complex.h"
#include "pl011/pl011.h"
#include "platform/acpi/tables.h"
#include "platform/config/config.h"
#include "platform/firmware.h"
#include "platform/probe_window.h"
#include "platform/psci.h"
#include "smmuv3/smmu.h"
#include "test_engine/test_engine.h"
#include "timer/generic_timer.h"
#include "waveforms/stats.h"

namespace smmu::platform {

/// Where the outside world is attached.
struct Outside {
    std::ostream& console;               ///< what the UART sends
    std::function<void(Ending)> on_end;  ///< the firmware ends the run
};

class Soc final : public sc_core::sc_module {
public:
    static constexpr unsigned tbus = 2;  ///< one for each root complex

    Soc(sc_core::sc_module_name name, const Config& config, const Outside& outside);

    /// What is in RAM when the CPU starts: the firmware, and the ACPI tables at virt::acpi.
    void load(const Firmware& firmware, const acpi::Bytes& tables);

    void attach(Probe& probe) { smmu_.attach(probe); }
    const Stats& stats() const { return stats_; }

private:
    Stats stats_;
    Psci psci_;

    Interconnect bus_;
    Aarch64Cpu cpu_;
    Gicv3 gic_;
    GenericTimer timer_;
    Pl011 uart_;
    Smmu<> smmu_;
    ProbeWindow probe_window_;
    RootComplex root_complex0_, root_complex1_;
    TestEngine test_engine0_, test_engine1_;
};

/// What the IORT says about this platform.
acpi::Hardware hardware(const Config& config);

}  // namespace smmu::platform
