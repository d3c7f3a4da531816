// Random registers, commands, structures and accesses.  Nothing that software or a device says may
// end in a report, an exception or a hang (sim_main.cpp fails the test for any report), and after a
// reset the SMMU must work.  Seeds are fixed: a failure repeats.
#include <functional>

#include "tests/tlm/fuzz_moves.h"

namespace smmu::test {

TEST_F(TlmFuzz, Registers) {
    simulate([&] {
        ram.put(cd, make_cd(stage1, asid).set(arch::Cd::S, true));  // what faults there stalls
        while (cases < 60'000) {
            register_access();
            if (random.one_in(4)) access();
            if (random.one_in(4)) pause(20);
            if (random.one_in(100)) start();
            if (random.one_in(100)) end_stalls();
            if (random.one_in(500)) pulse_reset();
        }
        EXPECT_GT(seen.stalls, 100u);
        EXPECT_GT(seen.messages + seen.lost_messages, 50u);
        end_stalls();
        EXPECT_GT(responses[0], 1000u);
        EXPECT_GT(responses[1], 1000u);
        expect_that_a_reset_repairs_everything();
    });
}

struct TlmFuzzCommands : TlmFuzz {
    // --- Commands that were pushed

    /// All are consumed, but for those that are illegal: there the queue stops and says so, and
    /// goes on once software has put something else there.
    void expect_consumed_or_illegal() {
        for (unsigned tries = 0; tries < 10; ++tries) {
            if (!command_error()) {
                EXPECT_TRUE(consumed(100 * ns));
                if (!command_error()) return;
            }
            const auto cons = read<arch::CmdqCons>();
            EXPECT_EQ(cons[arch::CmdqCons::ERR], arch::CommandError::Illegal);
            const arch::QueueIndex at{cons[arch::CmdqCons::RD]};
            ram.put(map::command_queue + 16 * at.slot(commands_log2), sync_command());
            write(arch::Gerrorn{{{read<arch::Gerror>().raw()}}});
            sc_core::wait(20 * ns);
        }
        ADD_FAILURE() << "the Command queue does not go on";
    }

private:
    bool command_error() { return ((peek<arch::Gerror>() ^ peek<arch::Gerrorn>()) & 1) != 0; }
};

/// Whatever the commands were, a device with valid tables gets its data.
TEST_F(TlmFuzzCommands, AreConsumedOrIllegalAndDevicesGoOn) {
    simulate([&] {
        start();
        while (cases < 40'000) {
            for (uint64_t n = 1 + random.below(7); n > 0; --n, ++cases) push(random_command());
            ring();
            if (random.one_in(2)) sc_core::wait(20 * ns);
            const auto page = static_cast<unsigned>(random.below(4));
            uint32_t data = 0;
            EXPECT_TRUE(device.read(of_stream(stream), va + page * 0x1000, data).ok());
            EXPECT_EQ(data, answer + page);
            sc_core::wait(20 * ns);
            expect_consumed_or_illegal();
        }
        EXPECT_GT(gerror_pulses.size(), 1000u);
        EXPECT_GT(sync_pulses.size(), 100u);
        EXPECT_GT(seen.messages, 100u);
        EXPECT_GT(seen.lost_messages, 100u);
        expect_that_a_reset_repairs_everything();
    });
}

struct TlmFuzzSmallCaches : TlmFuzz {
    static Params params() {
        Params p;
        p.micro_tlb = {4, 1};
        p.tlb = {4, 2};
        p.config_cache = {2, 1};
        p.features.httu = 2;
        p.features.stall_max = 1;
        return p;
    }
    TlmFuzzSmallCaches() : TlmFuzz(2, params()) {}
};

/// All of it at once, while memory waits and two masters are under way.
TEST_F(TlmFuzzSmallCaches, EverythingAtOnce) {
    simulate([&] {
        bool stop = false;
        unsigned running = 2;
        ram.waits = true;
        ram.latency = 2 * ns;
        for (unsigned n = 0; n < 2; ++n)
            in_background([&] {
                while (!stop) {
                    any_access();
                    pause(10);
                }
                --running;
            });
        while (cases < 100'000) {
            const auto what = random.below(10);
            if (what < 6) register_access();
            if (what == 6) {
                push(random_command());
                ring();
            }
            if (what == 7) spoil_structures();
            if (what == 8) repair_structures();
            if (what == 9 && random.one_in(5)) start();
            if (random.one_in(2)) pause(10);
            if (random.one_in(50)) write(arch::Cr0{});  // ends stalls
            if (random.one_in(500)) pulse_reset();
            if (random.one_in(1000)) restore(0, ram.size());
            ram.knows_atomics = !random.one_in(4);
        }
        stop = true;
        for (int i = 0; i < 1000 && running != 0; ++i) {
            write(arch::Cr0{});
            sc_core::wait(1000 * ns);
        }
        EXPECT_EQ(running, 0u) << "an access never came back";
        EXPECT_GT(seen.stalls, 50u);
        EXPECT_GT(seen.updates, 50u);
        EXPECT_GT(seen.messages + seen.lost_messages, 50u);
        EXPECT_GT(responses[0], 1000u);
        EXPECT_GT(responses[1], 1000u);
        expect_that_a_reset_repairs_everything();
    });
}

}  // namespace smmu::test
