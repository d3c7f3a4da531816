// SMMUEN: what its acknowledgement promises, what goes on without it, and what the caches do
// meanwhile.  Arm IHI 0070 G.b, 6.3.9.6, 3.11, 3.21.1.
#include "tests/model/smmu_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

struct SmmuEnable : SimTest, NestedBench {
    SmmuEnable() {
        for (unsigned n = 0; n < 3; ++n) {
            map_page(n);
            ram.put(data_page(n), uint32_t{0xDA7A'0000 + n});
        }
    }
    static Cr0 all_but_smmuen() { return all_on().set(Cr0::SMMUEN, false); }
    bool read_page(unsigned n, uint32_t who = stream) {
        uint32_t data = 0;
        const bool ok = device.read(of_stream(who), va + n * page_bytes, data).ok();
        if (ok) {
            EXPECT_EQ(data, 0xDA7A'0000 + n);
        }
        return ok;
    }
    /// Without translation: at the physical address.
    bool bypass(unsigned n) {
        uint32_t data = 0;
        return device.read(of_stream(stream), data_page(n), data).ok() && data == 0xDA7A'0000 + n;
    }
    void set_gbpa(uint32_t value) {
        write(Gbpa{{{0x8000'0000 | value}}});
        while (read<Gbpa>()[Gbpa::Update]) sc_core::wait(ns);
    }
    /// Accesses of the SMMU itself since the last call, those to queues left out.
    unsigned own_accesses() {
        unsigned count = 0;
        for (const Ram::Seen& s : ram.seen)
            count +=
                s.port == ptw_port() && (s.address < map::command_queue || s.address >= map::pages);
        ram.seen.clear();
        return count;
    }
};

TEST_F(SmmuEnable, REG_13_AfterTheAcknowledgementEverythingIsInEffect) {
    simulate([&] {
        start();
        control(all_but_smmuen());
        write(Cr2{});  // RECINVSID = 0
        control(all_on());
        EXPECT_FALSE(read_page(0, 300));  // beyond the Stream table
        EXPECT_FALSE(next_event());
        control(all_but_smmuen());
        write(Cr2{}.set(Cr2::RECINVSID, true));
        control(all_on());
        EXPECT_FALSE(read_page(0, 300));
        const auto event = next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ(event->word[0] & 0xFF, 0x02u);  // C_BAD_STREAMID
        EXPECT_TRUE(read_page(0));                // by its STE
        EXPECT_FALSE(bypass(0));
        uint32_t gatos_ctrl = 1;
        EXPECT_TRUE(cpu.read(StreamIn{}, 0x0100, gatos_ctrl).ok());
        EXPECT_EQ(gatos_ctrl & 1, 0u);  // RUN
    });
}

// Each access sees SMMUEN wholly old or wholly new, and an older one need not be waited for.
TEST_F(SmmuEnable, REG_13_AnAccessThatBeganInBypassEndsThere) {
    simulate([&] {
        start();
        control(all_but_smmuen());
        ram.on_access = [&](tlm::tlm_generic_payload& p) {
            if (p.get_address() == data_page(1)) sc_core::wait(5000 * ns);
        };
        bool done = false;
        sc_core::sc_spawn([&] {
            EXPECT_TRUE(bypass(1));
            done = true;
        });
        sc_core::wait(10 * ns);
        control(all_on());
        EXPECT_FALSE(done);
        EXPECT_TRUE(read_page(0));
        EXPECT_FALSE(bypass(0));
        sc_core::wait(6000 * ns);
        EXPECT_TRUE(done);
    });
}

TEST_F(SmmuEnable, REG_14_NothingIsFetchedWhileDisabledAndQueuesGoOn) {
    simulate([&] {
        start();
        // A fault just before: its record is still to be written.
        ram.on_access = [&](tlm::tlm_generic_payload& p) {
            if (p.get_address() == map::event_queue) sc_core::wait(200 * ns);
        };
        EXPECT_FALSE(read_page(7));
        control(all_but_smmuen());
        ram.remembers = true;
        for (unsigned n = 0; n < 3; ++n) EXPECT_TRUE(bypass(n));
        uint32_t data = 0;
        EXPECT_TRUE(device.read(of_stream(300), 0, data).ok());  // no such stream: no event
        push(arch::command<CfgiSte>(Opcode::CFGI_STE).set(CfgiSte::StreamID, stream));
        push(Command{{{0x01 | uint64_t{stream} << 32, 0}}});   // PREFETCH_CONFIG
        push(Command{{{0x02 | uint64_t{stream} << 32, va}}});  // PREFETCH_ADDR
        push(sync_command(CompletionSignal::Irq));
        ring();
        EXPECT_TRUE(consumed());
        sc_core::wait(500 * ns);
        EXPECT_EQ(sync_pulses.size(), 1u);
        EXPECT_EQ(own_accesses(), 0u);
        EXPECT_EQ(peek<EventqProd>(), 1u) << "the record of the fault, and no other";
        EXPECT_EQ(eventq_pulses.size(), 1u);
    });
}

TEST_F(SmmuEnable, REG_40_AfterTheAcknowledgementGbpaDecidesAndCachesStay) {
    simulate([&] {
        start();
        for (unsigned n = 0; n < 2; ++n) EXPECT_TRUE(read_page(n));
        control(all_but_smmuen());
        EXPECT_TRUE(bypass(0));
        set_gbpa(0x0010'1000);  // ABORT
        EXPECT_FALSE(bypass(0));
        set_gbpa(0x0000'1000);
        EXPECT_TRUE(bypass(0));

        // Invalidations reach the caches meanwhile: page 1 goes, page 0 and the configuration stay.
        run(command<TlbiNh>(Opcode::TLBI_NH_VA)
                .set(TlbiNh::VMID, vmid)
                .set(TlbiNh::ASID, asid)
                .set(TlbiNh::Address, va + page_bytes));
        ram.remembers = true;
        control(all_on());
        EXPECT_TRUE(read_page(0));
        EXPECT_EQ(own_accesses(), 0u);
        EXPECT_TRUE(read_page(1));
        EXPECT_EQ(own_accesses(), 24u) << "a whole nested walk";

        control(all_but_smmuen());
        run(command<CfgiSte>(Opcode::CFGI_STE).set(CfgiSte::StreamID, stream));
        control(all_on());
        own_accesses();
        EXPECT_TRUE(read_page(0));
        EXPECT_EQ(own_accesses(), 1u + 1u + 4u) << "STE, CD, and stage 2 of the CD";
    });
}

// A walk that is under way when SMMUEN is cleared leaves no entry behind.
TEST_F(SmmuEnable, REG_40_NothingIsInsertedWhileDisabled) {
    simulate([&] {
        start();
        const uint64_t leaf = stage1.descriptor(va);
        ram.on_access = [&](tlm::tlm_generic_payload& p) {
            if (p.get_address() == leaf) sc_core::wait(200 * ns);
        };
        bool done = false;
        sc_core::sc_spawn([&] {
            read_page(0);
            done = true;
        });
        sc_core::wait(20 * ns);
        control(all_but_smmuen());
        EXPECT_FALSE(done);
        sc_core::wait(500 * ns);
        EXPECT_TRUE(done);
        ram.on_access = nullptr;
        ram.remembers = true;
        control(all_on());
        EXPECT_TRUE(read_page(0));
        EXPECT_GE(own_accesses(), 24u);
    });
}

}  // namespace
}  // namespace smmu::test
