// Parameters: what is taken, what is refused and with which words, and that each place shows the
// same table.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "platform/config/parameters.h"
#include "platform/config/read.h"
#include "platform/config/show.h"
#include "platform/config/text.h"

namespace smmu::platform {
namespace {

std::string refusal_of_json(const std::string& text) {
    Config config;
    std::string all;
    for (const std::string& sentence : read_json(config, text)) all += sentence + "\n";
    return all;
}

std::string refusal_of_setting(const std::string& text) {
    Config config;
    std::string all;
    for (const std::string& sentence : read_setting(config, text)) all += sentence + "\n";
    return all;
}

TEST(Parameters, EachHasItsOwnPathAndOneSentence) {
    std::set<std::string_view> paths;
    for (const Parameter& p : parameters()) {
        EXPECT_TRUE(paths.insert(p.path).second) << p.path << " twice";
        EXPECT_NE(p.path.find('.'), p.path.npos) << p.path << " has no group";
        ASSERT_FALSE(p.sentence.empty()) << p.path;
        EXPECT_EQ(p.sentence.back(), '.') << p.path;
    }
    EXPECT_FALSE(paths.empty());
}

TEST(Parameters, NoneIsAGroupOfAnother) {
    for (const Parameter& p : parameters())
        for (const Parameter& q : parameters())
            EXPECT_NE(q.path.substr(0, p.path.size() + 1), std::string(p.path) + '.') << p.path;
}

TEST(Parameters, DefaultsAreAllowedAndFitTogether) {
    const Config config;
    for (const Parameter& p : parameters()) EXPECT_TRUE(takes(p, p.get(config))) << p.path;
    EXPECT_TRUE(refusals(config).empty());
}

TEST(Parameters, EachSetsItsOwnMemberAndNoOther) {
    for (const Parameter& p : parameters()) {
        Config config;
        const uint64_t before = p.get(config);
        const uint64_t other = before == p.limits.max ? p.limits.min : p.limits.max;
        p.set(config, other);
        EXPECT_EQ(p.get(config), other) << p.path;
        for (const Parameter& q : parameters()) {
            if (q.path == p.path) continue;
            EXPECT_EQ(q.get(config), q.get(Config{})) << p.path << " and " << q.path;
        }
    }
}

TEST(Parameters, HelpAndReferenceShowEveryOneWithDefaultAndLimits) {
    for (const std::string& shown : {parameters_as_text(), parameters_as_markdown()})
        for (const Parameter& p : parameters()) {
            const size_t at = shown.find(p.path);
            ASSERT_NE(at, shown.npos) << p.path;
            const std::string line = shown.substr(at, shown.find('\n', at) - at);
            EXPECT_NE(line.find(value_text(p, p.get(Config{}))), line.npos) << line;
            EXPECT_NE(line.find(allowed(p)), line.npos) << line;
            EXPECT_NE(line.find(p.sentence), line.npos) << line;
        }
}

TEST(Configuration, WhatIsWrittenReadsBackTheSame) {
    Config written;
    for (const Parameter& p : parameters()) p.set(written, p.limits.max);
    Config read;
    EXPECT_EQ(read_json(read, to_json(written)), Refusals{});
    for (const Parameter& p : parameters()) EXPECT_EQ(p.get(read), p.limits.max) << p.path;
    EXPECT_EQ(to_json(read), to_json(written));
}

TEST(Configuration, ASettingTakesDecimalAndHexadecimal) {
    Config config;
    EXPECT_EQ(read_setting(config, "cpu.quantum=2000"), Refusals{});
    EXPECT_EQ(config.cpu.quantum, 2000u);
    EXPECT_EQ(read_setting(config, "cpu.quantum=0x400"), Refusals{});
    EXPECT_EQ(config.cpu.quantum, 0x400u);
}

TEST(Configuration, ADottedKeyNamesTheSameParameterAsNestedObjects) {
    Config config;
    EXPECT_EQ(read_json(config, R"({"cpu.quantum": 300})"), Refusals{});
    EXPECT_EQ(config.cpu.quantum, 300u);
    EXPECT_EQ(read_json(config, R"({"cpu": {"quantum": 400}})"), Refusals{});
    EXPECT_EQ(config.cpu.quantum, 400u);
}

struct Refused {
    const char* given;
    const char* sentence;
};

TEST(Configuration, AFileThatDoesNotFitIsRefusedByName) {
    const Refused cases[] = {
        {"", "not JSON at line 1: incomplete JSON\n"},
        {"{", "not JSON at line 1: incomplete JSON\n"},
        {"{\n\"cpu\": {\"quantum\": 1e,}\n}", "not JSON at line 2: syntax error\n"},
        {"{} {}", "not JSON at line 1: extra data\n"},
        {R"({"cpu": {"quantun": 1000}})",
         "unknown parameter cpu.quantun: did you mean cpu.quantum?\n"},
        {R"({"cpu": {"quantum": "1000"}})",
         "cpu.quantum is from 1 to 1000000 instructions, not \"1000\"\n"},
        {R"({"cpu": {"quantum": true}})",
         "cpu.quantum is from 1 to 1000000 instructions, not true\n"},
        {R"({"cpu": {"quantum": 1e4}})",
         "cpu.quantum is from 1 to 1000000 instructions, not 1E4\n"},
        {R"({"cpu": {"quantum": null}})",
         "cpu.quantum is from 1 to 1000000 instructions, not null\n"},
        {R"({"cpu": {"quantum": {"x": 1}}})",
         "cpu.quantum is from 1 to 1000000 instructions, not {\"x\":1}\n"},
        {R"({"cpu": {"quantum": 0}})", "cpu.quantum is from 1 to 1000000 instructions, not 0\n"},
        {R"({"cpu": {"quantum": -1000}})",
         "cpu.quantum is from 1 to 1000000 instructions, not -1000\n"},
        {R"({"cpu": {"quantum": 1000001}})",
         "cpu.quantum is from 1 to 1000000 instructions, not 1000001\n"},
        {R"({"cpu": {"quantum": 18446744073709551615}})",
         "cpu.quantum is from 1 to 1000000 instructions, not 18446744073709551615\n"},
    };
    for (const Refused& c : cases) EXPECT_EQ(refusal_of_json(c.given), c.sentence) << c.given;
}

TEST(Configuration, AGroupGivenAsAValueNamesItsMembers) {
    EXPECT_EQ(refusal_of_json(R"({"simulation": 3})"),
              "simulation is a group: an object with simulation.time_limit\n");
    EXPECT_EQ(refusal_of_setting("simulation=3"),
              "simulation is a group: it has simulation.time_limit\n");
}

TEST(Configuration, AnUnknownNameListsWhatThereIs) {
    const std::string top = refusal_of_json(R"({"processor": {"frequency": 1}})");
    EXPECT_EQ(top.find("unknown parameter processor: the groups are simulation, cpu"), 0u) << top;
    const std::string inner = refusal_of_json(R"({"simulation": {"wallpaper_colour": 1}})");
    EXPECT_EQ(
        inner,
        "unknown parameter simulation.wallpaper_colour: simulation has simulation.time_limit\n");
    const std::string array = refusal_of_json("[]");
    EXPECT_EQ(array.find("a configuration is a JSON object with simulation, cpu"), 0u) << array;
}

TEST(Configuration, EveryRefusalOfAFileIsReported) {
    EXPECT_EQ(refusal_of_json(R"({"cpu": {"quantum": 0}, "simulation": {"time_limit": 0}})"),
              "cpu.quantum is from 1 to 1000000 instructions, not 0\n"
              "simulation.time_limit is from 1 to 3600000 ms, not 0\n");
}

TEST(Configuration, ASettingThatDoesNotFitIsRefusedByName) {
    const Refused cases[] = {
        {"cpu.quantum", "\"cpu.quantum\" is not of the form path=value\n"},
        {"cpu.quantun=1000", "unknown parameter cpu.quantun: did you mean cpu.quantum?\n"},
        {"cpu.quantum=", "cpu.quantum is from 1 to 1000000 instructions, not empty\n"},
        {"cpu.quantum=fast", "cpu.quantum is from 1 to 1000000 instructions, not fast\n"},
        {"cpu.quantum=1000ns", "cpu.quantum is from 1 to 1000000 instructions, not 1000ns\n"},
        {"cpu.quantum=-1", "cpu.quantum is from 1 to 1000000 instructions, not -1\n"},
        {"cpu.quantum=99999999999999999999",
         "cpu.quantum is from 1 to 1000000 instructions, not 99999999999999999999\n"},
    };
    for (const Refused& c : cases) EXPECT_EQ(refusal_of_setting(c.given), c.sentence) << c.given;
}

TEST(Configuration, ARefusedValueLeavesTheOldOne) {
    Config config;
    EXPECT_FALSE(read_setting(config, "cpu.quantum=0").empty());
    EXPECT_EQ(config.cpu.quantum, Config{}.cpu.quantum);
}

}  // namespace
}  // namespace smmu::platform
