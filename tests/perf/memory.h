// Memory as cheap as it gets: what it costs itself should not hide what is measured.
#pragma once
#include <tlm_utils/peq_with_cb_and_phase.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>

namespace smmu::perf {

/// Bytes from `base` on; the host gives pages when they are touched.
class Bytes {
public:
    static constexpr uint64_t base = 0x4000'0000;

    explicit Bytes(uint64_t bytes)
        : size(bytes), bytes_(static_cast<unsigned char*>(std::calloc(bytes, 1))) {}

    const uint64_t size;
    uint64_t accesses = 0;  ///< transactions so far

    unsigned char* at(uint64_t address) const { return &bytes_[address - base]; }
    uint64_t word(uint64_t address) const {
        uint64_t word;
        std::memcpy(&word, at(address), sizeof word);
        return word;
    }
    void put(uint64_t address, uint64_t word) { std::memcpy(at(address), &word, sizeof word); }

    void access(tlm::tlm_generic_payload& p) {
        ++accesses;
        const uint64_t offset = p.get_address() - base;
        if (offset > size - p.get_data_length())
            return p.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        if (p.is_read())
            std::memcpy(p.get_data_ptr(), &bytes_[offset], p.get_data_length());
        else
            std::memcpy(&bytes_[offset], p.get_data_ptr(), p.get_data_length());
        p.set_response_status(tlm::TLM_OK_RESPONSE);
    }

private:
    struct Free {
        void operator()(unsigned char* bytes) const { std::free(bytes); }
    };
    std::unique_ptr<unsigned char[], Free> bytes_;
};

/// On the usual socket of a model: the yardstick is a call through it.
struct DirectMemory : sc_core::sc_module {
    tlm_utils::simple_target_socket<DirectMemory, 32> direct{"direct"};
    Bytes bytes{1u << 20};

    explicit DirectMemory(sc_core::sc_module_name name) : sc_module(name) {
        direct.register_b_transport(this, &DirectMemory::b_transport);
    }
    void b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time&) { bytes.access(p); }
};

/// On raw sockets, behind an SMMU: in LT, and in AT with four phases.
class Memory final : public sc_core::sc_module, public tlm::tlm_fw_transport_if<> {
public:
    using Socket =
        tlm::tlm_target_socket<32, tlm::tlm_base_protocol_types, 1, sc_core::SC_ZERO_OR_MORE_BOUND>;
    Socket translated{"translated"}, tables{"tables"};
    Bytes bytes;

    Memory(sc_core::sc_module_name name, uint64_t size, bool grants)
        : sc_module(name), bytes(size), grants_(grants) {
        translated.bind(*this);
        tables.bind(for_tables_);
    }

    void b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time&) override { bytes.access(p); }
    bool get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi) override {
        dmi.init();
        dmi.set_start_address(Bytes::base);
        dmi.set_end_address(Bytes::base + bytes.size - 1);
        if (!grants_) return false;
        dmi.set_dmi_ptr(bytes.at(Bytes::base));
        dmi.allow_read_write();
        return true;
    }
    unsigned transport_dbg(tlm::tlm_generic_payload&) override { return 0; }

    /// AT: each of the four phases is a call of its own.  The request ends a delta later, the
    /// response begins after 10 ns, one at a time.
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay) override {
        if (phase == tlm::END_RESP) {
            is_responding_ = false;
            respond();
            return tlm::TLM_COMPLETED;
        }
        p.acquire();
        at_time_.notify(p, tlm::END_REQ, delay);
        return tlm::TLM_ACCEPTED;
    }

private:
    /// The same memory, which in AT answers at once.
    class ForTables final : public tlm::tlm_fw_transport_if<> {
    public:
        explicit ForTables(Memory& memory) : memory_(memory) {}
        void b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time&) override {
            memory_.bytes.access(p);
        }
        tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& p, tlm::tlm_phase&,
                                           sc_core::sc_time&) override {
            memory_.bytes.access(p);
            return tlm::TLM_COMPLETED;
        }
        bool get_direct_mem_ptr(tlm::tlm_generic_payload& p, tlm::tlm_dmi& dmi) override {
            return memory_.get_direct_mem_ptr(p, dmi);
        }
        unsigned transport_dbg(tlm::tlm_generic_payload&) override { return 0; }

    private:
        Memory& memory_;
    } for_tables_{*this};

    void at_time(tlm::tlm_generic_payload& p, const tlm::tlm_phase& now) {
        if (now == tlm::END_REQ) {
            at_time_.notify(p, tlm::BEGIN_RESP, latency_);
            tlm::tlm_phase phase = tlm::END_REQ;
            sc_core::sc_time delay;
            translated->nb_transport_bw(p, phase, delay);
            return;
        }
        bytes.access(p);
        responses_.push_back(&p);
        respond();
    }
    void respond() {
        while (!is_responding_ && !responses_.empty()) {
            tlm::tlm_generic_payload& p = *responses_.front();
            responses_.pop_front();
            tlm::tlm_phase phase = tlm::BEGIN_RESP;
            sc_core::sc_time delay;
            is_responding_ = true;
            if (translated->nb_transport_bw(p, phase, delay) != tlm::TLM_ACCEPTED)
                is_responding_ = false;
            p.release();
        }
    }

    const bool grants_;
    const sc_core::sc_time latency_{10.0, sc_core::SC_NS};
    bool is_responding_ = false;
    std::deque<tlm::tlm_generic_payload*> responses_;
    tlm_utils::peq_with_cb_and_phase<Memory> at_time_{this, &Memory::at_time};
};

}  // namespace smmu::perf
