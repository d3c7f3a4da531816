// Overflow of counters: wire, message, capture, and in which order.  Arm IHI 0070 G.b, 10.2.1, 10.5.
#include "tests/model/smmu_pmcg_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

constexpr uint64_t doorbell = 0xA0'0000;
constexpr uint64_t last = ~uint64_t{0};

class SmmuPmcgInterrupts : public SmmuPmcg {
protected:
    void message(uint64_t address) {
        put(IRQ_CFG0, address);
        put(IRQ_CFG1, uint32_t{0xC0DE});
        put(IRQ_CFG2, uint32_t{0x3F});  // write-back, Inner Shareable
    }
    /// Counter 0 overflows with the next transaction.
    void arm() {
        bench.map_page(0);
        bench.start();
        set_up(0, 1);
        put(counter(0), last);
        enable_interrupt(1);
        enable();
    }
};

TEST_F(SmmuPmcgInterrupts, PMCG_12_AnOverflowIsOnePulseAndTheCounterGoesOn) {
    simulate([&] {
        arm();
        EXPECT_TRUE(read(va));
        EXPECT_TRUE(read(va));
        sc_core::wait(100 * ns);
        EXPECT_EQ(pulses[0].size(), 1u);
        EXPECT_EQ(pulses[1].size(), 0u) << "each group has its own";
        EXPECT_EQ(value(0), 1u);
        EXPECT_EQ(get<uint64_t>(OVSSET0), 1u);
        put(counter(0), last);
        EXPECT_TRUE(read(va));
        sc_core::wait(100 * ns);
        EXPECT_EQ(pulses[0].size(), 2u) << "though OVS is set";
        EXPECT_FALSE(pins[0]->read());
    });
}

TEST_F(SmmuPmcgInterrupts, PMCG_12_ComesAtTheLocalTimeOfItsCause) {
    simulate([&] {
        arm();
        bench.device.delay = 500 * ns;
        EXPECT_TRUE(read(va));
        const sc_core::sc_time due = sc_core::sc_time_stamp() + bench.device.delay;
        sc_core::wait(2000 * ns);
        ASSERT_EQ(pulses[0].size(), 1u);
        EXPECT_GE(pulses[0][0] + ns, due);
        EXPECT_LE(pulses[0][0], due + ns);
    });
}

TEST_F(SmmuPmcgInterrupts, PMCG_12_PMCG_13_PMCG_14_AllIsThereBeforeTheMessage) {
    simulate([&] {
        message(doorbell);
        arm();
        put(EVTYPER, 1 | OVFCAP);
        set_up(1, 1);
        put(counter(1), uint64_t{6});
        uint64_t ovs = 0, now = 9, captured[2] = {9, 9};
        bench.ram.remembers = true;
        bench.ram.on_access = [&](tlm::tlm_generic_payload& p) {
            if (p.get_address() != doorbell) return;
            const auto look = [&](uint64_t at, uint64_t& to) {
                software.debug(StreamIn{}, tlm::TLM_READ_COMMAND, at, &to, 8);
            };
            look(OVSSET0, ovs);
            look(counter(0), now);
            look(SVR, captured[0]);
            look(SVR + 8, captured[1]);
        };
        EXPECT_TRUE(read(va));
        sc_core::wait(100 * ns);
        EXPECT_EQ(bench.ram.get<uint32_t>(doorbell), 0xC0DEu);
        EXPECT_EQ(ovs, 1u);
        EXPECT_EQ(now, 0u);
        EXPECT_EQ(captured[0], 0u);
        EXPECT_EQ(captured[1], 7u);
        EXPECT_EQ(pulses[0].size(), 1u) << "the wire too";
        const auto sent = std::find_if(bench.ram.seen.begin(), bench.ram.seen.end(),
                                       [](const Ram::Seen& s) { return s.address == doorbell; });
        ASSERT_NE(sent, bench.ram.seen.end());
        EXPECT_EQ(sent->length, 4u);
        EXPECT_EQ(sent->port, bench.ptw_port());
        EXPECT_EQ(sent->out.attributes, normal(write_back, write_back, Shareability::Inner));
    });
}

