// Memory as cheap as it gets: what it costs itself should not hide what is measured.
#pragma once
#include <tlm_utils/simple_target_socket.h>
#include <tlm>

#include <cstdlib>
#include <cstring>
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

    unsigned char* at(uint64_t address) { return &bytes_[address - base]; }
    uint64_t word(uint64_t address) {
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

/// On raw sockets, behind an SMMU.
class Memory final : public sc_core::sc_module, public tlm::tlm_fw_transport_if<> {
public:
    tlm::tlm_target_socket<32> translated{"translated"}, tables{"tables"};
    Bytes bytes;

    Memory(sc_core::sc_module_name name, uint64_t size, bool grants)
        : sc_module(name), bytes(size), grants_(grants) {
        translated.bind(*this);
        tables.bind(*this);
    }

    void b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time&) override { bytes.access(p); }
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload&, tlm::tlm_phase&,
                                       sc_core::sc_time&) override {
        return tlm::TLM_COMPLETED;
    }
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

private:
    const bool grants_;
};

}  // namespace smmu::perf
