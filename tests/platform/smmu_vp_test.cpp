// The executable as a user meets it: what it prints, what it refuses, and its exit status.
#include "tests/platform/smmu_vp.h"

namespace smmu::test {
namespace {

TEST_F(SmmuVp, HelpAndVersionGoToStdout) {
    const Ended help = call("--help");
    EXPECT_EQ(help.status, 0);
    EXPECT_NE(help.out.find("smmu-vp iort FILE"), help.out.npos);
    EXPECT_NE(help.out.find("cpu.quantum"), help.out.npos);
    EXPECT_EQ(help.err, "");
    const Ended version = call("--version");
    EXPECT_EQ(version.status, 0);
    EXPECT_EQ(version.out.find("smmu-vp "), 0u);
}

TEST_F(SmmuVp, TheReferencePageIsWhatTheExecutablePrints) {
    EXPECT_EQ(call("parameters --markdown").out, contents(SMMU_SOURCE_DIR "/docs/parameters.md"))
        << "docs/parameters.md is old: smmu-vp parameters --markdown > docs/parameters.md";
}

TEST_F(SmmuVp, PrintedParametersReadBackWithTheSettingOnTop) {
    const Ended first = call("parameters --json --set cpu.quantum=77");
    EXPECT_EQ(first.status, 0);
    text_file("c.json", first.out);
    const Ended second = call("parameters --json --config c.json");
    EXPECT_EQ(second.out, first.out);
    const Ended third = call("parameters --json --config c.json --set cpu.quantum=78");
    EXPECT_NE(third.out.find("\"quantum\": 78"), third.out.npos) << third.out;
}

TEST_F(SmmuVp, WrongCallsEndWithTwoAndASentence) {
    text_file("bad.json", R"({"cpu": {"quantum": 0}, "colour": 1})");
    text_file("empty.bin", "");
    struct {
        const char* arguments;
        const char* sentence;
    } cases[] = {
        {"walk",
         "smmu-vp: unknown command walk: the commands are run, analyze, compare, iort and "
         "parameters; see smmu-vp "
         "--help\n"},
        {"run --frob", "smmu-vp: unrecognised option '--frob'; see smmu-vp --help\n"},
        {"run --config none.json", "smmu-vp: cannot read none.json: No such file or directory\n"},
        {"run --config .", "smmu-vp: cannot read .: it is a folder\n"},
        {"run --firmware none.elf", "smmu-vp: cannot read none.elf: No such file or directory\n"},
        {"run --firmware empty.bin", "smmu-vp: empty.bin: the firmware is empty\n"},
        {"run --iort none.bin", "smmu-vp: cannot read none.bin: No such file or directory\n"},
        {"run --iort empty.bin",
         "smmu-vp: empty.bin is empty: give the path of a raw IORT table\n"},
        {"run --set cpu.quantun=1",
         "smmu-vp: --set: unknown parameter cpu.quantun: did you mean cpu.quantum?\n"},
        {"run --set smmu.stage2=false", "smmu-vp: smmu: forced_write_back needs stage2\n"},
        {"parameters --set smmu.stage1=maybe",
         "smmu-vp: --set: smmu.stage1 is true or false, not maybe\n"},
    };
    for (const auto& c : cases) {
        const Ended ended = call(c.arguments);
        EXPECT_EQ(ended.status, 2) << c.arguments;
        EXPECT_EQ(ended.err, c.sentence) << c.arguments;
        EXPECT_EQ(ended.out, "") << c.arguments;
    }
}

TEST_F(SmmuVp, EveryMistakeInAConfigurationIsNamed) {
    text_file("bad.json", R"({"cpu": {"quantum": 0}, "smmu": {"stage1": 1}})");
    const Ended ended = call("run --config bad.json");
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(ended.err,
              "smmu-vp: bad.json: cpu.quantum is from 1 to 1000000 instructions, not 0\n"
              "smmu-vp: bad.json: smmu.stage1 is true or false, not 1\n");
}

TEST_F(SmmuVp, IortSaysOneLineForAFileThatIsNone) {
    const Ended ended = call("iort none.bin");
    EXPECT_EQ(ended.status, 1);
    EXPECT_NE(ended.err.find("none.bin"), ended.err.npos);
}

}  // namespace
}  // namespace smmu::test
