// A device through which firmware reads what the SMMU's probe points counted; boards/probe_window.h
// has its registers.
#pragma once
#include <tlm_utils/simple_target_socket.h>

#include <array>
#include <cstdint>
#include <systemc>

#include "boards/probe_window.h"
#include "smmuv3/params.h"
#include "waveforms/stats.h"

namespace smmu::platform {

class ProbeWindow final : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<ProbeWindow, 32> regs{"regs"};  ///< 4 KiB

    /// `stats` must outlive the window; clearing the window leaves it as it is.  `traits`: what that
    /// register says.
    ProbeWindow(sc_core::sc_module_name name, const Stats& stats, uint64_t traits);

private:
    using Counters = std::array<uint64_t, virt::probe::counters>;

    void access(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    unsigned peek(tlm::tlm_generic_payload& payload);
    uint64_t read(uint64_t offset) const;
    void write(uint64_t offset, uint64_t value);
    Counters running() const;

    const Stats& stats_;
    const uint64_t traits_;
    Counters cleared_{};   ///< what the running counters had when they were cleared
    Counters snapshot_{};  ///< what the counter registers show
};

/// virt::probe::traits of an SMMU with these parameters.
uint64_t probe_traits(const Params& smmu);

}  // namespace smmu::platform
