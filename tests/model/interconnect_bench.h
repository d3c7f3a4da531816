// An interconnect between four masters, one of each kind of port, and two devices.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstring>
#include <utility>
#include <vector>

#include "interconnect/interconnect.h"
#include "tests/support/sim_test.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu::test {

using sc_core::sc_time;
using Status = tlm::tlm_response_status;

constexpr virt::Range ram_range{0x4000'0000, 0x10'0000};
constexpr virt::Range uart_range{0x0900'0000, 0x1000};
constexpr virt::Range gic_range{0x0800'0000, 0x1'0000};
constexpr uint64_t ram = ram_range.base;

inline sc_time ns(double value) { return sc_time(value, sc_core::SC_NS); }

constexpr arch::MemoryAttributes write_back_shareable =
    arch::normal(arch::write_back, arch::write_back, arch::Shareability::Inner);
constexpr arch::MemoryAttributes non_cacheable =
    arch::normal(arch::non_cacheable, arch::non_cacheable, arch::Shareability::Outer);

/// A master with one payload; `attributes` are those a TBU would have left on it.
struct Master : sc_core::sc_module {
    tlm_utils::simple_initiator_socket<Master, 32> out{"out"};

    explicit Master(sc_core::sc_module_name name) : sc_module(name) {
        out.register_invalidate_direct_mem_ptr(this, &Master::invalidated);
    }
    ~Master() override { say_nothing(); }

    void say(const arch::MemoryAttributes& attributes) {
        extension.out.attributes = attributes;
        payload.set_extension(&extension);
    }
    void say_nothing() { payload.clear_extension(&extension); }

    tlm::tlm_generic_payload& prepare(tlm::tlm_command command, uint64_t address, void* data,
                                      unsigned length) {
        payload.set_command(command);
        payload.set_address(address);
        payload.set_data_ptr(static_cast<unsigned char*>(data));
        payload.set_data_length(length);
        payload.set_streaming_width(length);
        payload.set_byte_enable_ptr(nullptr);
        payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        return payload;
    }
    Status transport() {
        const uint64_t address = payload.get_address();
        const sc_time before = delay;
        out->b_transport(payload, delay);
        EXPECT_EQ(payload.get_address(), address) << "the address must be the master's own again";
        EXPECT_GE(delay, before);
        return payload.get_response_status();
    }
    Status write(uint64_t address, uint64_t value, unsigned length = 8) {
        prepare(tlm::TLM_WRITE_COMMAND, address, &value, length);
        return transport();
    }
    uint64_t read(uint64_t address, unsigned length = 8) {
        uint64_t value = 0;
        prepare(tlm::TLM_READ_COMMAND, address, &value, length);
        EXPECT_EQ(transport(), tlm::TLM_OK_RESPONSE);
        return value;
    }
    Status read_status(uint64_t address, unsigned length = 8) {
        uint64_t value = 0;
        prepare(tlm::TLM_READ_COMMAND, address, &value, length);
        return transport();
    }
    void invalidated(sc_dt::uint64 first, sc_dt::uint64 last) { withdrawn = {first, last}; }

    StreamExtension extension;
    tlm::tlm_generic_payload payload;
    sc_time delay;
    std::pair<uint64_t, uint64_t> withdrawn{0, 0};
};

/// A device of 4 KiB whose registers are memory; offers DMI for its second half.
struct Device : sc_core::sc_module {
    tlm_utils::simple_target_socket<Device, 32> in{"in"};
    std::vector<uint8_t> bytes = std::vector<uint8_t>(0x1000);
    Status answer = tlm::TLM_OK_RESPONSE;

    explicit Device(sc_core::sc_module_name name) : sc_module(name) {
        in.register_b_transport(this, &Device::transport);
        in.register_transport_dbg(this, &Device::debug);
        in.register_get_direct_mem_ptr(this, &Device::dmi);
    }
    unsigned debug(tlm::tlm_generic_payload& p) {
        if (p.is_read())
            std::memcpy(p.get_data_ptr(), &bytes.at(p.get_address()), p.get_data_length());
        else
            std::memcpy(&bytes.at(p.get_address()), p.get_data_ptr(), p.get_data_length());
        return p.get_data_length();
    }
    void transport(tlm::tlm_generic_payload& p, sc_time& delay) {
        debug(p);
        delay += ns(5);
        p.set_response_status(answer);
    }
    bool dmi(tlm::tlm_generic_payload& p, tlm::tlm_dmi& dmi) {
        const bool granted = p.get_address() >= 0x800;
        dmi.set_start_address(granted ? 0x800 : 0);
        dmi.set_end_address(granted ? ~sc_dt::uint64{0} : 0x7FF);
        dmi.set_dmi_ptr(granted ? &bytes[0x800] : nullptr);
        dmi.set_read_latency(ns(5));
        dmi.allow_read_write();
        return granted;
    }
};

inline InterconnectParams params(Evict evict = Evict::Never) {
    InterconnectParams p;
    p.ram = ram_range;
    p.ram_latency = ns(10);
    p.hop_latency = ns(2);
    p.evict = evict;
    return p;
}

struct BusBench {
    explicit BusBench(const InterconnectParams& p = params())
        : bus("bus", p,
              {{"cpu", PortKind::Cpu},
               {"dma", PortKind::Dma},
               {"canwbs", PortKind::CanwbsDma},
               {"tables", PortKind::Tables}},
              {{"uart", uart_range}, {"gic", gic_range}}) {
        cpu.out.bind(bus.upstream("cpu"));
        dma.out.bind(bus.upstream("dma"));
        canwbs.out.bind(bus.upstream("canwbs"));
        tables.out.bind(bus.upstream("tables"));
        bus.device("uart").bind(uart.in);
        bus.device("gic").bind(gic.in);
    }
    Interconnect bus;
    Master cpu{"cpu"}, dma{"dma"}, canwbs{"canwbs"}, tables{"tables"};
    Device uart{"uart"}, gic{"gic"};
};

}  // namespace smmu::test
