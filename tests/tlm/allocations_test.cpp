// After warm-up an access that some TLB answers does not touch the heap.
#include "tests/model/interconnect_allocations.h"
#include "tests/model/smmu_bench.h"
#include "tests/tlm/transaction.h"

namespace smmu::test {

struct TlmAllocations : SimTest, NestedBench {
    explicit TlmAllocations(const Params& params = {}) : NestedBench(params) {
        for (unsigned n = 0; n < 2; ++n) map_page(n);
    }
    /// Sends transactions to two pages in turns; returns the allocations of all but the first ten.
    uint64_t allocations_of(Transaction& read, Transaction& write) {
        uint64_t before = 0;
        for (unsigned i = 0; i < 1000; ++i) {
            if (i == 10) before = allocations();
            read.send(device);
            write.send(device);
        }
        EXPECT_TRUE(read.payload.is_response_ok());
        EXPECT_TRUE(write.payload.is_response_ok());
        return allocations() - before;
    }
};

TEST_F(TlmAllocations, NoneForAMicroTlbHit) {
    simulate([&] {
        start();
        uint64_t data = 0;
        Transaction read(of_stream(stream), tlm::TLM_READ_COMMAND, va, &data, 8);
        Transaction write(of_stream(stream), tlm::TLM_WRITE_COMMAND, va + 0x1000, &data, 8);
        EXPECT_EQ(allocations_of(read, write), 0u);
        EXPECT_EQ(counter.misses, 2u);
    });
}

struct TlmSmallMicroTlb : TlmAllocations {
    static Params params() {
        Params p;
        p.micro_tlb = {1, 1};
        return p;
    }
    TlmSmallMicroTlb() : TlmAllocations(params()) {}
};

TEST_F(TlmSmallMicroTlb, NoAllocationForAMainTlbHit) {
    simulate([&] {
        start();
        uint64_t data = 0;
        Transaction read(of_stream(stream), tlm::TLM_READ_COMMAND, va, &data, 8);
        Transaction write(of_stream(stream), tlm::TLM_WRITE_COMMAND, va + 0x1000, &data, 8);
        EXPECT_EQ(allocations_of(read, write), 0u);
        EXPECT_EQ(counter.misses, 2000u);
        EXPECT_TRUE(counter.tlb_hit);
    });
}

TEST_F(TlmAllocations, CounterCounts) {
    const uint64_t before = allocations();
    const auto something = std::make_unique<int>(1);
    EXPECT_EQ(allocations() - before, 1u);
    EXPECT_EQ(*something, 1);
}

}  // namespace smmu::test
