// Enhanced Command queues: control pages, handshake, errors.  Offsets and words are typed from Arm IHI
// 0070 G.b, 3.5.6, 6.2.5, 6.3.45 to 6.3.51, 6.3.107 to 6.3.109.
#include "smmuv3/core/queues.h"
#include "tests/core/register_bench.h"
#include "tests/support/fake_memory.h"

namespace smmu::test {
namespace {

using arch::CommandError;

core::Features with_ecmdqs() {
    core::Features f;
    f.ecmdq = true;
    f.ecmdq_page = 2;         // control pages from 0x40000 on
    f.ecmdq_pages_log2 = 1;   // two of them ...
    f.ecmdq_queues_log2 = 2;  // ... with four queues each, 0x4000 apart
    return f;
}

class Ecmdq : public ::testing::Test {
protected:
    /// Base, PROD and CONS of queue n.
    static constexpr uint32_t base(unsigned n) {
        return 0x4'0000 + (n / 4) * 0x1'0000 + (n % 4) * 0x4000;
    }
    static constexpr uint32_t prod(unsigned n) { return base(n) + 0x8; }
    static constexpr uint32_t cons(unsigned n) { return base(n) + 0xC; }
    static constexpr uint32_t EN = 1u << 31, ENACK = 1u << 31, ERR = 1u << 23, ERRACK = 1u << 23;
    static constexpr uint64_t memory_of(unsigned n) { return 0x8000'0000 + 0x1'0000 * uint64_t{n}; }

    uint32_t get(uint32_t offset) const { return static_cast<uint32_t>(registers.read(offset, 4)); }
    uint64_t get64(uint32_t offset) const { return registers.read(offset, 8); }
    void put(uint32_t offset, uint32_t value) { registers.write(offset, 4, value); }
    void put64(uint32_t offset, uint64_t value) { registers.write(offset, 8, value); }

    void enable(unsigned n) {
        put64(base(n), memory_of(n) | 4);
        put(prod(n), EN);
        registers.acknowledge_command_enable();
    }
    bool waiting(unsigned n) const { return core::command_is_waiting(registers, n + 1); }

