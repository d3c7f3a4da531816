// Stalled transactions as TLM calls: who waits, from when on, what ends it, and what was meanwhile.
// Arm IHI 0070 G.b, 3.12.2, 4.7.3, 7.2.1.
#include "tests/model/smmu_bench.h"
#include "tests/tlm/transaction.h"

namespace smmu::test {

using namespace arch;

constexpr auto read_command = tlm::TLM_READ_COMMAND;
constexpr auto write_command = tlm::TLM_WRITE_COMMAND;

struct TlmStall : SimTest, NestedBench {
    /// An access in a thread of its own, with a local time of its own.
    struct Dma {
        bool done = false;
        tlm::tlm_response_status response = tlm::TLM_INCOMPLETE_RESPONSE;
        uint64_t data = 0x1111'1111'1111'1111;
        sc_core::sc_time delay, end;  ///< when it came back
        bool ok() const { return done && response == tlm::TLM_OK_RESPONSE; }
    };
    explicit TlmStall(const Params& params = {}) : NestedBench(params) {
        ram.put(cd, make_cd(stage1, asid).set(Cd::S, true));
    }
    void begin(Dma& dma, uint64_t address, tlm::tlm_command command = read_command) {
        sc_core::sc_spawn([this, &dma, address, command] {
            Transaction t(of_stream(stream), command, address, &dma.data, 8);
            device.out->b_transport(t.payload, dma.delay);
            dma.response = t.payload.get_response_status();
            dma.end = sc_core::sc_time_stamp();
            dma.done = true;
        });
        sc_core::wait(ns);
    }
    void slow(uint64_t address, sc_core::sc_time time) {
        ram.on_access = [=](tlm::tlm_generic_payload& p) {
            if (p.get_address() == address) sc_core::wait(time);
        };
    }
    /// What a driver does once it has changed tables of stage 1.
    void invalidate() { run(command<TlbiNh>(Opcode::TLBI_NH_ALL).set(TlbiNh::VMID, vmid)); }
    /// CMD_RESUME with Ac for a record.
    static Command retry(const Event& e) {
        return {{{(e.word[0] & 0xFFFF'FFFF'0000'0000) | 0x1044, e.word[1] & 0xFFFF}}};
    }
    void stall_term() { run(Command{{{uint64_t{stream} << 32 | 0x45, 0}}}); }
    void pulse_reset() {
        reset_n = false;
        sc_core::wait(ns);
        reset_n = true;
        sc_core::wait(ns);
    }
};

TEST_F(TlmStall, ParksTheThreadOfItsCallerAndNobodyElse) {
    simulate([&] {
        start();
        map_page(1);
        Dma stalled, other;
        begin(stalled, va);
        begin(other, va + 0x1000);
        EXPECT_TRUE(other.ok()) << "the same stream, the same TBU";
        sc_core::wait(1000 * ns);
        EXPECT_FALSE(stalled.done);
        invalidate();  // registers, commands, CMD_SYNC
        uint64_t looked = 0;
        EXPECT_EQ(device.debug(of_stream(stream), read_command, va, &looked, 8), 0u);
        stall_term();
        sc_core::wait(ns);
        EXPECT_TRUE(stalled.done);
        EXPECT_EQ(stalled.response, tlm::TLM_ADDRESS_ERROR_RESPONSE);
    });
}

/// A decoupled master has its fault, and waits, at its local time.
TEST_F(TlmStall, BeginsAtTheLocalTimeOfItsFault) {
    simulate([&] {
        start();
        ram.latency = 10 * ns;
        const sc_core::sc_time now = sc_core::sc_time_stamp();
        Dma dma;
        dma.delay = 1000 * ns;
        begin(dma, va);
        while (read<EventqProd>()[EventqProd::WR] == 0) sc_core::wait(ns);
        EXPECT_GT(sc_core::sc_time_stamp() - now, 1000 * ns);
        EXPECT_LT(sc_core::sc_time_stamp() - now, 1500 * ns);
        map_page(0);
        const auto event = take_event();
        ASSERT_TRUE(event);
        const sc_core::sc_time resumed = sc_core::sc_time_stamp();
        run(retry(*event));
        sc_core::wait(ns);
        ASSERT_TRUE(dma.ok());
        // The waiting was real time; what the second translation and memory took is annotated again.
        EXPECT_GE(dma.end, resumed);
        EXPECT_GT(dma.delay, 100 * ns);
        EXPECT_LT(dma.delay, 500 * ns);
    });
}

TEST_F(TlmStall, ComesBackAsAnyOtherTransaction) {
    simulate([&] {
        start();
        uint64_t data = 0x1234;
        bool done = false;
        sc_core::sc_spawn([&] {
            Transaction t(of_stream(stream), write_command, va + 8, &data, 8);
            StrangerExtension stranger(7);
            t.payload.set_extension(&stranger);
            t.send(device);
            EXPECT_EQ(t.payload.get_response_status(), tlm::TLM_OK_RESPONSE);
            EXPECT_EQ(t.payload.get_address(), va + 8);
            EXPECT_EQ(t.payload.get_extension<StrangerExtension>(), &stranger);
            t.payload.clear_extension(&stranger);
            done = true;
        });
        const auto event = next_event();
        ASSERT_TRUE(event);
        map_page(0);
        run(retry(*event));
        sc_core::wait(ns);
        EXPECT_TRUE(done);
        EXPECT_EQ(ram.get<uint64_t>(data_page(0) + 8), 0x1234u);
    });
}

/// Software may have moved the first page while the second waited: after its CMD_SYNC nothing goes to
/// the old place.
TEST_F(TlmStall, WhatIsCutIsTranslatedAnewAfterAStall) {
    simulate([&] {
        start();
        map_page(0);
        Dma dma;
        dma.data = 0x8877'6655'4433'2211;
        begin(dma, va + 0xFFC, write_command);
        const auto event = next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ(event->word[2], va + 0x1000);
        ram.put(data_page(0) + 0xFFC, uint32_t{0xAAAA'AAAA});
        stage1.map(va, data_page(5) + map::guest, stage1_page);
        map_page(1);
        invalidate();
        run(retry(*event));
        sc_core::wait(ns);
        EXPECT_TRUE(dma.ok());
        EXPECT_EQ(ram.get<uint32_t>(data_page(0) + 0xFFC), 0xAAAA'AAAAu);
        EXPECT_EQ(ram.get<uint32_t>(data_page(5) + 0xFFC), 0x4433'2211u);
        EXPECT_EQ(ram.get<uint32_t>(data_page(1)), 0x8877'6655u);
    });
}

// --- CMD_SYNC: no record of what was invalidated appears after it (4.7.3)

TEST_F(TlmStall, AFaultAheadInLocalTimeLeavesNoRecordAfterACmdSync) {
    simulate([&] {
        start();
        slow(map::event_queue, 50 * ns);
        Dma dma;
        dma.delay = 1000 * ns;
        begin(dma, va);
        map_page(0);
        invalidate();
        const uint32_t prod = peek<EventqProd>();
        sc_core::wait(1000 * ns);
        EXPECT_EQ(peek<EventqProd>(), prod);
        EXPECT_TRUE(dma.ok());
    });
}

TEST_F(TlmStall, ARecordWhoseWriteWasAbortedDoesNotAppearAfterACmdSync) {
    simulate([&] {
        start();
        slow(map::event_queue, 100 * ns);
        ram.fail(map::event_queue, 32);
        Dma dma;
        begin(dma, va);
        map_page(0);
        invalidate();
        EXPECT_EQ(peek<Gerror>(), 1u << 2);  // EVENTQ_ABT_ERR
        ram.repair();
        write(Gerrorn{{{1u << 2}}});
        EXPECT_FALSE(next_event());
        EXPECT_TRUE(dma.ok());
    });
}

// --- Reset

TEST_F(TlmStall, ResetEndsIt) {
    simulate([&] {
        start();
        Dma dma;
        begin(dma, va);
        EXPECT_FALSE(dma.done);
        pulse_reset();
        EXPECT_TRUE(dma.done);
        EXPECT_EQ(dma.response, tlm::TLM_ADDRESS_ERROR_RESPONSE);
        start();
        EXPECT_FALSE(next_event());
    });
}

TEST_F(TlmStall, ResetDuringItsWalkOrItsLocalTimeEndsItWithoutARecord) {
    simulate([&] {
        start();
        slow(cd, 100 * ns);
        Dma walking, ahead;
        begin(walking, va);
        pulse_reset();
        start();
        sc_core::wait(200 * ns);
        EXPECT_TRUE(walking.done);
        EXPECT_FALSE(walking.ok());
        EXPECT_FALSE(next_event());

        ahead.delay = 500 * ns;
        begin(ahead, va);
        pulse_reset();
        start();
        sc_core::wait(1000 * ns);
        EXPECT_TRUE(ahead.done);
        EXPECT_FALSE(ahead.ok());
        EXPECT_FALSE(next_event());
    });
}

// --- Without stalls

struct TlmTerminating : TlmStall {
    static Params params() {
        Params p;
        p.features.stall_model = core::StallModel::Terminate;
        return p;
    }
    TlmTerminating() : TlmStall(params()) {}
};

/// CD.S and STE.S2S are ILLEGAL then: whatever software writes, no access waits.
TEST_F(TlmTerminating, NoAccessStalls) {
    simulate([&] {
        start();
        const auto faults = [&](EventId why) {
            const auto deltas = sc_core::sc_delta_count();
            uint64_t data = 0;
            EXPECT_FALSE(device.read(of_stream(stream), va, data).ok());
            EXPECT_EQ(sc_core::sc_delta_count(), deltas);
            const auto event = next_event();
            ASSERT_TRUE(event);
            EXPECT_EQ((*event)[Event::Id], why);
            EXPECT_FALSE((*event)[Event::Stall]);
        };
        faults(EventId::C_BAD_CD);
        ram.put(cd, make_cd(stage1, asid));
        faults(EventId::F_TRANSLATION);
        put_ste(stream, with_stage2(stage1_ste(cd + map::guest), stage2, vmid).set(Ste::S2S, true));
        run(command<CfgiSte>(Opcode::CFGI_STE).set(CfgiSte::StreamID, stream));
        faults(EventId::C_BAD_STE);
    });
}

}  // namespace smmu::test
