// A master that reads 8 bytes at a time with one payload, as a well-written one does.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>

#include <cstring>

#include "tests/support/device.h"

namespace smmu::perf {

class Reader : public sc_core::sc_module {
public:
    tlm_utils::simple_initiator_socket<Reader, 32> out{"out"};
    StreamExtension identity;

    explicit Reader(sc_core::sc_module_name name) : sc_module(name) {
        test::prepare(payload_, tlm::TLM_READ_COMMAND, 0, &data_, sizeof data_);
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
    /// Asks for a pointer to read by, and keeps what copy() needs of it.
    bool ask(uint64_t address) {
        payload_.set_address(address);
        tlm::tlm_dmi dmi;
        const bool granted = out->get_direct_mem_ptr(payload_, dmi);
        first_ = dmi.get_start_address();
        host_ = dmi.get_dmi_ptr();
        size_ = granted ? dmi.get_end_address() - first_ + 1 : 0;
        return granted;
    }
    /// Where it begins, and how many bytes it reaches over; 0: there is none.
    uint64_t first() const { return first_; }
    uint64_t size() const { return size_; }
    /// The pointer, good until somebody else may run.
    struct Pointer {
        uint64_t first, size;
        const unsigned char* host;

        /// False: it does not reach so far.
        bool copy(uint64_t address, void* to, uint64_t bytes) const {
            const uint64_t offset = address - first;
            if (offset >= size || bytes > size - offset) return false;
            std::memcpy(to, host + offset, bytes);
            return true;
        }
    };
    Pointer pointer() const { return {first_, size_, host_}; }
    /// How long the latest access took, and what it read.
    const sc_core::sc_time& delay() const { return delay_; }
    uint64_t data() const { return data_; }

    /// A 32- or 64-bit register write; sc_core::wait()s for what it takes.
    template <class R>
    void write(const R& value) {
        typename R::raw_type raw = value.raw();
        tlm::tlm_generic_payload p;
        test::prepare(p, tlm::TLM_WRITE_COMMAND, R::offset, &raw, sizeof raw);
        sc_core::sc_time delay;
        out->b_transport(p, delay);
        sc_core::wait(delay + sc_core::sc_time(10.0, sc_core::SC_NS));
    }

private:
    void withdrawn(sc_dt::uint64 first, sc_dt::uint64 last) {
        if (first <= first_ + (size_ - 1) && last >= first_) size_ = 0;
    }

    uint64_t first_ = 0, size_ = 0;
    const unsigned char* host_ = nullptr;
    tlm::tlm_generic_payload payload_;
    sc_core::sc_time delay_;
    uint64_t data_ = 0;
};

}  // namespace smmu::perf
