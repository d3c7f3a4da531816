// Message-signalled interrupts: where, what, with which attributes, after what.  Arm IHI 0070 G.b,
// 3.18.1, 4.7.3, 6.3.21 to 6.3.32.
#include "tests/model/smmu_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

constexpr uint64_t doorbell = 0xA0'0000;

class SmmuMsi : public SimTest {
protected:
    /// CMD_SYNC with CS = 0b01, typed from 4.7.3: MSH [23:22], MSIAttr [27:24], MSIData [63:32],
    /// MSIAddress [119:66].
    static Command sync(uint64_t address, uint32_t data, uint8_t attr, uint8_t sh) {
        return {
            {{uint64_t{data} << 32 | uint64_t{attr} << 24 | uint64_t{sh} << 22 | 0x1046, address}}};
    }
    void send(const Command& command) {
        bench.push(command);
        bench.ring();
        EXPECT_TRUE(bench.consumed());
        sc_core::wait(100 * ns);
    }
    /// The writes of the SMMU to the doorbell.
    std::vector<Ram::Seen> messages() const {
        std::vector<Ram::Seen> found;
        for (const Ram::Seen& s : bench.ram.seen)
            if (s.write && s.address == doorbell) found.push_back(s);
        return found;
    }
    void event_msi(uint8_t attributes) {
        EXPECT_TRUE(bench.cpu.write(StreamIn{}, 0xB0, doorbell).ok());
        EXPECT_TRUE(bench.cpu.write(StreamIn{}, 0xB8, uint32_t{0xE0E0}).ok());
        EXPECT_TRUE(bench.cpu.write(StreamIn{}, 0xBC, uint32_t{attributes}).ok());
    }
    void fault() {
        uint64_t data = 0;
        StreamIn who;
        who.stream = StreamId{5};  // its STE is not valid
        bench.device.read(who, 0x1000, data);
        sc_core::wait(500 * ns);
    }

    SmmuBench bench;
};

