// The platform's PCI functions as firmware finds them: set up, in configuration space and in the
// windows.
#include "tests/platform/smmu_vp.h"

namespace smmu::test {
namespace {

class PcieRun : public SmmuVp {
protected:
    /// The byte that firmware loads from `address`, as the exit status.
    int byte_at(uint64_t address) {
        const auto part = [address](unsigned shift) {
            return static_cast<uint32_t>(address >> shift & 0xFFFF) << 5 | 2;
        };
        return call("run --firmware " + program({
                                            0xD2C0'0000 | part(32),  // movz x2, lsl #32
                                            0xF2A0'0000 | part(16),  // movk x2, lsl #16
                                            0xF280'0000 | part(0),   // movk x2
                                            0x3940'0041,             // ldrb w1, [x2]
                                            0xD280'0020,             // movz x0, #1
                                            0x72B8'4000,             // movk w0, #0xC200, lsl #16
                                            0xD400'0003,             // smc #0
                                        }))
            .status;
    }
};

TEST_F(PcieRun, SegmentZeroIsSetUp) {
    EXPECT_EQ(byte_at(0x40'1000'0000), 0x36) << "host bridge 1b36:0008";
    EXPECT_EQ(byte_at(0x40'1000'8000), 0xB5) << "test engine 13b5:ff80 at 00:01.0";
    EXPECT_EQ(byte_at(0x40'1000'8003), 0xFF);
    EXPECT_EQ(byte_at(0x40'1000'8004), 0x06) << "memory and bus master";
    EXPECT_EQ(byte_at(0x40'1000'8013), 0x10) << "BAR 0 at 0x1000'0000";
    EXPECT_EQ(byte_at(0x40'1000'801A), 0x02) << "BAR 2 at 0x1002'0000";
    EXPECT_EQ(byte_at(0x40'1000'8021), 0x80) << "BAR 4 at 0x1002'8000";
    EXPECT_EQ(byte_at(0x40'1001'0000), 0xFF) << "nobody at 00:02.0";
    EXPECT_EQ(byte_at(0x40'1FFF'FFFF), 0xFF) << "nor on the last bus";
    EXPECT_EQ(byte_at(0x1000'0000), 0x01) << "frame 0 is HALTED";
    EXPECT_EQ(byte_at(0x3EFE'FFFF), 0xFF) << "the end of the window";
}

TEST_F(PcieRun, SegmentOneIsSetUp) {
    EXPECT_EQ(byte_at(0x40'2000'8001), 0x13);
    EXPECT_EQ(byte_at(0x40'2000'8013), 0x0F) << "BAR 0 at 0x0F00'0000";
    EXPECT_EQ(byte_at(0x40'2000'8004), 0x06);
    EXPECT_EQ(byte_at(0x0F00'0000), 0x01);
    EXPECT_EQ(byte_at(0x0FFF'FFFF), 0xFF);
}

}  // namespace
}  // namespace smmu::test
