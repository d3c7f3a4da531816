// Where a CPU would sit: makes the bus accesses that a client asks for.  Its thread may wait().
#pragma once
#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <optional>
#include <systemc>
#include <tlm>

#include "platform/expected.h"
#include "platform/remote/bytes.h"

namespace smmu::platform::remote {

class BusMaster final : public sc_core::sc_module {
public:
    tlm_utils::simple_initiator_socket<BusMaster, 32> mem{"mem"};

    explicit BusMaster(sc_core::sc_module_name name);

    /// Runs the kernel until the bus has answered; only from outside of the kernel.  1, 2, 4 or 8
    /// bytes are one access, any other number is cut into aligned ones of 4 bytes at most.  Where
    /// the bus answers with an error, reads give zeros.  Refused: a device that does not answer
    /// within a second of simulated time, and what comes while it still does not.
    std::optional<Refusal> transfer(tlm::tlm_command command, uint64_t address, Bytes& bytes);

    /// Without time and side effects; whether the bus took them all.
    bool debug(tlm::tlm_command command, uint64_t address, uint8_t* data, uint64_t size);

private:
    void serve();
    void access(uint64_t at, unsigned size);

    sc_core::sc_event go_;
    bool busy_ = false;
    tlm::tlm_command command_ = tlm::TLM_IGNORE_COMMAND;
    uint64_t address_ = 0;
    Bytes bytes_;  ///< its own: a device that does not answer holds on to them
};

}  // namespace smmu::platform::remote
