// Identifiers and memory attributes against Arm IHI 0070 G.b, 3.10.1 and 13.1, and Arm ARM D8.6.
#include "smmuv3/arch/attributes.h"

#include <gtest/gtest.h>

#include <type_traits>

#include "smmuv3/arch/types.h"

namespace smmu::arch {
namespace {

static_assert(!std::is_convertible_v<StreamId, SubstreamId> && !std::is_convertible_v<Asid, Vmid>,
              "numbers that must not be mixed up cannot be");
static_assert(sizeof(StreamId) == 4 && sizeof(SubstreamId) == 4 && sizeof(Asid) == 2 &&
              sizeof(Vmid) == 2);
static_assert(StreamId{7} == StreamId{7} && StreamId{7} != StreamId{8});

TEST(SecSid, ValuesAreThoseOfSection3_10_1) {
    EXPECT_EQ(static_cast<int>(SecSid::NonSecure), 0b00);
    EXPECT_EQ(static_cast<int>(SecSid::Secure), 0b01);
    EXPECT_EQ(static_cast<int>(SecSid::Realm), 0b10);
}

TEST(Shareability, ValuesAreTheEncodingsOfAnShField) {
    EXPECT_EQ(static_cast<int>(Shareability::NonShareable), 0b00);
    EXPECT_EQ(static_cast<int>(Shareability::Outer), 0b10);
    EXPECT_EQ(static_cast<int>(Shareability::Inner), 0b11);
}

TEST(MemoryType, StrongerTypesAreSmaller) {
    EXPECT_LT(MemoryType::Device_nGnRnE, MemoryType::Device_nGnRE);
    EXPECT_LT(MemoryType::Device_nGnRE, MemoryType::Device_nGRE);
    EXPECT_LT(MemoryType::Device_nGRE, MemoryType::Device_GRE);
    EXPECT_LT(MemoryType::Device_GRE, MemoryType::Normal);
    EXPECT_LT(Cacheability::NonCacheable, Cacheability::WriteThrough);
    EXPECT_LT(Cacheability::WriteThrough, Cacheability::WriteBack);
}

TEST(MemoryAttributes, DeviceIsOuterShareableWhateverItsType) {
    for (MemoryType type : {MemoryType::Device_nGnRnE, MemoryType::Device_nGnRE,
                            MemoryType::Device_nGRE, MemoryType::Device_GRE}) {
        EXPECT_TRUE(device(type).is_device());
        EXPECT_EQ(device(type).type, type);
        EXPECT_EQ(device(type).shareability, Shareability::Outer);
        EXPECT_FALSE(is_coherent(device(type)));
    }
}

TEST(MemoryAttributes, DefaultOfASilentMasterIsWriteBackNonShareable) {
    EXPECT_FALSE(default_attributes.is_device());
    for (const CacheAttributes& level : {default_attributes.inner, default_attributes.outer}) {
        EXPECT_EQ(level.policy(), Cacheability::WriteBack);
        EXPECT_TRUE(level.read_allocate());
        EXPECT_TRUE(level.write_allocate());
        EXPECT_FALSE(level.transient());
    }
    EXPECT_EQ(default_attributes.shareability, Shareability::NonShareable);
    EXPECT_FALSE(is_coherent(default_attributes));
}

TEST(MemoryAttributes, EqualOnlyWhenEveryPartIs) {
    const MemoryAttributes a = normal(write_back, write_back, Shareability::Inner);
    EXPECT_EQ(a, normal(write_back, write_back, Shareability::Inner));
    EXPECT_NE(a, normal(non_cacheable, write_back, Shareability::Inner));
    EXPECT_NE(a, normal(write_back, non_cacheable, Shareability::Inner));
    EXPECT_NE(a, normal(write_back, write_back, Shareability::Outer));
    EXPECT_NE(device(MemoryType::Device_GRE), device(MemoryType::Device_nGRE));
    for (const CacheAttributes& other :
         {CacheAttributes{Cacheability::WriteBack, false, true, false},
          CacheAttributes{Cacheability::WriteBack, true, false, false},
          CacheAttributes{Cacheability::WriteBack, true, true, true}})
        EXPECT_FALSE(other == write_back);
}

TEST(MemoryAttributes, CoherentMeansWriteBackAtBothLevelsAndShareable) {
    const CacheAttributes write_through{Cacheability::WriteThrough, true, true, false};
    const CacheAttributes no_hints{Cacheability::WriteBack, false, false, true};
    for (const CacheAttributes& inner : {write_back, no_hints, write_through, non_cacheable}) {
        for (const CacheAttributes& outer : {write_back, no_hints, write_through, non_cacheable}) {
            const bool both = inner.policy() == Cacheability::WriteBack &&
                              outer.policy() == Cacheability::WriteBack;
            EXPECT_EQ(is_coherent(normal(inner, outer, Shareability::Inner)), both);
            EXPECT_EQ(is_coherent(normal(inner, outer, Shareability::Outer)), both);
            EXPECT_FALSE(is_coherent(normal(inner, outer, Shareability::NonShareable)));
        }
    }
}

}  // namespace
}  // namespace smmu::arch
