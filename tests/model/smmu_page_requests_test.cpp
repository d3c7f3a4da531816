// Page requests at the sockets: record, PROD, interrupt, in that order; MSIs; what goes wrong.  Arm IHI
// 0070 G.b, 3.18.2, 6.3.9.5, 8.2.
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "tests/model/smmu_bench.h"
#include "tlm_sockets/ats_extension.h"

namespace smmu::test {
namespace {

using namespace arch;

constexpr uint64_t queue = 0x50'0000, doorbell = 0xA0'0000;

Params with_pri() {
    Params p;
    p.features.ats = p.features.pri = true;
    return p;
}

/// Keeps what it is answered.
class Endpoint : public sc_core::sc_module {
public:
    tlm_utils::simple_initiator_socket<Endpoint, 32> ats{"ats"};
    tlm_utils::simple_target_socket<Endpoint, 32> ats_inv{"ats_inv"};
    std::vector<PrgResponse> responses;

    explicit Endpoint(sc_core::sc_module_name name) : sc_module(name) {
        ats_inv.register_b_transport(this, &Endpoint::take_answer);
    }

private:
    void take_answer(tlm::tlm_generic_payload& p, sc_core::sc_time&) {
        auto* const message = p.get_extension<AtsExtension>();
        responses.push_back(message->response);
        message->responded = true;
        p.set_response_status(tlm::TLM_OK_RESPONSE);
    }
};

class SmmuPageRequests : public SimTest {
protected:
    SmmuPageRequests() {
        bench.checkers.connect(endpoint.ats, bench.smmu.ats[0], "check_ats");
        bench.checkers.connect(bench.smmu.ats_inv[0], endpoint.ats_inv, "check_ats_inv");
        bench.smmu.irq_priq(irq_priq);
        sc_core::sc_spawn_options options;
        options.spawn_method();
        options.dont_initialize();
        options.set_sensitivity(&irq_priq.posedge_event());
        sc_core::sc_spawn([this] { pulses.push_back(bench.peek<PriqProd>()); }, "watch", &options);
    }

