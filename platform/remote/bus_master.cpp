// Bus accesses of the client.  The thread may wait(): registers may make their reader wait.
#include "platform/remote/bus_master.h"

#include <algorithm>

namespace smmu::platform::remote {
namespace {

constexpr unsigned widest_of_many = 4;  // every device here takes aligned words
constexpr unsigned patience = 1000;     // rounds of 1 ms

void describe(tlm::tlm_generic_payload& payload, tlm::tlm_command command, uint64_t address,
              uint8_t* data, uint64_t size) {
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(data);
    payload.set_data_length(static_cast<unsigned>(size));
    payload.set_streaming_width(static_cast<unsigned>(size));
    payload.set_byte_enable_ptr(nullptr);
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
}

bool is_one_access(uint64_t size) { return size == 1 || size == 2 || size == 4 || size == 8; }

/// The largest aligned access at an address, up to `left` bytes.
unsigned piece_at(uint64_t address, uint64_t left) {
    unsigned size = widest_of_many;
    while (size > left || address % size != 0) size /= 2;
    return size;
}

}  // namespace

BusMaster::BusMaster(sc_core::sc_module_name name) : sc_module(name) {
    using SC_CURRENT_USER_MODULE = BusMaster;
    SC_THREAD(serve);
}

std::optional<Refusal> BusMaster::transfer(tlm::tlm_command command, uint64_t address,
                                           Bytes& bytes) {
    if (busy_) return Refusal{"an earlier access still waits for its device"};
    command_ = command;
    address_ = address;
    bytes_ = bytes;
    busy_ = true;
    go_.notify(sc_core::SC_ZERO_TIME);
    // Mostly the first round is enough; the others let time pass for a device that waits for
    // something far away.
    const sc_core::sc_time round(1.0, sc_core::SC_MS);
    for (unsigned i = 0; busy_ && i < patience && sc_core::sc_pending_activity(); ++i)
        sc_core::sc_start(round, i == 0 ? sc_core::SC_EXIT_ON_STARVATION : sc_core::SC_RUN_TO_TIME);
    if (busy_) return Refusal{"the device does not answer"};
    bytes = bytes_;
    return std::nullopt;
}

bool BusMaster::debug(tlm::tlm_command command, uint64_t address, uint8_t* data, uint64_t size) {
    tlm::tlm_generic_payload payload;
    describe(payload, command, address, data, size);
    return mem->transport_dbg(payload) == size;
}

void BusMaster::serve() {
    for (;;) {
        while (!busy_) sc_core::wait(go_);
        if (is_one_access(bytes_.size())) {
            access(0, static_cast<unsigned>(bytes_.size()));
        } else {
            for (uint64_t at = 0; at < bytes_.size();) {
                const unsigned size = piece_at(address_ + at, bytes_.size() - at);
                access(at, size);
                at += size;
            }
        }
        busy_ = false;
        sc_core::sc_pause();  // what else is going on is for the caller to decide
    }
}

void BusMaster::access(uint64_t at, unsigned size) {
    tlm::tlm_generic_payload payload;
    uint8_t* const data = bytes_.data() + at;
    describe(payload, command_, address_ + at, data, size);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    mem->b_transport(payload, delay);
    if (delay > sc_core::SC_ZERO_TIME) sc_core::wait(delay);
    if (payload.is_read() && !payload.is_response_ok()) std::fill_n(data, size, uint8_t{0});
}

}  // namespace smmu::platform::remote
