// A DMA master for tests of the SMMU's shell.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>

#include <functional>
#include <systemc>
#include <vector>

#include "tlm_sockets/stream_extension.h"

namespace smmu::test {

/// The inputs of a transaction of this stream, the rest at its defaults.
inline StreamIn of_stream(uint32_t stream) {
    StreamIn in;
    in.stream = arch::StreamId{stream};
    return in;
}

/// A read or write without a StreamExtension; it lives as long as the access.
inline void prepare(tlm::tlm_generic_payload& p, tlm::tlm_command command, uint64_t address,
                    void* data, unsigned length) {
    p.set_command(command);
    p.set_address(address);
    p.set_data_ptr(static_cast<unsigned char*>(data));
    p.set_data_length(length);
    p.set_streaming_width(length);
    p.set_byte_enable_ptr(nullptr);
    p.set_dmi_allowed(false);
    p.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
}

/// Each call is a transaction of its own, so that several threads may use one device.
class Device : public sc_core::sc_module {
public:
    tlm_utils::simple_initiator_socket<Device, 32> out{"out"};
    sc_core::sc_time delay;  ///< local time ahead of the kernel's; each access adds to it

    /// Pointers that were withdrawn.
    struct Withdrawn {
        uint64_t first, last;
    };
    std::vector<Withdrawn> withdrawn;

    /// What is called back in AT.
    std::function<tlm::tlm_sync_enum(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&)>
        backward;

    explicit Device(sc_core::sc_module_name name) : sc_module(name) {
        out.register_nb_transport_bw(this, &Device::nb_transport_bw);
        out.register_invalidate_direct_mem_ptr(this, &Device::invalidate);
    }

    /// What came back, beside the data.
    struct Result {
        tlm::tlm_response_status response;
        StreamOut out;
        bool ok() const { return response == tlm::TLM_OK_RESPONSE; }
        bool operator==(tlm::tlm_response_status r) const { return response == r; }
    };

    Result access(const StreamIn& who, tlm::tlm_command command, uint64_t address, void* data,
                  unsigned length) {
        tlm::tlm_generic_payload p;
        prepare(p, command, address, data, length);
        StreamExtension stream(who);
        p.set_extension(&stream);
        out->b_transport(p, delay);
        p.clear_extension(&stream);
        return {p.get_response_status(), stream.out};
    }
    template <class T>
    Result read(const StreamIn& who, uint64_t address, T& data) {
        return access(who, tlm::TLM_READ_COMMAND, address, &data, sizeof data);
    }
    template <class T>
    Result write(const StreamIn& who, uint64_t address, const T& data) {
        T copy = data;
        return access(who, tlm::TLM_WRITE_COMMAND, address, &copy, sizeof copy);
    }

    /// Asks for a pointer.
    bool ask(const StreamIn& who, tlm::tlm_command command, uint64_t address, tlm::tlm_dmi& dmi) {
        tlm::tlm_generic_payload p;
        uint64_t data = 0;
        prepare(p, command, address, &data, sizeof data);
        StreamExtension stream(who);
        p.set_extension(&stream);
        const bool granted = out->get_direct_mem_ptr(p, dmi);
        p.clear_extension(&stream);
        return granted;
    }

    /// A debug access; returns how many bytes it moved.
    unsigned debug(const StreamIn& who, tlm::tlm_command command, uint64_t address, void* data,
                   unsigned length) {
        tlm::tlm_generic_payload p;
        prepare(p, command, address, data, length);
        StreamExtension stream(who);
        p.set_extension(&stream);
        const unsigned moved = out->transport_dbg(p);
        p.clear_extension(&stream);
        return moved;
    }

private:
    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                       sc_core::sc_time& t) {
        return backward ? backward(p, phase, t) : tlm::TLM_ACCEPTED;
    }
    void invalidate(sc_dt::uint64 first, sc_dt::uint64 last) { withdrawn.push_back({first, last}); }
};

inline std::ostream& operator<<(std::ostream& os, const Device::Result& r) {
    return os << "response " << r.response;
}

}  // namespace smmu::test