    void start() {
        bench.start();
        put(0xC0, queue | 2);
        bench.enable_interrupts(SmmuDriver::all_interrupts().set(IrqCtrl::PRIQ_IRQEN, true));
        bench.control(SmmuDriver::all_on().set(Cr0::PRIQEN, true));
    }
    template <class T>
    void put(uint64_t offset, T value) {
        EXPECT_TRUE(bench.cpu.write(StreamIn{}, offset, value).ok());
    }
    void put(uint64_t offset, int value) { put(offset, static_cast<uint32_t>(value)); }
    /// R, with or without Last.
    void send(bool last = false, sc_core::sc_time delay = sc_core::SC_ZERO_TIME) {
        AtsExtension message(AtsMessage::PageRequest);
        message.page.set(PageRequest::StreamID, 5)
            .set(PageRequest::R, true)
            .set(PageRequest::Last, last)
            .set(PageRequest::PRGIndex, 7)
            .set(PageRequest::Address, 0x1234'5000);
        tlm::tlm_generic_payload p;
        carry(p, message);
        endpoint.ats->b_transport(p, delay);
        p.clear_extension(&message);
        EXPECT_EQ(p.get_response_status(), tlm::TLM_OK_RESPONSE);
    }

    SmmuBench bench{with_pri()};
    Endpoint endpoint{"endpoint"};
    sc_core::sc_signal<bool> irq_priq{"irq_priq"};
    std::vector<uint32_t> pulses;  ///< PRIQ_PROD when the interrupt rose
    std::vector<PrgResponse>& responses = endpoint.responses;
};

TEST_F(SmmuPageRequests, PRI_02_RecordComesBeforeProdAndProdBeforeTheInterrupt) {
    simulate([&] {
        start();
        uint32_t prod_at_write = 1;
        bench.ram.on_response = [&](tlm::tlm_generic_payload& p) {
            if (p.get_address() == queue) prod_at_write = bench.peek<PriqProd>();
        };
        send();
        sc_core::wait(100 * ns);
        EXPECT_EQ(prod_at_write, 0u);
        EXPECT_EQ(bench.ram.get<PageRequest>(queue).word[0], 0x1000'0000'0000'0005);
        EXPECT_EQ(bench.ram.get<PageRequest>(queue).word[1], 0x1234'5007u);
        EXPECT_EQ(pulses, std::vector<uint32_t>{1});
        send(true);
        sc_core::wait(100 * ns);
        EXPECT_EQ(bench.peek<PriqProd>(), 2u);
        EXPECT_EQ(pulses.size(), 1u) << "the queue was not empty";
    });
}

TEST_F(SmmuPageRequests, ComeAtTheLocalTimeOfTheirMaster) {
    simulate([&] {
        start();
        send(false, 500 * ns);
        sc_core::wait(400 * ns);
        EXPECT_EQ(bench.peek<PriqProd>(), 0u);
        sc_core::wait(200 * ns);
        EXPECT_EQ(bench.peek<PriqProd>(), 1u);
    });
}

TEST_F(SmmuPageRequests, MSI_01_TheQueueHasAnMsiOfItsOwn) {
    simulate([&] {
        bench.start();
        put(0xC0, queue | 2);
        put(0xD0, doorbell);
        put(0xD8, 0x5151);
        put(0xDC, 0x3F);  // write-back, Inner Shareable
        bench.enable_interrupts(SmmuDriver::all_interrupts().set(IrqCtrl::PRIQ_IRQEN, true));
        bench.control(SmmuDriver::all_on().set(Cr0::PRIQEN, true));
        send();
        sc_core::wait(100 * ns);
        EXPECT_EQ(bench.ram.get<uint32_t>(doorbell), 0x5151u);
    });
}

TEST_F(SmmuPageRequests, AnAbortedMsiIsAnErrorOfItsOwn) {
    simulate([&] {
        bench.start();
        put(0xC0, queue | 2);
        put(0xD0, uint64_t{1} << 40);  // nobody is there
        bench.enable_interrupts(SmmuDriver::all_interrupts().set(IrqCtrl::PRIQ_IRQEN, true));
        bench.control(SmmuDriver::all_on().set(Cr0::PRIQEN, true));
        send();
        sc_core::wait(100 * ns);
        EXPECT_EQ(bench.peek<Gerror>(), 1u << 6);
        EXPECT_EQ(bench.gerror_pulses.size(), 1u);
        EXPECT_EQ(bench.peek<PriqProd>(), 1u) << "the record is there";
    });
}

TEST_F(SmmuPageRequests, PRI_09_AnAbortedRecordIsAnsweredAndInterrupts) {
    simulate([&] {
        start();
        bench.ram.bad_begin = queue;
        bench.ram.bad_end = queue + 16;
        send();
        sc_core::wait(100 * ns);
        EXPECT_EQ(bench.peek<Gerror>(), 1u << 3);
        EXPECT_EQ(bench.gerror_pulses.size(), 1u);
        EXPECT_TRUE(pulses.empty());
        ASSERT_EQ(responses.size(), 1u);
        EXPECT_EQ(responses[0].status, PrgStatus::ResponseFailure);
        EXPECT_EQ(responses[0].prg_index, 7u);
    });
}

TEST_F(SmmuPageRequests, REG_17_PriqenIsAcknowledgedOnceTheRecordOnItsWayIsThere) {
    simulate([&] {
        start();
        bench.ram.waits = true;
        bench.ram.latency = 100 * ns;
        send();
        sc_core::wait(50 * ns);
        bench.control(SmmuDriver::all_on());
        EXPECT_EQ(bench.peek<PriqProd>(), 1u);
        bench.ram.waits = false;
        send();
        sc_core::wait(1000 * ns);
        EXPECT_EQ(bench.peek<PriqProd>(), 1u);
        ASSERT_EQ(responses.size(), 1u);
        EXPECT_EQ(responses[0].status, PrgStatus::ResponseFailure);
    });
}

TEST_F(SmmuPageRequests, REG_44_TheEnableCountsWhenProdMoves) {
    simulate([&] {
        bench.start();
        put(0xC0, queue | 2);
        bench.control(SmmuDriver::all_on().set(Cr0::PRIQEN, true));
        bench.ram.latency = 100 * ns;
        send();
        sc_core::wait(50 * ns);
        EXPECT_EQ(bench.peek<PriqProd>(), 1u);
        bench.enable_interrupts(SmmuDriver::all_interrupts().set(IrqCtrl::PRIQ_IRQEN, true));
        sc_core::wait(500 * ns);
        EXPECT_TRUE(pulses.empty());
    });
}

TEST_F(SmmuPageRequests, AResetForgetsThem) {
    simulate([&] {
        start();
        send(false, 500 * ns);
        bench.reset_n = false;
        sc_core::wait(ns);
        bench.reset_n = true;
        sc_core::wait(1000 * ns);
        EXPECT_EQ(bench.peek<PriqProd>(), 0u);
        EXPECT_TRUE(responses.empty());
        EXPECT_TRUE(pulses.empty());
    });
}

}  // namespace
}  // namespace smmu::test
