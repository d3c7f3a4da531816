// The executable as a user meets it: calls it in a folder of its own.
#pragma once
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace smmu::test {

namespace fs = std::filesystem;

inline std::string contents(const fs::path& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

struct Ended {
    int status;
    std::string out, err;
};

/// Each test has its own folder: they run at the same time.
class SmmuVp : public ::testing::Test {
protected:
    SmmuVp() {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        std::string name = std::string("smmu_vp_") + test->test_suite_name() + "_" + test->name();
        std::replace(name.begin(), name.end(), '/', '_');  // of a test with parameters
        folder = fs::path(::testing::TempDir()) / name;
        fs::remove_all(folder);
        fs::create_directories(folder);
    }
    ~SmmuVp() override { fs::remove_all(folder); }

    Ended call(const std::string& arguments) {
        const std::string command =
            "cd " + folder.string() + " && " SMMU_VP " " + arguments + " >out.txt 2>err.txt";
        const int status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents(folder / "out.txt"),
                contents(folder / "err.txt")};
    }
    /// A flat binary of AArch64 instructions.
    std::string program(const std::vector<uint32_t>& words) {
        std::ofstream file(folder / "program.bin", std::ios::binary);
        for (const uint32_t word : words)
            for (unsigned shift = 0; shift < 32; shift += 8)
                file.put(static_cast<char>(word >> shift));
        return "program.bin";
    }
    std::string text_file(const char* name, const std::string& text) {
        std::ofstream(folder / name) << text;
        return name;
    }

    fs::path folder;
};

}  // namespace smmu::test
