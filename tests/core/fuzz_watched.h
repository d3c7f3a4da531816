// A Memory that counts the accesses of one translation and checks each of them.
#pragma once
#include <gtest/gtest.h>

#include "smmuv3/core/access.h"
#include "smmuv3/core/features.h"
#include "smmuv3/core/memory.h"

namespace smmu::test {

/// Each access lies within the output address size, has its structure's size and alignment, and is
/// for the stream that asks.  Nothing is written but access flag and dirty state of a leaf (3.13).
class Watched final : public core::Memory {
public:
    Watched(core::Memory& memory, const core::Features& features, const core::Access& access)
        : memory_(memory), features_(features), access_(access) {}

    core::MemoryResult read(const core::MemoryAccess& a, uint64_t* words) override {
        using core::Purpose;
        check(a, a.purpose == Purpose::Ste || a.purpose == Purpose::Cd ? 64 : 8);
        const core::MemoryResult result = memory_.read(a, words);
        const bool is_descriptor =
            a.purpose == Purpose::Stage1Table || a.purpose == Purpose::Stage2Table;
        if (is_descriptor) met_run |= (words[0] & Contiguous) != 0;
        if (a.purpose == Purpose::Stage1Table) stage1_ = {a.address, words[0]};
        if (a.purpose == Purpose::Stage2Table) stage2_ = {a.address, words[0]};
        return result;
    }
    core::MemoryResult write(const core::MemoryAccess& a, const uint64_t*) override {
        ADD_FAILURE() << "a translation writes nothing: " << std::hex << a.address;
        return {};
    }
    core::MemoryResult compare_and_swap(const core::MemoryAccess& a, uint64_t expected,
                                        uint64_t desired, uint64_t& found) override {
        check(a, 8);
        ++updates;
        if (a.purpose == core::Purpose::Stage2Table)
            check_update(a, stage2_, expected, desired, 0);
        else
            check_update(a, stage1_, expected, desired, dirty);
        return memory_.compare_and_swap(a, expected, desired, found);
    }
    unsigned accesses = 0;  ///< updates included
    unsigned updates = 0;
    bool met_run = false;  ///< a descriptor has the Contiguous bit

private:
    static constexpr uint64_t AF = 1 << 10, DBM = uint64_t{1} << 51;
    static constexpr uint64_t Contiguous = uint64_t{1} << 52;
    static constexpr uint64_t dirty = 1 << 7;  ///< AP[2], 1 while clean; S2AP[1], 0 while clean

    struct Descriptor {
        uint64_t address, word;
    };
    void check(const core::MemoryAccess& a, uint32_t size) {
        ++accesses;
        EXPECT_EQ(a.address >> features_.output_address_bits, 0u) << std::hex << a.address;
        EXPECT_EQ(a.size, size);
        EXPECT_EQ(a.address % size, 0u) << std::hex << a.address;
        EXPECT_EQ(a.stream, access_.stream);
    }
    /// It is the leaf that the walk has just read.  `clean`: the dirty bit of a clean page.
    void check_update(const core::MemoryAccess& a, const Descriptor& leaf, uint64_t expected,
                      uint64_t desired, uint64_t clean) const {
        EXPECT_GT(features_.httu, 0u);
        EXPECT_TRUE(a.purpose == core::Purpose::Stage1Table ||
                    a.purpose == core::Purpose::Stage2Table);
        EXPECT_EQ(a.address, leaf.address);
        EXPECT_EQ(expected, leaf.word);
        EXPECT_EQ(expected & 0b11, a.level == 3 ? 0b11u : 0b01u) << "a page or a block";
        EXPECT_EQ((expected ^ desired) & ~(AF | dirty), 0u) << "nothing else changes";
        EXPECT_NE(expected, desired);
        EXPECT_TRUE(desired & AF) << "HTTU-03, HTTU-32";
        if (((expected ^ desired) & dirty) == 0) return;
        EXPECT_EQ(features_.httu, 2u);
        EXPECT_TRUE(expected & DBM);
        EXPECT_EQ(expected & dirty, clean);
        const bool for_itself =
            a.on_behalf == arch::FaultClass::In || a.purpose == core::Purpose::Stage1Table;
        EXPECT_TRUE(access_.write || !for_itself) << "HTTU-08: a read makes nothing dirty";
        EXPECT_NE(a.on_behalf, arch::FaultClass::Cd) << "HTTU-10";
    }

    core::Memory& memory_;
    const core::Features& features_;
    const core::Access& access_;
    Descriptor stage1_{}, stage2_{};  ///< the latest of each stage that was read
};

}  // namespace smmu::test
