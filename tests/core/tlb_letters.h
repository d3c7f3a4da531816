// Fixture of invalidation tests: a TLB whose entries are letters, and commands typed as words.
//
// The specification asks for the removal of at least a command's scope; this implementation
// promises to remove no more unless a test says so.
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "smmuv3/core/commands.h"
#include "tests/support/tlb.h"

namespace smmu::test {

using arch::CommandError;
using arch::StreamWorld;

enum class Stages { One, Two, Both };

struct Letter {
    char letter;
    StreamWorld world;
    Stages stages;
    uint16_t vmid, asid;
    bool global;
    uint64_t input;
    uint8_t shift = 12, stage1_shift = 12;
};

class TlbLetters : public ::testing::Test, private core::CommandTarget {
protected:
    core::TlbTag tag(const Letter& e) const {
        core::TlbTag t;
        t.vmid = arch::Vmid{e.vmid};
        t.asid = arch::Asid{e.asid};
        t.world = e.world;
        t.stage1 = e.stages != Stages::Two;
        t.stage2 = e.stages != Stages::One;
        return t;
    }
    void fill() {
        tlb.invalidate_all();
        for (const Letter& e : letters) {
            core::Translation t;
            t.input = e.input;
            t.tag = tag(e);
            t.global = e.global;
            t.shift = e.shift;
            t.leaf_shift = e.stages == Stages::Two ? e.shift : e.stage1_shift;
            tlb.fill(t);
        }
    }
    CommandError execute(uint64_t word0, uint64_t word1 = 0) {
        return core::execute({{{word0, word1}}}, features, controls, *this);
    }
    void run(uint64_t word0, uint64_t word1 = 0) {
        EXPECT_EQ(execute(word0, word1), CommandError::None);
    }
    bool is_illegal(uint64_t word0, uint64_t word1 = 0) {
        fill();
        const bool illegal = execute(word0, word1) == CommandError::Illegal;
        if (illegal) {
            EXPECT_EQ(gone(), "") << "an illegal command does nothing";
        }
        return illegal;
    }
    /// The letters that are no longer found.
    std::string gone() const {
        std::string s;
        for (const Letter& e : letters)
            if (!holds(tlb, tag(e), e.input)) s += e.letter;
        return s;
    }
    /// The letters that a command removes from the full TLB.
    std::string removes(uint64_t word0, uint64_t word1 = 0) {
        fill();
        EXPECT_EQ(gone(), "");
        run(word0, word1);
        return gone();
    }

    std::vector<Letter> letters;
    core::Features features;
    core::CommandControls controls;
    core::Tlb tlb{{64, 64}};  ///< room for 64 letters

private:
    void invalidate_config(arch::StreamId, arch::StreamId) override { ADD_FAILURE() << "CMD-13"; }
    void invalidate_context(arch::StreamId, arch::SubstreamId) override {
        ADD_FAILURE() << "CMD-13";
    }
    void resume(arch::StreamId, uint16_t, core::StallEnd) override {}
    void terminate_stalls(arch::StreamId) override {}
    void invalidate_tlb(const core::TlbScope& scope) override { tlb.invalidate(scope); }
};

}  // namespace smmu::test
