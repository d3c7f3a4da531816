// A root complex between a CPU that reaches its functions, and a TBU's stand-in that notes their DMA.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstring>
#include <vector>

#include "pcie/root_complex.h"
#include "tests/support/sim_test.h"

namespace smmu::test {

/// Registers of a function: notes what arrives, answers reads with its own number.
struct PciRegisters : sc_core::sc_module {
    tlm_utils::simple_target_socket<PciRegisters, 32> in{"in"};
    uint64_t number = 0;
    std::vector<uint64_t> reads, writes;

    explicit PciRegisters(sc_core::sc_module_name name) : sc_module(name) {
        in.register_b_transport(this, &PciRegisters::transport);
        in.register_transport_dbg(this, &PciRegisters::debug);
    }
    void transport(tlm::tlm_generic_payload& p, sc_core::sc_time& delay) {
        (p.is_read() ? reads : writes).push_back(p.get_address());
        if (p.is_read()) debug(p);
        delay += sc_core::sc_time(5.0, sc_core::SC_NS);
        p.set_response_status(tlm::TLM_OK_RESPONSE);
    }
    unsigned debug(tlm::tlm_generic_payload& p) {
        const uint64_t value = number + p.get_address();
        std::memcpy(p.get_data_ptr(), &value, p.get_data_length());
        return p.get_data_length();
    }
};

/// One DMA access that came out of the root complex.
struct PciDma {
    bool write;
    uint64_t address;
    unsigned length;
    uint32_t data;
    StreamIn who;
};

struct PciTbu : sc_core::sc_module {
    tlm_utils::simple_target_socket<PciTbu, 32> in{"in"};
    std::vector<PciDma> seen;

    explicit PciTbu(sc_core::sc_module_name name) : sc_module(name) {
        in.register_b_transport(this, &PciTbu::transport);
        in.register_transport_dbg(this, &PciTbu::debug);
        in.register_get_direct_mem_ptr(this, &PciTbu::dmi);
    }
    void transport(tlm::tlm_generic_payload& p, sc_core::sc_time&) {
        uint32_t data = 0;
        std::memcpy(&data, p.get_data_ptr(), p.get_data_length());
        seen.push_back({p.is_write(), p.get_address(), p.get_data_length(), data,
                        p.get_extension<StreamExtension>()->in});
        p.set_response_status(tlm::TLM_OK_RESPONSE);
    }
    unsigned debug(tlm::tlm_generic_payload& p) { return p.get_data_length(); }
    bool dmi(tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi) {
        dmi.allow_read_write();
        return true;
    }
};

/// A master with one transaction.
struct PciMaster : sc_core::sc_module {
    tlm_utils::simple_initiator_socket<PciMaster, 32> out{"out"};
    StreamExtension extension;
    tlm::tlm_generic_payload payload;
    sc_core::sc_time delay;
    unsigned withdrawn = 0;

    explicit PciMaster(sc_core::sc_module_name name) : sc_module(name) {
        out.register_invalidate_direct_mem_ptr(this, &PciMaster::on_withdrawn);
        payload.set_extension(&extension);
    }
    ~PciMaster() override { payload.clear_extension(&extension); }
    void on_withdrawn(sc_dt::uint64, sc_dt::uint64) { ++withdrawn; }

    void prepare(tlm::tlm_command command, uint64_t address, void* data, unsigned length) {
        payload.set_command(command);
        payload.set_address(address);
        payload.set_data_ptr(static_cast<unsigned char*>(data));
        payload.set_data_length(length);
        payload.set_streaming_width(length);
        payload.set_byte_enable_ptr(nullptr);
        payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    }
    tlm::tlm_response_status send() {
        out->b_transport(payload, delay);
        return payload.get_response_status();
    }
    uint64_t read(uint64_t address, unsigned length) {
        uint64_t value = 0;
        prepare(tlm::TLM_READ_COMMAND, address, &value, length);
        EXPECT_EQ(send(), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(payload.get_address(), address);
        return value;
    }
    void write(uint64_t address, uint64_t value, unsigned length) {
        prepare(tlm::TLM_WRITE_COMMAND, address, &value, length);
        EXPECT_EQ(send(), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(payload.get_address(), address);
    }
    /// Bytes moved.
    unsigned debug(tlm::tlm_command command, uint64_t address, uint64_t& value, unsigned length) {
        prepare(command, address, &value, length);
        return out->transport_dbg(payload);
    }
};

/// Segment 1 (StreamIDs from 0x100), window at 0x0F00'0000.
struct PciBench {
    static RootComplexParams params() {
        RootComplexParams p;
        p.board = virt::root_complex1;
        p.window = {0x0F00'0000, 0x100'0000};
        return p;
    }
    PciBench() : root("root", params()) {
        root.dma.bind(tbu.in);
        cpu.out.bind(root.config);
        mmio.out.bind(root.memory);
    }
    static uint64_t ecam(unsigned bus, unsigned device, unsigned function, unsigned reg) {
        return bus << 20 | device << 15 | function << 12 | reg;
    }
    uint64_t config(unsigned device, unsigned function, unsigned reg, unsigned length = 4) {
        return cpu.read(ecam(0, device, function, reg), length);
    }
    void set_config(unsigned device, unsigned function, unsigned reg, uint64_t value,
                    unsigned length = 4) {
        cpu.write(ecam(0, device, function, reg), value, length);
    }

    RootComplex root;
    PciTbu tbu{"tbu"};
    PciMaster cpu{"cpu"};    ///< on configuration space
    PciMaster mmio{"mmio"};  ///< on the window
};

/// MSI-X in BAR 2, express capability at 0x40, MSI-X capability at 0x80.
inline PciFunctionParams pci_card(uint16_t device, unsigned pin = 0) {
    PciFunctionParams p;
    p.vendor = 0xABCD;
    p.device = device;
    p.kind = PciKind::RootComplexEndpoint;
    p.bars = {{0, 0x1000}, {2, 0x1000, BarWidth::Bits64}};
    p.interrupt_pin = pin;
    p.msix = {4, 2, 0, 2, 0x800};
    return p;
}

/// Three functions: 3.0 and 3.1, and 31.0.
struct PciCards : PciBench {
    PciCards() {
        registers0.number = 0x1000'0000;
        registers1.number = 0x2000'0000;
        PciLink& link0 = root.add(first, {3});
        PciLink& link1 = root.add(second, {3, 1});
        PciLink& link2 = root.add(last, {31});
        master.out.bind(link0.dma);
        other.out.bind(link1.dma);
        third.out.bind(link2.dma);
        link0.registers().bind(registers0.in);
        link1.registers().bind(registers1.in);
    }
    void enable() {
        set_config(3, 0, 0x10, 0x0F00'4000);
        set_config(3, 0, 0x18, 0x0F00'8000);
        set_config(3, 1, 0x10, 0x0F00'5000);
        set_config(3, 0, 0x04, 0x6, 2);
        set_config(3, 1, 0x04, 0x6, 2);
    }

    PciFunction first{pci_card(1, 1)}, second{pci_card(2, 2)}, last{pci_card(3, 4)};
    PciRegisters registers0{"registers0"}, registers1{"registers1"};
    PciMaster master{"master"}, other{"other"}, third{"third"};
};

}  // namespace smmu::test
