// Memory for tests of the SMMU's shell: it can take time, wait, abort and remember.
#pragma once
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/peq_with_cb_and_phase.h>

#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <systemc>
#include <vector>

#include "tlm_sockets/atomic_extension.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu::test {

/// Bytes from address 0 on.  Accesses beyond its size, or to a bad range, fail.
class Ram : public sc_core::sc_module {
public:
    /// Several masters may bind; `Seen::port` tells them apart in the order of binding.
    tlm_utils::multi_passthrough_target_socket<Ram, 32> in{"in"};

    sc_core::sc_time latency;  ///< of each access
    bool knows_atomics = true;
    bool grants_dmi = false;          ///< pointers up to dmi_end, and the hint
    uint64_t dmi_end = ~uint64_t{0};  ///< inclusive
    bool takes_dmi_back = false;      ///< with each request, what was granted before
    unsigned dmi_requests = 0;
    StreamOut dmi_asked{};  ///< what came with the latest request for one
    bool waits = false;     ///< wait() for the latency instead of adding it to the delay
    uint64_t bad_begin = 0, bad_end = 0;  ///< this range fails ...
    tlm::tlm_response_status bad_response = tlm::TLM_ADDRESS_ERROR_RESPONSE;  ///< ... with this

    /// One access by transport; debug accesses are only counted.
    struct Seen {
        int port;
        bool write;
        uint64_t address;
        unsigned length;
        StreamIn in;
        StreamOut out;
        const tlm::tlm_generic_payload* payload;
        sc_core::sc_time at;  ///< local time of its arrival
    };
    /// How nb_transport answers BEGIN_REQ; each is legal.
    enum class Answer : uint8_t {
        Completed,         ///< TLM_COMPLETED
        UpdatedEndReq,     ///< END_REQ on return, BEGIN_RESP later
        UpdatedBeginResp,  ///< BEGIN_RESP on return, which means END_REQ too
        Accepted,          ///< END_REQ and BEGIN_RESP later
        OnlyBeginResp      ///< BEGIN_RESP later, which means END_REQ too
    };
    Answer answer = Answer::Accepted;
    sc_core::sc_time accept_time;  ///< from BEGIN_REQ to END_REQ

    bool remembers = false;
    std::vector<Seen> seen;
    unsigned debug_accesses = 0;
    /// Called at the arrival of each access; may wait().
    std::function<void(tlm::tlm_generic_payload&)> on_access;
    /// Called once the bytes have moved, before the response; may wait().
    std::function<void(tlm::tlm_generic_payload&)> on_response;

    explicit Ram(sc_core::sc_module_name name, size_t size = 16u << 20)
        : sc_module(name), bytes_(size) {
        in.register_b_transport(this, &Ram::b_transport);
        in.register_transport_dbg(this, &Ram::transport_dbg);
        in.register_get_direct_mem_ptr(this, &Ram::get_direct_mem_ptr);
        in.register_nb_transport_fw(this, &Ram::nb_transport_fw);
    }

    template <class T>
    T get(uint64_t address) const {
        T value;
        std::memcpy(&value, &bytes_.at(address), sizeof(T));
        return value;
    }
    template <class T>
    void put(uint64_t address, const T& value) {
        std::memcpy(&bytes_.at(address), &value, sizeof(T));
    }
    /// Makes the bytes from `address` on fail.
    void fail(uint64_t address, uint64_t length) {
        bad_begin = address;
        bad_end = address + length;
    }
    void repair() { bad_begin = bad_end = 0; }

    uint8_t* data() { return bytes_.data(); }
    size_t size() const { return bytes_.size(); }

private:
    bool is_there(uint64_t address, unsigned length) const {
        const bool inside = length <= bytes_.size() && address <= bytes_.size() - length;
        return inside && !(address < bad_end && address + length > bad_begin);
    }

    void b_transport(int port, tlm::tlm_generic_payload& p, sc_core::sc_time& delay) {
        if (remembers) {
            const auto* stream = p.get_extension<StreamExtension>();
            seen.push_back({port, p.is_write(), p.get_address(), p.get_data_length(),
                            stream ? stream->in : StreamIn{}, stream ? stream->out : StreamOut{},
                            &p, sc_core::sc_time_stamp() + delay});
        }
        if (on_access) on_access(p);
        if (waits)
            sc_core::wait(latency);
        else
            delay += latency;
        if (!is_there(p.get_address(), p.get_data_length()))
            return p.set_response_status(bad_response);
        auto* const atomic = p.get_extension<AtomicExtension>();
        if (atomic && knows_atomics)
            atomic->perform(bytes_.data() + p.get_address(), p.get_data_ptr());
        else
            move(p);
        if (on_response) on_response(p);
        if (grants_dmi) p.set_dmi_allowed(true);
        p.set_response_status(tlm::TLM_OK_RESPONSE);
    }

    // --- AT

