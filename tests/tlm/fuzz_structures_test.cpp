// Structures and tables with bits turned over, under accesses of any shape.  No structure makes the
// SMMU leave its address size, read more than the architecture's walk, or keep an access for ever;
// once they are right again, so is the SMMU.  What stalls is answered as a driver would.
#include <set>

#include "tests/tlm/fuzz_moves.h"

namespace smmu::test {

using arch::Cr0;
using arch::Event;

struct TlmFuzzStructures : TlmFuzz {
    explicit TlmFuzzStructures(const Params& params = {}) : TlmFuzz(1, params) {}

    /// 1 L1STD, 1 STE; L1CD and CD, and four stage-1 descriptors, each through four levels of stage 2;
    /// four for the page.  With HTTU the way to the stage-1 leaf once more, to update it.
    unsigned most_fetches() const { return 2 + 2 * 5 + 4 * 5 + 4 + (features.httu != 0 ? 4 : 0); }

    /// Every record of a stall gets its command.
    void answer(const Event& e) {
        using arch::StallTerm;
        const auto id = static_cast<uint8_t>(e[Event::Id]);
        EXPECT_TRUE(id >= 0x10 && id <= 0x13) << "only translation-related faults stall";
        switch (random.below(4)) {
            case 0: return run(resume(e, true, random.one_in(2)));
            case 1: return run(resume(e, false, true));
            case 2: return run(resume(e, false, false));
            default:
                return run(arch::command<StallTerm>(Opcode::STALL_TERM)
                               .set(StallTerm::StreamID, e[Event::StreamID]));
        }
    }
    void answer_stalls() {
        for (unsigned tries = 0; masters.busy() != 0; ++tries) {
            ASSERT_LT(tries, 100u) << "a stalled access does not end";
            // A stray write may have spoiled a record: then there is only this.
            if (tries > 50 || random.one_in(20)) {
                control(all_on().set(Cr0::SMMUEN, false));
                control(all_on());
                continue;
            }
            std::set<uint16_t> tags;
            std::vector<Event> records;
            while (const auto e = take_event())
                if ((*e)[Event::Stall]) {
                    EXPECT_TRUE(tags.insert((*e)[Event::STAG]).second) << "two with one STAG";
                    records.push_back(*e);
                }
            for (const Event& e : records) answer(e);
            answered += static_cast<unsigned>(records.size());
            sc_core::wait(ns);
        }
    }

    void spoil_use_repair() {
        ram.on_access = [](tlm::tlm_generic_payload& p) {
            EXPECT_EQ(p.get_address() >> 44, 0u) << "beyond OAS";
        };
        while (cases < 40'000) {
            if (!random.one_in(4)) spoil_structures();
            ram.knows_atomics = !random.one_in(8);
            invalidate_all();
            for (unsigned n = 0; n < 3; ++n) {
                access();
                unsigned reads = 0;
                for (uint32_t of : counter.fetches.of) reads += of;
                EXPECT_LE(reads, most_fetches());
            }
            if (random.one_in(2)) repair_structures();
            answer_stalls();
            write(arch::EventqCons{{{read<arch::EventqProd>().raw()}}});
            repair_structures();
            if (random.one_in(500)) restore(0, ram.size());  // what stray writes have spoiled
        }
        EXPECT_GT(responses[0], 5000u);
        EXPECT_GT(responses[1], 5000u);
        EXPECT_GT(counter.events, 5000u);
        if (features.can_stall()) {
            EXPECT_GT(seen.stalls, 2000u);
            EXPECT_GT(answered, 2000u);
        } else {
            EXPECT_EQ(seen.stalls, 0u);
        }
        if (features.httu != 0) {
            EXPECT_GT(seen.updates, 2000u);
        } else {
            EXPECT_EQ(seen.updates, 0u);
        }
    }
    unsigned answered = 0;
};

TEST_F(TlmFuzzStructures, BehindALinearStreamTable) {
    simulate([&] {
        start();
        spoil_use_repair();
        expect_that_a_reset_repairs_everything();
    });
}

TEST_F(TlmFuzzStructures, BehindATwoLevelStreamTable) {
    simulate([&] {
        start();
        control(all_on().set(Cr0::SMMUEN, false));
        using arch::StrtabBaseCfg;
        write(arch::StrtabBase{}.set(arch::StrtabBase::ADDR, level1));
        write(StrtabBaseCfg{}
                  .set(StrtabBaseCfg::FMT, arch::StreamTableFormat::TwoLevel)
                  .set(StrtabBaseCfg::SPLIT, 6)
                  .set(StrtabBaseCfg::LOG2SIZE, 8));
        control(all_on());
        spoil_use_repair();
        expect_that_a_reset_repairs_everything();
    });
}

/// The other stall models, hardware updates, one stall record at a time.
struct Model {
    const char* name;
    void (*change)(core::Features&);
};
std::ostream& operator<<(std::ostream& os, const Model& m) { return os << m.name; }

struct TlmFuzzModels : TlmFuzzStructures, ::testing::WithParamInterface<Model> {
    static Params params() {
        Params p;
        GetParam().change(p.features);
        return p;
    }
    TlmFuzzModels() : TlmFuzzStructures(params()) {}
};

TEST_P(TlmFuzzModels, Structures) {
    simulate([&] {
        start();
        spoil_use_repair();
        expect_that_a_reset_repairs_everything();
    });
}

const Model models[] = {
    {"Terminate", [](core::Features& f) { f.stall_model = core::StallModel::Terminate; }},
    {"Stall", [](core::Features& f) { f.stall_model = core::StallModel::Stall; }},
    {"OneStall", [](core::Features& f) { f.stall_max = 1; }},
    {"AlwaysAbort", [](core::Features& f) { f.always_abort = true; }},
    {"Httu", [](core::Features& f) { f.httu = 2; }},
    {"TerminateHttu",
     [](core::Features& f) {
         f.stall_model = core::StallModel::Terminate;
         f.httu = 2;
     }},
};
INSTANTIATE_TEST_SUITE_P(Each, TlmFuzzModels, ::testing::ValuesIn(models),
                         [](const auto& p) { return std::string(p.param.name); });

}  // namespace smmu::test
