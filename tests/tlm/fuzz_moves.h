// What fuzz tests of the TLM side do at random: register accesses, commands, and bits of structures
// and tables that are turned over and back.
#pragma once
#include "tests/tlm/fuzz_bench.h"

namespace smmu::test {

using arch::Command;
using arch::Opcode;

struct TlmFuzz : SimTest, FuzzBench {
    explicit TlmFuzz(uint64_t seed = 1, const Params& params = {}) : FuzzBench(seed, params) {}

    // --- Registers

    /// Offsets of all registers of pages 0 and 1, and some where none is (6.2).
    uint64_t random_offset() {
        constexpr uint32_t registers[] = {
            0x00, 0x04, 0x0C, 0x14, 0x1C, 0x20, 0x24, 0x28, 0x2C, 0x44,    0x50,   0x54, 0x60,
            0x64, 0x68, 0x6C, 0x70, 0x74, 0x80, 0x84, 0x88, 0x90, 0x94,    0x98,   0x9C, 0xA0,
            0xA4, 0xB0, 0xB4, 0xB8, 0xBC, 0xC0, 0xCC, 0xD0, 0xDC, 0x100A8, 0x100AC};
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
        if (t.payload.is_read() && !reaches_a_register(t.payload)) expect_zeros(t.payload);
    }
    /// Other sizes, other alignments and places beyond the two pages are RAZ/WI (6.2).
    static bool reaches_a_register(const tlm::tlm_generic_payload& p) {
        const unsigned size = p.get_data_length();
        return (size == 4 || size == 8) && p.get_address() % size == 0 &&
               p.get_address() < 0x2'0000 && p.get_streaming_width() >= size;
    }
    static void expect_zeros(const tlm::tlm_generic_payload& p) {
        const unsigned char* const enables = p.get_byte_enable_ptr();
        for (unsigned i = 0; i < p.get_data_length(); ++i)
            if (!enables || enables[i % p.get_byte_enable_length()] != 0) {
                EXPECT_EQ(p.get_data_ptr()[i], 0) << std::hex << p.get_address() << " + " << i;
            }
    }

    // --- Commands

    static constexpr uint64_t doorbells = 0xC0'0000;

    Command random_command() {
        constexpr Opcode known[] = {
            Opcode::PREFETCH_CONFIG, Opcode::PREFETCH_ADDR, Opcode::CFGI_STE,
            Opcode::CFGI_STE_RANGE,  Opcode::CFGI_CD,       Opcode::CFGI_CD_ALL,
            Opcode::TLBI_NH_ALL,     Opcode::TLBI_NH_ASID,  Opcode::TLBI_NH_VA,
            Opcode::TLBI_NH_VAA,     Opcode::TLBI_EL2_ALL,  Opcode::TLBI_EL2_ASID,
            Opcode::TLBI_EL2_VA,     Opcode::TLBI_EL2_VAA,  Opcode::TLBI_S12_VMALL,
            Opcode::TLBI_S2_IPA,     Opcode::TLBI_NSNH_ALL, Opcode::RESUME,
            Opcode::STALL_TERM,      Opcode::SYNC,          Opcode::SYNC};
        Command c{{{random.bits(), random.bits()}}};
        if (!random.one_in(4)) c.set(Command::Op, random.of(known));
        if (random.one_in(2)) c.set(Command::SSec, false);
        // The message of a CMD_SYNC goes to nowhere, to a place of its own, or is none.
        const uint64_t beyond = c.word[1] | ram.size();
        const uint64_t addresses[] = {beyond, doorbells + random.below(0x1000), 0};
        if (c[Command::Op] == Opcode::SYNC) c.word[1] = random.of(addresses);
        return c;
    }

    // --- Structures and tables, and the way back

    void spoil_structures() {
        auto ste = ram.get<arch::Ste>(map::stream_table + 64 * stream);
        auto context = ram.get<arch::Cd>(cd);
        if (random.one_in(2)) ste = random.spoil(ste);
        if (random.one_in(3)) context = random.spoil(context);
        if (features.can_stall() && random.one_in(3)) ste.set(arch::Ste::S2S, true);
        if (features.can_stall() && random.one_in(3)) context.set(arch::Cd::S, true);
        put_ste(stream, ste);
        ram.put(cd, context);
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

    void in_background(std::function<void()> body) {
        sc_core::sc_spawn(std::move(body), sc_core::sc_gen_unique_name("background"));
    }

private:
    struct Word {
        static constexpr unsigned words = 1;
        uint64_t word[1];
    };
    /// On the way to the first page: both stages, all levels.
    static constexpr uint64_t ipa = data_page(0) + map::guest;
    const uint64_t descriptors_[8] = {stage1.descriptor(va, 0),  stage1.descriptor(va, 1),
                                      stage1.descriptor(va, 2),  stage1.descriptor(va, 3),
                                      stage2.descriptor(ipa, 0), stage2.descriptor(ipa, 1),
                                      stage2.descriptor(ipa, 2), stage2.descriptor(ipa, 3)};
};

}  // namespace smmu::test
