// AT: who watches from when on.
#include "tests/support/at_master.h"
#include "tests/support/sim_test.h"
#include "tests/tlm/bare_bench.h"

namespace smmu::test {
namespace {

struct Transactions final : Probe {
    std::vector<uint64_t> came, ended;  ///< by number
    std::vector<sc_core::sc_time> latencies, sums;
    void arrival(const Arrival& a) override { came.push_back(a.id); }
    void transaction(const Transaction& t) override {
        ended.push_back(t.id);
        latencies.push_back(t.end - t.begin);
        sums.push_back(t.parts.total());
    }
};

struct AtWatch : SimTest, BareBench {
    AtWatch() : BareBench(Registers::Unbound) { ram.latency = 10 * ns; }
    const sc_core::sc_time ns{1.0, sc_core::SC_NS};
    AtMaster master{device};
    Transactions probe;
};

TEST_F(AtWatch, AProbeHearsOfTheTransactionsThatComeAfterIt) {
    simulate([&] {
        auto& before = master.read(of_stream(1), map::data);
        smmu.attach(probe);
        auto& after = master.read(of_stream(1), map::data + 8);
        master.wait_for_all();
        EXPECT_EQ(before.response(), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(after.response(), tlm::TLM_OK_RESPONSE);
        ASSERT_EQ(probe.ended.size(), 1u);
        EXPECT_EQ(probe.came, probe.ended);
        EXPECT_EQ(probe.sums, probe.latencies);
        EXPECT_GE(probe.latencies.front(), 10 * ns);
    });
}

}  // namespace
}  // namespace smmu::test
