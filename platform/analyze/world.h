// What is simulated: masters, an SMMU, a memory.  There is no CPU.
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "platform/analyze/memory.h"
#include "platform/analyze/port.h"
#include "platform/analyze/scenario.h"
#include "smmuv3/smmu.h"

namespace smmu::platform::analyze {

class World final : public sc_core::sc_module {
public:
    /// `scenario` must live as long as the world.  `progress` is told now and then how many accesses
    /// have ended.  The simulation stops when all have.
    World(sc_core::sc_module_name name, Scenario& scenario, const Params& params,
          const Workload& workload, std::function<void(uint64_t)> progress);

    void attach(Probe& probe) { smmu_.attach(probe); }
    uint64_t ended() const { return ended_; }

private:
    void start();
    void run(Master& master, Port& port);
    template <class R>
    void write_register(R value);

    Scenario& scenario_;
    const sc_core::sc_time gap_;
    const CodingStyle style_;
    const std::function<void(uint64_t)> progress_;
    Smmu<> smmu_;
    MemoryPort tables_;
    std::vector<std::unique_ptr<MemoryPort>> data_;  ///< by TBU
    Port cpu_{"cpu"};
    std::vector<std::unique_ptr<Port>> ports_;
    sc_core::sc_event started_;
    bool is_on_ = false;
    unsigned running_ = 0;  ///< threads of masters
    uint64_t ended_ = 0;
};

}  // namespace smmu::platform::analyze
