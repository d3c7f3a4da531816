// What the functions behind a root complex send: interrupts and DMA, and what may hold them back.
#include "tests/model/pci_bench.h"

namespace smmu {
namespace {

using test::pci_card;
using test::PciBench;
using test::PciCards;
using test::PciMaster;

class RootComplexTrafficTest : public test::SimTest {};

TEST_F(RootComplexTrafficTest, PinsAreSwizzledOntoFourLines) {
    PciCards b;
    sc_core::sc_signal<bool, sc_core::SC_MANY_WRITERS> line[4];
    for (unsigned i = 0; i < 4; ++i) b.root.intx[i].bind(line[i]);
    simulate([&] {
        const auto levels = [&] {
            sc_core::wait(sc_core::SC_ZERO_TIME);
            unsigned set = 0;
            for (unsigned i = 0; i < 4; ++i) set |= static_cast<unsigned>(line[i].read()) << i;
            return set;
        };
        b.first.set_intx(true);  // device 3 pin A: (3 + 1 - 1) % 4 = 3
        EXPECT_EQ(levels(), 0b1000u);
        b.second.set_intx(true);  // device 3 pin B
        EXPECT_EQ(levels(), 0b1001u);
        b.last.set_intx(true);  // device 31 pin D
        EXPECT_EQ(levels(), 0b1101u);
        b.set_config(3, 0, 0x04, 0x400, 2);
        EXPECT_EQ(levels(), 0b0101u);
        b.second.set_intx(false);
        b.last.set_intx(false);
        EXPECT_EQ(levels(), 0u);
    });
}

TEST_F(RootComplexTrafficTest, ALineIsHighWhileAnyPinIs) {
    PciBench b;
    PciFunction one(pci_card(1, 1)), two(pci_card(2, 1));
    PciMaster dma1{"dma1"}, dma2{"dma2"};
    dma1.out.bind(b.root.add(one, {2}).dma);
    dma2.out.bind(b.root.add(two, {6}).dma);
    sc_core::sc_signal<bool, sc_core::SC_MANY_WRITERS> line;
    b.root.intx[2].bind(line);
    simulate([&] {
        one.set_intx(true);
        two.set_intx(true);
        one.set_intx(false);
        sc_core::wait(sc_core::SC_ZERO_TIME);
        EXPECT_TRUE(line.read());
        two.set_intx(false);
        sc_core::wait(sc_core::SC_ZERO_TIME);
        EXPECT_FALSE(line.read());
    });
}

TEST_F(RootComplexTrafficTest, OnlyABusMasterDoesDma) {
    PciCards b;
    simulate([&] {
        uint32_t data = 0;
        uint64_t debugged = 0;
        tlm::tlm_dmi dmi;
        b.master.extension.in.stream = {b.first.requester_id()};
        b.master.prepare(tlm::TLM_READ_COMMAND, 0x1000, &data, 4);
        EXPECT_EQ(b.master.send(), tlm::TLM_GENERIC_ERROR_RESPONSE);
        EXPECT_EQ(b.master.debug(tlm::TLM_READ_COMMAND, 0x1000, debugged, 4), 0u);
        EXPECT_FALSE(b.master.out->get_direct_mem_ptr(b.master.payload, dmi));
        EXPECT_TRUE(b.tbu.seen.empty());

        b.set_config(3, 0, 0x04, 0x4, 2);
        b.master.prepare(tlm::TLM_READ_COMMAND, 0x1000, &data, 4);
        EXPECT_EQ(b.master.send(), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(b.tbu.seen.at(0).who.stream.value, 0x118u) << "segment 1, slot 3";
        EXPECT_EQ(b.master.debug(tlm::TLM_READ_COMMAND, 0x1000, debugged, 4), 4u);
        EXPECT_TRUE(b.master.out->get_direct_mem_ptr(b.master.payload, dmi));

        EXPECT_EQ(b.master.withdrawn, 0u);
        b.set_config(3, 0, 0x04, 0x0, 2);
        EXPECT_EQ(b.master.withdrawn, 1u) << "what DMI was granted goes with it";
        EXPECT_EQ(b.other.withdrawn, 0u);
        EXPECT_EQ(b.master.send(), tlm::TLM_GENERIC_ERROR_RESPONSE);
    });
}

TEST_F(RootComplexTrafficTest, WithdrawnDmiReachesTheFunctions) {
    PciCards b;
    simulate([&] {
        b.tbu.in->invalidate_direct_mem_ptr(0x4000, 0x4FFF);
        EXPECT_EQ(b.master.withdrawn, 1u);
        EXPECT_EQ(b.third.withdrawn, 1u);
    });
}

TEST_F(RootComplexTrafficTest, NoSnoopNeedsDeviceControl) {
    PciCards b;
    simulate([&] {
        b.enable();
        uint32_t data = 0;
        b.master.extension.in.no_snoop = true;
        b.master.prepare(tlm::TLM_READ_COMMAND, 0x1000, &data, 4);
        b.master.send();
        EXPECT_TRUE(b.tbu.seen.at(0).who.no_snoop);
        b.set_config(3, 0, 0x48, 0x2010, 2);
        b.master.send();
        EXPECT_FALSE(b.tbu.seen.at(1).who.no_snoop);
        EXPECT_TRUE(b.master.extension.in.no_snoop) << "the function's own word comes back";
    });
}

TEST_F(RootComplexTrafficTest, AMessageThatWaitedGoesThroughTheSmmu) {
    PciCards b;
    simulate([&] {
        b.enable();
        b.set_config(3, 0, 0x82, 0x8000, 2);
        b.mmio.write(0x8010, 0x0800'0040, 8);
        b.mmio.write(0x8018, 0x55, 4);
        EXPECT_FALSE(b.first.signal(1)) << "masked";
        EXPECT_EQ(b.mmio.read(0x8800, 4), 2u);
        sc_core::wait(sc_core::SC_ZERO_TIME);
        EXPECT_TRUE(b.tbu.seen.empty());
        b.mmio.write(0x801C, 0, 4);
        sc_core::wait(sc_core::sc_time(1.0, sc_core::SC_NS));
        ASSERT_EQ(b.tbu.seen.size(), 1u);
        EXPECT_TRUE(b.tbu.seen[0].write);
        EXPECT_EQ(b.tbu.seen[0].address, 0x0800'0040u);
        EXPECT_EQ(b.tbu.seen[0].length, 4u);
        EXPECT_EQ(b.tbu.seen[0].data, 0x55u);
        EXPECT_EQ(b.tbu.seen[0].who.stream.value, 0x118u);
        EXPECT_FALSE(b.tbu.seen[0].who.substream_valid);

        b.mmio.write(0x801C, 1, 4);
        b.first.signal(1);
        b.set_config(3, 0, 0x04, 0x2, 2);
        b.mmio.write(0x801C, 0, 4);
        sc_core::wait(sc_core::sc_time(1.0, sc_core::SC_NS));
        EXPECT_EQ(b.tbu.seen.size(), 1u) << "no message without bus mastering";
    });
}

}  // namespace
}  // namespace smmu
