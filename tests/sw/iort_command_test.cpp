// What `smmu-vp iort FILE [--json]` prints.
#include "platform/iort_command.h"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <sstream>

#include "platform/iort/ranges.h"
#include "tests/sw/iort_tables.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iort;

namespace {

struct Output {
    int status;
    std::string out;
    std::string err;
};

Output run(const std::string& file, bool json = false) {
    std::ostringstream out;
    std::ostringstream err;
    const int status = platform::iort_command(file, json, out, err);
    return {status, out.str(), err.str()};
}
Output run_stored(const std::string& name, bool json = false) {
    return run(std::string(SMMU_IORT_TABLES) + "/" + name, json);
}

/// A file of these bytes that is gone at the end of the test.
class TemporaryFile {
public:
    explicit TemporaryFile(const TableBytes& bytes) {
        std::ofstream(path_, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
    }
    ~TemporaryFile() { std::filesystem::remove(path_); }
    const std::string& path() const { return path_; }

private:
    std::string path_ =
        (std::filesystem::temp_directory_path() /
         ("iort-" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) +
          ".bin"))
            .string();
};

void expect_lines(const std::string& text, const std::vector<std::string>& lines) {
    for (const std::string& line : lines)
        EXPECT_NE(text.find(line + "\n"), std::string::npos) << line << "\nin\n" << text;
}

TEST(IortCommand, PrintsTheFactsOfVirtSmmuV3) {
    const Output o = run_stored("virt-smmuv3.bin");
    EXPECT_EQ(o.status, 0);
    EXPECT_EQ(o.err, "");
    expect_lines(o.out,
                 {"IORT revision 5, 236 bytes, 3 nodes, OEM \"BOCHS\" \"BXPC\", checksum right",
                  "  SMMUv3 at 0x9050000, generic",
                  "      interrupts: event 106, PRI 107, gerror 109, sync 108",
                  "      coherent (CCA) yes, CPM yes, DACS yes, CANWBS no",
                  "      RID 0x0000-0x00FF -> StreamID 0x0000-0x00FF, SMMUv3 at 0x9050000",
                  "      RID 0x0100-0xFFFF -> DeviceID 0x0100-0xFFFF, ITS group 0"});
    EXPECT_EQ(o.out.find("Warnings"), std::string::npos);
}

TEST(IortCommand, JsonHoldsIntegers) {
    const Output o = run_stored("virt-smmuv3.bin", true);
    ASSERT_EQ(o.status, 0);
    const boost::json::value table = boost::json::parse(o.out);
    EXPECT_EQ(table.at("length"), 236);
    const auto& smmu = table.at("nodes").at(1);
    EXPECT_EQ(smmu.at("type_name"), "SMMUv3");
    EXPECT_EQ(smmu.at("base"), 0x0905'0000);
    EXPECT_EQ(smmu.at("interrupts").at("gerror"), 109);
    const auto& root = table.at("nodes").at(2);
    EXPECT_EQ(root.at("memory").at("canwbs"), false);
    const auto& range = root.at("ranges").at(0);
    EXPECT_EQ(range.at("first"), 0);
    EXPECT_EQ(range.at("last"), 0xFF);
    EXPECT_EQ(range.at("output_is"), "StreamID");
    EXPECT_EQ(range.at("target"), 0x48);
}

TEST(IortCommand, WarnsAboutWhatIsOdd) {
    const Output o = run_stored("iasl-template-all-nodes.bin");
    EXPECT_EQ(o.status, 0);
    expect_lines(
        o.out, {"  root complex of segment 0 (0xCC): a mapping leads to 0x0, where no node starts",
                "  reserved memory, 1 range (0x1F8): an empty range at 0x0"});
    TableBytes wrong = stored_table("virt-none.bin");
    wrong[9] ^= 1;
    expect_lines(run(TemporaryFile(wrong).path()).out, {"  the checksum of the table is wrong"});
}

TEST(IortCommand, RefusesABrokenTableInOneLine) {
    TableBytes bad = stored_table("virt-smmuv3.bin");
    put(bad, 4, 0x14BD'BFEF, 4);
    const TemporaryFile file(bad);
    const Output o = run(file.path());
    EXPECT_EQ(o.status, 1);
    EXPECT_EQ(o.out, "");
    EXPECT_EQ(o.err, "iort: " + file.path() +
                         " is refused: it claims to be longer than the bytes that are there "
                         "(0x14BDBFEF at offset 0x4, file of 0xEC bytes)\n");
}

TEST(IortCommand, RefusesWhatIsNoTableFile) {
    for (const std::string path : {"/nonexistent/iort.bin", "/", "/dev/zero", "/dev/null"}) {
        const Output o = run(path);
        EXPECT_EQ(o.status, 1) << path;
        EXPECT_EQ(o.out, "");
        EXPECT_EQ(std::count(o.err.begin(), o.err.end(), '\n'), 1) << o.err;
    }
}

TEST(IortCommand, TableNamesCannotForgeOutput) {
    TableBytes bytes = stored_table("virt-none.bin");
    bytes[10] = '\n';
    bytes[11] = 0xC3;
    const TemporaryFile file(bytes);
    EXPECT_NE(run(file.path()).out.find("OEM \"??CHS\""), std::string::npos);
    EXPECT_EQ(boost::json::parse(run(file.path(), true).out).at("oem_id"), "??CHS");
}

TEST(IortRanges, AreWhatMapIdAnswersForEveryId) {
    TableBuilder builder;
    const uint32_t its = builder.add(NodeType::ItsGroup, 1, 20);
    const uint32_t root = builder.add(NodeType::RootComplex, 1, 36,
                                      {{0x000, 0x100, 0x1000, its, 0},  // one too long
                                       {0x100, 0x0FF, 0x5000, its, 0},
                                       {0x180, 0x200, 0x9000, its, 0},  // overlapping
                                       {0x400, 0x03F, 0xFFFF'FFF0, its, 0},
                                       {0x440, 0, 0x20, its, 0},
                                       {0x441, 0, 0x21, its, 0}});
    const TableBytes bytes = builder.finish();
    const Node node = node_of(open(bytes), root);
    const auto ranges = platform::iort::id_ranges(node);
    for (uint32_t id = 0; id < 0x600; ++id) {
        const Step step = map_id(node, id);
        unsigned hits = 0;
        for (const auto& r : ranges)
            if (r.first <= id && id <= r.last) {
                ++hits;
                EXPECT_EQ(r.output + (id - r.first), step.id) << id;
                EXPECT_EQ(r.conflict, step.conflict) << id;
            }
        EXPECT_EQ(hits, step.found ? 1u : 0u) << id;
    }
    EXPECT_EQ(ranges.back().first, 0x440u);
    EXPECT_EQ(ranges.back().last, 0x441u) << "neighbours are joined";
}

TEST(IortRanges, ASingleMappingIsOneRange) {
    TableBuilder builder;
    const uint32_t root = builder.add(NodeType::RootComplex, 1, 36, {{5, 0, 0x77, 48, 1}});
    const TableBytes bytes = builder.finish();
    const auto ranges = platform::iort::id_ranges(node_of(open(bytes), root));
    ASSERT_EQ(ranges.size(), 1u);
    EXPECT_TRUE(ranges[0].constant);
    EXPECT_EQ(ranges[0].first, 0u);
    EXPECT_EQ(ranges[0].last, 0xFFFF'FFFFu);
    EXPECT_EQ(ranges[0].last_output(), 0x77u);
}

TEST(IortCommand, EveryTableOfTheConfiguredFolderIsPrintedOrRefused) {
    std::vector<std::string> folders{SMMU_IORT_TABLES};
    if (!std::string(SMMU_IORT_DIR).empty()) folders.push_back(SMMU_IORT_DIR);
    unsigned tables = 0;
    for (const std::string& folder : folders)
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.path().extension() != ".bin") continue;
            ++tables;
            const Output o = run(entry.path().string());
            const Output json = run(entry.path().string(), true);
            EXPECT_EQ(o.status, json.status);
            if (o.status == 0) {
                EXPECT_EQ(o.err, "");
                EXPECT_NE(o.out.find("Nodes"), std::string::npos);
                EXPECT_TRUE(boost::json::parse(json.out).is_object());
            } else {
                EXPECT_EQ(o.out, "");
                EXPECT_EQ(std::count(o.err.begin(), o.err.end(), '\n'), 1) << o.err;
            }
        }
    EXPECT_GE(tables, 4u);
}

}  // namespace
