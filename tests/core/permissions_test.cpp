// Who may do what: every permission bit of both stages against truth tables.
// Arm ARM D8.4 (tables D8-63 to D8-65, D8-76, D8-78); Arm IHI 0070 G.b, 5.4 (PAN, WXN), 13.4.
#include <string>

#include "tests/core/bench.h"

namespace smmu::test {
namespace {

using arch::Stage1Leaf;
using arch::Stage2Leaf;
using arch::TableDescriptor;

/// "rwx rwx": privileged, then unprivileged.
using Allowed = std::string;

class PermissionsTest : public Bench {
protected:
    static constexpr uint64_t va = 0x1000, pa = 0x9000;

    /// What six accesses to `va` are let do.
    Allowed measured() {
        Allowed s;
        for (const bool priv : {true, false}) {
            if (!priv) s += ' ';
            Access a = access(va);
            a.privileged = priv;
            const auto mark = [&](const Access& x, char c) {
                const Outcome o = cold(x);
                if (o.action != Action::Forward) {
                    EXPECT_EQ(o.event, EventId::F_PERMISSION);
                }
                s += o.action == Action::Forward ? c : '-';
            };
            mark(a, 'r');
            mark(writing(a), 'w');
            mark(instruction(a), 'x');
        }
        return s;
    }
};

struct Row {
    unsigned uxn, pxn, ap;
    Allowed without_wxn, with_wxn;
};
// Table D8-65.
const Row direct_permissions[16] = {
    {0, 0, 0b00, "rwx --x", "rw- --x"}, {0, 0, 0b01, "rw- rwx", "rw- rw-"},
    {0, 0, 0b10, "r-x --x", "r-x --x"}, {0, 0, 0b11, "r-x r-x", "r-x r-x"},
    {0, 1, 0b00, "rw- --x", "rw- --x"}, {0, 1, 0b01, "rw- rwx", "rw- rw-"},
    {0, 1, 0b10, "r-- --x", "r-- --x"}, {0, 1, 0b11, "r-- r-x", "r-- r-x"},
    {1, 0, 0b00, "rwx ---", "rw- ---"}, {1, 0, 0b01, "rw- rw-", "rw- rw-"},
    {1, 0, 0b10, "r-x ---", "r-x ---"}, {1, 0, 0b11, "r-x r--", "r-x r--"},
    {1, 1, 0b00, "rw- ---", "rw- ---"}, {1, 1, 0b01, "rw- rw-", "rw- rw-"},
    {1, 1, 0b10, "r-- ---", "r-- ---"}, {1, 1, 0b11, "r-- r--", "r-- r--"},
};
// Table D8-64: the AP[2:1] that an AP[2:1] (row) is under an APTable (column).
constexpr unsigned ap_under_table[4][4] = {
    {0b00, 0b00, 0b10, 0b10},
    {0b01, 0b00, 0b11, 0b10},
    {0b10, 0b10, 0b10, 0b10},
    {0b11, 0b10, 0b11, 0b10},
};

Allowed expected(unsigned uxn, unsigned pxn, unsigned ap, bool wxn, bool pan) {
    for (const Row& r : direct_permissions) {
        if (r.uxn != uxn || r.pxn != pxn || r.ap != ap) continue;
        Allowed s = wxn ? r.with_wxn : r.without_wxn;
        // CD.PAN: no privileged data access where an unprivileged one is permitted.
        if (pan && (s[4] == 'r' || s[5] == 'w')) s[0] = s[1] = '-';
        return s;
    }
    return "no such row";
}

TEST_F(PermissionsTest, WALK_13_WALK_15_WALK_16_CD_41_CD_42_EveryStage1Permission) {
    Context c(memory, SteConfig::S1);
    c.stage1.map(va, pa, stage1_leaf());
    const uint64_t table_slot = c.stage1.slot(va, 1), table = memory.word(table_slot);
    for (unsigned i = 0; i < 1024; ++i) {
        const bool uxn = i & 1, pxn = i & 2, uxn_table = i & 4, pxn_table = i & 8;
        const bool wxn = i & 16, pan = i & 32;
        const auto ap = static_cast<uint8_t>(i >> 6 & 3), ap_table = static_cast<uint8_t>(i >> 8);
        c.stage1.map(va, pa,
                     stage1_leaf()
                         .set(Stage1Leaf::AP, ap)
                         .set(Stage1Leaf::UXN, uxn)
                         .set(Stage1Leaf::PXN, pxn));
        memory.put(table_slot, TableDescriptor{{{table}}}
                                   .set(TableDescriptor::APTable, ap_table)
                                   .set(TableDescriptor::UXNTable, uxn_table)
                                   .set(TableDescriptor::PXNTable, pxn_table));
        c.cd.set(Cd::WXN, wxn).set(Cd::PAN, pan);
        attach(c);
        ASSERT_EQ(measured(), expected(uxn || uxn_table, pxn || pxn_table,
                                       ap_under_table[ap][ap_table], wxn, pan))
            << "AP " << int(ap) << " UXN " << uxn << " PXN " << pxn << " APTable " << int(ap_table)
            << " UXNTable " << uxn_table << " PXNTable " << pxn_table << " WXN " << wxn << " PAN "
            << pan;
    }
}

TEST_F(PermissionsTest, WALK_16_TablesOfEveryLevelTakeAway) {
    for (int level = 0; level < 3; ++level) {
        Context c(memory, SteConfig::S1);
        c.stage1.map(va, pa, stage1_leaf());
        attach(c);
        EXPECT_EQ(measured(), "rw- rwx");
        c.stage1.add_bits(va, level, uint64_t{1} << 62);  // APTable[1]: no writes
        EXPECT_EQ(measured(), "r-x r-x");
        c.stage1.add_bits(va, level, uint64_t{1} << 61);  // APTable[0]: nothing unprivileged
        EXPECT_EQ(measured(), "r-x --x");
        c.stage1.add_bits(va, level, uint64_t{1} << 60);  // UXNTable
        EXPECT_EQ(measured(), "r-x ---");
        c.stage1.add_bits(va, level, uint64_t{1} << 59);  // PXNTable
        EXPECT_EQ(measured(), "r-- ---");
    }
}

TEST_F(PermissionsTest, WALK_17_WALK_18_EveryStage2Permission) {
    constexpr const char* data[4] = {"--", "r-", "-w", "rw"};  // S2AP, table D8-76
    constexpr const char* execute[4][2] = {{"x", "x"}, {"-", "x"}, {"-", "-"}, {"x", "-"}};
    Context c(memory, SteConfig::S2);
    attach(c);
    for (uint8_t ap = 0; ap < 4; ++ap)
        for (uint8_t xn = 0; xn < 4; ++xn) {
            c.stage2.map(va, pa, stage2_leaf().set(Stage2Leaf::S2AP, ap).set(Stage2Leaf::XN, xn));
            const Allowed rows =
                Allowed(data[ap]) + execute[xn][0] + " " + data[ap] + execute[xn][1];
            EXPECT_EQ(measured(), rows) << "S2AP " << int(ap) << " XN " << int(xn);
        }
}

TEST_F(PermissionsTest, WALK_12_BothStagesMustAllow) {
    Context c(memory);
    for (uint8_t ap = 0; ap < 4; ++ap)
        for (uint8_t s2ap = 0; s2ap < 4; ++s2ap)
            for (uint8_t xn = 0; xn < 4; ++xn) {
                c.stage1.map(va, 0x5000, stage1_leaf().set(Stage1Leaf::AP, ap));
                c.stage2.map(0x5000, pa,
                             stage2_leaf().set(Stage2Leaf::S2AP, s2ap).set(Stage2Leaf::XN, xn));
                attach(c);
                const Allowed s1 = expected(0, 0, ap, false, false);
                Allowed both = s1;
                const bool stage2[7] = {(s2ap & 1) != 0, (s2ap & 2) != 0, xn == 0 || xn == 3, true,
                                        (s2ap & 1) != 0, (s2ap & 2) != 0, xn == 0 || xn == 1};
                for (size_t i = 0; i < 7; ++i)
                    if (!stage2[i]) both[i] = '-';
                EXPECT_EQ(measured(), both) << int(ap) << int(s2ap) << int(xn);
            }
}

TEST_F(PermissionsTest, STE_56_STE_57_ATTR_28_PrivilegeAndKindAreJudgedAfterTheOverrides) {
    Context c(memory, SteConfig::S1);
    c.stage1.map(va, pa, stage1_leaf().set(Stage1Leaf::AP, 0b00).set(Stage1Leaf::UXN, true));
    c.ste.set(Ste::PRIVCFG, 0b11);
    attach(c);
    EXPECT_EQ(measured(), "rwx rwx");
    c.ste.set(Ste::PRIVCFG, 0b10);
    attach(c);
    expect_aborted(cold(privileged(access(va))), EventId::F_PERMISSION);
    c.ste.set(Ste::PRIVCFG, 0b00).set(Ste::INSTCFG, 0b10);  // all reads are Data
    c.stage1.map(va, pa, stage1_leaf().set(Stage1Leaf::UXN, true).set(Stage1Leaf::PXN, true));
    attach(c);
    EXPECT_EQ(measured(), "rwx rwx");
    c.ste.set(Ste::INSTCFG, 0b11);  // all reads are Instruction, writes stay Data
    attach(c);
    EXPECT_EQ(measured(), "-w- -w-");
}

TEST_F(PermissionsTest, WALK_19_AWriteMarkedInstructionIsAWrite) {
    Context c(memory, SteConfig::S1);
    c.stage1.map(va, pa, stage1_leaf().set(Stage1Leaf::UXN, true));
    attach(c);
    expect_forwarded(cold(writing(instruction(access(va)))), pa);
}

}  // namespace
}  // namespace smmu::test