    core::Features features = with_ecmdqs();
    core::RegisterFile registers{features};
    FakeMemory memory;
};

TEST_F(Ecmdq, QUEUE_17_IdentificationAndControlPages) {
    EXPECT_EQ(get(at::IDR1) >> 31, 1u);
    EXPECT_EQ(get(at::IDR6), 1u << 24 | 2u << 16);
    // ADDR 55:16, CMDQGS 2:1 = 0b01, PRESET 0; CFG.EN, STATUS.ENACK are RES1.
    EXPECT_EQ(get64(0x4000), 0x4'0003u);
    EXPECT_EQ(get64(0x4008), 0x1'0000'0001u);
    EXPECT_EQ(get64(0x4020), 0x5'0003u);
    EXPECT_EQ(get64(0x4010), 0u);
    EXPECT_EQ(get64(0x4040), 0u) << "there are two pages";
    EXPECT_EQ(registers.command_queues(), 9u);
}

TEST_F(Ecmdq, AbsentWithoutTheFeature) {
    const core::Features none;
    core::RegisterFile plain{none};
    EXPECT_EQ(plain.read(at::IDR6, 4), 0u);
    EXPECT_EQ(plain.read(0x4000, 8), 0u);
    plain.write(prod(0), 4, EN);
    EXPECT_EQ(plain.read(prod(0), 4), 0u);
    EXPECT_EQ(plain.command_queues(), 1u);
}

TEST_F(Ecmdq, QUEUE_13_RegistersOfAQueue) {
    put64(base(5), 0x4000'0123'4567'89E7);
    put(prod(5), 0xFFFF'FFFF & ~EN);
    put(cons(5), 0xFFFF'FFFF);
    EXPECT_EQ(get64(base(5)), 0x4000'0123'4567'89E7);
    EXPECT_EQ(get(prod(5)), 0x008F'FFFFu) << "ERRACK, WR";
    EXPECT_EQ(get(cons(5)), 0x0780'00FFu) << "ERR_REASON, ERR, RD of seven bits and the wrap flag";
    EXPECT_EQ(get(base(5) + 0x10), 0u);
    EXPECT_EQ(get64(base(4)), 0u);
}

TEST_F(Ecmdq, QUEUE_14_EnableAndDisable) {
    put64(base(0), memory_of(0) | 4);
    put(prod(0), EN | 1);
    EXPECT_FALSE(waiting(0)) << "not acknowledged";
    put(prod(0), 5);
    EXPECT_EQ(get(prod(0)), EN | 1) << "read-only while EN and ENACK differ";
    registers.acknowledge_command_enable();
    EXPECT_EQ(get(cons(0)), ENACK);
    EXPECT_TRUE(waiting(0));
    put64(base(0), 0);
    put(cons(0), 3);
    EXPECT_EQ(get64(base(0)), memory_of(0) | 4) << "guarded";
    EXPECT_EQ(get(cons(0)), ENACK);
    put(prod(0), EN | 2);
    EXPECT_EQ(get(prod(0)), EN | 2);
    put(prod(0), 2);
    EXPECT_TRUE(waiting(0) == false);
    registers.acknowledge_command_enable();
    EXPECT_EQ(get(cons(0)), 0u);
    put(cons(0), 3);
    EXPECT_EQ(get(cons(0)), 3u);
}

TEST_F(Ecmdq, CommandsAreFetchedFromItsOwnMemory) {
    enable(6);
    put(prod(6), EN | 2);
    memory.poke(memory_of(6), 0x46);
    arch::Command c{};
    EXPECT_TRUE(core::fetch_command(registers, memory, c, 7).done());
    EXPECT_EQ(memory.log.at(0).address, memory_of(6));
    EXPECT_EQ(c.word[0], 0x46u);
    core::consume_command(registers, 7);
    EXPECT_EQ(get(cons(6)), ENACK | 1);
    EXPECT_TRUE(waiting(6));
    core::consume_command(registers, 7);
    EXPECT_FALSE(waiting(6));
    EXPECT_FALSE(waiting(5));
}

TEST_F(Ecmdq, QUEUE_13_QUEUE_15_AnErrorStopsTheQueueUntilItIsAcknowledged) {
    enable(1);
    put(prod(1), EN | 3);
    EXPECT_TRUE(registers.raise_command_error(CommandError::Illegal, 2));
    EXPECT_EQ(get(cons(1)), ENACK | ERR | 1u << 24) << "RD stays at the command";
    EXPECT_EQ(get(at::GERROR), 1u << 9) << "CMDQP_ERR";
    EXPECT_FALSE(waiting(1));
    put(at::GERRORN, 1u << 9);
    EXPECT_FALSE(waiting(1)) << "acknowledging GERROR does not restart it";
    put(prod(1), EN | ERRACK | 3);
    EXPECT_TRUE(waiting(1));
    // The next one toggles ERR back.
    EXPECT_TRUE(registers.raise_command_error(CommandError::Abort, 2));
    EXPECT_EQ(get(cons(1)), ENACK | 2u << 24);
    EXPECT_FALSE(waiting(1));
    enable(3);
    EXPECT_FALSE(registers.raise_command_error(CommandError::AtcInvSync, 4)) << "active already";
    EXPECT_EQ(get(cons(3)), ENACK | ERR | 3u << 24);
}

TEST_F(Ecmdq, QUEUE_14_EnackFollowsEnWhateverTheError) {
    enable(0);
    registers.raise_command_error(CommandError::Illegal, 1);
    put(prod(0), 0);
    registers.acknowledge_command_enable();
    EXPECT_EQ(get(cons(0)), ERR | 1u << 24);
}

TEST_F(Ecmdq, QUEUE_15_QueuesDoNotMindEachOthersErrors) {
    enable(0);
    put(prod(0), EN | 1);
    put64(at::CMDQ_BASE, 0x9000'0004);
    put(at::CMDQ_PROD, 1);
    put(at::CR0, 1 << 3);
    registers.acknowledge_control();
    registers.acknowledge_command_enable();
    registers.raise_command_error(CommandError::Illegal);
    EXPECT_TRUE(waiting(0));
    put(at::GERRORN, 1);
    registers.raise_command_error(CommandError::Illegal, 1);
    EXPECT_TRUE(core::command_is_waiting(registers));
}

TEST_F(Ecmdq, REG_18_QueueAttributesWaitForAllOfThem) {
    put(at::CR1, 0x3F);
    enable(7);
    put(at::CR1, 0);
    EXPECT_EQ(get(at::CR1), 0x3Fu);
    put(prod(7), 0);
    put(at::CR1, 0);
    EXPECT_EQ(get(at::CR1), 0x3Fu) << "ENACK is still 1";
    registers.acknowledge_command_enable();
    put(at::CR1, 0);
    EXPECT_EQ(get(at::CR1), 0u);
}

TEST_F(Ecmdq, REG_08_ResetDisablesAllQueues) {
    enable(2);
    put(prod(2), EN | ERRACK);
    registers.reset();
    EXPECT_EQ(get(prod(2)), 0u);
    EXPECT_EQ(get(cons(2)), 0u);
}

TEST_F(Ecmdq, REG_31_NeedsCoherentAccessAndMsis) {
    core::Features f = with_ecmdqs();
    EXPECT_EQ(core::refuse(f), nullptr);
    f.msi = false;
    EXPECT_STREQ(core::refuse(f), "ecmdq needs coherent_access and msi");
    f = with_ecmdqs();
    f.coherent_access = false;
    EXPECT_STREQ(core::refuse(f), "ecmdq needs coherent_access and msi");
}

}  // namespace
}  // namespace smmu::test
