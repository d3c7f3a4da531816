// How a master reaches its TBU: one access after the other by b_transport, or several on their way at
// a time by four phases.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>

#include <array>

#include "platform/analyze/traffic.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu::platform::analyze {

/// One place for an access: a payload with identity and data, reused.  In AT whoever holds it last
/// gives it back.
class Slot final : public tlm::tlm_mm_interface {
public:
    explicit Slot(arch::StreamId stream);
    ~Slot();
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

    void prepare(const Request& request);
    void free(tlm::tlm_generic_payload*) override { freed.notify(); }

    tlm::tlm_generic_payload payload{this};
    bool has_response = false;
    sc_core::sc_time ends;  ///< with has_response: when
    sc_core::sc_event responded, freed;

private:
    StreamExtension identity_;
    std::array<unsigned char, 4096> data_{};
};

class Port final : public sc_core::sc_module {
public:
    tlm_utils::simple_initiator_socket<Port, 32> out{"out"};

    explicit Port(sc_core::sc_module_name name) : sc_module(name) {
        out.register_nb_transport_bw(this, &Port::backward);
    }

    /// Waits until the access has ended.
    void access(Slot& slot, CodingStyle style);

private:
    void access_in_phases(Slot& slot);
    void wait_for_turn();
    void accept(const sc_core::sc_time& delay);
    void respond(Slot& slot, const sc_core::sc_time& delay);
    tlm::tlm_sync_enum backward(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                sc_core::sc_time& delay);

    Slot* requesting_ = nullptr;  ///< between BEGIN_REQ and END_REQ: one at a time
    sc_core::sc_time next_;       ///< not before: the END_REQ of the latest
    sc_core::sc_event accepted_;
    std::vector<Slot*> on_their_way_;
};

}  // namespace smmu::platform::analyze
