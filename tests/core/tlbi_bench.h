// Fixture of TLBI tests: a TLB with one entry of each kind, and the letters that a command removes.
#pragma once
#include <gtest/gtest.h>

#include <string>

#include "smmuv3/core/commands.h"

namespace smmu::test {

using arch::Asid;
using arch::StreamWorld;
using arch::Vmid;
using core::Tlb;
using core::TlbTag;
using core::Translation;

/// What is in the TLB.
struct TlbEntry {
    char letter;
    enum Stages { S1, S2, S1S2 } stages;
    Vmid vmid;
    Asid asid;
    bool global;
    uint64_t input;
    uint8_t shift = 12, leaf_shift = 12;
    StreamWorld world = StreamWorld::El1;
};

class Tlbi : public ::testing::Test, private core::CommandTarget {
protected:
    static constexpr uint64_t page = 0x0000'1234'5678'9000, next_page = page + 0x1000;
    static constexpr uint64_t upper = 0xFFFF'1234'5678'9000;  ///< TTB1's half
    static constexpr uint64_t block = 0x0000'0012'3460'0000;  ///< 2 MB
    static constexpr uint64_t cut = 0x0000'0034'C567'8000;    ///< a page of a 1 GB block
    static constexpr uint64_t gigabyte = 0x4000'0000;
    static constexpr Vmid A{0x0A0B}, B{0x0A0C}, none{0};
    static constexpr Asid one{0x0C0D}, two{0x0C0E};
    static constexpr StreamWorld EL1 = StreamWorld::El1, EL2 = StreamWorld::El2,
                                 E2H = StreamWorld::El2E2h;

    using Entry = TlbEntry;
    static constexpr auto S1 = Entry::S1, S2 = Entry::S2, S1S2 = Entry::S1S2;
    static constexpr Entry entries[] = {
        // nested
        {'a', S1S2, A, one, false, page},
        {'b', S1S2, A, two, false, page},
        {'c', S1S2, B, one, false, page},
        {'d', S1S2, A, two, true, next_page},
        {'e', S1S2, B, two, true, next_page},
        {'f', S1S2, A, one, false, upper},
        {'g', S1S2, A, one, false, block, 21, 21},
        {'h', S1S2, A, one, false, cut, 12, 30},
        // stage 1 only: these too have the VMID of their STE (3.17)
        {'i', S1, A, one, false, page},
        {'j', S1, A, two, true, next_page},
        {'k', S1, B, one, false, page},
        // stage 2 only, where the input is an IPA
        {'l', S2, A, {}, false, page},
        {'m', S2, B, {}, false, page},
        {'n', S2, A, {}, false, block, 21, 21},
        // hypervisors: no VMID, and an ASID with E2H only
        {'o', S1, none, {}, false, page, 12, 12, EL2},
        {'p', S1, none, one, false, page, 12, 12, E2H},
        {'q', S1, none, two, false, page, 12, 12, E2H},
        {'r', S1, none, two, true, next_page, 12, 12, E2H},
        {'s', S1, none, one, false, upper, 12, 12, E2H},
    };
    const std::string all = "abcdefghijklmnopqrs";

    static TlbTag tag(const Entry& e) {
        TlbTag t;
        t.world = e.world;
        t.vmid = e.vmid;
        t.stage1 = e.stages != S2;
        t.stage2 = e.stages != S1;
        if (t.stage1) t.asid = e.asid;
        return t;
    }
    void fill() {
        tlb.invalidate_all();
        for (const Entry& e : entries) {
            Translation t;
            t.input = e.input;
            t.tag = tag(e);
            t.global = e.global;
            t.shift = e.shift;
            t.leaf_shift = e.leaf_shift;
            tlb.fill(t);
        }
    }
    std::string left() const {
        std::string found;
        for (const Entry& e : entries)
            if (tlb.find(tag(e), e.input)) found += e.letter;
        return found;
    }
    void run(uint64_t word0, uint64_t word1) {
        EXPECT_EQ(core::execute({{{word0, word1}}}, features, controls, *this),
                  arch::CommandError::None);
    }
    /// It removes nothing.
    void expect_illegal(uint64_t word0, uint64_t word1) {
        fill();
        EXPECT_EQ(core::execute({{{word0, word1}}}, features, controls, *this),
                  arch::CommandError::Illegal)
            << std::hex << word0 << ' ' << word1;
        EXPECT_EQ(left(), all);
    }
    /// The letters that a command removes from the full TLB.
    std::string removes(uint64_t word0, uint64_t word1 = 0) {
        fill();
        EXPECT_EQ(left(), all);
        run(word0, word1);
        const std::string now = left();
        std::string gone;
        for (const char letter : all)
            if (now.find(letter) == std::string::npos) gone += letter;
        return gone;
    }

    core::Features features;
    core::CommandControls controls;
    Tlb tlb{{64, 16}};

private:
    void invalidate_config(arch::StreamId, arch::StreamId) override { FAIL() << "CMD-13"; }
    void invalidate_tlb(const core::TlbScope& scope) override { tlb.invalidate(scope); }
    void invalidate_context(arch::StreamId, arch::SubstreamId) override { FAIL() << "CMD-13"; }
    void resume(arch::StreamId, uint16_t, core::StallEnd) override { FAIL(); }
    void terminate_stalls(arch::StreamId) override { FAIL(); }
};

}  // namespace smmu::test
