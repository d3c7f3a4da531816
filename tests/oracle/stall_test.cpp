// The oracle's reading of CMD_RESUME and CMD_STALL_TERM.  Arm IHI 0070 G.b, 4.7.1, 4.7.2.
#include "oracle/stall.h"

#include <gtest/gtest.h>

namespace oracle {
namespace {

constexpr uint32_t sid = 0x0102'0304;
constexpr uint16_t tag = 0xBEEF;

/// IDR0.{TERM_MODEL, STALL_MODEL}.
Registers with(uint32_t term_model, uint32_t stall_model) {
    Registers r;
    r.idr0 = term_model << 26 | stall_model << 24;
    return r;
}

TEST(StallCommands, WhatBecomesOfTheTransaction) {
    const struct {
        uint64_t low, high;
        uint32_t term_model;
        End end;
    } rows[] = {
        {0x0102'0304'0000'1044, 0xBEEF, 0, End::Retry},  // Ac
        {0x0102'0304'0000'3044, 0xBEEF, 0, End::Retry},  // Ac, Ab
        {0x0102'0304'0000'2044, 0xBEEF, 0, End::Abort},  // Ab
        {0x0102'0304'0000'0044, 0xBEEF, 0, End::RazWi},  //
        {0x0102'0304'0000'0044, 0xBEEF, 1, End::Abort},  // no RAZ/WI there
        {0x0102'0304'0000'0044, 0xBEEE, 0, End::None},   // another STAG
        {0x0102'0305'0000'0044, 0xBEEF, 0, End::None},   // another stream
        {0x0102'0304'0000'0045, 0, 0, End::Abort},       // STALL_TERM
        {0x0102'0305'0000'0045, 0xBEEF, 0, End::None},   // of another stream
        {0x0102'0304'0000'1444, 0xBEEF, 0, End::None},   // SSec: illegal
    };
    for (const auto& row : rows)
        EXPECT_EQ((StallCommand{row.low, row.high}.end_of(with(row.term_model, 0), sid, tag)),
                  row.end)
            << std::hex << row.low << " " << row.high;
}

TEST(StallCommands, IllegalWhereNothingStalls) {
    for (const uint64_t low : {0x0102'0304'0000'0044, 0x0102'0304'0000'0045}) {
        const StallCommand c{low, tag};
        EXPECT_FALSE(c.is_illegal(with(0, 0)));
        EXPECT_TRUE(c.is_illegal(with(0, 1)));
        EXPECT_FALSE(c.is_illegal(with(0, 2)));
    }
}

}  // namespace
}  // namespace oracle
