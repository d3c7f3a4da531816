// What is measured: a device and a memory, joined directly and through an SMMU with one nested
// stream.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstring>
#include <memory>
#include <vector>

#include "smmuv3/arch/queue.h"
#include "smmuv3/smmu.h"
#include "tests/support/builders.h"

namespace smmu::perf {

/// Bytes and nothing else, on raw sockets: what it costs itself should not hide what is measured.
class Memory final : public sc_core::sc_module, public tlm::tlm_fw_transport_if<> {
public:
    static constexpr uint64_t base = 0x4000'0000;
    static constexpr uint64_t size = 64u << 20;

    tlm::tlm_target_socket<32> translated{"translated"}, tables{"tables"};
    /// The usual socket of a model: the yardstick is a call through it.
    tlm_utils::simple_target_socket<Memory, 32> direct{"direct"};

    explicit Memory(sc_core::sc_module_name name) : sc_module(name), bytes_(size) {
        translated.bind(*this);
        tables.bind(*this);
        direct.register_b_transport(this, &Memory::b_transport);
    }

    uint64_t accesses = 0;  ///< so far

    void put(uint64_t address, uint64_t word) {
        std::memcpy(&bytes_.at(address - base), &word, sizeof word);
    }

    void b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time&) override {
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
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload&, tlm::tlm_phase&,
                                       sc_core::sc_time&) override {
        return tlm::TLM_COMPLETED;
    }
    bool get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi&) override { return false; }
    unsigned transport_dbg(tlm::tlm_generic_payload&) override { return 0; }

private:
    std::vector<unsigned char> bytes_;
};

/// Reads 8 bytes at a time with one payload, as a well-written master does.
class Reader : public sc_core::sc_module {
public:
    tlm_utils::simple_initiator_socket<Reader, 32> out{"out"};

    explicit Reader(sc_core::sc_module_name name) : sc_module(name) {
        payload_.set_data_ptr(reinterpret_cast<unsigned char*>(&data_));
        payload_.set_data_length(sizeof data_);
        payload_.set_streaming_width(sizeof data_);
        payload_.set_byte_enable_ptr(nullptr);
        payload_.set_read();
        payload_.set_extension(&identity);
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

    StreamExtension identity;

private:
    tlm::tlm_generic_payload payload_;
    sc_core::sc_time delay_;
    uint64_t data_ = 0;
};

/// One SMMU between a device and memory.  Stream 5 is nested, 4 + 4 levels, pages of 4 KiB.
struct Translated : sc_core::sc_module {
    static constexpr uint64_t va = 0x1234'5000'0000, data = Memory::base + (32u << 20);
    static constexpr uint64_t stream_table = Memory::base;

    Smmu<> smmu;
    Memory memory{"memory"};
    Reader device{"device"}, cpu{"cpu"};

    Translated(sc_core::sc_module_name name, const Params& params, unsigned pages)
        : sc_module(name), smmu("smmu", params) {
        device.out.bind(smmu.tbu[0]);
        device.identity.in.stream = arch::StreamId{5};
        smmu.mem[0].bind(memory.translated);
        smmu.ptw.bind(memory.tables);
        cpu.out.bind(smmu.regs);
        build_tables(pages);
    }

    /// To be called from a thread, before the first access.
    void start() {
        using namespace arch;
        cpu.write(StrtabBase{}.set(StrtabBase::ADDR, stream_table));
        cpu.write(StrtabBaseCfg{}.set(StrtabBaseCfg::LOG2SIZE, uint8_t{8}));
        cpu.write(Cr0{}.set(Cr0::SMMUEN, true));
    }

private:
    void build_tables(unsigned pages) {
        test::FakeMemory built;
        test::Context context(built, arch::SteConfig::S1S2, Memory::base + (1u << 20));
        const uint64_t ipa = 0x1'0000'0000;
        for (uint64_t offset = 0; offset < uint64_t{pages} << arch::page_shift;
             offset += arch::page_bytes) {
            context.stage1.map(va + offset, ipa + offset, test::stage1_leaf());
            context.stage2.map(ipa + offset, data + offset, test::stage2_leaf());
        }
        context.write_cd();
        built.put(stream_table + 64 * 5, context.ste);
        for (const auto& [slot, word] : built.words()) memory.put(8 * slot, word);
    }
};

}  // namespace smmu::perf
