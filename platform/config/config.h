// What an instance of the platform is made of: the parameters of its models, each one row of
// parameters.cpp.
#pragma once
#include <cstdint>

#include "cpu/cpu.h"
#include "interconnect/interconnect.h"
#include "platform/analyze/workload.h"
#include "smmuv3/params.h"
#include "test_engine/test_engine.h"

namespace smmu::platform {

struct SimulationParams {
    uint32_t time_limit_ms = 10'000;
};

/// The RAM of the board can compare and swap: hardware updates of tables are on.  Its DMA engines have
/// ATS and PRI.  There is one counter group.
inline Params smmu_of_the_board() {
    Params params;
    params.features.httu = 2;
    params.features.ats = params.features.pri = true;
    params.pmcg_groups = 1;
    return params;
}

/// Everything about the hardware that can be chosen.  Addresses and interrupts cannot: they are the
/// board (boards/virt.h), and so is what the board decides for a model: the number of TBUs, the
/// clocks, the size of RAM.
struct Config {
    SimulationParams simulation;
    CpuParams cpu;
    InterconnectParams interconnect;
    Params smmu = smmu_of_the_board();
    TestEngineParams test_engine;
    analyze::Workload workload;  ///< what `smmu-vp analyze` simulates beside the SMMU
};

}  // namespace smmu::platform
