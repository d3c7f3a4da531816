// The interconnect as masters and devices see it: coherence by port and attributes, decoding, time.
#include <string>

#include "tests/model/interconnect_allocations.h"
#include "tests/model/interconnect_bench.h"

namespace smmu::test {
namespace {

class InterconnectTest : public SimTest {};

TEST_F(InterconnectTest, FinalAttributesDecideWhetherADeviceSeesADirtyLine) {
    BusBench b;
    simulate([&] {
        b.cpu.write(ram + 0x100, 1);
        b.dma.say(non_cacheable);
        EXPECT_EQ(b.dma.read(ram + 0x100), 0u) << "DRAM is stale";
        b.dma.say(arch::default_attributes);
        EXPECT_EQ(b.dma.read(ram + 0x100), 0u) << "write-back, but Non-shareable, does not snoop";
        b.dma.say(write_back_shareable);
        EXPECT_EQ(b.dma.read(ram + 0x100), 1u);
    });
}

TEST_F(InterconnectTest, ANonCoherentWriteIsHiddenUntilTheCpuInvalidates) {
    BusBench b;
    simulate([&] {
        b.dma.say(non_cacheable);
        b.dma.write(ram + 0x100, 7);
        EXPECT_EQ(b.cpu.read(ram + 0x100), 0u);
        b.bus.maintenance->invalidate(ram + 0x13F);
        EXPECT_EQ(b.cpu.read(ram + 0x100), 7u);
    });
}

TEST_F(InterconnectTest, ACanwbsPortIsCoherentWhateverTheAttributes) {
    BusBench b;
    simulate([&] {
        b.cpu.write(ram + 0x100, 1);
        b.canwbs.say(non_cacheable);
        EXPECT_EQ(b.canwbs.read(ram + 0x100), 1u);
        b.canwbs.write(ram + 0x100, 2);
        EXPECT_EQ(b.cpu.read(ram + 0x100), 2u);
    });
}

TEST_F(InterconnectTest, WithoutAnExtensionTheKindOfPortDecides) {
    BusBench b;
    simulate([&] {
        b.cpu.write(ram + 0x100, 1);
        EXPECT_EQ(b.dma.read(ram + 0x100), 0u);
        EXPECT_EQ(b.tables.read(ram + 0x100), 1u);
        b.tables.say(non_cacheable);
        EXPECT_EQ(b.tables.read(ram + 0x100), 0u) << "stated attributes win";
    });
}

TEST_F(InterconnectTest, ASingleViewMakesEveryAccessCoherent) {
    InterconnectParams p = params();
    p.views = Views::Single;
    BusBench b(p);
    simulate([&] {
        b.dma.say(non_cacheable);
        b.dma.write(ram, 5);
        EXPECT_EQ(b.cpu.read(ram), 5u);
        tlm::tlm_dmi dmi;
        EXPECT_TRUE(b.dma.out->get_direct_mem_ptr(b.dma.payload, dmi));
    });
}

TEST_F(InterconnectTest, MaintenanceReachesTheRamAndNothingElse) {
    BusBench b;
    simulate([&] {
        b.cpu.write(ram + 0x100, 1);
        b.cpu.write(ram + 0x140, 2);
        b.bus.maintenance->clean(ram + 0x100);
        b.bus.maintenance->clean_and_invalidate(ram + 0x140);
        EXPECT_EQ(b.dma.read(ram + 0x100), 1u);
        EXPECT_EQ(b.dma.read(ram + 0x140), 2u);
        b.bus.maintenance->clean(0);
        b.bus.maintenance->clean_and_invalidate(uart_range.base);
        b.bus.maintenance->invalidate(ram_range.end());
        EXPECT_EQ(b.cpu.read(ram + 0x100), 1u);
    });
}

TEST_F(InterconnectTest, DevicesSeeAddressesFromTheStartOfTheirRange) {
    BusBench b;
    simulate([&] {
        EXPECT_EQ(b.cpu.write(uart_range.base + 0x18, 0xAB, 4), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(b.dma.write(gic_range.base + 0x20, 0xCD, 4), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(b.uart.bytes[0x18], 0xAB);
        EXPECT_EQ(b.gic.bytes[0x20], 0xCD);
        EXPECT_EQ(b.cpu.read(gic_range.base + 0x20, 4), 0xCDu);
        b.uart.answer = tlm::TLM_COMMAND_ERROR_RESPONSE;
        EXPECT_EQ(b.cpu.read_status(uart_range.base, 4), tlm::TLM_COMMAND_ERROR_RESPONSE);
    });
}

TEST_F(InterconnectTest, WhatNobodyDecodesIsAnAddressError) {
    BusBench b;
    simulate([&] {
        for (const uint64_t address : {uint64_t{0}, uart_range.end(), gic_range.end(), ram - 8,
                                       ram_range.end(), ~uint64_t{7}})
            EXPECT_EQ(b.cpu.read_status(address), tlm::TLM_ADDRESS_ERROR_RESPONSE) << address;
        EXPECT_EQ(b.cpu.read_status(ram_range.end() - 4), tlm::TLM_ADDRESS_ERROR_RESPONSE);
        EXPECT_EQ(b.cpu.read_status(uart_range.end() - 4), tlm::TLM_ADDRESS_ERROR_RESPONSE);
        EXPECT_EQ(b.cpu.read_status(ram_range.end() - 8), tlm::TLM_OK_RESPONSE);
    });
}

TEST_F(InterconnectTest, TimeIsAnnotatedAndNeverWaitedFor) {
    BusBench b;
    simulate([&] {
        b.cpu.delay = ns(100);
        b.cpu.read(ram);
        EXPECT_EQ(b.cpu.delay, ns(110));
        b.cpu.read(uart_range.base);
        EXPECT_EQ(b.cpu.delay, ns(117)) << "2 ns hop, 5 ns of the device itself";
        EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::SC_ZERO_TIME);
    });
}

TEST_F(InterconnectTest, ByteEnablesSelectBytes) {
    BusBench b;
    simulate([&] {
        b.cpu.write(ram, 0x1111111111111111);
        uint8_t enables[] = {0xFF, 0x00, 0x00};  // repeats: bytes 0, 3, 6
        uint64_t data = 0x2222222222222222;
        auto& payload = b.cpu.prepare(tlm::TLM_WRITE_COMMAND, ram, &data, 8);
        payload.set_byte_enable_ptr(enables);
        payload.set_byte_enable_length(3);
        EXPECT_EQ(b.cpu.transport(), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(b.cpu.read(ram), 0x1122111122111122u);

        payload.set_command(tlm::TLM_READ_COMMAND);
        data = 0x3333333333333333;
        b.cpu.prepare(tlm::TLM_READ_COMMAND, ram, &data, 8).set_byte_enable_ptr(enables);
        EXPECT_EQ(b.cpu.transport(), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(data, 0x3322333322333322u)
            << "a byte that is not enabled stays as the master left it";

        payload.set_byte_enable_length(0);
        EXPECT_EQ(b.cpu.transport(), tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    });
}

TEST_F(InterconnectTest, AStreamWrapsAtItsWidth) {
    BusBench b;
    simulate([&] {
        uint64_t data = 0x0807060504030201;
        b.cpu.prepare(tlm::TLM_WRITE_COMMAND, ram_range.end() - 4, &data, 8).set_streaming_width(4);
        EXPECT_EQ(b.cpu.transport(), tlm::TLM_OK_RESPONSE)
            << "4 bytes of addresses: inside the RAM";
        EXPECT_EQ(b.cpu.read(ram_range.end() - 4, 4), 0x08070605u) << "the last round stays";
        b.cpu.prepare(tlm::TLM_READ_COMMAND, ram_range.end() - 4, &data, 8).set_streaming_width(4);
        EXPECT_EQ(b.cpu.transport(), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(data, 0x0807060508070605u);
    });
}

TEST_F(InterconnectTest, AnIgnoredCommandMovesNoData) {
    BusBench b;
    simulate([&] {
        uint64_t data = 9;
        b.cpu.prepare(tlm::TLM_IGNORE_COMMAND, ram, &data, 8);
        EXPECT_EQ(b.cpu.transport(), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(data, 9u);
        EXPECT_EQ(b.cpu.read(ram), 0u);
    });
}

TEST_F(InterconnectTest, WritesOfDevicesAreToldToTheCpu) {
    BusBench b;
    std::vector<std::pair<uint64_t, uint64_t>> told;
    b.bus.on_device_write = [&](uint64_t begin, uint64_t end) { told.push_back({begin, end}); };
    simulate([&] {
        uint64_t data = 0;
        b.dma.write(ram + 0x10, 1, 4);
        b.dma.read(ram + 0x10);
        b.cpu.write(ram + 0x10, 1);
        b.dma.out->transport_dbg(b.dma.prepare(tlm::TLM_WRITE_COMMAND, ram + 0x40, &data, 8));
    });
    const std::vector<std::pair<uint64_t, uint64_t>> expected{{ram + 0x10, ram + 0x14},
                                                              {ram + 0x40, ram + 0x48}};
    EXPECT_EQ(told, expected);
}

TEST_F(InterconnectTest, RandomEvictionSometimesSavesADeviceFromStaleData) {
    BusBench b(params(Evict::Random));
    simulate([&] {
        b.dma.say(non_cacheable);
        unsigned fresh = 0;
        for (uint64_t i = 0; i < 200; ++i) {
            std::memset(b.bus.ram().coherent_view() + i * 64, 0xEE, 64);  // a CPU stores by pointer
            fresh += b.dma.read(ram + i * 64, 1) == 0xEE;
        }
        EXPECT_GT(fresh, 10u);
        EXPECT_LT(fresh, 190u);

        for (uint64_t i = 0; i < 50; ++i) b.dma.write(ram + 0x8000 + i * 64, 0xDD, 1);
        for (uint64_t i = 0; i < 50; ++i) b.dma.read(ram);
        unsigned shown = 0;
        for (uint64_t i = 0; i < 50; ++i)
            shown += b.bus.ram().coherent_view()[0x8000 + i * 64] == 0xDD;
        EXPECT_GT(shown, 5u) << "stale lines leave the cache as well";
        EXPECT_LT(shown, 50u);
    });
}

TEST_F(InterconnectTest, AnAccessAllocatesNothing) {
    BusBench b;
    simulate([&] {
        b.dma.say(write_back_shareable);
        b.dma.read(ram);
        b.dma.read(uart_range.base);
        const uint64_t before = allocations();
        for (int i = 0; i < 1000; ++i) {
            b.dma.read(ram + 64);
            b.dma.write(ram + 128, 1);
            b.dma.read(uart_range.base);
            b.dma.read(gic_range.base);
        }
        EXPECT_EQ(allocations(), before);
    });
}

/// The sentence with which `build` was refused.
template <class Build>
std::string refusal(Build build) {
    sc_core::sc_report_handler::set_handler(&sc_core::sc_report_handler::default_handler);
    try {
        build();
    } catch (const sc_core::sc_report& report) {
        return report.get_msg();
    }
    return "";
}

using Devices = std::vector<DownstreamDevice>;

TEST_F(InterconnectTest, OverlappingRangesAreRefusedByName) {
    const std::string why = refusal([] {
        Interconnect bus("bus", params(), {{"cpu", PortKind::Cpu}},
                         Devices{{"uart", uart_range}, {"rtc", {uart_range.end() - 1, 0x1000}}});
    });
    EXPECT_EQ(why, "'uart' and 'rtc' overlap: give each a range of its own");
}

TEST_F(InterconnectTest, ADeviceInsideTheRamIsRefused) {
    const std::string why = refusal([] {
        Interconnect bus("bus", params(), {{"cpu", PortKind::Cpu}},
                         Devices{{"rtc", {ram + 0x1000, 0x1000}}});
    });
    EXPECT_EQ(why, "'RAM' and 'rtc' overlap: give each a range of its own");
}

TEST_F(InterconnectTest, AnUnknownPortIsRefusedWithThoseThereAre) {
    BusBench b;
    EXPECT_EQ(refusal([&] { b.bus.device("rtc"); }),
              "there is no port 'rtc': choose one of gic, uart");
}

TEST_F(InterconnectTest, AnOddRamIsRefused) {
    InterconnectParams p = params();
    p.ram.size = 100;
    EXPECT_NE(refusal([&] {
                  Interconnect bus("bus", p, {{"cpu", PortKind::Cpu}}, Devices{});
              }).find("64 bytes"),
              std::string::npos);
}

}  // namespace
}  // namespace smmu::test
