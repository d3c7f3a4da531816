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

TEST_F(SmmuPmcgInterrupts, PMCG_12_DisablingIsAcknowledgedOnceTheWireIsDone) {
    simulate([&] {
        arm();
        set_up(1, 2);  // one miss is two overflows
        put(counter(1), last);
        put(INTENSET0, uint64_t{3});
        EXPECT_TRUE(read(va));
        put(IRQ_CTRL, uint32_t{0});
        while (get<uint32_t>(IRQ_CTRLACK) != 0) sc_core::wait(ns);
        EXPECT_EQ(pulses[0].size(), 2u);
        sc_core::wait(100 * ns);
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

/// Any words anywhere, under traffic: it goes on, and a reset makes it good again.
TEST_F(SmmuPmcgInterrupts, NoRegisterAccessHangsOrReports) {
    simulate([&] {
        bench.map_page(0);
        bench.start();
        constexpr uint32_t offsets[] = {0x400, 0x404, 0xA00, 0xC00, 0xC20, 0xC40, 0xC60, 0xC80,
                                        0xCC0, 0xD88, 0xE04, 0xE50, 0xE58, 0xE5C, 0xE60, 0xE64,
                                        0xE68, 0x000, 0x004, 0x008, 0x00C, 0x600, 0xFF0, 0xDF8};
        uint64_t state = 1;
        const auto random = [&state](uint64_t below) {
            state = state * 6364136223846793005 + 1442695040888963407;
            return (state >> 33) % below;
        };
        for (unsigned i = 0; i < 5000; ++i) {
            const uint64_t at = random(4) * page1 + offsets[random(std::size(offsets))];
            const uint64_t words[] = {0, 1, last, last - random(100), random(1 << 30)};
            const uint64_t word = words[random(std::size(words))];
            if (random(4) == 0)
                get<uint32_t>(at);
            else if (at % 8 == 0 && random(2) == 0)
                put(at, word);
            else
                put(at, static_cast<uint32_t>(word));
            if (random(3) == 0)
                read(va + 8 * random(1024), stream + static_cast<uint32_t>(random(2)));
            if (random(50) == 0) sc_core::wait(static_cast<double>(random(200)) * ns);
        }
        bench.device.delay = sc_core::SC_ZERO_TIME;
        bench.reset_n.write(false);
        sc_core::wait(ns);
        bench.reset_n.write(true);
        set_up(0, 1);
        put(counter(0), last);
        enable_interrupt(1);
        enable();
        const size_t before = pulses[0].size();
        EXPECT_TRUE(read(map::data));
        sc_core::wait(100 * ns);
        EXPECT_EQ(pulses[0].size(), before + 1);
        EXPECT_EQ(value(0), 0u);
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
