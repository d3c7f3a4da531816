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
    EXPECT_EQ(decode_attributes(0x4044), both(arch::non_cacheable, Shareability::Outer));
    EXPECT_EQ(decode_attributes(0x4000), arch::device(MemoryType::Device_nGnRnE));
    EXPECT_EQ(decode_attributes(0x0004), arch::device(MemoryType::Device_nGnRE));
    EXPECT_EQ(decode_attributes(0x0008), arch::device(MemoryType::Device_nGRE));
    EXPECT_EQ(decode_attributes(0x400C), arch::device(MemoryType::Device_GRE));
}

TEST(AttributesWord, LevelsAndHintsAreSeparate) {
    const arch::CacheAttributes write_through_read_only{Cacheability::WriteThrough, true, false,
                                                        false};
    const arch::CacheAttributes write_back_none{Cacheability::WriteBack, false, false, false};
    EXPECT_EQ(decode_attributes(0x40AC),
              arch::normal(write_back_none, write_through_read_only, Shareability::Inner));
    EXPECT_EQ(decode_attributes(0x404F),
              arch::normal(arch::write_back, arch::non_cacheable, Shareability::Inner))
        << "one level is cacheable: the domain counts";
}

TEST(AttributesWord, TransientByBitOrByNibble) {
    arch::CacheAttributes transient = arch::write_back;
    transient.transient = true;
    EXPECT_EQ(decode_attributes(0x40FF | half::inner_transient),
              arch::normal(transient, arch::write_back, Shareability::Inner));
    EXPECT_EQ(decode_attributes(0x40FF | half::outer_transient),
              arch::normal(arch::write_back, transient, Shareability::Inner));
    EXPECT_EQ(decode_attributes(0x4077), both(transient, Shareability::Inner));
    const arch::CacheAttributes through{Cacheability::WriteThrough, true, true, true};
    EXPECT_EQ(decode_attributes(0x4033), both(through, Shareability::Inner));
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
