// The command line: what it means, what is refused.
#include <gtest/gtest.h>

#include "platform/cli/options.h"
#include "platform/config/parameters.h"

namespace smmu::platform {
namespace {

Options read(const std::vector<std::string>& arguments) {
    const auto options = read_command_line(arguments);
    EXPECT_TRUE(options) << options.refusal();
    return options ? *options : Options{};
}

TEST(CommandLine, WithoutACommandItRuns) {
    EXPECT_EQ(read({}).command, Command::Run);
    EXPECT_EQ(read({"--output", "x"}).command, Command::Run);
    EXPECT_EQ(read({"run"}).command, Command::Run);
}

TEST(CommandLine, RunTakesFilesAndSettingsInOrder) {
    const Options o = read({"run", "--config", "c.json", "--set", "a=1", "--firmware=f.elf", "-s",
                            "b=2", "-i", "t.bin", "-o", "out", "--ram", "x@1", "--ram=y@2"});
    EXPECT_EQ(o.config, "c.json");
    EXPECT_EQ(o.settings, (std::vector<std::string>{"a=1", "b=2"}));
    EXPECT_EQ(o.firmware, "f.elf");
    EXPECT_EQ(o.iort, "t.bin");
    EXPECT_EQ(o.output, "out");
    EXPECT_EQ(o.ram, (std::vector<std::string>{"x@1", "y@2"}));
}

TEST(CommandLine, IortTakesAFile) {
    const Options o = read({"iort", "table.bin", "--json"});
    EXPECT_EQ(o.command, Command::Iort);
    EXPECT_EQ(o.iort, "table.bin");
    EXPECT_TRUE(o.json);
    EXPECT_FALSE(read({"iort", "table.bin"}).json);
}

TEST(CommandLine, AnalyzeTakesAPresetAndATrace) {
    const Options o = read({"analyze", "--preset", "gem5-like", "-t", "t.csv", "-o", "out", "-s",
                            "traffic.size=8", "--no-what-if"});
    EXPECT_EQ(o.command, Command::Analyze);
    EXPECT_EQ(o.preset, "gem5-like");
    EXPECT_EQ(o.trace, "t.csv");
    EXPECT_EQ(o.output, "out");
    EXPECT_TRUE(o.no_what_if);
    EXPECT_EQ(o.settings, std::vector<std::string>{"traffic.size=8"});
    EXPECT_EQ(read({"run", "-p", "mmu600-like"}).preset, "mmu600-like");
}

TEST(CommandLine, CompareTakesTwoFolders) {
    const Options o = read({"compare", "a", "b"});
    EXPECT_EQ(o.command, Command::Compare);
    EXPECT_EQ(o.folders, (std::vector<std::string>{"a", "b"}));
}

TEST(CommandLine, ParametersTakeAForm) {
    EXPECT_TRUE(read({"parameters", "--markdown"}).markdown);
    EXPECT_TRUE(read({"parameters", "--json"}).json);
    EXPECT_EQ(read({"parameters", "--set", "a=1"}).settings, std::vector<std::string>{"a=1"});
}

TEST(CommandLine, HelpWinsOverEverythingElse) {
    for (const std::vector<std::string>& line :
         std::vector<std::vector<std::string>>{{"--help"},
                                               {"-h"},
                                               {"help"},
                                               {"run", "--help"},
                                               {"iort", "--help"},
                                               {"run", "--nonsense", "-h"}})
        EXPECT_EQ(read(line).command, Command::Help);
    EXPECT_EQ(read({"--version"}).command, Command::Version);
}

TEST(CommandLine, HelpShowsEveryCommandOptionAndParameter) {
    const std::string text = help();
    for (const char* word :
         {"smmu-vp [run]", "smmu-vp analyze", "smmu-vp compare DIR DIR", "smmu-vp iort FILE",
          "smmu-vp parameters", "--config", "--set", "--firmware", "--iort", "--output", "--ram",
          "--json", "--markdown", "--version", "--qtest unix:PATH", "-device iommu-testdev"})
        EXPECT_NE(text.find(word), text.npos) << word;
    for (const Parameter& p : parameters()) EXPECT_NE(text.find(p.path), text.npos) << p.path;
}

TEST(CommandLine, WhatDoesNotFitIsRefusedWithASentence) {
    struct {
        std::vector<std::string> line;
        const char* sentence;
    } cases[] = {
        {{"walk"},
         "unknown command walk: the commands are run, analyze, compare, iort and parameters; see "
         "smmu-vp --help"},
        {{""},
         "unknown command : the commands are run, analyze, compare, iort and parameters; see "
         "smmu-vp --help"},
        {{"run", "--frobnicate"}, "unrecognised option '--frobnicate'; see smmu-vp --help"},
        {{"run", "--out", "x"}, "unrecognised option '--out'; see smmu-vp --help"},
        {{"run", "--config"},
         "the required argument for option '--config' is missing; see smmu-vp --help"},
        {{"run", "a", "b"}, "there is a word too many on the command line; see smmu-vp --help"},
        {{"iort"}, "smmu-vp iort needs the FILE to show"},
        {{"compare"}, "smmu-vp compare needs two folders that --output has filled"},
        {{"compare", "a"}, "smmu-vp compare needs two folders that --output has filled"},
        {{"compare", "a", "b", "c"},
         "there is a word too many on the command line; see smmu-vp --help"},
        {{"analyze", "a"}, "there is a word too many on the command line; see smmu-vp --help"},
        {{"iort", "a", "b"}, "there is a word too many on the command line; see smmu-vp --help"},
        {{"iort", "a", "--markdown"}, "unrecognised option '--markdown'; see smmu-vp --help"},
    };
    for (const auto& c : cases) {
        const auto options = read_command_line(c.line);
        ASSERT_FALSE(options) << c.sentence;
        EXPECT_EQ(options.refusal(), c.sentence);
    }
}

}  // namespace
}  // namespace smmu::platform
