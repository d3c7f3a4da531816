// 52-bit addresses: in descriptors of every granule, in TTBs, in limits and in records.  Descriptor
// words are typed from Arm ARM D8.3.1; names carry the rule of the check list.
#include "tests/core/attribute_names.h"
#include "tests/core/granules.h"

namespace smmu::test {
namespace {

using arch::Event;

class WideAddresses : public GranuleBench {
protected:
    static Context::Shape shape(DescriptorFormat f, unsigned txsz = 16) {
        Context::Shape s;
        s.t0sz = s.s2t0sz = txsz;
        s.s2sl0 = 2;
        s.stage1 = s.stage2 = f;
        return s;
    }
};

/// One leaf and one table descriptor, as software writes them, and the addresses in them.
struct Words {
    Granule granule;
    uint64_t stage1_page, stage2_page, output;
    uint64_t table, next;  ///< table descriptor; where the table is
};
const Words words[] = {
    // OA[51:50] = 0b10 in bits [9:8], OA[49:48] = 0b01 in place.
    {Granule::K4, 0x0001'EDCB'A987'6E43, 0x0001'EDCB'A987'66FF, 0x0009'EDCB'A987'6000,
     0x0002'0000'0000'1203, 0x000A'0000'0000'1000},
    {Granule::K16, 0x0002'EDCB'A987'4D43, 0x0002'EDCB'A987'45FF, 0x0006'EDCB'A987'4000,
     0x0001'0000'0000'4103, 0x0005'0000'0000'4000},
    // OA[51:48] = 0b1001 in bits [15:12]; bits [9:8] are SH.
    {Granule::K64, 0x0000'EDCB'A987'9F43, 0x0000'EDCB'A987'97FF, 0x0009'EDCB'A987'0000,
     0x0000'0000'0001'A003, 0x000A'0000'0001'0000},
};

TEST_F(WideAddresses, WALK_33_WALK_34_LeavesAndTablesOfStage1) {
    for (const Words& w : words) {
        SCOPED_TRACE(name(w.granule));
        Context c(memory, SteConfig::S1, 0x4000'0000, shape(wide(w.granule)));
        const uint64_t leaf = c.stage1.slot(0, 3);
        memory.poke(leaf, w.stage1_page);
        attach(c);
        expect_forwarded(read(0x123), w.output + 0x123);
        // The same leaf, in a table beyond 48 bits.
        memory.poke(c.stage1.slot(0, 2), w.table);
        memory.poke(w.next, w.stage1_page);
        expect_forwarded(read(0x123), w.output + 0x123);
        EXPECT_EQ(memory.log.back().address, w.next);
    }
}

TEST_F(WideAddresses, WALK_33_WALK_34_LeavesAndTablesOfStage2) {
    for (const Words& w : words) {
        SCOPED_TRACE(name(w.granule));
        Context c(memory, SteConfig::S2, 0x4000'0000, shape(wide(w.granule)));
        memory.poke(c.stage2.slot(0, 3), w.stage2_page);
        attach(c);
        expect_forwarded(read(0x123), w.output + 0x123);
        memory.poke(c.stage2.slot(0, 2), w.table);
        memory.poke(w.next, w.stage2_page);
        expect_forwarded(read(0x123), w.output + 0x123);
        EXPECT_EQ(memory.log.back().address, w.next);
    }
}

// DS = 0 (or OAS below 52 with 64KB): the same bits are RES0 or something else, and no address.
TEST_F(WideAddresses, CD_33_STE_39_NarrowDescriptorsHold48Bits) {
    for (const Words& w : words) {
        SCOPED_TRACE(name(w.granule));
        if (w.granule == Granule::K64) features.output_address_bits = 48, features.lpa2 = false;
        const uint64_t output = w.output & 0x0000'FFFF'FFFF'FFFF;
        Context one(memory, SteConfig::S1, 0x4000'0000, shape(narrow(w.granule)));
        memory.poke(one.stage1.slot(0, 3), w.stage1_page | 0x0003'0000'0000'0000);
        attach(one);
        for (const uint8_t ips : {uint8_t{0b101}, uint8_t{0b110}, uint8_t{0b111}}) {
            one.cd.set(Cd::IPS, ips);
            one.write_cd();
            expect_forwarded(read(0x123), output + 0x123);
        }
        Context two(memory, SteConfig::S2, 0x8000'0000, shape(narrow(w.granule)));
        memory.poke(two.stage2.slot(0, 3), w.stage2_page | 0x0003'0000'0000'0000);
        for (const uint8_t ps : {uint8_t{0b101}, uint8_t{0b110}, uint8_t{0b111}}) {
            two.ste.set(Ste::S2PS, ps);
            attach(two);
            expect_forwarded(read(0x123), output + 0x123);
        }
    }
}

TEST_F(WideAddresses, ADDR_08_ADDR_10_ADDR_11_WideOutputsAreCheckedAgainstIpsAndS2ps) {
    for (const Granule g : {Granule::K4, Granule::K16, Granule::K64})
        for (unsigned bit = 47; bit < 52; ++bit) {
            SCOPED_TRACE(::testing::Message() << name(g) << " bit " << bit);
            Context one(memory, SteConfig::S1, 0x4000'0000, shape(wide(g)));
            one.stage1.map(0, uint64_t{1} << bit, stage1_leaf());
            attach(one);
            expect_forwarded(read(0), uint64_t{1} << bit);
            one.cd.set(Cd::IPS, 0b101);  // 48 bits
            attach(one);
            if (bit == 47)
                expect_forwarded(read(0), uint64_t{1} << bit);
            else
                expect_aborted(read(0), EventId::F_ADDR_SIZE);

            Context two(memory, SteConfig::S2, 0x8000'0000, shape(wide(g)));
            two.stage2.map(0, uint64_t{1} << bit, stage2_leaf());
            attach(two);
            expect_forwarded(read(0), uint64_t{1} << bit);
            two.ste.set(Ste::S2PS, 0b101);
            attach(two);
            if (bit == 47) {
                expect_forwarded(read(0), uint64_t{1} << bit);
            } else {
                expect_aborted(read(0), EventId::F_ADDR_SIZE);
                EXPECT_TRUE(event()[Event::S2]);
            }
        }
}

TEST_F(WideAddresses, ADDR_01_ADDR_02_ADDR_20_InputsOfBypassedStages) {
    constexpr uint64_t last = 0x000F'FFFF'FFFF'FFFF;
    put(stream, Ste{}.set(Ste::V, true).set(Ste::Config, SteConfig::Bypass).set(Ste::SHCFG, 1));
    expect_forwarded(read(last), last);
    expect_aborted(read(last + 1), EventId::F_ADDR_SIZE);
    Context c(memory, SteConfig::S2, 0x4000'0000, shape(wide(Granule::K64), 12));
    c.stage2.map(last, 0x1'0000, stage2_leaf());
    attach(c);
    expect_forwarded(read(last), 0x1'FFFF);
    expect_aborted(read(last + 1), EventId::F_ADDR_SIZE);
    EXPECT_FALSE(event()[Event::S2]);
    c.ste.set(Ste::S2T0SZ, 13);
    attach(c);
    expect_aborted(read(last), EventId::F_TRANSLATION);
    EXPECT_TRUE(event()[Event::S2]);
}

// --- Where tables begin ------------------------------------------------------------------------

TEST_F(WideAddresses, CD_30_STE_38_TtbsBeyond48Bits) {
    constexpr uint64_t ttb = 0x000C'0000'0001'0000;
    for (const Granule g : {Granule::K4, Granule::K16, Granule::K64})
        for (const bool ds : {false, true}) {
            SCOPED_TRACE(::testing::Message() << name(g) << " DS " << ds);
            const bool legal = ds || g == Granule::K64;
            const EventId id = legal ? EventId::F_TRANSLATION : EventId::C_BAD_CD;
            Context one(memory, SteConfig::S1, 0x4000'0000, shape(wide(g)));
            one.use_ttb1();
            one.cd.set(Cd::DS, ds);
            const Cd low = Cd{one.cd}.set(Cd::TTB0, ttb).set(Cd::EPD1, true);
            const Cd high = Cd{one.cd}.set(Cd::TTB1, ttb).set(Cd::EPD0, true);
            for (const Cd& cd : {low, high}) {
                attach(one);
                memory.put(one.cd_place.physical, cd);
                expect_aborted(read(cd[Cd::EPD0] ? ~uint64_t{0} : 0), id);
                memory.put(one.cd_place.physical, Cd{cd}.set(Cd::IPS, 0b101));
                expect_aborted(read(0), EventId::C_BAD_CD);
            }
            Context two(memory, SteConfig::S2, 0x8000'0000, shape(wide(g)));
            two.ste.set(Ste::S2DS, ds || g == Granule::K16).set(Ste::S2TTB, ttb);
            if (g == Granule::K16 && !ds) two.ste.set(Ste::S2DS, false).set(Ste::S2SL0, 0b10);
            attach(two);
            expect_aborted(read(0), legal ? EventId::F_TRANSLATION : EventId::C_BAD_STE);
            two.ste.set(Ste::S2PS, 0b101);
            attach(two);
            expect_aborted(read(0), EventId::C_BAD_STE);
        }
}

// Two entries of a start table: aligned to 16 bytes, and to 64 where addresses have 52 bits.
TEST_F(WideAddresses, CD_47_STE_38_SmallStartTablesAreAlignedTo64Bytes) {
    for (const bool is_52 : {true, false}) {
        Context one(memory, SteConfig::S1, 0x4000'0000, shape(narrow(Granule::K4), 24));
        one.stage1.map(0, 0x9000, stage1_leaf());
        one.cd.set(Cd::IPS, is_52 ? 0b110 : 0b101).set(Cd::TTB0, one.cd[Cd::TTB0] | 0x30);
        attach(one);
        read(0);
        EXPECT_EQ(memory.log.at(2).address, one.stage1.root() | (is_52 ? 0 : 0x30));
        Context two(memory, SteConfig::S2, 0x8000'0000, shape(narrow(Granule::K4), 24));
        two.ste.set(Ste::S2PS, is_52 ? 0b110 : 0b101).set(Ste::S2TTB, two.ste[Ste::S2TTB] | 0x30);
        attach(two);
        read(0);
        EXPECT_EQ(memory.log.at(1).address, two.stage2.root() | (is_52 ? 0 : 0x30));
    }
}

// --- Shareability ------------------------------------------------------------------------------

TEST_F(WideAddresses, WALK_33_ATTR_37_ShareabilityComesFromTheCdAndTheSte) {
    constexpr Shareability meaning[] = {NSH, NSH, OSH, ISH};  // 0b01 is reserved: as 0b00
    for (const Granule g : {Granule::K4, Granule::K16})
        for (uint8_t sh = 0; sh < 4; ++sh) {
            Context one(memory, SteConfig::S1, 0x4000'0000, shape(wide(g)));
            one.stage1.map(0, 0x000F'0000'0000'0000, stage1_leaf());  // bits [9:8] are 0b11
            one.stage1.map(0x1'0000, 0, stage1_leaf());               // and 0b00
            one.use_ttb1();
            one.cd.set(Cd::SH0, sh).set(Cd::SH1, uint8_t(3 - sh));
            attach(one);
            for (const uint64_t va : {0x0, 0x1'0000}) {
                EXPECT_EQ(read(va).attributes, n(wb(), wb(), meaning[sh]));
                EXPECT_EQ(read(va | 0xFFFF'0000'0000'0000).attributes,
                          n(wb(), wb(), meaning[3 - sh]));
            }
            Context two(memory, SteConfig::S2, 0x8000'0000, shape(wide(g)));
            two.stage2.map(0, 0x000F'0000'0000'0000, stage2_leaf());
            two.ste.set(Ste::S2SH0, sh);
            attach(two);
            EXPECT_EQ(read(0).attributes, n(wb(), wb(), meaning[sh])) << "over NSH input";
        }
}

// CD.DS concerns the halves with 4KB and 16KB granules only.
TEST_F(WideAddresses, WALK_33_DsMeansNothingTo64KB) {
    Context high(memory, SteConfig::S1, 0x8000'0000, shape(wide(Granule::K4)));
    high.stage1.map(0, 0x000F'0000'0000'0000, stage1_leaf());
    Context low(memory, SteConfig::S1, 0x4000'0000, shape(wide(Granule::K64)));
    low.stage1.map(0, 0x000F'0000'0000'0000, stage1_leaf().set(arch::Stage1Leaf::SH, 0b10));
    low.use_ttb1();
    low.cd.set(Cd::DS, true).set(Cd::TG1, 0b10).set(Cd::TTB1, high.stage1.root());
    low.cd.set(Cd::SH0, 0b00).set(Cd::SH1, 0b11);
    attach(low);
    const Outcome below = read(0x123), above = read(0xFFFF'0000'0000'0123);
    expect_forwarded(below, 0x000F'0000'0000'0123);
    EXPECT_EQ(below.attributes.shareability, OSH);
    expect_forwarded(above, 0x000F'0000'0000'0123);
    EXPECT_EQ(above.attributes.shareability, ISH);
}

// Without IDR5.DS these bits are RES0, and ignored: SH is the descriptor's.
TEST_F(WideAddresses, WALK_33_STE_62_DsIsIgnoredWithoutTheFeature) {
    features.lpa2 = false;
    features.output_address_bits = features.virtual_address_bits = 48;
    Context one(memory, SteConfig::S1, 0x4000'0000, shape(narrow(Granule::K4)));
    one.stage1.map(0, 0x9000, stage1_leaf().set(arch::Stage1Leaf::SH, 0b10));
    one.cd.set(Cd::DS, true).set(Cd::SH0, 0b11);
    attach(one);
    const Outcome first = read(0);
    expect_forwarded(first, 0x9000);
    EXPECT_EQ(first.attributes.shareability, OSH);
    Context two(memory, SteConfig::S2, 0x8000'0000, shape(narrow(Granule::K4)));
    two.stage2.map(0, 0x9000, stage2_leaf().set(arch::Stage2Leaf::SH, 0b10));
    two.ste.set(Ste::S2DS, true).set(Ste::S2SH0, 0b11);
    attach(two);
    const Outcome second = read(0);
    expect_forwarded(second, 0x9000);
    EXPECT_EQ(second.attributes.shareability, OSH);
}

// VAX without LPA: 52 bits of VA through 64KB tables, whose bits [15:12] are RES0.
TEST_F(WideAddresses, ADDR_16_LargeVasWithoutLargePas) {
    features.output_address_bits = 44;
    features.lpa2 = false;
    Context c(memory, SteConfig::S1, 0x4000'0000, shape(narrow(Granule::K64), 12));
    constexpr uint64_t va = 0x000F'FFFF'FFFF'0000;
    c.stage1.map(va, 0x56'789A'0000, stage1_leaf());
    c.stage1.add_bits(va, 3, 0xF000);
    attach(c);
    expect_forwarded(read(va + 0x123), 0x56'789A'0123);
    expect_aborted(read(va + 0x1'0000), EventId::F_TRANSLATION);
}

// --- Records -----------------------------------------------------------------------------------

TEST_F(WideAddresses, EVT_02_ADDR_19_RecordsHold52Bits) {
    Context c(memory, SteConfig::S1S2, 0x4000'0000, shape(wide(Granule::K64), 12));
    c.stage1.map(0x1000, 0x000A'BCDE'F012'0000, stage1_leaf());
    attach(c);
    read(0x1234);
    EXPECT_EQ(
        golden(event()),
        (Golden{{0x0000'0042'0000'0010, 0x0000'0288'0000'0000, 0x1234, 0x000A'BCDE'F012'1000}}));
    memory.poke(c.stage2.slot(0x000A'BCDE'F012'0000, 1), words[2].table);
    memory.abort_at(0x000A'0000'0001'37B8);  // entry 0x6F7 of level 2
    read(0x1234);
    EXPECT_EQ(
        golden(event()),
        (Golden{{0x0000'0042'0000'000B, 0x0000'0288'0000'0000, 0x1234, 0x000A'0000'0001'37B8}}));
}

}  // namespace
}  // namespace smmu::test