TEST_F(SmmuPmcgInterrupts, PMCG_14_AnAbortedMessageIsInIrqStatusAndNowhereElse) {
    simulate([&] {
        message(doorbell);
        arm();
        EXPECT_EQ(get<uint32_t>(IRQ_STATUS), 0u);
        bench.ram.fail(doorbell, 4);
        EXPECT_TRUE(read(va));
        sc_core::wait(100 * ns);
        EXPECT_EQ(get<uint32_t>(IRQ_STATUS), 1u);
        EXPECT_EQ(bench.read<Gerror>().raw(), 0u);
        put(IRQ_CTRL, uint32_t{0});
        EXPECT_EQ(get<uint32_t>(IRQ_STATUS), 1u);
        put(IRQ_CTRL, uint32_t{1});
        sc_core::wait(ns);
        EXPECT_EQ(get<uint32_t>(IRQ_STATUS), 0u);
    });
}

TEST_F(SmmuPmcgInterrupts, PMCG_12_DisablingIsAcknowledgedOnceTheMessageIsOut) {
    simulate([&] {
        message(doorbell);
        arm();
        EXPECT_TRUE(read(va));
        sc_core::wait(100 * ns);
        put(counter(0), last);
        bench.ram.latency = 40 * ns;
        EXPECT_TRUE(read(va));  // a hit: 40 ns of memory, then the message takes 40
        put(IRQ_CTRL, uint32_t{0});
        EXPECT_EQ(get<uint32_t>(IRQ_CTRLACK), 1u);
        put(counter(0), last);
        EXPECT_TRUE(read(va)) << "overflows while being disabled: no interrupt";
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        while (get<uint32_t>(IRQ_CTRLACK) != 0) sc_core::wait(ns);
        EXPECT_GE(sc_core::sc_time_stamp(), begin + 40 * ns);
        EXPECT_EQ(pulses[0].size(), 2u);
        sc_core::wait(1000 * ns);
        EXPECT_EQ(pulses[0].size(), 2u);
    });
}

TEST_F(SmmuPmcgInterrupts, PMCG_10_PMCG_11_CyclesOverflowWhenTheirTimeHasCome) {
    simulate([&] {
        set_up(0, 0);
        put(counter(0), last - 99);
        enable_interrupt(1);
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        enable();
        sc_core::wait(1000 * ns);
        ASSERT_EQ(pulses[0].size(), 1u);
        EXPECT_EQ(pulses[0][0], begin + 100 * ns);
        EXPECT_EQ(get<uint64_t>(OVSSET0), 1u);
        EXPECT_EQ(value(0), 900u);
        put(counter(0), last - 9);
        put(CR, uint32_t{0});
        sc_core::wait(1000 * ns);
        EXPECT_EQ(pulses[0].size(), 1u) << "stopped";
    });
}

TEST_F(SmmuPmcgInterrupts, PMCG_13_ACaptureByATransactionHasTheCyclesUntilThen) {
    simulate([&] {
        arm();
        put(EVTYPER, 1 | OVFCAP);
        set_up(1, 0);
        put(counter(1), uint64_t{0});
        sc_core::wait(50 * ns);
        EXPECT_TRUE(read(va));
        sc_core::wait(50 * ns);
        EXPECT_EQ(get<uint64_t>(SVR + 8), 50u);
        EXPECT_EQ(value(1), 100u);
    });
}

TEST_F(SmmuPmcgInterrupts, AResetDropsInterruptsStillToCome) {
    simulate([&] {
        message(doorbell);
        arm();
        bench.device.delay = 500 * ns;
        EXPECT_TRUE(read(va));
        bench.reset_n.write(false);
        sc_core::wait(ns);
        bench.reset_n.write(true);
        sc_core::wait(2000 * ns);
        EXPECT_EQ(pulses[0].size(), 0u);
        EXPECT_EQ(bench.ram.get<uint32_t>(doorbell), 0u);
        bench.device.delay = sc_core::SC_ZERO_TIME;
        set_up(0, 1);
        put(counter(0), last);
        enable_interrupt(1);
        enable();
        EXPECT_TRUE(read(map::data));
        sc_core::wait(100 * ns);
        EXPECT_EQ(pulses[0].size(), 1u) << "it is alive";
    });
}

}  // namespace
}  // namespace smmu::test
