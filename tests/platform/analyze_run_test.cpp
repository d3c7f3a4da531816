// `smmu-vp analyze` and `compare` as a user meets them: files, figures, refusals.
#include <algorithm>
#include <boost/json.hpp>
#include <boost/property_tree/xml_parser.hpp>

#include "tests/platform/smmu_vp.h"
#include "tests/platform/trace_nesting.h"

namespace smmu::test {
namespace {

namespace json = boost::json;

constexpr const char* small = "--set traffic.accesses=400 --set traffic.footprint=1024 ";

class Analyze : public SmmuVp {
protected:
    json::value file(const char* name) { return json::parse(contents(folder / name)); }
    void refuses(const std::string& arguments, const std::string& sentence) {
        const Ended ended = call("analyze " + arguments);
        EXPECT_EQ(ended.status, 2) << arguments;
        EXPECT_EQ(ended.err, "smmu-vp: " + sentence + "\n") << arguments;
    }
};

/// No caches: 24 reads of 100 ns and the access itself are 2.5 us, whatever the traffic.
TEST_F(Analyze, ANestedWalkWithoutCachesCostsWhatItReads) {
    const Ended ended = call(std::string("analyze --preset functional -o out ") + small);
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_EQ(ended.err, "");
    const json::value stats = file("out/stats.json");
    const json::value& walk = stats.at("latency").at("walk");
    EXPECT_GT(walk.at("count").as_int64(), 100);
    for (const char* figure : {"min_ps", "p50_ps", "p99_9_ps", "max_ps", "mean_ps"})
        EXPECT_EQ(walk.at(figure).as_int64(), 2'500'000) << figure;
    EXPECT_EQ(stats.at("latency").at("all").at("count").as_int64(), 400);
    EXPECT_EQ(stats.at("latency").at("micro_tlb").at("max_ps").as_int64(), 100'000);
}

/// Where nobody waits for anybody, the coding style makes no difference.
TEST_F(Analyze, LtAndAtAgreeWithoutContention) {
    const std::string alone =
        "--no-what-if --set traffic.masters=1 --set traffic.outstanding=1 " + std::string(small);
    for (const char* preset : {"functional", "mmu600-like"}) {
        const std::string common = alone + "--preset " + preset + " -o ";
        ASSERT_EQ(call("analyze " + common + "lt").status, 0);
        const Ended at = call("analyze " + common + "at --set traffic.coding_style=at");
        ASSERT_EQ(at.status, 0) << at.err;
        const json::value lt = file("lt/stats.json");
        EXPECT_GT(lt.at("latency").at("walk").at("count").as_int64(), 100);
        EXPECT_EQ(file("at/stats.json").at("latency"), lt.at("latency")) << preset;
    }
}

TEST_F(Analyze, WithOneWalkSlotWalksWaitForEachOther) {
    for (const char* style : {"lt", "at"}) {
        const std::string common =
            std::string(small) + "--no-what-if --set traffic.coding_style=" + style + " -o ";
        ASSERT_EQ(call("analyze " + common + "many").status, 0);
        ASSERT_EQ(call("analyze " + common + "one --set smmu.walk_slots=1").status, 0);
        const auto mean = [this](const char* name) {
            return file(name).at("latency").at("all").at("mean_ps").as_int64();
        };
        EXPECT_GT(mean("one/stats.json"), 2 * mean("many/stats.json")) << style;
        expect_nested(tracks_of(contents(folder / "many/trace.json")));
        expect_nested(tracks_of(contents(folder / "one/trace.json")));
    }
}

TEST_F(Analyze, WritesEveryFile) {
    ASSERT_EQ(call(std::string("analyze -o out ") + small).status, 0);
    for (const char* name : {"report.html", "stats.json", "walks.csv", "trace.json", "config.json"})
        EXPECT_GT(fs::file_size(folder / "out" / name), 100u) << name;
    const std::string report = contents(folder / "out/report.html");
    for (const char* text : {"mmu600-like", "8 times as large", "A usual one", "All others"})
        EXPECT_NE(report.find(text), report.npos) << text;
    std::istringstream html(report);
    boost::property_tree::ptree tree;
    EXPECT_NO_THROW(boost::property_tree::read_xml(html, tree));
    // What is written reads back.
    EXPECT_EQ(call("analyze -o again --config out/config.json --no-what-if").status, 0);
}

TEST_F(Analyze, TheSameCallGivesTheSameFiles) {
    ASSERT_EQ(call(std::string("analyze -o one ") + small).status, 0);
    ASSERT_EQ(call(std::string("analyze -o two ") + small).status, 0);
    for (const char* name : {"report.html", "stats.json", "walks.csv", "trace.json"})
        EXPECT_EQ(contents(folder / "one" / name), contents(folder / "two" / name)) << name;
}

TEST_F(Analyze, SlicesOfTheTraceNest) {
    ASSERT_EQ(call(std::string("analyze -o out --no-what-if ") + small).status, 0);
    const Tracks tracks = tracks_of(contents(folder / "out/trace.json"));
    EXPECT_GE(tracks.size(), 4u);  // a track for each TBU at least
    expect_nested(tracks);
}

TEST_F(Analyze, ReplaysATrace) {
    text_file("t.csv",
              "time,sid,ssid,iova,size,rw\n"
              "0,1,,0x1000,64,r\n"
              "0,1,7,0x1000,64,w\n"
              "5000000,0x100,,0xfff0,64,r\n");  // over a page boundary
    const Ended ended = call("analyze --preset functional --trace t.csv -o out --no-what-if");
    EXPECT_EQ(ended.status, 0) << ended.err;
    const json::value stats = file("out/stats.json");
    EXPECT_EQ(stats.at("latency").at("all").at("count").as_int64(), 3);
    EXPECT_EQ(stats.at("transactions").at("failed").as_int64(), 0);
    EXPECT_EQ(stats.at("memory").at("ste").at("reads").as_int64(), 3);  // each SubstreamID anew
    const Ended at = call("analyze --trace t.csv -o at --set traffic.coding_style=at --no-what-if");
    EXPECT_EQ(at.status, 0) << at.err;
}

TEST_F(Analyze, BadInputIsRefusedInASentence) {
    text_file("t.csv", "0,1,,0x1000,64,r\n0,1,,0x1000,64\n");
    text_file("far.csv", "0,1,,0x1000,64,r\n\n0,1,,0x1000000000000,64,r\n");
    refuses("--preset mmu900-like",
            "--preset is one of functional, gem5-like, mmu600-like, mmu700-like, not mmu900-like");
    refuses("--set traffic.generator=chaotic",
            "--set: traffic.generator is sequential, strided, random, pointer_chase, mixed or "
            "replay, not chaotic");
    refuses("--trace t.csv", "t.csv: line 2: a line has six fields, time,sid,ssid,iova,size,rw");
    refuses("--trace none.csv", "cannot read none.csv: No such file or directory");
    refuses("--trace far.csv",
            "far.csv: line 3: iova does not fit in the 48 bits that these tables resolve");
    refuses("--set tables.stage1.page=64",
            "tables.stage1.page=64: these tables have pages and blocks of 4, 2048, 1048576 KiB");
    refuses("--set traffic.generator=replay", "traffic.generator=replay needs --trace FILE");
    refuses("--set traffic.masters=0", "--set: traffic.masters is from 1 to 64, not 0");
    refuses("--output /proc/no", "cannot make folder /proc/no: No such file or directory");
}

TEST_F(Analyze, ComparesTwoRuns) {
    ASSERT_EQ(call(std::string("analyze -p functional --no-what-if -o plain ") + small).status, 0);
    ASSERT_EQ(call(std::string("analyze -p mmu600-like --no-what-if -o cached ") + small).status,
              0);
    const Ended ended = call("compare plain cached");
    EXPECT_EQ(ended.status, 0) << ended.err;
    std::map<std::string, std::pair<uint64_t, uint64_t>> rows;
    std::istringstream lines(ended.out);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream numbers(line.substr(std::min<size_t>(line.size(), 40)));
        auto& row = rows[line.substr(0, 40)];
        numbers >> row.first >> row.second;
    }
    EXPECT_EQ(rows.at("              stage 1 reads             ").first, 4u);
    EXPECT_EQ(rows.at("              stage 2 reads             ").first, 24u);
    EXPECT_LT(rows.at("              stage 2 reads             ").second, 24u);
    const auto all = rows.at("       stage 2 reads                    ");
    EXPECT_LT(all.second * 4, all.first);

    EXPECT_EQ(call("compare plain").err,
              "smmu-vp: smmu-vp compare needs two folders that --output has filled\n");
    EXPECT_EQ(call("compare plain nowhere").err,
              "smmu-vp: cannot read nowhere/stats.json: No such file or directory\n");
}

}  // namespace
}  // namespace smmu::test
