// QMP: commands in whole, in parts and wrong.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "platform/remote/qmp.h"

namespace smmu::platform::remote {
namespace {

boost::json::value json(const std::string& text) { return boost::json::parse(text); }

TEST(QmpProtocol, TheGreetingIsTheOneQemusTestLibraryExpects) {
    EXPECT_EQ(json(Qmp::greeting()),
              json(R"({"QMP": {"version": {"qemu": {"micro": 0, "minor": 1, "major": 11},
                               "package": ""}, "capabilities": []}})"));
}

TEST(QmpProtocol, NegotiationComesFirst) {
    Qmp qmp;
    EXPECT_EQ(json(qmp.feed(R"({"execute": "query-machines"})")),
              json(R"({"error": {"class": "CommandNotFound", "desc":
                       "Expecting capabilities negotiation with 'qmp_capabilities'"}})"));
    EXPECT_EQ(json(qmp.feed(R"({"execute": "qmp_capabilities"})")), json(R"({"return": {}})"));
    EXPECT_EQ(json(qmp.feed(R"({"execute": "query-machines"})")),
              json(R"({"return": [{"name": "virt", "cpu-max": 1}]})"));
    EXPECT_EQ(json(qmp.feed(R"({"execute": "qmp_capabilities"})")),
              json(R"({"error": {"class": "CommandNotFound", "desc":
                       "Capabilities negotiation is already complete, command ignored"}})"));
}

TEST(QmpProtocol, AnAnswerIsOneLineAndBearsTheIdOfItsCommand) {
    Qmp qmp;
    const std::string answer = qmp.feed(R"({"execute": "qmp_capabilities", "id": {"n": 1}})");
    EXPECT_EQ(json(answer), json(R"({"return": {}, "id": {"n": 1}})"));
    EXPECT_EQ(answer.find('\n'), answer.size() - 1);
}

TEST(QmpProtocol, CommandsMayComeInPartsOrTogether) {
    Qmp qmp;
    EXPECT_EQ(qmp.feed(R"({"exec)"), "");
    EXPECT_EQ(json(qmp.feed(R"(ute": "qmp_capabilities"})")), json(R"({"return": {}})"));
    EXPECT_EQ(qmp.feed("\n\n"), "");
    const std::string two = qmp.feed("{\"execute\": \"a\"}{\"execute\": \"b\"}\n");
    EXPECT_NE(two.find("The command a has not been found"), two.npos);
    EXPECT_NE(two.find("The command b has not been found"), two.npos);
}

TEST(QmpProtocol, QuitIsAnsweredAndEndsIt) {
    Qmp qmp;
    qmp.feed(R"({"execute": "qmp_capabilities"})");
    EXPECT_FALSE(qmp.quit());
    EXPECT_EQ(json(qmp.feed(R"({"execute": "quit"}{"execute": "a"})")), json(R"({"return": {}})"));
    EXPECT_TRUE(qmp.quit());
}

TEST(QmpProtocol, MistakesAreErrorsAndTheSessionGoesOn) {
    Qmp qmp;
    const struct {
        std::string sent;
        const char* desc;
    } cases[] = {
        {"{]\n", "Invalid JSON syntax"},
        {"12 \n", "QMP input must be a JSON object"},
        {"[]\n", "QMP input must be a JSON object"},
        {"{}\n", "QMP input lacks member 'execute'"},
        {"{\"execute\": 1}\n", "QMP input member 'execute' must be a string"},
        {std::string(100, '[') + "\n", "Invalid JSON syntax"},
        {"\"" + std::string(2 << 20, 'x') + "\n", "the command is too long"},
    };
    for (const auto& c : cases)
        EXPECT_EQ(json(qmp.feed(c.sent)),
                  (boost::json::value{{"error", {{"class", "GenericError"}, {"desc", c.desc}}}}))
            << c.sent.substr(0, 40);
    EXPECT_EQ(json(qmp.feed(R"({"execute": "qmp_capabilities"})")), json(R"({"return": {}})"));
}

}  // namespace
}  // namespace smmu::platform::remote
