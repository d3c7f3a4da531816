// Each command: which are legal, what they invalidate.  Command words are typed from Arm IHI 0070
// G.b, 4; names carry the rule of the check list.
#include "smmuv3/core/commands.h"

#include <algorithm>
#include <tuple>

#include "tests/core/bench.h"

namespace smmu::test {
namespace {

using arch::Asid;
using arch::CommandError;
using arch::StreamId;
using arch::Vmid;

constexpr arch::Command words(uint64_t word0, uint64_t word1 = 0) { return {{{word0, word1}}}; }

/// Says what it was told to do.
class Told final : public core::CommandTarget {
public:
    void invalidate_config(StreamId first, StreamId last) override {
        configs.push_back({first.value, last.value});
    }
    void invalidate_context(StreamId stream, arch::SubstreamId substream) override {
        contexts.push_back({stream.value, substream.value});
    }
    void invalidate_tlb(const core::TlbScope&) override { ++tlb; }
    void resume(StreamId stream, uint16_t stag, core::StallEnd end) override {
        resumed.push_back({stream.value, stag, end});
    }
    void terminate_stalls(StreamId stream) override { terminated.push_back(stream.value); }

    std::vector<std::pair<uint32_t, uint32_t>> configs, contexts;
    std::vector<std::tuple<uint32_t, uint16_t, core::StallEnd>> resumed;
    std::vector<uint32_t> terminated;
    unsigned tlb = 0;
    bool nothing() const {
        return configs.empty() && contexts.empty() && resumed.empty() && terminated.empty() &&
               tlb == 0;
    }
};

class Commands : public Bench {
protected:
    CommandError execute(const arch::Command& c) {
        told = Told{};
        return core::execute(c, features, {}, told);
    }
    void expect_illegal(const arch::Command& c) {
        EXPECT_EQ(execute(c), CommandError::Illegal);
        EXPECT_TRUE(told.nothing());
    }
    void expect_no_effect(const arch::Command& c) {
        EXPECT_EQ(execute(c), CommandError::None);
        EXPECT_TRUE(told.nothing());
    }
    /// Legal; drops the configurations of these streams and no translation.
    void expect_config(const arch::Command& c, uint32_t first, uint32_t last) {
        EXPECT_EQ(execute(c), CommandError::None);
        EXPECT_EQ(told.tlb, 0u) << "CMD-13";
        ASSERT_EQ(told.configs.size(), 1u);
        EXPECT_EQ(told.configs[0], std::make_pair(first, last));
    }
    Told told;
};

// --- Which are legal ---------------------------------------------------------------------------

TEST_F(Commands, CMD_01_ExactlyTheAnnouncedOpcodesAreLegal) {
    struct Row {
        bool stage1, stage2, el2;
        std::vector<unsigned> legal;
    };
    const Row rows[] = {
        {true, true, true, {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x10, 0x11, 0x12, 0x13,
                            0x20, 0x21, 0x22, 0x23, 0x28, 0x2A, 0x30, 0x44, 0x45, 0x46}},
        {true,
         true,
         false,
         {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x10, 0x11, 0x12, 0x13, 0x28, 0x2A, 0x30, 0x44, 0x45,
          0x46}},
        // Hyp needs both stages (6.3.1)
        {true,
         false,
         true,
         {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x10, 0x11, 0x12, 0x13, 0x30, 0x44, 0x45, 0x46}},
        {false, true, true, {0x01, 0x02, 0x03, 0x04, 0x28, 0x2A, 0x30, 0x44, 0x45, 0x46}},
    };
    features.stall_model = core::StallModel::StallAndTerminate;
    for (const Row& r : rows) {
        features.stage1 = r.stage1;
        features.stage2 = features.forced_write_back = r.stage2;
        features.el2 = r.el2;
        for (unsigned opcode = 0; opcode < 256; ++opcode) {
            SCOPED_TRACE(::testing::Message() << "opcode " << std::hex << opcode);
            const bool legal = std::count(r.legal.begin(), r.legal.end(), opcode) != 0;
            if (legal)
                EXPECT_EQ(execute(words(opcode)), CommandError::None);
            else
                expect_illegal(words(opcode));
        }
    }
}

TEST_F(Commands, CMD_07_SSecIsIllegalWhereTheCommandHasIt) {
    for (const uint64_t opcode : {0x01, 0x02, 0x03, 0x04, 0x05, 0x06}) {
        expect_illegal(words(0x0000'0042'0000'0400 | opcode));
        expect_illegal(words(0x0000'0042'0000'0400 | opcode, 31));  // CFGI_ALL too
    }
}

// 4.1.5 lets an implementation refuse or ignore them; this one ignores, always.
TEST_F(Commands, CMD_06_ReservedFieldsAreIgnored) {
    expect_config(words(0x0000'0042'0000'0B03, ~uint64_t{0}), 0x42, 0x42);  // CFGI_STE
    expect_config(words(0x0000'0042'FFFF'F806, ~uint64_t{0}), 0x42, 0x42);  // CFGI_CD_ALL
    expect_config(words(0x0000'0042'0000'0004, 0xFFFF'FFFF'FFFF'FFE0), 0x42, 0x43);
    for (const uint64_t opcode :
         {0x10, 0x11, 0x12, 0x13, 0x20, 0x21, 0x22, 0x23, 0x28, 0x2A, 0x30}) {
        EXPECT_EQ(execute(words(0x0C0D'0A0B'FFFF'FF00 | opcode, 0x3FE)), CommandError::None);
        EXPECT_EQ(told.tlb, 1u);
    }
}

TEST_F(Commands, CMD_34_SyncWithTheReservedSignalIsIllegal) {
    expect_no_effect(words(0x0000'0000'0000'0046));  // SIG_NONE
    expect_no_effect(words(0x0000'0000'0000'1046));  // SIG_IRQ
    expect_no_effect(words(0x0000'0000'0000'2046));  // SIG_SEV: without SEV as SIG_NONE
    expect_illegal(words(0x0000'0000'0000'3046));
    // MSIData, MSIAttr, MSH and MSIAddress count for nothing without MSI.
    expect_no_effect(words(0xFFFF'FFFF'0FC0'1046, 0x00FF'FFFF'FFFF'FFFC));
    expect_illegal(words(0xFFFF'FFFF'0FC0'3046, 0x00FF'FFFF'FFFF'FFFC));
}

TEST_F(Commands, CMD_39_PrefetchIsAcceptedWithAnyParameters) {
    expect_no_effect(words(0x0000'0042'0000'0001));
    expect_no_effect(words(0xFFFF'FFFF'FFFF'F801));  // StreamID and SubstreamID out of range, SSV
    expect_no_effect(words(0x0000'0042'0000'0002, 0x0000'1234'5678'9000));
    expect_no_effect(words(0xFFFF'FFFF'FFFF'F802, ~uint64_t{0}));  // Size and Stride at their most
}

// Upper bytes that do not exist: no effect, or the byte is left out; never an error.
TEST_F(Commands, CMD_27_SixteenBitsOfAnEightBitVmidAndAsidAreNoError) {
    features.wide_vmid = features.wide_asid = false;
    for (const uint64_t opcode : {0x10, 0x11, 0x12, 0x13, 0x28, 0x2A})
        EXPECT_EQ(execute(words(0x0C0D'0A0B'0000'0000 | opcode)), CommandError::None);
}

// --- Configuration ------------------------------------------------------------------------------

TEST_F(Commands, CMD_10_CfgiSteNamesOneStream) {
    for (const uint64_t leaf : {0, 1}) {
        expect_config(words(0x0000'0042'0000'0003, leaf), 0x42, 0x42);
        expect_config(words(0x0000'0000'0000'0003, leaf), 0, 0);
        expect_config(words(0xFFFF'FFFF'0000'0003, leaf), 0xFFFF'FFFF, 0xFFFF'FFFF);
    }
}

TEST_F(Commands, CMD_11_CfgiSteRangeNamesAnAlignedBlock) {
    expect_config(words(0x0000'0042'0000'0004, 0), 0x42, 0x43);
    expect_config(words(0x0000'0043'0000'0004, 0), 0x42, 0x43);
    expect_config(words(0x0000'0042'0000'0004, 1), 0x40, 0x43);
    expect_config(words(0x1234'5678'0000'0004, 7), 0x1234'5600, 0x1234'56FF);
    expect_config(words(0x1234'5678'0000'0004, 15), 0x1234'0000, 0x1234'FFFF);
    expect_config(words(0x9234'5678'0000'0004, 30), 0x8000'0000, 0xFFFF'FFFF);
    expect_config(words(0x1234'5678'0000'0004, 30), 0, 0x7FFF'FFFF);
    expect_config(words(0x1234'5678'0000'0004, 31), 0, 0xFFFF'FFFF);  // CFGI_ALL
    for (uint64_t range = 0; range < 32; ++range)
        expect_config(words(0xFFFF'FFFF'0000'0004, range),
                      static_cast<uint32_t>(~uint64_t{0} << (range + 1)), 0xFFFF'FFFF);
}

TEST_F(Commands, CMD_12_CfgiCdNamesOneSubstreamAndCfgiCdAllAllOfThem) {
    for (const uint64_t leaf : {0, 1}) {
        EXPECT_EQ(execute(words(0x0000'0042'0001'7005, leaf)), CommandError::None);
        ASSERT_EQ(told.contexts.size(), 1u);
        EXPECT_EQ(told.contexts[0], std::make_pair(0x42u, 0x17u));
        EXPECT_TRUE(told.configs.empty() && told.tlb == 0);
        expect_config(words(0x0000'0042'0000'0006, leaf), 0x42, 0x42);
    }
    features.stage1 = false;
    expect_illegal(words(0x0000'0042'0000'0005));
    expect_illegal(words(0x0000'0042'0000'0006));
}

// --- Stalls -------------------------------------------------------------------------------------

TEST_F(Commands, CMD_42_STALL_13_STALL_14_ResumeSaysWhichStallAndHowItEnds) {
    using core::StallEnd;
    features.stall_model = core::StallModel::StallAndTerminate;
    const struct {
        uint64_t ab_ac;  // Ac is bit 12, Ab bit 13
        bool always_abort;
        StallEnd end;
    } rows[] = {
        {0x1000, false, StallEnd::Retry}, {0x3000, false, StallEnd::Retry},
        {0x0000, false, StallEnd::RazWi}, {0x2000, false, StallEnd::Abort},
        {0x0000, true, StallEnd::Abort},  {0x1000, true, StallEnd::Retry},
    };
    for (const auto& r : rows) {
        features.always_abort = r.always_abort;
        EXPECT_EQ(execute(words(0x0000'0042'0000'0044 | r.ab_ac, 0xBEEF)), CommandError::None);
        ASSERT_EQ(told.resumed.size(), 1u);
        EXPECT_EQ(told.resumed[0], std::make_tuple(0x42u, uint16_t{0xBEEF}, r.end));
    }
    EXPECT_EQ(execute(words(0x0000'0042'0000'0045)), CommandError::None);
    EXPECT_EQ(told.terminated, std::vector<uint32_t>{0x42});
    expect_illegal(words(0x0000'0042'0000'0444));  // SSec
    expect_illegal(words(0x0000'0042'0000'0445));
}

TEST_F(Commands, STALL_16_IllegalWithoutTheStallModel) {
    features.stall_model = core::StallModel::Terminate;
    expect_illegal(words(0x0000'0042'0000'0044));
    expect_illegal(words(0x0000'0042'0000'0045));
}

}  // namespace
}  // namespace smmu::test
