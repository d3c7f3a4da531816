// Commands of features that are not there, and parameters that name nothing: which are illegal, which
// have no effect.  Command words are typed from Arm IHI 0070 G.b, 4; names carry the rule of the
// check list.
#include <array>

#include "tests/core/command_bench.h"
#include "tests/support/tlb.h"

namespace smmu::test {
namespace {

using arch::CommandError;

class RefusedCommands : public CommandBench<Bench> {
protected:
    static constexpr uint64_t va = 0x1000, pa = 0x9000;

    void use(Context& c) {
        c.stage1.map(va, pa, stage1_leaf());
        attach(c);
        expect_forwarded(warm(access(va)), pa);
    }
    /// The configuration, and the translation, that an access left behind are still there.
    bool configuration_is_there() {
        warm(access(va));
        return recorded.config_lookups.hits == 1;
    }
    bool translation_is_there() {
        warm(access(va));
        return recorded.tlb_lookups.hits == 1;
    }
    /// Illegal with parameters of every kind, and without any effect.
    void expect_illegal(uint64_t opcode) {
        SCOPED_TRACE(::testing::Message() << "opcode " << std::hex << opcode);
        Context c(memory);
        c.stage2.map(pa, pa, stage2_leaf());
        use(c);
        const uint64_t firsts[] = {0, 0x0000'0042'0000'0000, 0x0C0D'0A0B'0000'0000,
                                   0x0C0D'0A0B'FFFF'FB00};
        for (const uint64_t word0 : firsts)
            for (const uint64_t word1 : {uint64_t{0}, va, ~uint64_t{0}})
                EXPECT_EQ(execute(word0 | opcode, word1), CommandError::Illegal);
        EXPECT_TRUE(configuration_is_there() && translation_is_there());
    }
};

// --- Commands of what is not there ---------------------------------------------------------------

TEST_F(RefusedCommands, CMD_14_CfgiVmsPidmIsIllegalWithoutMpam) { expect_illegal(0x07); }

TEST_F(RefusedCommands, CMD_19_El3CommandsAreIllegalOnTheNonSecureQueue) {
    for (const uint64_t opcode : {0x18, 0x1A}) expect_illegal(opcode);
}

TEST_F(RefusedCommands, CMD_22_SecureCommandsAreIllegalOnTheNonSecureQueue) {
    // TLBI_S_EL2_ALL, _ASID, _VA, _VAA, TLBI_S_S12_VMALL, TLBI_S_S2_IPA, TLBI_SNH_ALL
    for (const uint64_t opcode : {0x50, 0x51, 0x52, 0x53, 0x58, 0x5A, 0x60}) expect_illegal(opcode);
}

TEST_F(RefusedCommands, CMD_33_DptiCommandsAreIllegalWithoutDpt) {
    for (const uint64_t opcode : {0x70, 0x73}) expect_illegal(opcode);
}

// --- Parameters that name nothing ----------------------------------------------------------------

// 4.1.7 lets an ID that is out of range be cut or name nobody; here it names nobody.
TEST_F(RefusedCommands, CMD_08_IdsOutOfRangeNameNobody) {
    features.stream_id_bits = 8;
    features.substream_id_bits = 4;
    Context c(memory, SteConfig::S1);
    use(c);
    run(0x0000'0142'0000'0003);     // CFGI_STE
    run(0x8000'0042'0000'0003, 1);  // Leaf
    run(0x0000'0142'0000'0004, 3);  // CFGI_STE_RANGE
    run(0x0000'0142'0000'0005);     // CFGI_CD
    run(0x0000'0042'0001'0005);     // of a SubstreamID beyond SSIDSIZE
    run(0x0000'0142'0000'0006);     // CFGI_CD_ALL
    EXPECT_TRUE(configuration_is_there());
    run(0x0000'0042'0000'0003);
    EXPECT_FALSE(configuration_is_there());
}

// 4.4.2: without stage 2 the VMID of TLBI_NH_* is RES0; a value may act on any VMID or on none.
// Entries have VMID 0 then, so another one names nobody.
TEST_F(RefusedCommands, CMD_44_WithoutStage2AVmidNamesNobody) {
    features.stage2 = features.forced_write_back = features.el2 = false;
    Context c(memory, SteConfig::S1);
    use(c);
    const std::array<uint64_t, 4> nh = {0x10, 0x11, 0x12, 0x13};
    for (const uint64_t opcode : nh) {
        run(0x0C0D'0A0B'0000'0000 | opcode, va);
        EXPECT_TRUE(translation_is_there()) << std::hex << opcode;
        run(0x0C0D'0000'0000'0000 | opcode, va);
        EXPECT_FALSE(translation_is_there()) << std::hex << opcode;
    }
}

// 4.4.1.1: with TG, an address that is not aligned for TG and TTL makes the range UNPREDICTABLE.
// Here the range begins at the address as it stands: no error, and nothing outside goes.
TEST_F(RefusedCommands, CMD_45_ARangeThatIsNotAlignedBeginsWhereItSays) {
    Context c(memory, SteConfig::S1);
    for (uint64_t page = 0; page < 8; ++page)
        c.stage1.map(0x40'0000 + page * 0x1000, pa + page * 0x1000, stage1_leaf());
    attach(c);
    const auto there = [&] {
        std::string s;
        for (uint64_t page = 0; page < 8; ++page) {
            const core::TlbTag tag{
                arch::Vmid{0x0A0B}, arch::Asid{0x0C0D}, arch::StreamWorld::El1, false, true, false};
            s += holds(tlb, tag, 0x40'0000 + page * 0x1000) ? '1' : '0';
        }
        return s;
    };
    const auto fill = [&] {
        for (uint64_t page = 0; page < 8; ++page) warm(access(0x40'0000 + page * 0x1000));
        EXPECT_EQ(there(), "11111111");
    };
    const uint64_t nh_va = 0x0C0D'0A0B'0000'0012;
    fill();
    run(nh_va, 0x40'2000 | 1 << 10 | 2 << 8);  // TG 4KB, TTL 2, one granule
    EXPECT_EQ(there(), "11011111");
    fill();
    run(nh_va | 1 << 12, 0x40'3000 | 1 << 10 | 1 << 8);  // NUM 1, TTL 1: two granules
    EXPECT_EQ(there(), "11100111");
    for (const uint64_t tg : {2, 3})  // 16KB and 64KB granules at 4KB addresses
        for (const uint64_t ttl : {2, 3}) {
            fill();
            run(nh_va | 1 << 12, 0x40'1000 | tg << 10 | ttl << 8);
            EXPECT_EQ(there()[0], '1');
            EXPECT_EQ(there()[1], '0');
        }
}

}  // namespace
}  // namespace smmu::test
