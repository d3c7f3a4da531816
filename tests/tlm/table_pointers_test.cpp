// Tables read by pointer (walk_by_dmi): the same walk, its time, no transaction; given up when memory
// says so.
#include "tests/model/smmu_bench.h"
#include "tests/tlm/transaction.h"

namespace smmu::test {
namespace {

Params by_pointer() {
    Params p;
    p.walk_by_dmi = true;
    p.dmi = false;
    p.cycles.table_read = 1;
    return p;
}

struct TablesByPointer : SimTest, NestedBench {
    TablesByPointer() : NestedBench(by_pointer()) {
        for (unsigned n = 0; n < 8; ++n) map_page(n);
        ram.latency = 10 * ns;
        ram.remembers = true;
        ram.grants_dmi = true;
    }
    unsigned seen_at_ptw() const {
        unsigned n = 0;
        for (const auto& s : ram.seen) n += s.port == ptw_port();
        return n;
    }
    sc_core::sc_time read(unsigned page) {
        device.delay = sc_core::SC_ZERO_TIME;
        uint64_t word = 0;
        EXPECT_TRUE(device.read(of_stream(stream), va + page * 0x1000, word).ok());
        EXPECT_EQ(word, page);
        return device.delay;
    }
    const sc_core::sc_time ns{1.0, sc_core::SC_NS};
};

TEST_F(TablesByPointer, TheWalkIsTheSameTheTimeTooAndNoTransactionIsSeen) {
    simulate([&] {
        for (unsigned n = 0; n < 8; ++n) ram.put(data_page(n), uint64_t{n});
        start();
        const unsigned before = seen_at_ptw();
        EXPECT_EQ(read(0), (30 * 11 + 10) * ns);
        EXPECT_EQ(counter.fetches[core::Purpose::Stage2Table], 24u);
        EXPECT_EQ(read(1), (24 * 11 + 10) * ns);
        EXPECT_EQ(seen_at_ptw(), before);
    });
}

TEST_F(TablesByPointer, AMemoryThatRefusesIsReadByTransactions) {
    simulate([&] {
        for (unsigned n = 0; n < 8; ++n) ram.put(data_page(n), uint64_t{n});
        ram.grants_dmi = false;
        start();
        const unsigned before = seen_at_ptw();
        EXPECT_EQ(read(0), (30 * 11 + 10) * ns);
        EXPECT_EQ(seen_at_ptw(), before + 30);
    });
}

TEST_F(TablesByPointer, WithdrawnPointersAreAskedForAgain) {
    simulate([&] {
        for (unsigned n = 0; n < 8; ++n) ram.put(data_page(n), uint64_t{n});
        start();
        read(0);
        const unsigned before = seen_at_ptw();
        ram.grants_dmi = false;
        ram.in[ptw_port()]->invalidate_direct_mem_ptr(0, ~uint64_t{0});
        read(1);
        EXPECT_EQ(seen_at_ptw(), before + 24);
        ram.grants_dmi = true;
        read(2);
        EXPECT_EQ(seen_at_ptw(), before + 48) << "what was refused is not asked for again ...";
        ram.in[ptw_port()]->invalidate_direct_mem_ptr(0, ~uint64_t{0});
        read(3);
        EXPECT_EQ(seen_at_ptw(), before + 48) << "... until memory says that it has changed";
    });
}

}  // namespace
}  // namespace smmu::test
