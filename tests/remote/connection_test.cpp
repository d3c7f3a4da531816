// Lines of a stream, and sockets to a client that listens or does not.
#include <gtest/gtest.h>

#include "platform/remote/connection.h"

namespace smmu::platform::remote {
namespace {

std::vector<std::string> lines(LineBuffer& buffer, std::string_view bytes) {
    buffer.add(bytes);
    std::vector<std::string> all;
    for (LineBuffer::Line line; buffer.next(line);)
        all.push_back(line.too_long ? "too long" : line.text);
    return all;
}
using Lines = std::vector<std::string>;

TEST(Lines, AreCutAtNewlinesHoweverTheyArrive) {
    LineBuffer buffer(10);
    EXPECT_EQ(lines(buffer, "one\ntwo\nth"), (Lines{"one", "two"}));
    EXPECT_EQ(lines(buffer, "r"), Lines{});
    EXPECT_EQ(lines(buffer, "ee\n\n"), (Lines{"three", ""}));
    EXPECT_EQ(lines(buffer, "half"), Lines{});
}

TEST(Lines, OneThatIsTooLongIsReportedOnceAndTheNextIsWhole) {
    LineBuffer buffer(10);
    EXPECT_EQ(lines(buffer, "0123456789\n"), Lines{"0123456789"});
    EXPECT_EQ(lines(buffer, "01234567890\nx\n"), (Lines{"too long", "x"}));
    EXPECT_EQ(lines(buffer, "01234567890"), Lines{});
    EXPECT_EQ(lines(buffer, "01234567890"), Lines{});
    EXPECT_EQ(lines(buffer, "x\ny\n"), (Lines{"too long", "y"}));
}

TEST(Sockets, WithoutAListenerThereIsNoConnection) {
    Connection connection;
    const auto refused = connection.connect("/nonexistent/socket");
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->sentence,
              "cannot connect to /nonexistent/socket: No such file or directory; the client must "
              "listen there first");
    EXPECT_FALSE(connection.open());
    const auto too_long = connection.connect(std::string(108, 'x'));
    ASSERT_TRUE(too_long);
    EXPECT_EQ(too_long->sentence.find("the path of a socket has at most 107 characters"), 0u);
}

}  // namespace
}  // namespace smmu::platform::remote
