// Fixture of HTTU tests: a nested stream whose leaves are clean, not accessed, or both.
#pragma once
#include "tests/core/bench.h"

namespace smmu::test {

using arch::FaultClass;
using arch::Stage1Leaf;
using arch::Stage2Leaf;

// Bits typed from the Arm ARM: AF is bit 10, DBM bit 51, AP[2] and S2AP[1] bit 7.
constexpr uint64_t af = uint64_t{1} << 10, dbm = uint64_t{1} << 51, bit7 = uint64_t{1} << 7;

class Httu : public Bench {
protected:
    static constexpr uint64_t va = 0x1234'5000, ipa = 0xAB'C000, pa = 0x56'789A'B000;

    Httu() { features.httu = 2; }

    void stage1(Stage1Leaf leaf, bool ha, bool hd) {
        context.stage1.map(va, ipa, leaf);
        context.stage2.map(ipa, pa, stage2_leaf());
        context.cd.set(Cd::HA, ha).set(Cd::HD, hd);
        attach(context);
    }
    void stage2(Stage2Leaf leaf, bool ha, bool hd) {
        context.stage1.map(va, ipa, stage1_leaf());
        context.stage2.map(ipa, pa, leaf);
        context.ste.set(Ste::S2HA, ha).set(Ste::S2HD, hd);
        attach(context);
    }
    uint64_t leaf1() { return memory.word(context.stage1.slot(va, 3)); }
    uint64_t leaf2(uint64_t at = ipa) { return memory.word(context.stage2.slot(at, 3)); }
    /// IPA of the table that holds the stage-1 leaf.
    uint64_t leaf_table() {
        return memory.word(context.stage1.slot(va, 2)) & 0x0000'FFFF'FFFF'F000;
    }

    static Stage1Leaf not_accessed() { return stage1_leaf().set(Stage1Leaf::AF, false); }
    static Stage1Leaf writable_clean() {
        return stage1_leaf().set(Stage1Leaf::AP, 0b11).set(Stage1Leaf::DBM, true);
    }
    static Stage2Leaf writable_clean2() {
        return stage2_leaf().set(Stage2Leaf::S2AP, 0b01).set(Stage2Leaf::DBM, true);
    }

    Context context{memory};
};

}  // namespace smmu::test
