// What software finds on the root complex's bus: configuration space, BARs, slots.
#include "tests/model/pci_bench.h"

namespace smmu {
namespace {

using test::pci_card;
using test::PciBench;
using test::PciCards;
using test::PciMaster;

class RootComplexConfigTest : public test::SimTest {};

TEST_F(RootComplexConfigTest, TheHostBridgeIsAtZero) {
    PciBench b;
    simulate([&] {
        EXPECT_EQ(b.config(0, 0, 0x00), 0x0008'1B36u);
        EXPECT_EQ(b.config(0, 0, 0x08), 0x0600'0000u);
        EXPECT_EQ(b.config(0, 0, 0x2C), 0x1100'1AF4u);
        EXPECT_EQ(b.config(0, 0, 0x0E, 1), 0u);
    });
}

TEST_F(RootComplexConfigTest, FunctionsAreWhereTheyWerePut) {
    PciCards b;
    simulate([&] {
        EXPECT_EQ(b.config(3, 0, 0x00), 0x0001'ABCDu);
        EXPECT_EQ(b.config(3, 1, 0x00), 0x0002'ABCDu);
        EXPECT_EQ(b.config(31, 0, 0x02, 2), 0x0003u);
        EXPECT_EQ(b.config(3, 0, 0x0E, 1), 0x80u) << "a multi-function device";
        EXPECT_EQ(b.config(3, 1, 0x0E, 1), 0x80u);
        EXPECT_EQ(b.config(31, 0, 0x0E, 1), 0x00u);
        EXPECT_EQ(b.config(3, 0, 0x100), 0u) << "extended space";
        EXPECT_EQ(b.config(3, 0, 0x00, 8), 0x0010'0000'0001'ABCDu);
        EXPECT_EQ(b.cpu.read(PciBench::ecam(0, 3, 0, 0x03), 2), 0x0000u) << "over a word boundary";
    });
}

TEST_F(RootComplexConfigTest, WhatIsAbsentReadsAsAllOnes) {
    PciCards b;
    simulate([&] {
        unsigned found = 0;
        for (unsigned device = 0; device < 32; ++device)
            for (unsigned function = 0; function < 8; ++function)
                found += b.config(device, function, 0x00) != 0xFFFF'FFFFu;
        EXPECT_EQ(found, 4u);
        for (const unsigned bus : {1u, 2u, 128u, 255u}) {
            EXPECT_EQ(b.cpu.read(PciBench::ecam(bus, 0, 0, 0), 4), 0xFFFF'FFFFu) << bus;
            EXPECT_EQ(b.cpu.read(PciBench::ecam(bus, 3, 0, 0), 2), 0xFFFFu) << bus;
        }
        EXPECT_EQ(b.cpu.read(PciBench::ecam(255, 31, 7, 0xFFF), 1), 0xFFu);
        b.set_config(4, 0, 0x04, 0xFFFF);
        b.cpu.write(PciBench::ecam(1, 3, 0, 0x04), 0x6, 2);
        EXPECT_EQ(b.config(3, 0, 0x04, 2), 0u);
    });
}

TEST_F(RootComplexConfigTest, DebugReadsAndWritesNothing) {
    PciCards b;
    simulate([&] {
        uint64_t value = 0;
        EXPECT_EQ(b.cpu.debug(tlm::TLM_READ_COMMAND, PciBench::ecam(0, 3, 1, 0), value, 4), 4u);
        EXPECT_EQ(value, 0x0002'ABCDu);
        value = 6;
        EXPECT_EQ(b.cpu.debug(tlm::TLM_WRITE_COMMAND, PciBench::ecam(0, 3, 1, 4), value, 2), 0u);
        EXPECT_EQ(b.config(3, 1, 0x04, 2), 0u);
        b.enable();
        EXPECT_EQ(b.mmio.debug(tlm::TLM_READ_COMMAND, 0x5010, value, 8), 8u);
        EXPECT_EQ(value, 0x2000'0010u);
        EXPECT_TRUE(b.registers1.reads.empty());
        EXPECT_EQ(b.mmio.debug(tlm::TLM_READ_COMMAND, 0x9000, value, 8), 8u);
        EXPECT_EQ(value, ~uint64_t{0});
    });
}

TEST_F(RootComplexConfigTest, EnabledBarsAnswerInTheWindow) {
    PciCards b;
    simulate([&] {
        EXPECT_EQ(b.mmio.read(0x4010, 4), 0xFFFF'FFFFu) << "no addresses yet";
        b.enable();
        EXPECT_EQ(b.mmio.read(0x4010, 4), 0x1000'0010u);
        EXPECT_EQ(b.mmio.delay, sc_core::sc_time(5.0, sc_core::SC_NS));
        EXPECT_EQ(b.mmio.read(0x5FF8, 8), 0x2000'0FF8u);
        EXPECT_EQ(b.mmio.read(0x4FFC, 8), ~uint64_t{0}) << "in no single BAR";
        b.mmio.write(0x5020, 1, 4);
        EXPECT_EQ(b.registers1.writes, std::vector<uint64_t>{0x20});
        b.mmio.write(0x7000, 1, 4);
        EXPECT_EQ(b.mmio.read(0x7000, 4), 0xFFFF'FFFFu);

        b.set_config(3, 1, 0x10, 0x0F77'0000);
        EXPECT_EQ(b.mmio.read(0x77'0000, 4), 0x2000'0000u) << "it has moved";
        EXPECT_EQ(b.mmio.read(0x5000, 4), 0xFFFF'FFFFu);
        b.set_config(3, 0, 0x04, 0x4, 2);
        EXPECT_EQ(b.mmio.read(0x4010, 4), 0xFFFF'FFFFu) << "memory is disabled";
    });
}

TEST_F(RootComplexConfigTest, TheMsixStructuresAreInTheirBar) {
    PciCards b;
    simulate([&] {
        b.enable();
        EXPECT_EQ(b.mmio.read(0x800C, 4), 1u) << "entry 0 is masked";
        b.mmio.write(0x8030, 0x0000'0012'0800'0043, 8);
        EXPECT_EQ(b.mmio.read(0x8030, 8), 0x0000'0012'0800'0040u);
        EXPECT_EQ(b.mmio.read(0x8030, 2), 0u) << "whole words only";
        b.mmio.write(0x8030, 0xFF, 1);
        EXPECT_EQ(b.mmio.read(0x8030, 4), 0x0800'0040u);
        EXPECT_EQ(b.mmio.read(0x8800, 8), 0u);
        EXPECT_EQ(b.mmio.read(0x8400, 4), 0u) << "nothing else is in this BAR";
        EXPECT_TRUE(b.registers0.reads.empty());
    });
}

/// The sentence with which a slot is refused.
std::string refused(RootComplex& root, PciFunction& function, PciSlot slot) {
    const auto handler = sc_core::sc_report_handler::set_handler(
        [](const sc_core::sc_report& report, const sc_core::sc_actions&) { throw report; });
    std::string sentence;
    try {
        root.add(function, slot);
    } catch (const sc_core::sc_report& report) {
        sentence = report.get_msg();
    }
    sc_core::sc_report_handler::set_handler(handler);
    return sentence;
}

TEST_F(RootComplexConfigTest, SlotsAreRefusedByName) {
    PciBench b;
    PciFunction one(pci_card(1)), two(pci_card(2));
    PciMaster dma("dma");
    dma.out.bind(b.root.add(one, {4}).dma);
    EXPECT_EQ(refused(b.root, two, {4}),
              "root: slot 4.0 is taken by abcd:0001: put abcd:0002 into another");
    EXPECT_EQ(refused(b.root, two, {0}),
              "root: slot 0.0 is taken by 1b36:0008: put abcd:0002 into another");
    EXPECT_EQ(refused(b.root, two, {32}),
              "root: there is no slot 32.0: a bus has devices 0 to 31 with functions 0 to 7");
    EXPECT_EQ(refused(b.root, two, {1, 8}),
              "root: there is no slot 1.8: a bus has devices 0 to 31 with functions 0 to 7");
    simulate([] {});
}

std::string heard;  // a report handler has no other way to tell

TEST_F(RootComplexConfigTest, ADeviceNeedsItsFunctionZero) {
    PciBench b;
    PciFunction alone(pci_card(1));
    PciMaster dma("dma");
    dma.out.bind(b.root.add(alone, {4, 2}).dma);
    const auto handler = sc_core::sc_report_handler::set_handler(
        [](const sc_core::sc_report& report, const sc_core::sc_actions&) {
            heard = report.get_msg();
        });
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    sc_core::sc_report_handler::set_handler(handler);
    EXPECT_EQ(heard, "root: slot 4.2 cannot be found: give its device a function 0");
}

}  // namespace
}  // namespace smmu
