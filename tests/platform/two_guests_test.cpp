// Two guests with a device each on the modelled CPU, one of them hostile: under many configurations the other never
// notices.
#include "tests/platform/smmu_vp.h"

namespace smmu::test {
namespace {

/// Expectations of all sections, and without that of page requests.
constexpr const char* all = "PASS: 45 of 45 expectations held\n";
constexpr const char* without_page_requests =
    "PASS: 36 of 36 expectations held, 1 not applicable\n";

class TwoGuests : public SmmuVp {
protected:
    /// Every expectation was looked at, and held.
    void holds(const std::string& arguments, const char* sum) {
        const Ended ended = call("run --firmware " TWO_GUESTS " " + arguments);
        EXPECT_EQ(ended.status, 0) << arguments << '\n' << ended.out << ended.err;
        EXPECT_EQ(ended.err, "") << arguments;
        EXPECT_EQ(ended.out.find("FAIL"), ended.out.npos) << arguments << '\n' << ended.out;
        EXPECT_NE(ended.out.find(sum), ended.out.npos) << arguments << '\n' << ended.out;
    }
};

TEST_F(TwoGuests, TheOtherNeverNotices) { holds("", all); }

TEST_F(TwoGuests, TwoRunsAreTheSame) {
    const Ended one = call("run --firmware " TWO_GUESTS " --output one");
    const Ended two = call("run --firmware " TWO_GUESTS " --output two");
    EXPECT_EQ(one.out, two.out);
    EXPECT_EQ(contents(folder / "one/stats.json"), contents(folder / "two/stats.json"));
}

struct Setting {
    const char* name;
    const char* arguments;
    const char* sum = all;
};
std::ostream& operator<<(std::ostream& out, const Setting& s) { return out << s.arguments; }

class TwoGuestsSetting : public TwoGuests, public ::testing::WithParamInterface<Setting> {};

TEST_P(TwoGuestsSetting, TheOtherNeverNotices) { holds(GetParam().arguments, GetParam().sum); }

INSTANTIATE_TEST_SUITE_P(
    , TwoGuestsSetting,
    ::testing::Values(
        Setting{"ShortQuantum", "--set cpu.quantum=10"},
        Setting{"LongQuantum", "--set cpu.quantum=100000"},
        Setting{"Stall", "--set smmu.stall_model=stall", without_page_requests},
        Setting{"Terminate", "--set smmu.stall_model=terminate"},
        Setting{"SmallBeats", "--set test_engine.beat=8"},
        Setting{"LargeBeats", "--set test_engine.beat=4096"},
        Setting{"EngineAhead", "--set test_engine.quantum=1000"},
        Setting{"SlowWalks",
                "--set smmu.cycles.link=50 --set smmu.cycles.command=50 --set smmu.walk_slots=1"},
        Setting{"SmallIds",
                "--set smmu.wide_asid=false --set smmu.wide_vmid=false "
                "--set smmu.stream_id_bits=9"},
        Setting{"NoAts", "--set smmu.ats=false --set smmu.pri=false", without_page_requests},
        Setting{"NoPri", "--set smmu.pri=false", without_page_requests}),
    [](const auto& setting) { return setting.param.name; });

/// Caches of one entry keep nothing: only that B needs no walk cannot hold.
TEST_F(TwoGuests, WithCachesOfOneEntryOnlyWhatIsCachedIsLost) {
    const Ended ended = call("run --firmware " TWO_GUESTS
                             " --set smmu.micro_tlb.entries=1 --set smmu.micro_tlb.ways=1 --set "
                             "smmu.tlb.entries=1 --set smmu.tlb.ways=1 "
                             "--set smmu.config_cache.entries=1 --set smmu.config_cache.ways=1");
    std::istringstream lines(ended.out);
    for (std::string line; std::getline(lines, line);) {
        if (line.find("  FAIL  ") != 0) continue;
        EXPECT_EQ(line.find("  FAIL  what the SMMU knows about B is still there"), 0u) << line;
    }
    EXPECT_NE(ended.out.find("  PASS  B goes on\n"), ended.out.npos) << ended.out << ended.err;
}

TEST_F(TwoGuests, AMachineWithoutASecondEngineHasOneGuestOnly) {
    const Ended ended =
        call("run --firmware " TWO_GUESTS " --iort " SMMU_IORT_TABLES "/virt-smmuv3.bin");
    EXPECT_EQ(ended.status, 0) << ended.out;
    EXPECT_NE(ended.out.find("  n/a   the rest: this IORT does not describe two engines\n"),
              ended.out.npos)
        << ended.out;
}

}  // namespace
}  // namespace smmu::test