    tlm::tlm_sync_enum nb_transport_fw(int port, tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                       sc_core::sc_time& t) {
        if (phase == tlm::END_RESP) {
            end_response(port);
            return tlm::TLM_COMPLETED;
        }
        sc_core::sc_time none;
        b_transport(port, p, none);
        Answer how = answer;
        if (how == Answer::UpdatedBeginResp && (responding_[port] || !responses_[port].empty()))
            how = Answer::OnlyBeginResp;  // one response at a time
        if (how == Answer::Completed) {
            t += latency;
            return tlm::TLM_COMPLETED;
        }
        p.acquire();
        ports_[&p] = port;
        if (how == Answer::UpdatedBeginResp) {
            responding_[port] = &p;
            phase = tlm::BEGIN_RESP;
            t += latency;
            return tlm::TLM_UPDATED;
        }
        if (how == Answer::OnlyBeginResp) {
            later_.notify(p, tlm::BEGIN_RESP, t + latency);
            return tlm::TLM_ACCEPTED;
        }
        t += accept_time;
        if (how == Answer::Accepted) later_.notify(p, tlm::END_REQ, t);
        later_.notify(p, tlm::BEGIN_RESP, t + latency);
        if (how == Answer::Accepted) return tlm::TLM_ACCEPTED;
        phase = tlm::END_REQ;
        return tlm::TLM_UPDATED;
    }

    void later(tlm::tlm_generic_payload& p, const tlm::tlm_phase& phase) {
        const int port = ports_.at(&p);
        if (phase == tlm::BEGIN_RESP) {
            responses_[port].push_back(&p);
            return respond(port);
        }
        tlm::tlm_phase end = tlm::END_REQ;
        sc_core::sc_time t;
        in[port]->nb_transport_bw(p, end, t);
    }

    void respond(int port) {
        while (!responding_[port] && !responses_[port].empty()) {
            tlm::tlm_generic_payload& p = *responses_[port].front();
            responses_[port].pop_front();
            responding_[port] = &p;
            tlm::tlm_phase phase = tlm::BEGIN_RESP;
            sc_core::sc_time t;
            if (in[port]->nb_transport_bw(p, phase, t) != tlm::TLM_ACCEPTED) end_response(port);
        }
    }

    void end_response(int port) {
        tlm::tlm_generic_payload* const p = responding_[port];
        responding_[port] = nullptr;
        ports_.erase(p);
        p->release();
        respond(port);
    }

    bool get_direct_mem_ptr(int port, tlm::tlm_generic_payload& p, tlm::tlm_dmi& dmi) {
        ++dmi_requests;
        if (takes_dmi_back)
            in[static_cast<unsigned>(port)]->invalidate_direct_mem_ptr(0, ~uint64_t{0});
        if (const auto* stream = p.get_extension<StreamExtension>()) dmi_asked = stream->out;
        dmi.init();
        if (!grants_dmi) return false;
        const uint64_t end = std::min<uint64_t>(bytes_.size() - 1, dmi_end);
        if (p.get_address() > end) {
            dmi.set_start_address(end + 1);
            return false;
        }
        dmi.allow_read_write();
        dmi.set_dmi_ptr(bytes_.data());
        dmi.set_start_address(0);
        dmi.set_end_address(end);
        dmi.set_read_latency(latency);
        dmi.set_write_latency(latency);
        return true;
    }

    void move(tlm::tlm_generic_payload& p) {
        uint8_t* const here = bytes_.data() + p.get_address();
        unsigned char* const there = p.get_data_ptr();
        const unsigned length = p.get_data_length();
        if (p.get_byte_enable_ptr() == nullptr && p.get_streaming_width() >= length) {
            if (p.is_read()) std::memcpy(there, here, length);
            if (p.is_write()) std::memcpy(here, there, length);
            return;
        }
        for (unsigned i = 0; i < length; ++i) {
            const unsigned char* const enable = p.get_byte_enable_ptr();
            if (enable && !enable[i % p.get_byte_enable_length()]) continue;
            uint8_t& byte = here[i % p.get_streaming_width()];
            if (p.is_read()) there[i] = byte;
            if (p.is_write()) byte = there[i];
        }
    }

    unsigned transport_dbg(int, tlm::tlm_generic_payload& p) {
        ++debug_accesses;
        if (!is_there(p.get_address(), p.get_data_length())) return 0;
        uint8_t* const here = bytes_.data() + p.get_address();
        if (p.is_read()) std::memcpy(p.get_data_ptr(), here, p.get_data_length());
        if (p.is_write()) std::memcpy(here, p.get_data_ptr(), p.get_data_length());
        return p.get_data_length();
    }

    std::vector<uint8_t> bytes_;
    std::map<tlm::tlm_generic_payload*, int> ports_;
    std::map<int, std::deque<tlm::tlm_generic_payload*>> responses_;
    std::map<int, tlm::tlm_generic_payload*> responding_;
    tlm_utils::peq_with_cb_and_phase<Ram> later_{this, &Ram::later};
};

}  // namespace smmu::test
