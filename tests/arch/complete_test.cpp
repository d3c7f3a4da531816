// No row of a table escapes the proof-reading: each field and enumerator of models/smmuv3/arch is
// named in a test.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::string texts_in(const fs::path& folder, const std::string& extension) {
    std::string all;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() != extension) continue;
        std::ifstream in(entry.path());
        all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
}

/// "Ste::V", "Opcode::SYNC", ... as the headers declare them.
std::vector<std::string> declared_in(const std::string& headers) {
    static const std::regex begin(R"((struct|enum class) (\w+)\s*:)");
    static const std::regex field(R"(static constexpr [FBP]<[^>]*>\s*(\w+)\{\})");
    static const std::regex enumerator(R"((\w+)\s*=\s*\d)");
    std::vector<std::string> names;
    std::string owner;
    bool in_enum = false;
    std::istringstream lines(headers);
    for (std::string line; std::getline(lines, line);) {
        line = line.substr(0, line.find("//"));
        std::smatch match;
        if (std::regex_search(line, match, begin)) {
            in_enum = match[1] == "enum class";
            owner = match[2].str() + "::";
        }
        if (std::regex_search(line, match, field)) names.push_back(owner + match[1].str());
        if (!in_enum) continue;
        for (std::sregex_iterator it(line.begin(), line.end(), enumerator), end; it != end; ++it)
            names.push_back(owner + (*it)[1].str());
        in_enum = line.find('}') == std::string::npos;
    }
    return names;
}

/// Every X::Y of the tests; pairs of registers with the same fields share rows that are written
/// R::Y.
std::set<std::string> named_in(const std::string& tests) {
    static const std::regex qualified(R"(\b\w+::\w+\b)");
    std::set<std::string> names;
    for (std::sregex_iterator it(tests.begin(), tests.end(), qualified), end; it != end; ++it)
        names.insert(it->str());
    return names;
}

TEST(Tables, EveryFieldAndEnumeratorIsNamedInATest) {
    const fs::path root = SMMU_SOURCE_DIR;
    const auto declared = declared_in(texts_in(root / "models/smmuv3/arch", ".h"));
    const auto named = named_in(texts_in(root / "tests/arch", ".cpp"));
    EXPECT_GT(declared.size(), 350u) << "the scan no longer understands the tables";
    for (const std::string& name : declared) {
        const std::string shared = "R" + name.substr(name.find("::"));
        EXPECT_TRUE(named.count(name) + named.count(shared))
            << name << " is checked nowhere in tests/arch";
    }
}

}  // namespace
