// The oracle's tables of levels against the sentences that go with them.
#include "oracle/geometry.h"

#include <gtest/gtest.h>

namespace oracle {
namespace {

TEST(OracleGeometry, EveryStage1SizeHasOneStartLevel) {
    // Fewest levels that resolve 64 - TnSZ bits (Arm ARM D8.2.8.1, D8.2.9.1, D8.2.10.1).
    struct G {
        Granule granule;
        unsigned stride, max;
    };
    for (const G g : {G{Granule::K4, 9, 48}, G{Granule::K16, 11, 48}, G{Granule::K64, 13, 47}})
        for (unsigned tnsz = 12; tnsz <= g.max; ++tnsz) {
            const int level = stage1_start_level(g.granule, tnsz);
            ASSERT_NE(level, no_level);
            const unsigned below = lowest_index_bit(g.granule, level);
            EXPECT_GT(64 - tnsz, below);
            EXPECT_LE(64 - tnsz, below + g.stride);
            EXPECT_EQ(initial_x(g.granule, level, tnsz), 64 - tnsz - below + 3);
        }
}

TEST(OracleGeometry, Stage2Boundaries) {
    const TableFeatures plain;
    // STE-37: 4KB, SL0 = 1.
    for (unsigned t0sz = 12; t0sz < 49; ++t0sz)
        EXPECT_EQ(stage2_start_level(Granule::K4, 1, t0sz, plain) == 1, t0sz >= 21 && t0sz <= 33);
    // 16KB and 48 bits: level 1 with two tables (RDXBSH).
    EXPECT_EQ(stage2_start_level(Granule::K16, 2, 16, plain), 1);
    EXPECT_EQ(stage2_start_level(Granule::K16, 3, 16, plain), no_level);
    EXPECT_EQ(stage2_start_level(Granule::K16, 3, 16, {true, false, false}), 0);
    EXPECT_EQ(stage2_start_level(Granule::K4, 4, 12, {true, false, false}), -1);
    EXPECT_EQ(stage2_start_level(Granule::K4, 5, 12, {true, false, false}), no_level);
    EXPECT_EQ(stage2_start_level(Granule::K4, 3, 43, {false, false, true}), 3);
    EXPECT_EQ(stage2_start_level(Granule::K4, 7, 43, {false, false, true}), 3);
    EXPECT_EQ(stage2_start_level(Granule::K64, 3, 25, plain), no_level);
}

TEST(OracleGeometry, DescriptorAddresses) {
    // 4KB, level 0, T0SZ = 16: BaseAddr[:12] and IA[47:39].
    const uint64_t ia = 0x0000'8642'1357'9ABC;
    EXPECT_EQ(descriptor_address(Granule::K4, 0, 0x1'2345'6000, 12, ia),
              0x1'2345'6000 + (ia >> 39) * 8);
    EXPECT_EQ(descriptor_address(Granule::K4, 3, 0x1000, 12, ia), 0x1000 + (ia >> 12 & 0x1FF) * 8);
    EXPECT_EQ(descriptor_address(Granule::K16, 2, 0x4000, 14, ia), 0x4000 + (ia >> 25 & 0x7FF) * 8);
    EXPECT_EQ(descriptor_address(Granule::K64, 3, 0x1'0000, 16, ia),
              0x1'0000 + (ia >> 16 & 0x1FFF) * 8);
    // Sixteen concatenated tables at level 1, T0SZ = 21: x = 16, IA[42:30].
    EXPECT_EQ(initial_x(Granule::K4, 1, 21), 16u);
    EXPECT_EQ(descriptor_address(Granule::K4, 1, 0x10'0000, 16, 0x7FF'C000'0000),
              0x10'0000u + 0x1FFF * 8);
}

}  // namespace
}  // namespace oracle
