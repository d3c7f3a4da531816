// What the time of a transaction goes into: each part by arithmetic, and all of them together its
// latency.
#include <vector>

#include "tests/model/smmu_bench.h"
#include "tests/tlm/transaction.h"

namespace smmu::test {
namespace {

constexpr auto read_command = tlm::TLM_READ_COMMAND;

/// What a probe was told of transactions, kept.
struct Transactions final : Probe {
    struct Told {
        uint64_t id;
        unsigned size, fetches;
        bool forwarded;
        AnsweredBy by;
        Parts parts;
        sc_core::sc_time begin, end;
        sc_core::sc_time latency() const { return end - begin; }
    };
    std::vector<Told> told;
    void transaction(const Transaction& t) override {
        told.push_back({t.id, t.size, t.fetches, t.forwarded, t.by, t.parts, t.begin, t.end});
    }
    const Told& last() const { return told.back(); }
};

struct PartsBench : SimTest, NestedBench {
    explicit PartsBench(const Params& params = {}) : NestedBench(params) {
        for (unsigned n = 0; n < 8; ++n)
            stage1.map(va + n * 0x1000, data_page(2 * n) + map::guest, stage1_page);
        smmu.attach(transactions);
    }
    /// Its parts are all of it, always.
    const Transactions::Told& read(uint64_t address, unsigned length = 8) {
        uint8_t data[64];
        Transaction(of_stream(stream), read_command, address, data, length).send(device);
        const auto& t = transactions.last();
        EXPECT_EQ(t.parts.total(), t.latency());
        return t;
    }
    Transactions transactions;
    const sc_core::sc_time ns{1.0, sc_core::SC_NS};
    const sc_core::sc_time zero = sc_core::SC_ZERO_TIME;
};

struct TransactionParts : PartsBench {};

TEST_F(TransactionParts, OfAColdNestedWalkAreItsReads) {
    simulate([&] {
        start();
        ram.latency = 10 * ns;
        const auto& t = read(va);
        EXPECT_EQ(t.by, AnsweredBy::ColdWalk);
        EXPECT_EQ(t.fetches, 30u);
        EXPECT_EQ(t.parts[Part::Ste], 10 * ns);
        EXPECT_EQ(t.parts[Part::Cd], 10 * ns);
        EXPECT_EQ(t.parts[Part::Stage1], 40 * ns);
        EXPECT_EQ(t.parts[Part::Stage2], 240 * ns) << "four for the CD, 20 for the walk";
        EXPECT_EQ(t.parts[Part::Memory], 10 * ns);
        EXPECT_EQ(t.latency(), 310 * ns);
    });
}

TEST_F(TransactionParts, OfAWalkWithKnownConfigurationAndOfAHit) {
    simulate([&] {
        start();
        ram.latency = 10 * ns;
        read(va);
        const auto walk = read(va + 0x1000);
        EXPECT_EQ(walk.by, AnsweredBy::Walk);
        EXPECT_EQ(walk.fetches, 24u);
        EXPECT_EQ(walk.latency(), 250 * ns);
        const auto hit = read(va + 0x1000);
        EXPECT_EQ(hit.by, AnsweredBy::MicroTlb);
        EXPECT_EQ(hit.fetches, 0u);
        EXPECT_EQ(hit.parts[Part::Memory], 10 * ns);
        EXPECT_EQ(hit.latency(), 10 * ns);
        EXPECT_EQ(hit.id, 3u);
    });
}

TEST_F(TransactionParts, OfPiecesAddUp) {
    simulate([&] {
        start();
        ram.latency = 10 * ns;
        read(va);
        const auto two = read(va + 0xFFC);  // a hit, a walk, and two accesses
        EXPECT_EQ(two.by, AnsweredBy::Walk);
        EXPECT_EQ(two.fetches, 24u);
        EXPECT_EQ(two.parts[Part::Memory], 20 * ns);
        EXPECT_EQ(two.latency(), 260 * ns);
    });
}

TEST_F(TransactionParts, OfOneThatFaultsHaveNoMemory) {
    simulate([&] {
        start();
        ram.latency = 10 * ns;
        const auto& t = read(va + 0x8000);
        EXPECT_FALSE(t.forwarded);
        EXPECT_EQ(t.parts[Part::Memory], zero);
        EXPECT_GT(t.latency(), zero);
    });
}

Params with_latencies() {
    Params p;
    p.micro_tlb = {1, 1, {}};
    p.cycles.micro_tlb = 1;
    p.cycles.link = 100;
    p.cycles.tlb = 1000;
    p.cycles.config_cache = 10'000;
    p.cycles.table_read = 2;
    return p;
}

struct LookupParts : PartsBench {
    LookupParts() : PartsBench(with_latencies()) {}
};

TEST_F(LookupParts, EveryLookUpAndHopIsCharged) {
    simulate([&] {
        start();
        const auto cold = read(va);
        EXPECT_EQ(cold.parts[Part::Lookup], 11'001 * ns);
        EXPECT_EQ(cold.parts[Part::Hop], 200 * ns);
        EXPECT_EQ(cold.parts[Part::Stage1], 4 * 2 * ns)
            << "a cost of each read, beside the memory's";
        read(va + 0x1000);
        const auto tlb = read(va);  // its place in the micro TLB is gone
        EXPECT_EQ(tlb.by, AnsweredBy::MainTlb);
        EXPECT_EQ(tlb.parts[Part::Lookup], 11'001 * ns);
        EXPECT_EQ(tlb.latency(), 11'201 * ns);
        EXPECT_EQ(read(va).latency(), 1 * ns);
    });
}

Params with_walk_caches() {
    Params p;
    p.walk_caches = core::by_stage({64, 4, {}}, {64, 4, {}}, {64, 4, {}});
    p.cycles.walk_cache = 1;
    p.cycles.ipa_cache = 100;
    return p;
}

struct WalkCacheParts : PartsBench {
    WalkCacheParts() : PartsBench(with_walk_caches()) {}
};

/// Warm: stage 1 finds its last table, whose IPA is cached; the page's own IPA is new.
TEST_F(WalkCacheParts, AWarmWalkAsksEachCacheAndReadsTwoDescriptors) {
    simulate([&] {
        start();
        read(va);
        const auto& warm = read(va + 0x1000);
        EXPECT_EQ(warm.fetches, 2u);
        EXPECT_EQ(warm.parts[Part::Lookup], (1 + 2 * 100 + 1) * ns);
    });
}

Params with_one_slot() {
    Params p;
    p.walk_slots = 1;
    return p;
}

struct SlotParts : PartsBench {
    SlotParts() : PartsBench(with_one_slot()) {}
};

/// Two masters at the same local time: the second walk waits for all of the first.
TEST_F(SlotParts, WalksThatFindNoSlotWaitInLocalTime) {
    simulate([&] {
        start();
        ram.latency = 10 * ns;
        read(va);
        device.delay = 1000 * ns;
        const auto first = read(va + 0x1000);
        device.delay = 1000 * ns;
        const auto second = read(va + 0x2000);
        EXPECT_EQ(first.parts[Part::Queue], zero);
        EXPECT_EQ(second.parts[Part::Queue], 240 * ns) << "its 24 reads";
        device.delay = 500 * ns;
        EXPECT_EQ(read(va + 0x3000).parts[Part::Queue], zero) << "earlier than both";
        device.delay = 1000 * ns;
        EXPECT_EQ(read(va + 0x3000).parts[Part::Queue], zero) << "a hit needs none";
    });
}

/// Memory that waits: other threads come while a walk holds the only slot.
TEST_F(SlotParts, WalksThatFindNoSlotWaitInTheKernelsTimeWhereMemoryDoes) {
    simulate([&] {
        start();
        read(va);
        ram.waits = true;
        ram.latency = 10 * ns;
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        unsigned ended = 0;
        sc_core::sc_event end;
        for (unsigned n = 1; n < 4; ++n)
            sc_core::sc_spawn([&, n] {
                uint64_t data;
                Transaction(of_stream(stream), read_command, va + n * 0x1000, &data, 8)
                    .send(device);
                if (++ended == 3) end.notify();
            });
        sc_core::wait(end);
        ASSERT_EQ(transactions.told.size(), 4u);
        for (unsigned n = 1; n < 4; ++n) {
            const auto& t = transactions.told[n];
            EXPECT_EQ(t.parts[Part::Queue], (n - 1) * 240 * ns);
            EXPECT_EQ(t.end - begin, (n * 240 + 10) * ns);
            EXPECT_EQ(t.parts.total(), t.latency());
        }
    });
}

Params with_narrow_ports() {
    Params p;
    p.ptw_bytes_per_cycle = 8;
    p.mem_bytes_per_cycle = 4;
    p.tlb_banks = 2;
    p.cycles.tlb_interval = 5;
    p.cycles.link_interval = 3;
    return p;
}

struct PortParts : PartsBench {
    PortParts() : PartsBench(with_narrow_ports()) {}
    const Transactions::Told& read_at(sc_core::sc_time when, uint64_t address) {
        device.delay = when;
        return read(address, 64);
    }
};

TEST_F(PortParts, TransfersAtTheSameTimeWaitForTheWires) {
    simulate([&] {
        start();
        read(va);
        EXPECT_EQ(read_at(1000 * ns, va).parts[Part::Queue], zero);
        EXPECT_EQ(read_at(1000 * ns, va).parts[Part::Queue], 16 * ns) << "64 bytes, 4 a cycle";
        EXPECT_EQ(read_at(1010 * ns, va).parts[Part::Queue], 22 * ns);
    });
}

TEST_F(PortParts, MissesAtTheSameTimeWaitForLinkBankAndPort) {
    simulate([&] {
        start();
        read(va);
        // Without latency all 24 reads of a walk want the port at once: each waits a cycle for the other.
        EXPECT_EQ(read_at(1000 * ns, va + 0x1000).parts[Part::Queue], 23 * ns);
        // Three cycles behind on the link, in the other bank; then each of its reads behind those above.
        EXPECT_EQ(read_at(1000 * ns, va + 0x2000).parts[Part::Queue], 47 * ns);
        // Six cycles behind on the link, and its bank is free.
        EXPECT_EQ(read_at(1000 * ns, va + 0x3000).parts[Part::Queue], 71 * ns);
    });
}

}  // namespace
}  // namespace smmu::test
