// The SMMU with nothing bound that may stay open, and nothing between it and its neighbours.
#pragma once
#include "smmuv3/smmu.h"
#include "tests/model/smmu_driver.h"

namespace smmu::test {

/// No pins, no checkers.  The register socket is bound only where a test asks for it.
class BareBench : public sc_core::sc_module, public SmmuDriver {
public:
    Smmu<> smmu{"smmu"};
    Device device{"device"};
    Ram ram{"ram"};
    Device cpu{"cpu"};
    Pages pages{ram, map::pages};

    enum class Registers : uint8_t { Bound, Unbound };

    explicit BareBench(Registers registers)
        : sc_module(sc_core::sc_module_name("bench")), SmmuDriver(cpu, ram) {
        device.out.bind(smmu.tbu[0]);
        smmu.mem[0].bind(ram.in);
        smmu.ptw.bind(ram.in);
        if (registers == Registers::Bound)
            cpu.out.bind(smmu.regs);
        else
            cpu.out.bind(ram.in);
    }
};

}  // namespace smmu::test
