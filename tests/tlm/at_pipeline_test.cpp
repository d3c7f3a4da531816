// AT transactions inside a TBU: hits pass misses, misses of one page share a walk, slots are bounded, and
// time is what arithmetic says.
#include "tests/tlm/at_pipeline_bench.h"

namespace smmu::test {
namespace {

TEST_F(AtPipeline, AWalkTakesTheTimeOfItsReads) {
    simulate([&] {
        start();
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        auto& cold = master.read(who, page(0));
        finish();
        EXPECT_EQ(cold.done - begin, 310 * ns);
        const auto& t = told.of(page(0));
        EXPECT_EQ(t.by, AnsweredBy::ColdWalk);
        EXPECT_EQ(t.fetches, 30u);
        EXPECT_EQ(t.parts[Part::Ste], 10 * ns);
        EXPECT_EQ(t.parts[Part::Cd], 10 * ns);
        EXPECT_EQ(t.parts[Part::Stage1], 40 * ns);
        EXPECT_EQ(t.parts[Part::Stage2], 240 * ns);
        EXPECT_EQ(t.parts[Part::Memory], 10 * ns);
    });
}

TEST_F(AtPipeline, OneAcrossTwoPagesCountsAsForwardedUnlessItFaults) {
    simulate([&] {
        start();
        auto& good = master.read(who, page(0) + 0xFFC);
        auto& bad = master.read(who, page(31) + 0xFFC);  // nothing is mapped behind it
        finish();
        EXPECT_EQ(good.response(), tlm::TLM_OK_RESPONSE);
        EXPECT_TRUE(told.of(page(0) + 0xFFC).forwarded);
        EXPECT_EQ(bad.response(), tlm::TLM_ADDRESS_ERROR_RESPONSE);
        EXPECT_FALSE(told.of(page(31) + 0xFFC).forwarded);
    });
}

TEST_F(AtPipeline, AHitPassesAMiss) {
    simulate([&] {
        start();
        master.read(who, page(0));
        finish();
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        auto& miss = master.read(who, page(1));
        auto& hit = master.read(who, page(0));
        finish();
        EXPECT_EQ(hit.done - begin, 10 * ns);
        EXPECT_EQ(miss.done - begin, 250 * ns);
    });
}

TEST_F(AtPipeline, MissesOfOnePageShareOneWalk) {
    simulate([&] {
        start();
        master.read(who, page(0));
        finish();
        counter.misses = 0;
        for (unsigned n = 0; n < 8; ++n) master.read(who, page(1) + 8 * n);
        finish();
        EXPECT_EQ(counter.misses, 1u);
        EXPECT_EQ(told.of(page(1)).fetches, 24u);
        EXPECT_EQ(told.of(page(1) + 8).fetches, 0u);
        EXPECT_EQ(told.of(page(1) + 8).parts[Part::Queue], 240 * ns) << "it waited for the walk";
        EXPECT_EQ(told.of(page(1) + 8).by, AnsweredBy::Walk);
    });
}

/// A walk that an invalidation has overtaken is good for those that came before, not for later ones.
TEST_F(AtPipeline, NobodyJoinsAWalkThatAnInvalidationHasOvertaken) {
    simulate([&] {
        start();
        master.read(who, page(0));
        finish();
        counter.misses = 0;
        master.read(who, page(1));
        sc_core::wait(50 * ns);
        push(arch::Command{{{0x30, 0}}});  // CMD_TLBI_NSNH_ALL
        ring();
        sc_core::wait(50 * ns);
        master.read(who, page(1) + 8);
        finish();
        EXPECT_EQ(counter.misses, 2u);
    });
}

struct AtTwoSlots : AtPipeline {
    static Params params() {
        Params p;
        p.tbu_slots = 2;
        return p;
    }
    AtTwoSlots() : AtPipeline(params()) {}
};

TEST_F(AtTwoSlots, TheThirdRequestIsNotAcceptedUntilOneHasEnded) {
    simulate([&] {
        start();
        master.read(who, page(0));
        finish();
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        master.read(who, page(0));
        master.read(who, page(0) + 8);
        auto& third = master.read(who, page(0) + 16);
        EXPECT_EQ(third.accepted - begin, 10 * ns);
        finish();
        EXPECT_EQ(third.done - begin, 20 * ns);
        EXPECT_EQ(told.of(page(0) + 16).parts[Part::Queue], 10 * ns);
    });
}

struct AtWalkers : AtPipeline {
    static Params params() {
        Params p;
        p.walk_slots = 2;
        return p;
    }
    AtWalkers() : AtPipeline(params()) {}
};

/// 20 walks of 240 ns, two at a time.  Table reads share one port, which takes one at a time and is
/// never busy here: memory accepts at once.
TEST_F(AtWalkers, ARunLimitedByWalkersSaturatesAtSlotsOverLatency) {
    simulate([&] {
        start();
        master.read(who, page(0));
        finish();
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        for (unsigned n = 1; n <= 20; ++n) master.read(who, page(n));
        finish();
        const sc_core::sc_time all = sc_core::sc_time_stamp() - begin;
        EXPECT_GE(all, 20 / 2 * 240 * ns);
        EXPECT_LE(all, (20 / 2 * 240 + 20) * ns);
    });
}

/// Mean number on the way = rate * mean latency.  The number is sampled, the other two are the probe's.
TEST_F(AtWalkers, LittlesLawHolds) {
    simulate([&] {
        start();
        master.read(who, page(0));
        finish();
        told.all.clear();
        const size_t before = master.jobs.size();
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        uint64_t samples = 0, on_the_way = 0;
        bool is_running = true;
        sc_core::sc_spawn([&] {
            while (is_running) {
                sc_core::wait(1 * ns);
                ++samples;
                for (size_t n = before; n < master.jobs.size(); ++n)
                    on_the_way += !master.jobs[n]->is_done;
            }
        });
        for (unsigned n = 1; n < 32; ++n) {
            master.read(who, page(n));
            master.read(who, page(n - 1) + 64);
            sc_core::wait(100 * ns);
        }
        finish();
        is_running = false;
        const double time = (sc_core::sc_time_stamp() - begin) / ns;
        double latency = 0;
        for (const auto& e : told.all) latency += e.latency() / ns;
        const auto count = static_cast<double>(told.all.size());
        const double sampled = static_cast<double>(on_the_way) / static_cast<double>(samples);
        EXPECT_EQ(told.all.size(), 62u);
        EXPECT_NEAR(sampled, count / time * (latency / count), 0.03 * sampled);
    });
}

struct AtInOrder : AtPipeline {
    static Params params() {
        Params p;
        p.in_order = true;
        return p;
    }
    AtInOrder() : AtPipeline(params()) {}
};

TEST_F(AtInOrder, AStreamKeepsItsOrderAndOthersPass) {
    simulate([&] {
        put_ste(6, with_stage2(stage1_ste(cd + map::guest), stage2, vmid));
        start();
        StreamIn other = of_stream(6);
        master.read(who, page(0));
        master.read(other, page(0));
        finish();
        master.done.clear();
        master.jobs.clear();
        auto& miss = master.read(who, page(1));
        auto& hit = master.read(who, page(0));
        auto& fault = master.read(who, va + 0x20'0000);
        auto& passing = master.read(other, page(0));
        auto& last = master.read(who, page(0) + 8);
        finish();
        const std::vector<AtMaster::Job*> order = {&passing, &miss, &hit, &fault, &last};
        // The fault ends inside; what is behind it leaves after it, and comes back later.
        EXPECT_EQ(master.done.front(), &passing);
        const auto at = [&](AtMaster::Job& job) {
            return std::find(master.done.begin(), master.done.end(), &job) - master.done.begin();
        };
        EXPECT_LT(at(miss), at(hit));
        EXPECT_LT(at(hit), at(last));
        EXPECT_EQ(fault.response(), tlm::TLM_ADDRESS_ERROR_RESPONSE);
        EXPECT_EQ(order.size(), master.done.size());
    });
}

Params with_narrow_port() {
    Params p;
    p.mem_bytes_per_cycle = 1;
    return p;
}

struct AtNarrowPort : AtPipeline {
    AtNarrowPort() : AtPipeline(with_narrow_port()) {}
};

TEST_F(AtNarrowPort, TransfersFollowEachOtherOnTheWires) {
    simulate([&] {
        start();
        master.read(who, page(0));
        finish();
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        for (unsigned n = 0; n < 4; ++n) master.read(who, page(0) + 8 * n);
        finish();
        for (unsigned n = 0; n < 4; ++n)
            EXPECT_EQ(master.jobs[1 + n]->done - begin, (8 * n + 10) * ns);
    });
}

}  // namespace
}  // namespace smmu::test
