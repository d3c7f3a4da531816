// The reset pin: what is gone afterwards, at whatever moment it comes.
#include "tests/model/smmu_bench.h"
#include "tests/tlm/transaction.h"

namespace smmu::test {

struct TlmReset : SimTest, NestedBench {
    TlmReset() { map_page(0); }

    /// Long enough to be seen, short enough to come in the middle of something.
    void pulse() {
        reset_n = false;
        sc_core::wait(ns);
        reset_n = true;
        sc_core::wait(ns);
    }
    void slow(uint64_t address, sc_core::sc_time time) {
        ram.on_access = [=](tlm::tlm_generic_payload& p) {
            if (p.get_address() == address) sc_core::wait(time);
        };
    }
    void in_background(std::function<void()> body) {
        sc_core::sc_spawn(std::move(body), sc_core::sc_gen_unique_name("background"));
    }
    bool reads(uint64_t address) {
        uint32_t data = 0;
        return device.read(of_stream(stream), address, data).ok();
    }
    uint32_t at(uint32_t offset) {
        uint32_t value = 0;
        cpu.debug(StreamIn{}, tlm::TLM_READ_COMMAND, offset, &value, 4);
        return value;
    }
    static arch::Command nsnh_all() {
        return arch::Command{}.set(arch::Command::Op, arch::Opcode::TLBI_NSNH_ALL);
    }
};

TEST_F(TlmReset, GivesRegistersTheirResetValues) {
    simulate([&] {
        write(arch::Gbpa{}.set(arch::Gbpa::Update, true).set(arch::Gbpa::ABORT, true));
        for (uint32_t offset : {0x68u, 0x70u, 0x74u, 0xB0u, 0xB8u, 0xBCu}) {  // MSIs
            EXPECT_TRUE(cpu.write(StreamIn{}, offset, uint32_t{0x00C0'0024}).ok());
            EXPECT_NE(at(offset), 0u);
        }
        start();
        EXPECT_TRUE(reads(va));
        EXPECT_FALSE(reads(va + 0x1000));
        run(nsnh_all());
        push(arch::Command{{{0xFF, 0}}});
        ring();
        sc_core::wait(100 * ns);
        pulse();
        // CR0, CR0ACK, CR1, CR2, IRQ_CTRL, IRQ_CTRLACK, GERROR*, STRTAB_*, CMDQ_*, EVENTQ_*
        for (uint32_t offset : {0x20u, 0x24u, 0x28u, 0x2Cu, 0x50u, 0x54u, 0x60u,    0x64u,
                                0x68u, 0x6Cu, 0x70u, 0x74u, 0xB0u, 0xB4u, 0xB8u,    0xBCu,
                                0x80u, 0x88u, 0x90u, 0x98u, 0x9Cu, 0xA0u, 0x100A8u, 0x100ACu})
            EXPECT_EQ(at(offset), 0u) << std::hex << offset;
        EXPECT_EQ(at(0x44), 0x1000u);  // GBPA: everything passes with the attributes it brings
        uint32_t data = 0;
        EXPECT_EQ(device.read(of_stream(stream), map::data, data).out.attributes,
                  arch::default_attributes);
    });
}

TEST_F(TlmReset, EmptiesTheCaches) {
    simulate([&] {
        start();
        EXPECT_TRUE(reads(va));
        pulse();
        stage1.unmap(va);
        put_ste(stream, with_stage2(stage1_ste(cd + map::guest), stage2, vmid));
        start();
        EXPECT_FALSE(reads(va));
        EXPECT_FALSE(counter.config_hit);
        EXPECT_TRUE(next_event());
    });
}

TEST_F(TlmReset, DuringAWalkLeavesNothingOfItBehind) {
    simulate([&] {
        start();
        slow(stage2.descriptor(data_page(0) + map::guest), 100 * ns);
        bool done = false;
        in_background([&] {
            EXPECT_TRUE(reads(va));  // goes on as it began
            done = true;
        });
        sc_core::wait(50 * ns);
        ASSERT_FALSE(done);
        pulse();
        sc_core::wait(100 * ns);
        EXPECT_TRUE(done);
        start();
        stage1.unmap(va);
        EXPECT_FALSE(reads(va));
    });
}

TEST_F(TlmReset, DuringAWalkThatFaultsLeavesNoRecord) {
    simulate([&] {
        start();
        slow(cd, 100 * ns);
        in_background([&] { EXPECT_FALSE(reads(va + 0x1000)); });
        sc_core::wait(50 * ns);
        pulse();
        start();
        sc_core::wait(200 * ns);
        EXPECT_FALSE(next_event());
        EXPECT_TRUE(eventq_pulses.empty());
    });
}

TEST_F(TlmReset, DuringTheWriteOfARecordDoesNotMoveProd) {
    simulate([&] {
        start();
        slow(map::event_queue, 100 * ns);
        EXPECT_FALSE(reads(va + 0x1000));
        EXPECT_FALSE(reads(va + 0x1000));
        sc_core::wait(50 * ns);  // the first is being written, the second waits
        pulse();
        start();  // takes until the write has ended
        EXPECT_FALSE(next_event());
        EXPECT_EQ(counter.events, 0u);
        EXPECT_TRUE(eventq_pulses.empty());
        ram.on_access = nullptr;
        EXPECT_FALSE(reads(va + 0x2000));
        const auto event = next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ((*event)[arch::Event::InputAddr], va + 0x2000);
    });
}

TEST_F(TlmReset, DropsRecordsThatWaitForTheirLocalTime) {
    simulate([&] {
        start();
        device.delay = 5000 * ns;
        EXPECT_FALSE(reads(va + 0x1000));
        pulse();
        start();
        sc_core::wait(10000 * ns);
        EXPECT_FALSE(next_event());
    });
}

TEST_F(TlmReset, DuringTheFetchOfACommandDropsIt) {
    simulate([&] {
        const arch::Command illegal{{{0xFF, 0}}};
        const auto sync = arch::view<arch::Command>(sync_command(arch::CompletionSignal::Irq));
        for (const arch::Command& command : {nsnh_all(), sync, illegal}) {
            start();
            slow(map::command_queue, 100 * ns);
            push(command);
            ring();
            sc_core::wait(50 * ns);
            pulse();
            ram.on_access = nullptr;
            sc_core::wait(200 * ns);
            EXPECT_EQ(counter.commands, 0u);
            EXPECT_EQ(peek<arch::CmdqCons>(), 0u);
            EXPECT_EQ(peek<arch::Gerror>(), 0u);
        }
        EXPECT_TRUE(sync_pulses.empty());
        EXPECT_TRUE(gerror_pulses.empty());
        start();
        run(nsnh_all());
        EXPECT_EQ(peek<arch::CmdqCons>(), 2u);
    });
}

TEST_F(TlmReset, DuringACmdSyncThatWaitsDropsIt) {
    simulate([&] {
        start();
        EXPECT_TRUE(reads(va));
        slow(data_page(0), 300 * ns);
        in_background([&] { EXPECT_TRUE(reads(va)); });
        sc_core::wait(ns);
        push(sync_command(arch::CompletionSignal::Irq));
        ring();
        sc_core::wait(50 * ns);
        pulse();
        ram.on_access = nullptr;
        start();  // takes until the access has ended
        sc_core::wait(500 * ns);
        EXPECT_TRUE(sync_pulses.empty());
        EXPECT_EQ(peek<arch::CmdqCons>(), 0u);
        run(nsnh_all());
    });
}

/// Three pulses of 1 ns with gaps of 1 ns; the reset comes while one is up and between two.
TEST_F(TlmReset, DropsInterruptsStillToComeAndLeavesThePinAlive) {
    simulate([&] {
        for (double at : {0.0, 0.5, 1.0, 1.5}) {
            start();
            sync_pulses.clear();
            for (unsigned i = 0; i < 3; ++i) push(sync_command(arch::CompletionSignal::Irq));
            ring();
            sc_core::wait(irq_cmd_sync.posedge_event());
            sc_core::wait(at * ns);
            pulse();
            sc_core::wait(100 * ns);
            EXPECT_EQ(sync_pulses.size(), 1u) << at;
            EXPECT_FALSE(irq_cmd_sync.read()) << at;
            start();
            push(sync_command(arch::CompletionSignal::Irq));
            ring();
            sc_core::wait(100 * ns);
            EXPECT_EQ(sync_pulses.size(), 2u) << at;
            pulse();
        }
    });
}

TEST_F(TlmReset, ActsWhenThePinFalls) {
    simulate([&] {
        start();
        reset_n = false;
        sc_core::wait(10 * ns);
        EXPECT_EQ(at(0x20), 0u);
        reset_n = true;
        sc_core::wait(10 * ns);
        start();
        EXPECT_TRUE(reads(va));
    });
}

struct TlmResetFromTheStart : TlmReset {
    TlmResetFromTheStart() { reset_n.write(false); }
};

TEST_F(TlmResetFromTheStart, IsHarmless) {
    simulate([&] {
        sc_core::wait(100 * ns);
        reset_n = true;
        sc_core::wait(ns);
        start();
        EXPECT_TRUE(reads(va));
    });
}

}  // namespace smmu::test
