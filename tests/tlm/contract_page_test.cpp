// The documents about the TLM side say what is there: every test they name exists, every promise
// names one, and the example is the code that is compiled.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace smmu::test {

const std::string root = SMMU_SOURCE_DIR "/";

std::string text_of(const std::string& path) {
    std::ifstream file(root + path);
    EXPECT_TRUE(file) << path;
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::stringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

/// `Suite.Test` as the page writes it, with the file that follows.
struct Named {
    std::string suite, test, file;
};
std::vector<Named> tests_named_in(const std::string& line) {
    static const std::regex name(R"(`(\w+)\.(\w+)`|\(((?:tlm|model)/\w+\.cpp)\))");
    std::vector<Named> all;
    size_t without_file = 0;
    for (std::sregex_iterator at(line.begin(), line.end(), name), end; at != end; ++at) {
        if ((*at)[3].matched)
            while (without_file < all.size()) all[without_file++].file = (*at)[3];
        else if ((*at)[1] != "smmu")  // a socket's name
            all.push_back({(*at)[1], (*at)[2], ""});
    }
    return all;
}

TEST(ContractPage, NamesTestsThatExist) {
    unsigned named = 0;
    for (const std::string& line : lines_of(text_of("docs/tlm-contract.md")))
        for (const Named& t : tests_named_in(line)) {
            ++named;
            ASSERT_NE(t.file, "") << t.suite << "." << t.test << ": no file";
            const std::regex definition("TEST(_F|_P)?\\(" + t.suite + ",\\s*" + t.test + "\\)");
            EXPECT_TRUE(std::regex_search(text_of("tests/" + t.file), definition))
                << t.suite << "." << t.test << " is not in " << t.file;
        }
    EXPECT_GT(named, 60u);
}

TEST(ContractPage, ProvesEveryPromise) {
    for (const std::string& line : lines_of(text_of("docs/tlm-contract.md")))
        if (line.rfind("* ", 0) == 0) {
            EXPECT_FALSE(tests_named_in(line).empty()) << line;
        }
}

/// The lines between ```cpp and ```, without their indentation.
std::vector<std::string> code_of(const std::string& document) {
    std::vector<std::string> code;
    bool inside = false;
    for (const std::string& line : lines_of(document)) {
        if (line.rfind("```", 0) == 0)
            inside = line == "```cpp";
        else if (inside)
            code.push_back(line.substr(std::min(line.size(), line.find_first_not_of(' '))));
    }
    return code;
}

TEST(SidebandPage, ShowsTheBridgeThatIsCompiled) {
    std::string shown, compiled;
    for (const std::string& line : code_of(text_of("tlm_sockets/README.md"))) shown += line + "\n";
    for (const std::string& line : lines_of(text_of("tests/tlm/foreign_bridge.h")))
        compiled += line.substr(std::min(line.size(), line.find_first_not_of(' '))) + "\n";
    EXPECT_GT(shown.size(), 400u);
    EXPECT_NE(compiled.find(shown), std::string::npos) << shown;
}

}  // namespace smmu::test
