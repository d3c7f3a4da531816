// Fixture of ATS tests: a stream with ATS enabled, and Translation Requests by it.
#pragma once
#include "smmuv3/core/ats.h"
#include "tests/core/bench.h"

namespace smmu::test {

using arch::AtsStatus;
using arch::TranslationCompletion;
using arch::TranslationRequest;

/// STE.EATS.
constexpr uint8_t no_ats = 0b00, full_ats = 0b01, split_stage = 0b10, with_dpt = 0b11;
/// CR0 with SMMUEN, EVENTQEN and CMDQEN, and ATSCHK.
constexpr uint32_t enabled = 0b1101, checking = 0b1'1101;

// Bits of a Translation Completion entry.
constexpr uint64_t R = 1 << 0, W = 1 << 1, U = 1 << 2, Exe = 1 << 3, Priv = 1 << 4;
constexpr uint64_t Global = 1 << 5, N = 1 << 10, S = 1 << 11;

class AtsBench : public Bench {
protected:
    static constexpr uint64_t va = 0x0000'1234'5678'9000;
    static constexpr uint64_t ipa = 0x0000'00AB'CDEF'0000;
    static constexpr uint64_t pa = 0x0000'0056'789A'B000;

    AtsBench() {
        features.ats = true;
        while_disabled(arch::Cr2::offset, 0b1010);  // REC_CFG_ATS, RECINVSID
    }

    /// A stream that maps `va` to `pa`, by way of `ipa` where it is nested.
    Context& use(SteConfig config, uint8_t eats) {
        contexts_.push_back(std::make_unique<Context>(
            memory, config, 0x4000'0000 + 0x4000'0000 * contexts_.size()));
        Context& c = *contexts_.back();
        c.stage1.map(va, c.nested ? ipa : pa, stage1_leaf());
        c.stage2.map(ipa, pa, stage2_leaf());
        c.ste.set(Ste::EATS, eats);
        attach(c);
        return c;
    }

    /// By `stream`, without PASID, for reading and writing.
    static TranslationRequest request(uint64_t address = va) {
        TranslationRequest r;
        r.stream = stream;
        r.address = address;
        return r;
    }
    static TranslationRequest read_only(TranslationRequest r = request()) {
        r.no_write = true;
        return r;
    }
    static TranslationRequest with_pasid(uint32_t pasid, TranslationRequest r = request()) {
        r.substream_valid = true;
        r.substream = arch::SubstreamId{pasid};
        return r;
    }
    static TranslationRequest privileged(TranslationRequest r) {
        r.privileged = true;
        return r;
    }
    static TranslationRequest executing(TranslationRequest r) {
        r.execute = true;
        return r;
    }

    TranslationCompletion ask(const TranslationRequest& r) {
        memory.log.clear();
        recorded = Recording{};
        return core::translate(view(), r, memory, recorded);
    }
    TranslationCompletion ask_warm(const TranslationRequest& r) {
        memory.log.clear();
        recorded = Recording{configs, tlb};
        return core::translate(view(), r, memory, recorded);
    }

    /// Success without an event, with that entry.
    void expect_entry(const TranslationCompletion& c, uint64_t entry) const {
        EXPECT_EQ(c.status, AtsStatus::Success);
        EXPECT_EQ(c.entry.word[0], entry) << std::hex << c.entry.word[0];
        EXPECT_TRUE(recorded.events.empty());
    }
    void expect_no_access(const TranslationCompletion& c) const { expect_entry(c, 0); }
    void expect_status(const TranslationCompletion& c, AtsStatus status) const {
        EXPECT_EQ(c.status, status);
        EXPECT_EQ(c.entry.word[0], 0u);
        EXPECT_TRUE(recorded.events.empty());
    }
    /// Aborted, and recorded because CR2.REC_CFG_ATS is 1.
    void expect_aborted_with(const TranslationCompletion& c, EventId id) const {
        EXPECT_EQ(c.status, AtsStatus::CompleterAbort);
        EXPECT_EQ(event()[arch::Event::Id], id);
    }

    static Access translated(uint64_t address) {
        Access a = access(address);
        a.translated = true;
        return a;
    }

private:
    std::vector<std::unique_ptr<Context>> contexts_;
};

}  // namespace smmu::test
