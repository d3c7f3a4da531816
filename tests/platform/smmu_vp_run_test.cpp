// Small programs on the platform: how a run ends, what the UART and the result files show.
#include "tests/platform/smmu_vp.h"

namespace smmu::test {
namespace {

using Program = std::vector<uint32_t>;

constexpr uint32_t smc = 0xD400'0003;
constexpr uint32_t wfi = 0xD503'207F;
constexpr uint32_t branch_to_itself = 0x1400'0000;
constexpr uint32_t branch_back = 0x17FF'FFFF;  // to the instruction before

constexpr uint32_t movz_x(unsigned reg, uint32_t value) { return 0xD280'0000 | value << 5 | reg; }
constexpr uint32_t movz_x_16(unsigned reg, uint32_t value) {
    return 0xD2A0'0000 | value << 5 | reg;
}  // lsl #16
constexpr uint32_t movk_w_16(unsigned reg, uint32_t value) {
    return 0x72A0'0000 | value << 5 | reg;
}
constexpr uint32_t ldr_x(unsigned to, unsigned base) { return 0xF940'0000 | base << 5 | to; }
constexpr uint32_t ldrb(unsigned to, unsigned base, uint32_t offset) {
    return 0x3940'0000 | offset << 10 | base << 5 | to;
}
constexpr uint32_t str_w(unsigned from, unsigned base) { return 0xB900'0000 | base << 5 | from; }
constexpr uint32_t lsr_x_56(unsigned to, unsigned from) { return 0xD378'FC00 | from << 5 | to; }

Program operator+(Program a, const Program& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// Ends the run with the status in x1.
const Program exit_with_x1{movz_x(0, 1), movk_w_16(0, 0xC200), smc};
Program psci(uint32_t function) {
    return {movz_x(0, function), movk_w_16(0, 0x8400), smc, branch_to_itself};
}

TEST_F(SmmuVp, TheFirmwaresStatusIsTheExitStatus) {
    for (const uint32_t status : {0u, 7u, 255u})
        EXPECT_EQ(
            call("run --firmware " + program(Program{movz_x(1, status)} + exit_with_x1)).status,
            static_cast<int>(status));
}

TEST_F(SmmuVp, AStatusBeyondOneByteStaysAFailure) {
    EXPECT_EQ(call("run --firmware " + program(Program{movz_x(1, 0x100)} + exit_with_x1)).status,
              255);
}

TEST_F(SmmuVp, SystemOffIsSuccessAndResetIsNot) {
    EXPECT_EQ(call("run --firmware " + program(psci(8))).status, 0);
    const Ended reset = call("run --firmware " + program(psci(9)));
    EXPECT_EQ(reset.status, 1);
    EXPECT_EQ(reset.err, "smmu-vp: the firmware asked for a reset, which ends the run\n");
}

TEST_F(SmmuVp, ACpuThatWaitsForNothingIsADeadlock) {
    const Ended ended = call("run --firmware " + program({wfi, branch_back}));
    EXPECT_EQ(ended.status, 1);
    EXPECT_NE(ended.err.find("deadlock at "), ended.err.npos) << ended.err;
}

TEST_F(SmmuVp, ARunThatDoesNotEndMeetsTheTimeLimit) {
    const Ended ended =
        call("run --set simulation.time_limit=1 --firmware " + program({branch_to_itself}));
    EXPECT_EQ(ended.status, 1);
    EXPECT_EQ(ended.err,
              "smmu-vp: the firmware had not ended after 1 ms (simulation.time_limit)\n");
}

TEST_F(SmmuVp, TheUartIsStdoutAndNothingElseIs) {
    const Program hello{movz_x_16(2, 0x0900), movz_x(3, 'H'), str_w(3, 2),
                        movz_x(3, '\n'),      str_w(3, 2),    movz_x(1, 0)};
    const Ended ended = call("run --firmware " + program(hello + exit_with_x1));
    EXPECT_EQ(ended.status, 0);
    EXPECT_EQ(ended.out, "H\n");
    EXPECT_EQ(ended.err, "");
}

TEST_F(SmmuVp, TheFirmwareFindsTheRsdpWhereX0Says) {
    EXPECT_EQ(call("run --firmware " + program(Program{ldrb(1, 0, 0)} + exit_with_x1)).status, 'R');
    EXPECT_EQ(call("run --firmware " + program(Program{ldrb(1, 0, 15)} + exit_with_x1)).status,
              2);  // its revision
}

TEST_F(SmmuVp, TheProbeWindowIsOnTheBus) {
    const Program last_letter_of_id{movz_x_16(2, 0x0C10), ldr_x(1, 2), lsr_x_56(1, 1)};
    EXPECT_EQ(call("run --firmware " + program(last_letter_of_id + exit_with_x1)).status, '0');
}

TEST_F(SmmuVp, ResultsAreLeftInTheOutputFolder) {
    const Ended ended =
        call("run --output a/b --set cpu.quantum=55 --firmware " + program(psci(8)));
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_NE(contents(folder / "a/b/config.json").find("\"quantum\": 55"), std::string::npos);
    EXPECT_NE(contents(folder / "a/b/stats.json").find("\"micro_tlb_hits\": 0"), std::string::npos);
    EXPECT_EQ(contents(folder / "a/b/walks.csv").find("time_ps,tbu,stream"), 0u);
}

TEST_F(SmmuVp, AnOutputFolderThatCannotBeMadeIsRefused) {
    text_file("file", "");
    const Ended ended = call("run --output file/x --firmware " + program(psci(8)));
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(ended.err.find("smmu-vp: cannot make folder file/x"), 0u) << ended.err;
}

TEST_F(SmmuVp, AnIortThatIsNotTrueIsHandedOverWithWarnings) {
    const Ended virt =
        call("run --iort " SMMU_IORT_TABLES "/virt-smmuv3.bin --firmware " + program(psci(8)));
    EXPECT_EQ(virt.status, 0);
    EXPECT_NE(virt.err.find(
                  "smmu-vp: warning: IORT: the root complex of segment 1 is not in the table\n"),
              virt.err.npos)
        << virt.err;
    text_file("junk.bin", "no table at all");
    const Ended junk = call("run --iort junk.bin --firmware " + program(psci(8)));
    EXPECT_EQ(junk.status, 0);
    EXPECT_EQ(junk.err.find("smmu-vp: warning: IORT: "), 0u) << junk.err;
}

}  // namespace
}  // namespace smmu::test
