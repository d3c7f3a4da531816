// The main job: the whole story from IORT to coherence, on the modelled CPU, under many configurations.
#include "tests/platform/smmu_vp.h"
#include "tests/platform/trace_nesting.h"

namespace smmu::test {
namespace {

class MainJob : public SmmuVp {
protected:
    void holds(const std::string& arguments) {
        const Ended ended = call("run " + arguments);
        EXPECT_EQ(ended.status, 0) << arguments << '\n' << ended.out << ended.err;
        EXPECT_EQ(ended.out.find("FAIL"), ended.out.npos) << arguments << '\n' << ended.out;
        EXPECT_NE(ended.out.find("PASS: "), ended.out.npos) << arguments << '\n' << ended.out;
    }
    /// A table as it is, but for the bytes from `offset` on.
    std::string patched_table(size_t offset, const std::string& bytes) {
        std::string table = contents(SMMU_IORT_TABLES "/virt-smmuv3.bin");
        table.replace(offset, bytes.size(), bytes);
        return text_file("patched.bin", table);
    }
};

TEST_F(MainJob, HoldsOnTheGeneratedTable) {
    const Ended ended = call("run --output out");
    EXPECT_EQ(ended.status, 0) << ended.out;
    EXPECT_EQ(ended.err, "");
    EXPECT_EQ(ended.out.find("FAIL"), ended.out.npos) << ended.out;
}

TEST_F(MainJob, HoldsOnTheTableOfAnotherMachine) {
    holds("--iort " SMMU_IORT_TABLES "/virt-smmuv3.bin");
}

TEST_F(MainJob, AnSmmuThatIsNotThereIsAFailureNotAHang) {
    const Ended ended =
        call("run --iort " + patched_table(0x58, std::string("\0\0\x04\x09", 4)));  // 0x0904'0000
    EXPECT_EQ(ended.status, 1) << ended.out;
    EXPECT_NE(ended.err.find("the SMMUv3 at 0x9040000 does not exist"), ended.err.npos)
        << ended.err;
}

TEST_F(MainJob, ATableThatIsNoneIsAFailureNotAHang) {
    const Ended ended = call("run --iort " + text_file("junk.bin", std::string(200, '!')));
    EXPECT_EQ(ended.status, 1) << ended.out;
}

TEST_F(MainJob, ItsFirstColdWalkReadsWhatTheArchitectureSays) {
    ASSERT_EQ(call("run --output out").status, 0);
    std::istringstream walks(contents(folder / "out/walks.csv"));
    std::string heading, first;
    std::getline(walks, heading);
    std::getline(walks, first);
    // L1STD, STE, no L1CD, CD; stage 1 four levels; stage 2 four levels for the CD, each stage-1 level and the output.
    EXPECT_NE(first.find(",1,1,0,1,0,1,1,1,1,0,6,6,6,6,"), first.npos) << first;
}

/// The row of a counter: what was expected of one stream, what it counted, and all streams in the run.
struct CounterRow {
    uint64_t expected = 0, one = 0, all = 0;
};
CounterRow counter_row(const std::string& out, const std::string& name) {
    CounterRow row;
    const size_t at = out.find("\n  " + name + "  ");
    EXPECT_NE(at, out.npos) << name << '\n' << out;
    if (at != out.npos)
        std::istringstream(out.substr(at + 3 + name.size())) >> row.expected >> row.one >> row.all;
    return row;
}

/// The number behind `key`, in the first group of that name.
uint64_t statistic(const std::string& json, const std::string& group, const std::string& key) {
    const size_t begin = json.find('"' + group + "\": {");
    const size_t at = json.find('"' + key + "\": ", begin);
    EXPECT_NE(begin, json.npos) << group;
    EXPECT_NE(at, json.npos) << key;
    return std::stoull(json.substr(at + key.size() + 4));
}

TEST_F(MainJob, ItsCountersAreTheStatisticsOfTheRun) {
    const Ended ended = call("run --output out");
    ASSERT_EQ(ended.status, 0) << ended.out;
    const std::string json = contents(folder / "out/stats.json");
    const auto accesses = [&](std::initializer_list<const char*> groups) {
        uint64_t sum = 0;
        for (const char* group : groups)
            sum += statistic(json, group, "reads") + statistic(json, group, "writes");
        return sum;
    };
    const struct {
        const char* name;
        uint64_t in_statistics;
    } rows[] = {
        {"transactions", statistic(json, "requests", "count")},
        {"TLB misses", statistic(json, "requests", "missing_tlb")},
        {"configuration misses", statistic(json, "requests", "missing_config")},
        {"table walk accesses", accesses({"stage1_table", "stage2_table"})},
        {"configuration accesses", accesses({"l1std", "ste", "l1cd", "cd"})},
    };
    for (const auto& row : rows) {
        const CounterRow counted = counter_row(ended.out, row.name);
        EXPECT_EQ(counted.all, row.in_statistics) << row.name << '\n' << ended.out << json;
        EXPECT_EQ(counted.one, counted.expected) << row.name;
        EXPECT_GT(counted.one, 0u) << row.name;
        EXPECT_GT(counted.all, counted.one) << row.name;
    }
    // Four pages, read and written in beats of 64 bytes; each page a walk of 4 + 20 reads, and 4 for the CD.
    EXPECT_EQ(counter_row(ended.out, "transactions").one, 2u * 4 * 64);
    EXPECT_EQ(counter_row(ended.out, "TLB misses").one, 2u * 4);
    EXPECT_EQ(counter_row(ended.out, "configuration misses").one, 1u);
    EXPECT_EQ(counter_row(ended.out, "table walk accesses").one, 2u * 4 * 24 + 4);
    EXPECT_EQ(counter_row(ended.out, "configuration accesses").one, 3u);  // L1STD, STE, CD
}

TEST_F(MainJob, HoldsForAnyCounterGroup) {
    holds("--set smmu.pmcg.counter_bits=36 --set smmu.pmcg.counters=64 --set smmu.pmcg.groups=4");
    holds("--set smmu.pmcg.counter_page=false --set smmu.pmcg.msi=false --set smmu.clock=3");
    for (const char* less : {"groups=0", "counters=1", "one_filter=true"}) {
        const Ended ended = call(std::string("run --set smmu.pmcg.") + less);
        EXPECT_EQ(ended.status, 0) << ended.out;
        EXPECT_NE(ended.out.find("n/a   counters"), ended.out.npos) << ended.out;
    }
}

TEST_F(MainJob, TwoRunsAreTheSame) {
    const Ended one = call("run --output one");
    const Ended two = call("run --output two");
    EXPECT_EQ(one.out, two.out);
    for (const char* name : {"config.json", "stats.json", "walks.csv", "trace.json"})
        EXPECT_EQ(contents(folder / "one" / name), contents(folder / "two" / name)) << name;
}

TEST_F(MainJob, ItsTraceNests) {
    for (const char* preset : {"functional", "mmu600-like"}) {
        ASSERT_EQ(call(std::string("run --output out --preset ") + preset).status, 0);
        const Tracks tracks = tracks_of(contents(folder / "out/trace.json"));
        EXPECT_GE(tracks.size(), 3u);  // both root complexes, and the queues
        expect_nested(tracks);
    }
}

TEST_F(MainJob, HoldsForAnyQuantumOfTheCpu) {
    for (const char* quantum : {"1", "10", "100000", "1000000"})
        holds(std::string("--set cpu.quantum=") + quantum);
}

TEST_F(MainJob, HoldsForAnyShapeOfDma) {
    for (const char* setting : {"beat=8", "beat=4096", "quantum=1000",
                                "page_crossing=allowed --set test_engine.beat=4096"})
        holds(std::string("--set test_engine.") + setting);
}

TEST_F(MainJob, HoldsForAnyCacheOfTheSmmu) {
    holds(
        "--set smmu.micro_tlb.entries=1 --set smmu.micro_tlb.ways=1 --set smmu.tlb.entries=1 --set "
        "smmu.tlb.ways=1 "
        "--set smmu.config_cache.entries=1 --set smmu.config_cache.ways=1");
    holds("--set smmu.cycles.micro_tlb=10 --set smmu.cycles.link=50 --set smmu.cycles.command=50");
}

TEST_F(MainJob, HoldsWithEveryPreset) {
    for (const char* preset : {"functional", "gem5-like", "mmu600-like", "mmu700-like"})
        holds(std::string("--preset ") + preset);
}

TEST_F(MainJob, WithWalkCachesAColdTranslationReadsLess) {
    const Ended ended = call("run --preset mmu600-like");
    EXPECT_EQ(ended.status, 0) << ended.out;
    EXPECT_NE(ended.out.find("PASS  with walk caches a cold translation reads "), ended.out.npos)
        << ended.out;
    EXPECT_NE(ended.out.find(" tables instead of 28; the second reads none"), ended.out.npos);
}

TEST_F(MainJob, HoldsForAnyAddressSizeAndIdentifierSize) {
    for (const char* bits : {"32", "36", "40", "42", "48"})
        holds(std::string("--set smmu.output_address_bits=") + bits);
    holds("--set smmu.wide_asid=false --set smmu.wide_vmid=false --set smmu.stream_id_bits=9");
}

TEST_F(MainJob, HoldsWithoutAtsAndPageRequests) {
    holds("--set smmu.ats=false --set smmu.pri=false");
    holds("--set smmu.pri=false --set smmu.atos=true");
}

TEST_F(MainJob, WithoutS2fwbOnlyTheDeviceBehindCanwbsIsNested) {
    const Ended ended = call(
        "run --set smmu.minor_revision=1 --set smmu.forced_write_back=false "
        "--set smmu.e0pd=false --set smmu.walks_to_device_are_nc=false "
        "--set smmu.epan=false --set smmu.no_tag_access=false --set smmu.record_ats_errors=false "
        "--output out");
    EXPECT_EQ(ended.status, 0) << ended.out;
    EXPECT_NE(ended.out.find("PASS  StreamID 0x0008: nesting is refused: no S2FWB, no CANWBS"),
              ended.out.npos)
        << ended.out;
    EXPECT_NE(ended.out.find("PASS  its StreamID 2 is 0x0108"), ended.out.npos) << ended.out;
}

TEST_F(MainJob, HoldsForAnyStallModel) {
    for (const char* model : {"stall", "terminate", "stall_and_terminate"})
        holds(std::string("--set smmu.stall_model=") + model);
}

TEST_F(MainJob, HoldsWhenCleanLinesHideNothing) { holds("--set interconnect.clean_lines=dropped"); }

/// A line that leaves the cache may make a stale read right.  It must not make anything else wrong.
TEST_F(MainJob, EvictionChangesNothingButStaleReads) {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        const Ended ended =
            call("run --set interconnect.evict=random --set interconnect.evict_seed=" +
                 std::to_string(seed));
        std::istringstream lines(ended.out);
        for (std::string line; std::getline(lines, line);) {
            if (line.find("  FAIL  ") != 0) continue;
            EXPECT_NE(line.find("cache (right)     memory (stale)"), line.npos)
                << "seed " << seed << ": " << line;
        }
        EXPECT_LE(ended.status, 1) << ended.err;
    }
}

}  // namespace
}  // namespace smmu::test
