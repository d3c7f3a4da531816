// A master that reads 8 bytes at a time with one payload, as a well-written one does.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>

#include <cstring>

#include "tlm_sockets/stream_extension.h"

namespace smmu::perf {

class Reader : public sc_core::sc_module {
public:
    tlm_utils::simple_initiator_socket<Reader, 32> out{"out"};
    StreamExtension identity;

    explicit Reader(sc_core::sc_module_name name) : sc_module(name) {
        payload_.set_data_ptr(reinterpret_cast<unsigned char*>(&data_));
        payload_.set_data_length(sizeof data_);
        payload_.set_streaming_width(sizeof data_);
        payload_.set_byte_enable_ptr(nullptr);
        payload_.set_read();
        payload_.set_extension(&identity);
        out.register_invalidate_direct_mem_ptr(this, &Reader::withdrawn);
    }
    ~Reader() override { payload_.clear_extension(&identity); }

    /// False if the access failed.
    bool read(uint64_t address) {
        delay_ = sc_core::SC_ZERO_TIME;
        payload_.set_address(address);
        payload_.set_dmi_allowed(false);
        payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        out->b_transport(payload_, delay_);
        return payload_.is_response_ok();
    }
    /// Asks for a pointer to read by, and keeps it.
    bool ask(uint64_t address) {
        payload_.set_address(address);
        return has_pointer_ = out->get_direct_mem_ptr(payload_, pointer_);
    }
    const tlm::tlm_dmi& pointer() const { return pointer_; }
    /// By the pointer that it keeps; false: that does not reach so far.
    bool copy(uint64_t address, void* to, uint64_t bytes) const {
        if (!has_pointer_ || address < pointer_.get_start_address() ||
            address + (bytes - 1) > pointer_.get_end_address())
            return false;
        std::memcpy(to, pointer_.get_dmi_ptr() + (address - pointer_.get_start_address()), bytes);
        return true;
    }
    /// How long the latest access took, and what it read.
    const sc_core::sc_time& delay() const { return delay_; }
    uint64_t data() const { return data_; }

    /// A 32- or 64-bit register write; sc_core::wait()s for what it takes.
    template <class R>
    void write(const R& value) {
        typename R::raw_type raw = value.raw();
        tlm::tlm_generic_payload p;
        p.set_write();
        p.set_address(R::offset);
        p.set_data_ptr(reinterpret_cast<unsigned char*>(&raw));
        p.set_data_length(sizeof raw);
        p.set_streaming_width(sizeof raw);
        sc_core::sc_time delay;
        out->b_transport(p, delay);
        sc_core::wait(delay + sc_core::sc_time(10.0, sc_core::SC_NS));
    }

private:
    void withdrawn(sc_dt::uint64 first, sc_dt::uint64 last) {
        if (first <= pointer_.get_end_address() && last >= pointer_.get_start_address())
            has_pointer_ = false;
    }

    tlm::tlm_dmi pointer_;
    bool has_pointer_ = false;
    tlm::tlm_generic_payload payload_;
    sc_core::sc_time delay_;
    uint64_t data_ = 0;
};

}  // namespace smmu::perf
