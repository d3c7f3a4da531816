// Traces of accesses: what is read, and which line is refused.
#include "platform/analyze/trace_csv.h"

#include <gtest/gtest.h>

namespace smmu::platform::analyze {
namespace {

TEST(TraceCsv, ReadsNumbersOfBothKindsAndSortsByStream) {
    const auto trace = read_trace(
        "time,sid,ssid,iova,size,rw\n"
        "# a remark\n"
        "0,8,,0x1000,64,r\n"
        "\n"
        " 250 , 0x10 , 3 , 4096 , 4096 , w \r\n"
        "500,8,,0x2000,8,w");
    ASSERT_TRUE(trace) << trace.refusal();
    ASSERT_EQ(trace->size(), 2u);
    const TraceStream& first = (*trace)[0];
    EXPECT_EQ(first.stream.value, 8u);
    ASSERT_EQ(first.requests.size(), 2u);
    EXPECT_EQ(first.requests[0].address, 0x1000u);
    EXPECT_FALSE(first.requests[0].substream);
    EXPECT_FALSE(first.requests[0].write);
    EXPECT_EQ(first.requests[1].time, 500u);
    EXPECT_EQ(first.requests[1].line, 6u);
    EXPECT_TRUE(first.requests[1].write);
    const TraceStream& second = (*trace)[1];
    EXPECT_EQ(second.stream.value, 0x10u);
    EXPECT_EQ(second.requests[0].substream, 3u);
    EXPECT_EQ(second.requests[0].address, 4096u);
    EXPECT_EQ(second.requests[0].size, 4096u);
    EXPECT_EQ(second.requests[0].time, 250u);
}

TEST(TraceCsv, NamesTheLineThatIsWrong) {
    const std::string good = "0,8,,0x1000,64,r\n";
    struct {
        const char* line;
        const char* sentence;
    } cases[] = {
        {"1,2,3", "line 2: a line has six fields, time,sid,ssid,iova,size,rw"},
        {"1,2,,4,5,r,7", "line 2: a line has six fields, time,sid,ssid,iova,size,rw"},
        {"soon,8,,0,64,r", "line 2: time is a number of ps, not \"soon\""},
        {"-1,8,,0,64,r", "line 2: time is a number of ps, not \"-1\""},
        {"1,,,0,64,r", "line 2: sid is a number of up to 32 bits, not \"\""},
        {"1,0x100000000,,0,64,r", "line 2: sid is a number of up to 32 bits, not \"0x100000000\""},
        {"1,8,0x100000,0,64,r",
         "line 2: ssid is empty or a number of up to 20 bits, not \"0x100000\""},
        {"1,8,,here,64,r", "line 2: iova is a number, not \"here\""},
        {"1,8,,0xffffffffffffffff,64,r",
         "line 2: iova is an address that size bytes follow, not \"0xffffffffffffffff\""},
        {"1,8,,0,0,r", "line 2: size is 1 to 4096 bytes, not \"0\""},
        {"1,8,,0,4097,r", "line 2: size is 1 to 4096 bytes, not \"4097\""},
        {"1,8,,0,64,x", "line 2: rw is r or w, not \"x\""},
    };
    for (const auto& c : cases) {
        const auto trace = read_trace(good + c.line + "\n");
        ASSERT_FALSE(trace) << c.line;
        EXPECT_EQ(trace.refusal(), c.sentence);
    }
    EXPECT_EQ(read_trace("5,8,,0,64,r\n6,9,,0,64,r\n4,8,,0,64,r\n").refusal(),
              "line 3: time goes backwards for this sid");
    EXPECT_EQ(read_trace("time,sid,ssid,iova,size,rw\n").refusal(), "there is no access in it");
}

}  // namespace
}  // namespace smmu::platform::analyze
