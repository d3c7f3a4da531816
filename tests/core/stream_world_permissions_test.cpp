// Permissions in each StreamWorld: EL2 knows no privilege, EL2-E2H is as EL1; E0PD and EPAN.
// Arm ARM D8.4 (table D8-65); Arm IHI 0070 G.b, 3.3.4, 5.4, 13.4.1; names carry the rule of the
// check list.
#include "tests/core/stream_world_bench.h"

namespace smmu::test {
namespace {

using arch::Event;
using arch::Stage1Leaf;
using arch::TableDescriptor;

class WorldPermissions : public WorldBench {
protected:
    WorldPermissions() {
        context.stage1.map(va, pa, stage1_leaf());
        table_slot_ = context.stage1.slot(va, 1);
        table_ = memory.word(table_slot_);
    }
    void map(uint8_t ap, bool uxn, bool pxn) {
        context.stage1.map(va, pa,
                           stage1_leaf()
                               .set(Stage1Leaf::AP, ap)
                               .set(Stage1Leaf::UXN, uxn)
                               .set(Stage1Leaf::PXN, pxn));
    }
    void set_table(uint8_t ap_table, bool uxn_table, bool pxn_table) {
        memory.put(table_slot_, TableDescriptor{{{table_}}}
                                    .set(TableDescriptor::APTable, ap_table)
                                    .set(TableDescriptor::UXNTable, uxn_table)
                                    .set(TableDescriptor::PXNTable, pxn_table));
    }

