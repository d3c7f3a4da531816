// The attributes word of a frame, value by value.
#include <gtest/gtest.h>

#include "boards/test_engine_frame.h"
#include "test_engine/attributes_word.h"

namespace smmu::test_engine {
namespace {

using arch::Cacheability;
using arch::MemoryAttributes;
using arch::MemoryType;
using arch::Shareability;

MemoryAttributes both(arch::CacheAttributes level, Shareability sh) {
    return arch::normal(level, level, sh);
}

TEST(AttributesWord, AHalfOfZeroStatesNothing) {
    EXPECT_EQ(decode_attributes(0), arch::default_attributes);
}

TEST(AttributesWord, WriteBackInEachDomain) {
    EXPECT_EQ(decode_attributes(0x00FF), both(arch::write_back, Shareability::NonShareable));
    EXPECT_EQ(decode_attributes(0x42FF), both(arch::write_back, Shareability::Inner))
        << "what Linux writes";
    EXPECT_EQ(decode_attributes(0x80FF), both(arch::write_back, Shareability::Outer));
    EXPECT_EQ(decode_attributes(0xC0FF), both(arch::write_back, Shareability::Outer))
        << "the system domain";
}

TEST(AttributesWord, NonCacheableAndDeviceAreOuterShareable) {
    EXPECT_EQ(decode_attributes(0x4033), both(arch::non_cacheable, Shareability::Outer));
    EXPECT_EQ(decode_attributes(0x4022), both(arch::non_cacheable, Shareability::Outer))
        << "neither is it bufferable";
    EXPECT_EQ(decode_attributes(0x4000), arch::device(MemoryType::Device_nGnRnE));
    EXPECT_EQ(decode_attributes(0x020C), arch::device(MemoryType::Device_nGnRnE));
    EXPECT_EQ(decode_attributes(0x0210), arch::device(MemoryType::Device_nGnRE))
        << "what Linux writes for a device";
    EXPECT_EQ(decode_attributes(0x0014), arch::device(MemoryType::Device_nGRE));
    EXPECT_EQ(decode_attributes(0x401C), arch::device(MemoryType::Device_GRE));
    EXPECT_EQ(decode_attributes(0x0018), arch::device(MemoryType::Device_nGnRE))
        << "gathering without reordering is no type";
}

TEST(AttributesWord, LevelsAndHintsAreSeparate) {
    const arch::CacheAttributes write_through_reads{Cacheability::WriteThrough, true, false, false};
    const arch::CacheAttributes write_back_writes{Cacheability::WriteBack, false, true, false};
    EXPECT_EQ(decode_attributes(0x406B),
              arch::normal(write_back_writes, write_through_reads, Shareability::Inner));
    EXPECT_EQ(decode_attributes(0x40AE),
              arch::normal({Cacheability::WriteThrough, true, true, false},
                           {Cacheability::WriteThrough, false, true, false}, Shareability::Inner));
    EXPECT_EQ(decode_attributes(0x403F),
              arch::normal(arch::write_back, arch::non_cacheable, Shareability::Inner))
        << "one level is cacheable: the domain counts";
}

TEST(AttributesWord, TransientCountsWhereALevelIsCacheable) {
    arch::CacheAttributes transient = arch::write_back;
    transient.set(arch::CacheAttributes::Transient, true);
    EXPECT_EQ(decode_attributes(0x40FF | half::inner_transient),
              arch::normal(transient, arch::write_back, Shareability::Inner));
    EXPECT_EQ(decode_attributes(0x40FF | half::outer_transient),
              arch::normal(arch::write_back, transient, Shareability::Inner));
    EXPECT_EQ(decode_attributes(0x403F | half::outer_transient),
              arch::normal(arch::write_back, arch::non_cacheable, Shareability::Inner));
}

TEST(AttributesWord, EncodingsThatAxiReservesAreIllegal) {
    for (const unsigned reserved : {0x4u, 0x5u, 0x8u, 0x9u, 0xCu, 0xDu}) {
        EXPECT_FALSE(is_legal(static_cast<uint16_t>(reserved << 4 | 0xF))) << reserved;
        EXPECT_FALSE(is_legal(static_cast<uint16_t>(0xF0 | reserved))) << reserved;
        EXPECT_TRUE(is_legal(static_cast<uint16_t>(0x10 | reserved))) << "a device";
    }
    EXPECT_FALSE(is_legal(0x00F0)) << "a device inside what is Normal outside";
    for (const unsigned legal : {0x2u, 0x3u, 0x6u, 0x7u, 0xAu, 0xBu, 0xEu, 0xFu})
        EXPECT_TRUE(is_legal(static_cast<uint16_t>(legal << 4 | legal))) << legal;
    EXPECT_TRUE(is_legal(half::write_back) && is_legal(half::write_through) &&
                is_legal(half::non_cacheable) && is_legal(half::device_nGnRE));
}

TEST(AttributesWord, PrivilegedAndInstructionComeBesideTheIdentity) {
    StreamIn frame;
    frame.stream = {9};
    const StreamIn plain = decode_half(0x42FF, frame);
    EXPECT_FALSE(plain.privileged);
    EXPECT_FALSE(plain.instruction);
    EXPECT_EQ(plain.stream.value, 9u);
    const StreamIn both_set = decode_half(0x40FF | half::privileged | half::instruction, frame);
    EXPECT_TRUE(both_set.privileged);
    EXPECT_TRUE(both_set.instruction);
}

}  // namespace
}  // namespace smmu::test_engine
