// Random registers, commands, structures and accesses.  Nothing that software or a device says may
// end in a report, an exception or a hang (sim_main.cpp fails the test for any report), and after a
// reset the SMMU must work.  Seeds are fixed: a failure repeats.
#include <functional>

#include "tests/tlm/fuzz_bench.h"

namespace smmu::test {

using arch::Command;
using arch::Opcode;

struct TlmFuzz : SimTest, FuzzBench {
    explicit TlmFuzz(uint64_t seed = 1, const Params& params = {}) : FuzzBench(seed, params) {}

    // --- Registers

    /// Offsets of all registers of pages 0 and 1, and some where none is (6.2).
    uint64_t random_offset() {
        constexpr uint32_t registers[] = {0x00, 0x04, 0x0C, 0x14, 0x1C, 0x20, 0x24,    0x28,
                                          0x2C, 0x44, 0x50, 0x54, 0x60, 0x64, 0x68,    0x80,
                                          0x84, 0x88, 0x90, 0x94, 0x98, 0x9C, 0xA0,    0xA4,
                                          0xB0, 0xB8, 0xC0, 0xCC, 0xD0, 0xDC, 0x100A8, 0x100AC};
        const uint64_t one = random.of(registers);
        const uint64_t choices[] = {
            one, one, one, one, one, one + random.below(9), random.below(0x4'0000), random.bits()};
        return random.of(choices);
    }
    /// Anything, but often what leads further: queues in memory, small sizes, enables.
    uint64_t random_value() {
        const uint64_t in_ram = random.below(ram.size() / 32) * 32;
        const uint64_t choices[] = {random.bits(),    in_ram | random.below(20), random.below(16),
                                    random.below(16), random.below(256),         0x8000'0000};
        return random.of(choices);
    }
    /// The register socket answers whatever is asked.
    void register_access() {
        ++cases;
        static unsigned char data[64], enables[8];
        constexpr unsigned lengths[] = {4, 4, 4, 4, 8, 8, 1, 2, 12, 64};
        constexpr tlm::tlm_command commands[] = {tlm::TLM_WRITE_COMMAND, tlm::TLM_WRITE_COMMAND,
                                                 tlm::TLM_READ_COMMAND, tlm::TLM_IGNORE_COMMAND};
        const uint64_t value = random_value();
        std::memcpy(data, &value, sizeof value);
        Transaction t(StreamIn{}, random.of(commands), random_offset(), data, random.of(lengths));
        if (random.one_in(10)) {
            for (unsigned char& e : enables) e = random.one_in(4) ? 0 : 0xFF;
            t.payload.set_byte_enable_ptr(enables);
            t.payload.set_byte_enable_length(1 + static_cast<unsigned>(random.below(8)));
        }
        if (random.one_in(20))
            t.payload.set_streaming_width(1 + static_cast<unsigned>(random.below(8)));
        EXPECT_EQ(t.send(cpu), tlm::TLM_OK_RESPONSE);
    }

    // --- Commands

    Command random_command() {
        constexpr Opcode known[] = {Opcode::PREFETCH_CONFIG, Opcode::PREFETCH_ADDR,
                                    Opcode::CFGI_STE,        Opcode::CFGI_STE_RANGE,
                                    Opcode::CFGI_CD,         Opcode::CFGI_CD_ALL,
                                    Opcode::TLBI_NH_ALL,     Opcode::TLBI_NH_ASID,
                                    Opcode::TLBI_NH_VA,      Opcode::TLBI_NH_VAA,
                                    Opcode::TLBI_S12_VMALL,  Opcode::TLBI_S2_IPA,
                                    Opcode::TLBI_NSNH_ALL,   Opcode::SYNC};
        Command c{{{random.bits(), random.bits()}}};
        if (!random.one_in(4)) c.set(Command::Op, random.of(known));
        if (random.one_in(2)) c.set(Command::SSec, false);
        return c;
    }

    // --- Structures and tables, and the way back

    void spoil_structures() {
        if (random.one_in(2))
            put_ste(stream, random.spoil(ram.get<arch::Ste>(map::stream_table + 64 * stream)));
        if (random.one_in(3)) ram.put(cd, random.spoil(ram.get<arch::Cd>(cd)));
        if (random.one_in(3)) ram.put(level1, random.spoil(ram.get<arch::L1Std>(level1)));
        for (uint64_t n = random.below(3); n > 0; --n) {
            const uint64_t at = random.of(descriptors_);
            ram.put(at, random.spoil(ram.get<Word>(at)));
        }
    }
    void repair_structures() {
        restore(map::stream_table, 64 * 256);
        restore(cd, 64);
        restore(level1, sizeof(arch::L1Std));
        for (uint64_t at : descriptors_) restore(at, 8);
    }
    void invalidate_all() {
        run(arch::command<arch::CfgiSteRange>(Opcode::CFGI_STE_RANGE)
                .set(arch::CfgiSteRange::Range, 31),
            Command{}.set(Command::Op, Opcode::TLBI_NSNH_ALL));
    }

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
    void in_background(std::function<void()> body) {
        sc_core::sc_spawn(std::move(body), sc_core::sc_gen_unique_name("background"));
    }

private:
    struct Word {
        static constexpr unsigned words = 1;
        uint64_t word[1];
    };
    bool command_error() { return ((peek<arch::Gerror>() ^ peek<arch::Gerrorn>()) & 1) != 0; }

    /// On the way to the first page: both stages, all levels.
    static constexpr uint64_t ipa = data_page(0) + map::guest;
    const uint64_t descriptors_[8] = {stage1.descriptor(va, 0),  stage1.descriptor(va, 1),
                                      stage1.descriptor(va, 2),  stage1.descriptor(va, 3),
                                      stage2.descriptor(ipa, 0), stage2.descriptor(ipa, 1),
                                      stage2.descriptor(ipa, 2), stage2.descriptor(ipa, 3)};
};

TEST_F(TlmFuzz, Registers) {
    simulate([&] {
        while (cases < 40'000) {
            register_access();
            if (random.one_in(4)) access();
            if (random.one_in(4)) pause(20);
            if (random.one_in(100)) start();
            if (random.one_in(500)) pulse_reset();
        }
        EXPECT_GT(responses[0], 1000u);
        EXPECT_GT(responses[1], 1000u);
        expect_that_a_reset_repairs_everything();
    });
}

/// Whatever the commands were, a device with valid tables gets its data.
TEST_F(TlmFuzz, Commands) {
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
        expect_that_a_reset_repairs_everything();
    });
}

/// No structure makes the SMMU leave its address size, or read more than the architecture's walk.
struct TlmFuzzStructures : TlmFuzz {
    void spoil_use_repair() {
        ram.on_access = [](tlm::tlm_generic_payload& p) {
            EXPECT_EQ(p.get_address() >> 44, 0u) << "beyond OAS";
        };
        while (cases < 40'000) {
            if (!random.one_in(4)) spoil_structures();
            invalidate_all();
            for (unsigned n = 0; n < 3; ++n) {
                access();
                unsigned reads = 0;
                for (uint32_t of : counter.fetches.of) reads += of;
                EXPECT_LE(reads, 31u);  // 1 L1STD, 1 STE, 5 for the CD, 24
            }
            write(arch::EventqCons{{{read<arch::EventqProd>().raw()}}});
            repair_structures();
            if (random.one_in(500)) restore(0, ram.size());  // what stray writes have spoiled
        }
        EXPECT_GT(responses[0], 5000u);
        EXPECT_GT(responses[1], 5000u);
        EXPECT_GT(counter.events, 5000u);
    }
};

TEST_F(TlmFuzzStructures, BehindALinearStreamTable) {
    simulate([&] {
        start();
        spoil_use_repair();
        expect_that_a_reset_repairs_everything();
    });
}

TEST_F(TlmFuzzStructures, BehindATwoLevelStreamTable) {
    simulate([&] {
        start();
        control(all_on().set(arch::Cr0::SMMUEN, false));
        using arch::StrtabBaseCfg;
        write(arch::StrtabBase{}.set(arch::StrtabBase::ADDR, level1));
        write(StrtabBaseCfg{}
                  .set(StrtabBaseCfg::FMT, arch::StreamTableFormat::TwoLevel)
                  .set(StrtabBaseCfg::SPLIT, 6)
                  .set(StrtabBaseCfg::LOG2SIZE, 8));
        control(all_on());
        spoil_use_repair();
        expect_that_a_reset_repairs_everything();
    });
}

struct TlmFuzzSmallCaches : TlmFuzz {
    static Params params() {
        Params p;
        p.micro_tlb_entries = 4;
        p.tlb = {2, 2};
        p.config_cache = {2, 1};
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
                    access();
                    pause(10);
                }
                --running;
            });
        while (cases < 40'000) {
            const auto what = random.below(10);
            if (what < 6) register_access();
            if (what == 6) {
                push(random_command());
                ring();
            }
            if (what == 7) spoil_structures();
            if (what == 8) repair_structures();
            if (what == 9 && random.one_in(20)) start();
            if (random.one_in(2)) pause(10);
            if (random.one_in(500)) pulse_reset();
            if (random.one_in(1000)) restore(0, ram.size());
        }
        stop = true;
        sc_core::wait(1'000'000 * ns);
        EXPECT_EQ(running, 0u) << "an access never came back";
        EXPECT_GT(responses[0], 1000u);
        EXPECT_GT(responses[1], 1000u);
        expect_that_a_reset_repairs_everything();
    });
}

}  // namespace smmu::test
