// Extended capabilities of a function with ATS, page requests and PASIDs.  Words are typed from PCI
// Express Base 5.0, 7.8.8, 10.5.1 and 10.5.2.
#include <gtest/gtest.h>

#include "pcie/function.h"

namespace smmu {
namespace {

/// ATS at 0x100, PRI at 0x110, PASID at 0x120.
PciFunctionParams endpoint() {
    PciFunctionParams p;
    p.vendor = 0x13B5;
    p.device = 0xFF80;
    p.kind = PciKind::RootComplexEndpoint;
    p.ats = {true, 32};
    p.pri.capacity = 0x200;
    p.pasid = {20, true, true};
    return p;
}

uint32_t after_writing_ones(PciFunction& f, unsigned offset) {
    f.write_config(offset, 4, 0xFFFF'FFFF);
    return f.read_config(offset, 4);
}

struct User final : PciFunction::AtsUser {
    unsigned disabled = 0, reset = 0;
    void ats_disabled() override { ++disabled; }
    void page_requests_reset() override { ++reset; }
};

TEST(PciAtsCapability, WordsAtReset) {
    const PciFunction f(endpoint());
    EXPECT_EQ(f.read_config(0x100, 4), 0x1101'000Fu) << "ATS, version 1, next at 0x110";
    EXPECT_EQ(f.read_config(0x104, 4), 0x0000'0060u)
        << "depth 32 is 0; page aligned; global invalidate";
    EXPECT_EQ(f.read_config(0x110, 4), 0x1201'0013u) << "PRI";
    EXPECT_EQ(f.read_config(0x114, 4), 0x8100'0000u) << "stopped; responses need the PASID";
    EXPECT_EQ(f.read_config(0x118, 4), 0x0000'0200u) << "capacity";
    EXPECT_EQ(f.read_config(0x11C, 4), 0u) << "allocation";
    EXPECT_EQ(f.read_config(0x120, 4), 0x0001'001Bu) << "PASID, the last";
    EXPECT_EQ(f.read_config(0x124, 4), 0x0000'1406u) << "20 bits, execute, privileged";
    for (unsigned offset = 0x128; offset < 0x1000; offset += 4)
        EXPECT_EQ(f.read_config(offset, 4), 0u) << offset;
}

TEST(PciAtsCapability, WritableBits) {
    PciFunction f(endpoint());
    EXPECT_EQ(after_writing_ones(f, 0x100), 0x1101'000Fu);
    EXPECT_EQ(after_writing_ones(f, 0x104), 0x801F'0060u) << "Enable and STU";
    EXPECT_EQ(after_writing_ones(f, 0x110), 0x1201'0013u);
    EXPECT_EQ(after_writing_ones(f, 0x114), 0x8000'0001u) << "Enable; Reset reads as zero";
    EXPECT_EQ(after_writing_ones(f, 0x118), 0x0000'0200u);
    EXPECT_EQ(after_writing_ones(f, 0x11C), 0xFFFF'FFFFu);
    EXPECT_EQ(after_writing_ones(f, 0x120), 0x0001'001Bu);
    EXPECT_EQ(after_writing_ones(f, 0x124), 0x0007'1406u);
}

TEST(PciAtsCapability, WhatIsNotThereLeavesNoGap) {
    PciFunctionParams p = endpoint();
    p.pri = {};
    p.pasid = {16, false, true};
    p.ats.invalidate_queue_depth = 5;
    PciFunction f(p);
    EXPECT_EQ(f.read_config(0x100, 4), 0x1101'000Fu);
    EXPECT_EQ(f.read_config(0x104, 4), 0x0000'0065u);
    EXPECT_EQ(f.read_config(0x110, 4), 0x0001'001Bu);
    EXPECT_EQ(f.read_config(0x114, 4), 0x0000'1004u);
    EXPECT_EQ(after_writing_ones(f, 0x114), 0x0005'1004u) << "execute cannot be enabled";
    p.ats = {};
    EXPECT_EQ(PciFunction(p).read_config(0x100, 4), 0x0001'001Bu);
    p.pasid = {};
    EXPECT_EQ(PciFunction(p).read_config(0x100, 4), 0u);
}

TEST(PciAtsCapability, WhatSoftwareEnables) {
    PciFunction f(endpoint());
    EXPECT_FALSE(f.ats_enabled());
    EXPECT_FALSE(f.page_requests_enabled());
    EXPECT_FALSE(f.has_pasid(0));
    f.write_config(0x106, 2, 0x8004);
    EXPECT_TRUE(f.ats_enabled());
    EXPECT_EQ(f.smallest_translation(), 16u) << "STU 4: 64 KiB";
    f.write_config(0x11C, 4, 7);
    f.write_config(0x114, 2, 1);
    EXPECT_TRUE(f.page_requests_enabled());
    EXPECT_EQ(f.page_request_allocation(), 7u);
    f.write_config(0x126, 2, 1);
    EXPECT_TRUE(f.has_pasid(0xF'FFFF));
    EXPECT_FALSE(f.has_pasid(0x10'0000));
    EXPECT_FALSE(f.execute_enabled());
    EXPECT_FALSE(f.privileged_enabled());
    f.write_config(0x126, 2, 7);
    EXPECT_TRUE(f.execute_enabled());
    EXPECT_TRUE(f.privileged_enabled());
}

TEST(PciAtsCapability, ClearingEnableAndWritingResetReachTheEndpoint) {
    PciFunction f(endpoint());
    User user;
    f.attach(user);
    f.write_config(0x106, 2, 0x8000);
    f.write_config(0x106, 2, 0x8001);
    EXPECT_EQ(user.disabled, 0u);
    f.write_config(0x106, 2, 0x0001);
    EXPECT_EQ(user.disabled, 1u);
    f.write_config(0x114, 2, 1);
    f.write_config(0x114, 2, 3);
    EXPECT_EQ(user.reset, 0u) << "not while Enable is set";
    f.write_config(0x114, 2, 2);
    EXPECT_EQ(user.reset, 1u) << "the write that clears Enable";
    EXPECT_EQ(f.read_config(0x114, 2), 0u);
}

TEST(PciAtsCapability, StoppedTellsThatNothingIsOutstanding) {
    PciFunction f(endpoint());
    const auto stopped = [&f] { return (f.read_config(0x116, 2) & 0x100) != 0; };
    EXPECT_TRUE(stopped());
    f.write_config(0x114, 2, 1);
    f.set_page_requests_outstanding(2);
    f.write_config(0x114, 2, 0);
    EXPECT_FALSE(stopped()) << "two requests wait for their responses";
    f.set_page_requests_outstanding(0);
    EXPECT_TRUE(stopped());
}

TEST(PciAtsCapability, AFailedResponseStopsRequestsUntilTheyAreEnabledAnew) {
    PciFunction f(endpoint());
    f.write_config(0x114, 2, 1);
    f.response_failed();
    EXPECT_EQ(f.read_config(0x116, 2), 0x8001u) << "response failure";
    EXPECT_FALSE(f.page_requests_enabled());
    f.write_config(0x116, 2, 1);
    EXPECT_EQ(f.read_config(0x116, 2), 0x8000u) << "one clears it";
    EXPECT_FALSE(f.page_requests_enabled());
    f.write_config(0x114, 2, 0);
    f.write_config(0x114, 2, 1);
    EXPECT_TRUE(f.page_requests_enabled());
    f.unexpected_response();
    f.write_config(0x116, 2, 1);
    EXPECT_EQ(f.read_config(0x116, 2), 0x8002u) << "the other bit stays";
    f.write_config(0x117, 1, 0xFF);
    EXPECT_EQ(f.read_config(0x116, 2), 0x8002u);
    f.write_config(0x116, 1, 2);
    EXPECT_EQ(f.read_config(0x116, 2), 0x8000u);
}

TEST(PciAtsCapability, WhatCannotBeBuiltIsRefused) {
    const auto why = [](auto change) {
        PciFunctionParams p = endpoint();
        change(p);
        return refuse(p);
    };
    EXPECT_EQ(why([](PciFunctionParams&) {}), "");
    EXPECT_EQ(why([](PciFunctionParams& p) { p.kind = PciKind::Conventional; }),
              "ATS, PRI and PASID need a PCI Express function: set 'kind'");
    EXPECT_EQ(why([](PciFunctionParams& p) { p.ats.present = false; }), "page requests need ATS");
    for (const unsigned depth : {0u, 33u})
        EXPECT_EQ(why([depth](PciFunctionParams& p) { p.ats.invalidate_queue_depth = depth; }),
                  "ATS takes 1 to 32 invalidations at a time");
    EXPECT_EQ(why([](PciFunctionParams& p) { p.pasid.width = 21; }), "a PASID has at most 20 bits");
}

}  // namespace
}  // namespace smmu