    Context context{memory, SteConfig::S1};

private:
    uint64_t table_slot_ = 0, table_ = 0;
};

TEST_F(WorldPermissions, WALK_14_WALK_48_CD_41_El2KnowsReadOnlyAndExecuteNever) {
    for (unsigned i = 0; i < 1024; ++i) {
        const auto ap = static_cast<uint8_t>(i & 3), ap_table = static_cast<uint8_t>(i >> 2 & 3);
        const bool uxn = i & 16, pxn = i & 32, uxn_table = i & 64, pxn_table = i & 128;
        const bool wxn = i & 256, pan = i & 512;
        map(ap, uxn, pxn);
        set_table(ap_table, uxn_table, pxn_table);
        context.cd.set(Cd::WXN, wxn).set(Cd::PAN, pan);
        use(context, StreamWorld::El2);
        // AP[2] and APTable[1]: read-only.  Bit 54 is XN, bit 60 of a table XNTable.
        const bool writes = (ap & 0b10) == 0 && (ap_table & 0b10) == 0;
        const bool executes = !uxn && !uxn_table && !(wxn && writes);
        const std::string one = std::string("r") + (writes ? 'w' : '-') + (executes ? 'x' : '-');
        ASSERT_EQ(measured(), one + ' ' + one) << i;
    }
}

// Rows of table D8-65 that EL2 would answer otherwise.
TEST_F(WorldPermissions, WALK_13_WALK_15_E2H_01_E2hIsAsEl1) {
    struct Row {
        uint8_t ap;
        bool uxn, pxn, wxn, pan;
        const char* allowed;
    };
    const Row rows[] = {
        {0b00, false, false, false, false, "rwx --x"},
        {0b01, false, false, false, false, "rw- rwx"},
        {0b10, false, true, false, false, "r-- --x"},
        {0b11, true, false, false, false, "r-x r--"},
        {0b01, false, false, true, false, "rw- rw-"},
        {0b01, true, true, false, true, "--- rw-"},
        {0b11, false, false, false, true, "--x r-x"},
        {0b00, true, false, false, true, "rwx ---"},
    };
    for (const StreamWorld world : {StreamWorld::El1, StreamWorld::El2E2h})
        for (const Row& r : rows) {
            map(r.ap, r.uxn, r.pxn);
            context.cd.set(Cd::WXN, r.wxn).set(Cd::PAN, r.pan);
            use(context, world);
            EXPECT_EQ(measured(), r.allowed) << "row " << &r - rows;
        }
    context.cd.set(Cd::WXN, false).set(Cd::PAN, false);
    map(0b01, false, false);
    set_table(0b01, false, false);  // APTable[0]
    use(context, StreamWorld::El2E2h);
    EXPECT_EQ(measured(), "rwx --x");
    set_table(0b00, false, true);  // PXNTable
    EXPECT_EQ(measured(), "rw- rwx");
}

TEST_F(WorldPermissions, CD_44_HadIgnoresTheTableBitsInEveryWorld) {
    map(0b01, false, false);
    set_table(0b11, true, true);
    for (const StreamWorld world : worlds) {
        context.cd.set(Cd::HAD0, true);
        use(context, world);
        EXPECT_EQ(measured(), world == StreamWorld::El2 ? "rwx rwx" : "rw- rwx");
        context.cd.set(Cd::HAD0, false);
        use(context, world);
        EXPECT_EQ(measured(), world == StreamWorld::El2 ? "r-- r--" : "r-- ---");
    }
}

TEST_F(WorldPermissions, ATTR_38_PrivcfgDecidesWherePrivilegeCounts) {
    map(0b00, true, false);
    for (const StreamWorld world : worlds) {
        context.ste.set(Ste::PRIVCFG, 0b11);
        use(context, world);
        expect_forwarded(read(va), pa);
        context.ste.set(Ste::PRIVCFG, 0b10);
        use(context, world);
        if (world == StreamWorld::El2) {
            expect_forwarded(cold(privileged(access(va))), pa);
            continue;
        }
        expect_aborted(cold(privileged(access(va))), EventId::F_PERMISSION);
        EXPECT_FALSE(event()[Event::PnU]);
    }
}

TEST_F(WorldPermissions, EVT_05_WALK_48_RecordsOfEl2KeepThePrivilege) {
    map(0b10, false, false);
    use(context, StreamWorld::El2);
    expect_aborted(write_to(va), EventId::F_PERMISSION);
    EXPECT_EQ(golden(event()), (Golden{{0x0000'0042'0000'0013, 0x0000'0200'0000'0000, va, 0}}));
    expect_aborted(cold(privileged(writing(access(va)))), EventId::F_PERMISSION);
    EXPECT_EQ(golden(event()), (Golden{{0x0000'0042'0000'0013, 0x0000'0202'0000'0000, va, 0}}));
}

// --- E0PD ----------------------------------------------------------------------------------------

TEST_F(WorldPermissions, CD_43_E0pdKeepsTheUnprivilegedOutOfItsHalf) {
    context.use_ttb1();
    const uint64_t low = va, high = 0xFFFF'0000'0000'0000 | va;
    for (const StreamWorld world : {StreamWorld::El1, StreamWorld::El2E2h})
        for (const bool e0pd0 : {false, true})
            for (const bool e0pd1 : {false, true}) {
                context.cd.set(Cd::E0PD0, e0pd0).set(Cd::E0PD1, e0pd1);
                use(context, world);
                for (const uint64_t address : {low, high}) {
                    const bool refused = address == low ? e0pd0 : e0pd1;
                    for (const Access& a : {access(address), writing(access(address)),
                                            instruction(access(address))}) {
                        EXPECT_EQ(cold(a).event, refused ? EventId::F_TRANSLATION : EventId{});
                        if (refused) {
                            EXPECT_FALSE(event()[Event::S2]);
                            EXPECT_EQ(event()[Event::Class], arch::FaultClass::In);
                        }
                    }
                    expect_forwarded(cold(privileged(access(address))), pa);
                }
            }
}

TEST_F(WorldPermissions, CD_43_E0pdIsAskedAfterPrivcfgAndBeforeTheTlb) {
    use(context, StreamWorld::El1);
    expect_forwarded(warm(access(va)), pa);
    expect_forwarded(warm(privileged(access(va))), pa);
    context.cd.set(Cd::E0PD0, true).set(Cd::A, false).set(Cd::R, false);
    attach(context);
    configs.invalidate_all();  // the translation stays
    Outcome o = warm(access(va));
    EXPECT_EQ(o.event, EventId::F_TRANSLATION);
    EXPECT_EQ(o.action, Action::RazWi) << "a fault of stage 1 as any other: A and R";
    EXPECT_TRUE(recorded.events.empty());
    expect_forwarded(warm(privileged(access(va))), pa);
    EXPECT_EQ(recorded.tlb_lookups.hits, 1u);

    configs.invalidate_all();
    context.cd.set(Cd::A, true).set(Cd::R, true);
    context.ste.set(Ste::PRIVCFG, 0b11);
    attach(context);
    expect_forwarded(read(va), pa);
    context.ste.set(Ste::PRIVCFG, 0b10);
    attach(context);
    expect_aborted(cold(privileged(access(va))), EventId::F_TRANSLATION);
}

// --- EPAN ----------------------------------------------------------------------------------------

TEST_F(WorldPermissions, CD_42_EpanAlsoLooksAtUnprivilegedExecute) {
    struct Row {
        uint8_t ap;
        bool uxn;
        const char *off, *pan, *epan;  ///< with neither, with PAN, with both
    };
    const Row rows[] = {
        {0b00, false, "rwx --x", "rwx --x", "--x --x"},  // execute-only to the unprivileged
        {0b10, false, "r-x --x", "r-x --x", "--x --x"},
        {0b01, false, "rw- rwx", "--- rwx", "--- rwx"},
        {0b11, false, "r-x r-x", "--x r-x", "--x r-x"},
        {0b00, true, "rwx ---", "rwx ---", "rwx ---"},  // nothing unprivileged
        {0b11, true, "r-x r--", "--x r--", "--x r--"},
    };
    for (const StreamWorld world : {StreamWorld::El1, StreamWorld::El2E2h})
        for (const Row& r : rows) {
            SCOPED_TRACE(&r - rows);
            map(r.ap, r.uxn, false);
            const auto with = [&](bool pan, bool epan) {
                context.cd.set(Cd::PAN, pan).set(Cd::EPAN, epan);
                use(context, world);
                return measured();
            };
            EXPECT_EQ(with(false, false), r.off);
            EXPECT_EQ(with(false, true), r.off) << "EPAN counts with PAN only";
            EXPECT_EQ(with(true, false), r.pan);
            EXPECT_EQ(with(true, true), r.epan);
        }
}

}  // namespace
}  // namespace smmu::test
