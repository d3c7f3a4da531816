// The list of rules in the README and the tests that it names are the same.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace {

using Names = std::set<std::string>;

void add_names(const std::filesystem::path& file, Names& names) {
    std::ifstream in(file);
    ASSERT_TRUE(in) << file;
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::regex name("IOMMUFD_[0-9]\\w+");
    for (std::sregex_iterator i(text.begin(), text.end(), name), end; i != end; ++i)
        names.insert(i->str());
}

TEST(IommuApiRules, TheReadmeNamesEveryTestOfARuleAndNoOther) {
    const std::filesystem::path root(SMMU_SOURCE_DIR);
    Names tests, readme;
    for (const auto& entry : std::filesystem::directory_iterator(root / "tests/sw"))
        if (entry.path().filename().string().rfind("iommu_api_", 0) == 0)
            add_names(entry.path(), tests);
    add_names(root / "sw_stubs/iommu_api/README.md", readme);
    EXPECT_GT(tests.size(), 200u);
    for (const std::string& name : tests)
        EXPECT_EQ(readme.count(name), 1u) << name << " is no rule";
    for (const std::string& name : readme)
        EXPECT_EQ(tests.count(name), 1u) << name << " is no test";
}

}  // namespace
