// The VCD of an AT run: what GTKWave would show, read back.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/model/smmu_bench.h"
#include "tests/support/at_master.h"
#include "waveforms/vcd.h"

namespace smmu::test {
namespace {

struct TemporaryFolder {
    std::filesystem::path path;
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "smmu-vcd-XXXXXX").string();
        path = mkdtemp(name.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path); }
};

/// Values of a signal in the order of their changes: "time:value", both decimal, time in ns.
std::vector<std::string> changes(const std::filesystem::path& vcd, const std::string& signal) {
    std::ifstream in(vcd);
    std::string line, code;
    std::vector<std::string> found;
    uint64_t now = 0;
    while (std::getline(in, line)) {
        std::istringstream words(line);
        std::string first, second, id, name;
        words >> first;
        if (first == "$var") {
            words >> second >> second >> id >> name;
            if (name == signal || name.rfind(signal + "[", 0) == 0) code = id;
        } else if (!first.empty() && first[0] == '#') {
            now = std::stoull(first.substr(1));
        } else if (!first.empty() && first[0] == 'b') {
            words >> id;
            if (id == code)
                found.push_back(std::to_string(now / 1000) + ":" +
                                std::to_string(std::stoull(first.substr(1), nullptr, 2)));
        }
    }
    return found;
}

struct VcdBench : SimTest, NestedBench {
    TemporaryFolder folder;
    std::unique_ptr<Vcd> vcd;
    AtMaster master{device};

    VcdBench() {
        for (unsigned n = 0; n < 4; ++n) map_page(n);
        vcd = std::make_unique<Vcd>(folder.path / "waves", 1);
        smmu.attach(*vcd);
        ram.answer = Ram::Answer::UpdatedEndReq;
    }
};

TEST_F(VcdBench, ShowsWhatIsOnTheWayAndWhatAWalkReads) {
    simulate([&] {
        start();
        ram.latency = 10 * ns;
        sc_core::wait(1000 * ns - sc_core::sc_time_stamp());
        master.read(of_stream(stream), va);
        master.read(of_stream(stream), va + 8);
        master.wait_for_all();
        sc_core::wait(100 * ns);
        run();  // a CMD_SYNC
        sc_core::wait(100 * ns);
    });
    vcd.reset();
    const auto file = folder.path / "waves.vcd";
    const auto on_the_way = changes(file, "tbu0_on_the_way");
    EXPECT_EQ(on_the_way.back(), "1310:0");
    EXPECT_NE(std::find(on_the_way.begin(), on_the_way.end(), "1000:2"), on_the_way.end());
    const auto walk = changes(file, "walk0");
    // Idle; STE at 1000; four of stage 2 for the CD; the CD; then stage 2 and stage 1 in turn; idle.
    const std::vector<std::string> head(walk.begin(), walk.begin() + 6);
    EXPECT_EQ(head,
              (std::vector<std::string>{"0:0", "1000:2", "1010:6", "1050:4", "1060:6", "1100:5"}));
    EXPECT_EQ(walk.back(), "1300:0");
    const std::string command = changes(file, "command").back();
    EXPECT_EQ(command.substr(command.find(':')), ":70") << "CMD_SYNC is 0x46";

    std::ifstream view(folder.path / "waves.gtkw");
    const std::string text((std::istreambuf_iterator<char>(view)), {});
    EXPECT_NE(text.find("@2022\n^1 waves.states.txt\nSystemC.smmu.walk0[7:0]\n"), text.npos);
    std::ifstream names(folder.path / "waves.states.txt");
    std::string first;
    std::getline(names, first);
    EXPECT_EQ(first, "00 idle");
}

}  // namespace
}  // namespace smmu::test
