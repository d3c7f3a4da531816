// The register socket as a TLM target: which accesses reach a register, and which let time pass.
#include "tests/model/smmu_bench.h"
#include "tests/tlm/transaction.h"

namespace smmu::test {

constexpr auto read_command = tlm::TLM_READ_COMMAND;
constexpr auto write_command = tlm::TLM_WRITE_COMMAND;

// Offsets as IHI 0070 G.b, 6.2 gives them.
constexpr uint64_t aidr = 0x1C, cr0 = 0x20, cr0ack = 0x24, cr1 = 0x28, cr2 = 0x2C, gbpa = 0x44,
                   irq_ctrl = 0x50, irq_ctrlack = 0x54, gerror = 0x60, gerrorn = 0x64,
                   gerror_irq_cfg0 = 0x68, gerror_irq_cfg1 = 0x70, gerror_irq_cfg2 = 0x74,
                   eventq_irq_cfg0 = 0xB0, eventq_irq_cfg1 = 0xB8, eventq_irq_cfg2 = 0xBC,
                   strtab_base = 0x80, cmdq_base = 0x90, cmdq_prod = 0x98, cmdq_cons = 0x9C,
                   eventq_base = 0xA0, eventq_prod = 0x100A8, eventq_cons = 0x100AC;

struct TlmRegisters : SimTest, SmmuBench {
    uint32_t word(uint64_t offset) {
        uint32_t value = 0xDEAD'DEAD;
        EXPECT_TRUE(cpu.read(StreamIn{}, offset, value).ok());
        return value;
    }
};

TEST_F(TlmRegisters, AnswerEveryAccessWithOk) {
    simulate([&] {
        uint8_t data[64];
        for (uint64_t offset :
             {uint64_t{0}, uint64_t{1}, aidr, aidr + 2, cr1, uint64_t{0xFFFF}, uint64_t{0x1'FFFC},
              uint64_t{0x2'0000}, (uint64_t{1} << 32) + aidr, ~uint64_t{0} - 3})
            for (unsigned length : {1u, 2u, 3u, 4u, 5u, 8u, 12u, 16u, 64u}) {
                const bool reaches = offset == aidr && length == 4;
                Transaction read(StreamIn{}, read_command, offset, data, length);
                std::fill(data, data + 64, uint8_t{0xEE});
                EXPECT_EQ(read.send(cpu), tlm::TLM_OK_RESPONSE);
                if (offset >= aidr) {
                    for (unsigned i = 0; i < length; ++i)
                        EXPECT_EQ(data[i], i == 0 && reaches ? 0x03 : 0)
                            << std::hex << offset << " " << length;
                }
                Transaction write(StreamIn{}, write_command, offset, data, length);
                std::fill(data, data + 64, uint8_t{0});
                EXPECT_EQ(write.send(cpu), tlm::TLM_OK_RESPONSE);
            }
    });
}

TEST_F(TlmRegisters, Take32And64BitAccesses) {
    simulate([&] {
        uint64_t base = 0x0000'0123'4567'8940;
        EXPECT_TRUE(cpu.write(StreamIn{}, strtab_base, base).ok());
        EXPECT_EQ(word(strtab_base), 0x4567'8940u);
        EXPECT_EQ(word(strtab_base + 4), 0x0000'0123u);
        EXPECT_TRUE(cpu.write(StreamIn{}, strtab_base + 4, uint32_t{0x456}).ok());
        EXPECT_TRUE(cpu.read(StreamIn{}, strtab_base, base).ok());
        EXPECT_EQ(base, 0x0000'0456'4567'8940u);
    });
}

TEST_F(TlmRegisters, IgnoreAccessesThatAreIllegal) {
    simulate([&] {
        const auto write = [&](uint64_t offset, unsigned length) {
            uint8_t data[16];
            std::fill(data, data + 16, uint8_t{0xFF});
            EXPECT_EQ(Transaction(StreamIn{}, write_command, offset, data, length).send(cpu),
                      tlm::TLM_OK_RESPONSE);
        };
        write(strtab_base, 2);
        write(strtab_base + 2, 4);
        write(strtab_base + 4, 8);
        write(strtab_base, 16);
        write(strtab_base + 0x2'0000, 8);
        write(strtab_base + (uint64_t{1} << 32), 8);
        EXPECT_EQ(word(strtab_base), 0u);
        EXPECT_EQ(word(strtab_base + 4), 0u);
        EXPECT_EQ(word(strtab_base + 8), 0u);
    });
}

/// A bus that always sends byte enables is understood; an access to a part of a word is illegal.
TEST_F(TlmRegisters, TakeByteEnablesThatEnableAll) {
    simulate([&] {
        uint64_t data = 0x0000'0123'4567'8940;
        unsigned char all[4] = {0xFF, 0xFF, 0xFF, 0xFF}, some[4] = {0xFF, 0xFF, 0xFF, 0x00};
        const auto access = [&](tlm::tlm_command command, unsigned char* enables) {
            Transaction t(StreamIn{}, command, strtab_base, &data, 8);
            t.payload.set_byte_enable_ptr(enables);
            t.payload.set_byte_enable_length(4);
            EXPECT_EQ(t.send(cpu), tlm::TLM_OK_RESPONSE);
        };
        access(write_command, all);
        EXPECT_EQ(word(strtab_base), 0x4567'8940u);
        EXPECT_EQ(word(strtab_base + 4), 0x0000'0123u);
        data = 0;
        access(read_command, all);
        EXPECT_EQ(data, 0x0000'0123'4567'8940u);

        data = 0xFFFF'FFFF'FFFF'FFFF;
        access(write_command, some);
        EXPECT_EQ(word(strtab_base), 0x4567'8940u);
        access(read_command, some);
        EXPECT_EQ(data, 0xFF00'0000'FF00'0000u) << "zero, and disabled bytes are left alone";
    });
}

TEST_F(TlmRegisters, DoNotTakeStreaming) {
    simulate([&] {
        uint64_t data = ~uint64_t{0};
        Transaction t(StreamIn{}, write_command, strtab_base, &data, 8);
        t.payload.set_streaming_width(4);
        EXPECT_EQ(t.send(cpu), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(word(strtab_base), 0u);
    });
}

TEST_F(TlmRegisters, HandOverOnlyWhenLocalTimeHasCome) {
    simulate([&] {
        const auto waits = [&](tlm::tlm_command command, uint64_t offset, unsigned length) {
            uint64_t data = 0;
            const sc_core::sc_time now = sc_core::sc_time_stamp();
            cpu.delay = 100 * ns;
            EXPECT_EQ(Transaction(StreamIn{}, command, offset, &data, length).send(cpu),
                      tlm::TLM_OK_RESPONSE);
            const sc_core::sc_time passed = sc_core::sc_time_stamp() - now;
            EXPECT_EQ(passed + cpu.delay, 100 * ns);
            EXPECT_TRUE(cpu.delay == sc_core::SC_ZERO_TIME || cpu.delay == 100 * ns);
            cpu.delay = sc_core::SC_ZERO_TIME;
            return passed != sc_core::SC_ZERO_TIME;
        };
        for (uint64_t offset : {cr0,
                                irq_ctrl,
                                cmdq_prod,
                                gerrorn,
                                eventq_cons,
                                gbpa,
                                cr0ack,
                                irq_ctrlack,
                                gerror,
                                cmdq_cons,
                                eventq_prod,
                                aidr,
                                cr1,
                                cr2,
                                strtab_base,
                                cmdq_base,
                                eventq_base,
                                gerror_irq_cfg0,
                                gerror_irq_cfg1,
                                gerror_irq_cfg2,
                                eventq_irq_cfg0,
                                eventq_irq_cfg1,
                                eventq_irq_cfg2}) {
            const bool on_write = offset == cr0 || offset == irq_ctrl || offset == cmdq_prod ||
                                  offset == gerrorn || offset == eventq_cons || offset == gbpa;
            const bool on_read = offset == cr0ack || offset == irq_ctrlack || offset == gerror ||
                                 offset == cmdq_cons || offset == eventq_prod || offset == gbpa;
            EXPECT_EQ(waits(write_command, offset, 4), on_write) << std::hex << offset;
            EXPECT_EQ(waits(read_command, offset, 4), on_read) << std::hex << offset;
        }
        // A 64-bit access hands over when one of its halves does.
        EXPECT_TRUE(waits(read_command, cr0, 8));
        EXPECT_TRUE(waits(read_command, cmdq_prod, 8));
        EXPECT_TRUE(waits(write_command, gerror, 8));
        EXPECT_FALSE(waits(read_command, cr1, 8));
    });
}

TEST_F(TlmRegisters, DebugAccessesReadOnlyAndWakeNobody) {
    simulate([&] {
        write(arch::Cr0{}.set(arch::Cr0::CMDQEN, true));
        uint64_t data = 0;
        const auto deltas = sc_core::sc_delta_count();
        const auto debug = [&](tlm::tlm_command command, uint64_t offset, unsigned length) {
            data = 0xFFFF'FFFF;
            return cpu.debug(StreamIn{}, command, offset, &data, length);
        };
        EXPECT_EQ(debug(read_command, cr0, 4), 4u);
        EXPECT_EQ(data, 0b1000u);
        EXPECT_EQ(debug(read_command, aidr, 4), 4u);
        EXPECT_EQ(data, 0x03u);
        EXPECT_EQ(debug(read_command, strtab_base, 8), 8u);
        EXPECT_EQ(debug(read_command, cr0, 2), 0u);
        EXPECT_EQ(debug(read_command, cr0 + 1, 4), 0u);
        EXPECT_EQ(debug(read_command, 0x2'0000, 4), 0u);
        EXPECT_EQ(debug(write_command, strtab_base, 4), 0u);
        EXPECT_EQ(sc_core::sc_delta_count(), deltas);
        EXPECT_EQ(word(strtab_base), 0u);
    });
}

}  // namespace smmu::test
