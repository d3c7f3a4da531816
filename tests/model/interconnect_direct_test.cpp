// What the interconnect lets through beside b_transport: direct memory pointers and debug accesses.
#include "tests/model/interconnect_bench.h"

namespace smmu::test {
namespace {

class InterconnectDirectTest : public SimTest {};

TEST_F(InterconnectDirectTest, DmiIsTheCoherentViewOfAllRamWithItsLatency) {
    BusBench b;
    simulate([&] {
        b.cpu.write(ram + 0x123, 0x5A, 1);
        EXPECT_TRUE(b.cpu.payload.is_dmi_allowed());
        tlm::tlm_dmi dmi;
        ASSERT_TRUE(b.cpu.out->get_direct_mem_ptr(b.cpu.payload, dmi));
        EXPECT_EQ(dmi.get_start_address(), ram);
        EXPECT_EQ(dmi.get_end_address(), ram_range.end() - 1);
        EXPECT_EQ(dmi.get_dmi_ptr()[0x123], 0x5A);
        EXPECT_TRUE(dmi.is_read_write_allowed());
        EXPECT_EQ(dmi.get_read_latency(), ns(10));
        EXPECT_EQ(dmi.get_write_latency(), ns(10));
    });
}

TEST_F(InterconnectDirectTest, DmiIsRefusedForThePageOfANonCoherentRequest) {
    BusBench b;
    simulate([&] {
        b.dma.say(non_cacheable);
        b.dma.read(ram + 0x5123);
        EXPECT_FALSE(b.dma.payload.is_dmi_allowed());
        tlm::tlm_dmi dmi;
        EXPECT_FALSE(b.dma.out->get_direct_mem_ptr(b.dma.payload, dmi));
        EXPECT_EQ(dmi.get_start_address(), ram + 0x5000);
        EXPECT_EQ(dmi.get_end_address(), ram + 0x5FFF);
        b.dma.say(write_back_shareable);
        EXPECT_TRUE(b.dma.out->get_direct_mem_ptr(b.dma.payload, dmi));
    });
}

TEST_F(InterconnectDirectTest, DmiIsRefusedForTheWholeHoleThatNobodyDecodes) {
    BusBench b;
    simulate([&] {
        tlm::tlm_dmi dmi;
        b.cpu.read_status(0x2000'0000);
        EXPECT_FALSE(b.cpu.out->get_direct_mem_ptr(b.cpu.payload, dmi));
        EXPECT_EQ(dmi.get_start_address(), uart_range.end());
        EXPECT_EQ(dmi.get_end_address(), ram - 1);
        b.cpu.read_status(ram_range.end());
        EXPECT_FALSE(b.cpu.out->get_direct_mem_ptr(b.cpu.payload, dmi));
        EXPECT_EQ(dmi.get_start_address(), ram_range.end());
        EXPECT_EQ(dmi.get_end_address(), ~sc_dt::uint64{0});
    });
}

TEST_F(InterconnectDirectTest, DmiOfADeviceIsMovedToItsRangeAndCutThere) {
    BusBench b;
    simulate([&] {
        tlm::tlm_dmi dmi;
        b.cpu.read(uart_range.base + 0x900);
        ASSERT_TRUE(b.cpu.out->get_direct_mem_ptr(b.cpu.payload, dmi));
        EXPECT_EQ(b.cpu.payload.get_address(), uart_range.base + 0x900);
        EXPECT_EQ(dmi.get_start_address(), uart_range.base + 0x800);
        EXPECT_EQ(dmi.get_end_address(), uart_range.end() - 1);
        EXPECT_EQ(dmi.get_dmi_ptr(), &b.uart.bytes[0x800]);
        EXPECT_EQ(dmi.get_read_latency(), ns(7));

        b.cpu.read(uart_range.base + 0x100);
        EXPECT_FALSE(b.cpu.out->get_direct_mem_ptr(b.cpu.payload, dmi));
        EXPECT_EQ(b.cpu.payload.get_address(), uart_range.base + 0x100);
        EXPECT_EQ(dmi.get_start_address(), uart_range.base);
        EXPECT_EQ(dmi.get_end_address(), uart_range.base + 0x7FF);
    });
}

TEST_F(InterconnectDirectTest, ADeviceWithdrawsDmiOnEveryPort) {
    BusBench b;
    simulate([&] {
        b.uart.in->invalidate_direct_mem_ptr(0x800, ~sc_dt::uint64{0});
        const std::pair<uint64_t, uint64_t> expected{uart_range.base + 0x800, uart_range.end() - 1};
        EXPECT_EQ(b.cpu.withdrawn, expected);
        EXPECT_EQ(b.tables.withdrawn, expected);
    });
}

TEST_F(InterconnectDirectTest, DebugReadsTheCoherentViewAndWritesBoth) {
    BusBench b;
    simulate([&] {
        b.cpu.write(ram, 1);
        uint64_t data = 0;
        EXPECT_EQ(b.dma.out->transport_dbg(b.dma.prepare(tlm::TLM_READ_COMMAND, ram, &data, 8)),
                  8u);
        EXPECT_EQ(data, 1u);
        EXPECT_EQ(b.dma.read(ram), 0u) << "and leaves the line dirty";

        data = 2;
        EXPECT_EQ(b.dma.out->transport_dbg(b.dma.prepare(tlm::TLM_WRITE_COMMAND, ram, &data, 8)),
                  8u);
        EXPECT_EQ(b.dma.read(ram), 2u);
        EXPECT_EQ(b.cpu.read(ram), 2u);
    });
}

TEST_F(InterconnectDirectTest, DebugStopsWhereTheRangeEnds) {
    BusBench b;
    simulate([&] {
        uint64_t data = ~uint64_t{0};
        auto& payload = b.cpu.prepare(tlm::TLM_WRITE_COMMAND, ram_range.end() - 3, &data, 8);
        EXPECT_EQ(b.cpu.out->transport_dbg(payload), 3u);
        payload.set_address(uart_range.end() - 5);
        EXPECT_EQ(b.cpu.out->transport_dbg(payload), 5u);
        EXPECT_EQ(payload.get_address(), uart_range.end() - 5);
        EXPECT_EQ(payload.get_data_length(), 8u);
        EXPECT_EQ(b.uart.bytes[0xFFB], 0xFF);
        EXPECT_EQ(b.uart.bytes[0xFFA], 0);
        payload.set_address(0);
        EXPECT_EQ(b.cpu.out->transport_dbg(payload), 0u);
    });
}

}  // namespace
}  // namespace smmu::test