TEST_F(SmmuMsi, CMD_34_CMD_37_MSI_04_SyncWritesItsDataOnceItIsDone) {
    simulate([&] {
        bench.start();
        bench.ram.remembers = true;
        uint32_t cons = 0;
        bench.ram.on_access = [&](tlm::tlm_generic_payload& p) {
            if (p.get_address() == doorbell) cons = bench.peek<CmdqCons>();
        };
        send(sync(doorbell, 0xCAFE'1234, 0b1111, 0b11));
        EXPECT_EQ(bench.ram.get<uint32_t>(doorbell), 0xCAFE'1234u);
        ASSERT_EQ(messages().size(), 1u);
        EXPECT_EQ(messages()[0].length, 4u);
        EXPECT_EQ(cons, 1u) << "whoever sees the message reads CONS past the command";
        EXPECT_EQ(bench.sync_pulses.size(), 1u);  // the wire too
    });
}

TEST_F(SmmuMsi, CMD_34_WithoutAddressThereIsTheWireAlone) {
    simulate([&] {
        bench.start();
        bench.ram.remembers = true;
        send(sync(0, 0xCAFE, 0b1111, 0b11));
        EXPECT_EQ(messages().size(), 0u);
        EXPECT_EQ(bench.sync_pulses.size(), 1u);
    });
}

TEST_F(SmmuMsi, CMD_38_MSI_02_AttributesOfTheWrite) {
    simulate([&] {
        bench.start();
        bench.ram.remembers = true;
        const struct {
            uint8_t attr, sh;
            MemoryAttributes expected;
        } rows[] = {
            {0b1111, 0b11, normal(write_back, write_back, Shareability::Inner)},
            {0b1111, 0b10, normal(write_back, write_back, Shareability::Outer)},
            {0b1111, 0b01, normal(write_back, write_back, Shareability::NonShareable)},
            {0b0101, 0b11, normal(non_cacheable, non_cacheable, Shareability::Outer)},
            {0b0001, 0b11, device(MemoryType::Device_nGnRE)},
            {0b0100, 0b00, device(MemoryType::Device_nGnRnE)},  // reserved
        };
        for (const auto& row : rows) send(sync(doorbell, 1, row.attr, row.sh));
        const auto sent = messages();
        ASSERT_EQ(sent.size(), std::size(rows));
        for (size_t i = 0; i < sent.size(); ++i)
            EXPECT_EQ(sent[i].out.attributes, rows[i].expected) << "row " << i;
    });
}

TEST_F(SmmuMsi, MSI_01_MSI_05_QUEUE_09_AnEventIsThereBeforeItsMessage) {
    simulate([&] {
        event_msi(0x3F);
        bench.start();
        bench.ram.remembers = true;
        uint32_t prod = 0;
        bench.ram.on_access = [&](tlm::tlm_generic_payload& p) {
            if (p.get_address() == doorbell) prod = bench.peek<EventqProd>();
        };
        fault();
        ASSERT_EQ(messages().size(), 1u);
        EXPECT_EQ(bench.ram.get<uint32_t>(doorbell), 0xE0E0u);
        // The record was written first.
        size_t record = 0, message = 0;
        for (size_t i = 0; i < bench.ram.seen.size(); ++i) {
            if (bench.ram.seen[i].write && bench.ram.seen[i].address == map::event_queue)
                record = i;
            if (bench.ram.seen[i].write && bench.ram.seen[i].address == doorbell) message = i;
        }
        EXPECT_LT(record, message);
        EXPECT_EQ(prod, 1u) << "PROD too";
    });
}

TEST_F(SmmuMsi, IRQ_02_NoMessageWhileDisabled) {
    simulate([&] {
        event_msi(0x3F);
        bench.start();
        bench.enable_interrupts(IrqCtrl{});
        bench.ram.remembers = true;
        fault();
        bench.enable_interrupts(SmmuBench::all_interrupts());
        sc_core::wait(500 * ns);
        EXPECT_EQ(messages().size(), 0u);
    });
}

TEST_F(SmmuMsi, REG_MsiRegistersAreGuardedByTheirInterruptEnable) {
    simulate([&] {
        event_msi(0xFF);
        uint64_t address = 0;
        uint32_t attributes = 0;
        bench.cpu.read(StreamIn{}, 0xB0, address);
        bench.cpu.read(StreamIn{}, 0xBC, attributes);
        EXPECT_EQ(address, doorbell);
        EXPECT_EQ(attributes, 0x3Fu);
        bench.enable_interrupts(SmmuBench::all_interrupts());
        EXPECT_TRUE(bench.cpu.write(StreamIn{}, 0xB0, uint64_t{0xB0'0000}).ok());
        bench.cpu.read(StreamIn{}, 0xB0, address);
        EXPECT_EQ(address, doorbell);
    });
}

TEST_F(SmmuMsi, GERR_05_GERR_06_AnAbortedMessageIsAnErrorThatInterrupts) {
    simulate([&] {
        bench.start();
        bench.ram.fail(doorbell, 4);
        send(sync(doorbell, 1, 0b1111, 0b11));
        EXPECT_EQ(bench.read<Gerror>().raw(), 1u << 4);  // MSI_CMDQ_ABT_ERR
        EXPECT_EQ(bench.gerror_pulses.size(), 1u);
        EXPECT_EQ(bench.read<CmdqCons>()[CmdqCons::ERR], CommandError::None);
        bench.run();  // commands go on
    });
}

TEST_F(SmmuMsi, GERR_06_AnAbortedMessageOfGerrorInterruptsNobody) {
    simulate([&] {
        EXPECT_TRUE(bench.cpu.write(StreamIn{}, 0x68, doorbell).ok());
        bench.start();
        bench.ram.fail(doorbell, 4);
        bench.push(Command{{{0xFE, 0}}});  // illegal
        bench.ring();
        sc_core::wait(500 * ns);
        EXPECT_EQ(bench.read<Gerror>().raw(), 1u << 0 | 1u << 7);  // CMDQ_ERR, MSI_GERROR_ABT_ERR
        EXPECT_EQ(bench.gerror_pulses.size(), 1u);
    });
}

}  // namespace
}  // namespace smmu::test
