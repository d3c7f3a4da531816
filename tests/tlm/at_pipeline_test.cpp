// AT transactions inside a TBU: hits pass misses, misses of one page share a walk, slots are bounded,
// stalls hold nobody up, and time is what arithmetic says.
#include <algorithm>
#include <functional>
#include <map>

#include "tests/model/smmu_stall_bench.h"
#include "tests/support/at_master.h"

namespace smmu::test {
namespace {

constexpr auto read_command = tlm::TLM_READ_COMMAND;
constexpr auto write_command = tlm::TLM_WRITE_COMMAND;

struct Told final : Probe {
    struct Entry {
        uint64_t address;
        bool forwarded;
        AnsweredBy by;
        unsigned fetches;
        Parts parts;
        sc_core::sc_time begin, end;
        sc_core::sc_time latency() const { return end - begin; }
    };
    std::vector<Entry> all;
    void transaction(const Transaction& t) override {
        all.push_back({t.address, t.forwarded, t.by, t.fetches, t.parts, t.begin, t.end});
    }
    const Entry& of(uint64_t address) const {
        return *std::find_if(all.begin(), all.end(),
                             [&](const Entry& e) { return e.address == address; });
    }
};

/// Memory answers after 10 ns, and takes a request at once.
struct AtPipeline : SimTest, NestedBench {
    explicit AtPipeline(const Params& params = {}) : NestedBench(params) {
        for (unsigned n = 0; n < 32; ++n) map_page(n);
        for (unsigned n = 0; n < 32; ++n) ram.put(data_page(n), uint64_t{0xDA7A'0000} + n);
        smmu.attach(told);
        ram.answer = Ram::Answer::UpdatedEndReq;
        ram.latency = 10 * ns;
    }
    static uint64_t page(unsigned n) { return va + n * 0x1000; }
    void finish() {
        master.wait_for_all();
        for (const auto& e : told.all) EXPECT_EQ(e.parts.total(), e.latency());
    }
    StreamIn who = of_stream(stream);
    AtMaster master{device};
    Told told;
    const sc_core::sc_time ns{1.0, sc_core::SC_NS};
    const sc_core::sc_time zero = sc_core::SC_ZERO_TIME;
};

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

struct AtStall : AtPipeline {
    AtStall() { ram.put(cd, make_cd(stage1, asid).set(arch::Cd::S, true)); }
};

TEST_F(AtStall, AStalledRequestIsHeldWhileOthersGoOn) {
    simulate([&] {
        start();
        master.read(who, page(0));
        finish();
        auto& stalled = master.read(who, page(40));
        auto& other = master.read(who, page(0) + 8);
        sc_core::wait(1000 * ns);
        EXPECT_TRUE(other.is_done);
        EXPECT_FALSE(stalled.is_done);
        EXPECT_EQ(counter.events, 1u);
        map_page(40);
        ram.put(data_page(40), uint64_t{0xC0FFEE});
        push(resume(stream, 0, true));
        ring();
        finish();
        EXPECT_EQ(stalled.response(), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(stalled.data, 0xC0FFEEu);
        EXPECT_GT(told.of(page(40)).parts[Part::Stall], 300 * ns);
    });
}

TEST_F(AtStall, SoftwareMayAbortItOrLetItReadZero) {
    simulate([&] {
        start();
        auto& aborted = master.read(who, page(40));
        sc_core::wait(1000 * ns);
        auto& zero_read = master.read(who, page(41));
        sc_core::wait(2000 * ns);
        EXPECT_EQ(counter.events, 2u);
        push(resume(stream, 0, false, true));
        push(resume(stream, 1, false, false));
        ring();
        finish();
        EXPECT_NE(aborted.response(), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(zero_read.response(), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(zero_read.data, 0u);
    });
}

TEST_F(AtStall, WithoutTranslationItIsAborted) {
    simulate([&] {
        start();
        auto& stalled = master.read(who, page(40));
        sc_core::wait(2000 * ns);
        EXPECT_FALSE(stalled.is_done);
        write(arch::Cr0{});
        finish();
        EXPECT_NE(stalled.response(), tlm::TLM_OK_RESPONSE);
    });
}

/// The old translation may be used until CMD_SYNC has completed, and not after.
TEST_F(AtPipeline, CmdSyncWaitsForTransactionsOnTheWay) {
    simulate([&] {
        start();
        master.read(who, page(0));
        finish();
        auto& on_the_way = master.read(who, page(1));
        sc_core::wait(5 * ns);
        push(arch::Command{{{0x30, 0}}});  // CMD_TLBI_NSNH_ALL
        push(sync_command(arch::CompletionSignal::Irq));
        ring();
        while (sync_pulses.empty()) sc_core::wait(1 * ns);
        EXPECT_TRUE(on_the_way.is_done);
        finish();
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

// --- The same in LT, AT and without time

/// What a race-free program of one master leaves: its answers, and the events of its stream.
struct Left {
    std::vector<uint64_t> data;
    std::vector<int> responses;
    std::vector<uint64_t> memory;
    unsigned events = 0;
    bool operator==(const Left& o) const {
        return data == o.data && responses == o.responses && memory == o.memory &&
               events == o.events;
    }
};

enum class How : uint8_t { Untimed, Lt, At };

struct SameInAll : AtPipeline {
    static Params params() {
        Params p;
        p.cycles.micro_tlb = 1;
        p.cycles.link = 5;
        p.walk_slots = 1;
        return p;
    }
    SameInAll() : AtPipeline(params()) {}

    Left run(How how) {
        Left left;
        ram.latency = how == How::Untimed ? zero : 10 * ns;
        for (unsigned n = 0; n < 16; ++n)
            for (uint64_t at = 0; at < 0x1000; at += 8) ram.put(data_page(n) + at, n * at);
        SmmuDriver::run(arch::Command{{{0x04, 31}}},  // CMD_CFGI_ALL
                        arch::Command{{{0x30, 0}}});  // CMD_TLBI_NSNH_ALL
        const unsigned events = counter.events;
        uint32_t dice = 7;
        for (unsigned n = 0; n < 200; ++n) {
            dice = dice * 1664525 + 1013904223;
            const unsigned which = dice >> 28;
            const uint64_t address = which == 15 ? va + 0x20'0000 + (dice >> 20 & 0xFF8)
                                                 : page(which) + (dice >> 12 & 0xFFC);
            const bool writes = (dice >> 9 & 1) != 0;
            uint64_t data = uint64_t{dice} << 8 | n;
            const auto command = writes ? write_command : read_command;
            int response = 0;
            if (how == How::At) {
                auto& job = master.send(who, command, address, data);
                master.wait_for_all();
                response = job.response();
                data = job.data;
            } else {
                response = device.access(who, command, address, &data, 8).response;
            }
            left.responses.push_back(response);
            left.data.push_back(data);
        }
        sc_core::wait(100'000 * ns);
        left.events = counter.events - events;
        for (unsigned n = 0; n < 16; ++n)
            for (uint64_t at = 0; at < 0x1000; at += 8)
                left.memory.push_back(ram.get<uint64_t>(data_page(n) + at));
        return left;
    }
};

TEST_F(SameInAll, MemoryResponsesAndEventsDoNotDependOnTheStyle) {
    simulate([&] {
        start();
        const Left untimed = run(How::Untimed), lt = run(How::Lt), at = run(How::At);
        EXPECT_GT(untimed.events, 0u);
        EXPECT_TRUE(untimed == lt);
        EXPECT_TRUE(untimed == at);
    });
}

}  // namespace
}  // namespace smmu::test
