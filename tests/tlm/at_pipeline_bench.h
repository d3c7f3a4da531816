// Fixture of tests of AT transactions inside a TBU: a nested stream, memory that takes requests at once, and
// what a probe is told of each transaction.
#pragma once
#include <algorithm>
#include <functional>
#include <map>

#include "tests/model/smmu_stall_bench.h"
#include "tests/support/at_master.h"

namespace smmu::test {

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

}  // namespace smmu::test
