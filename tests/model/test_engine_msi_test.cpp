// Messages of the test engine: to an address, or through MSI-X of its PCI function.
#include "tests/model/test_engine_bench.h"

namespace smmu {
namespace {

using test::Beat;
using test::Command;
using test::EngineBench;
namespace user = test::user;
namespace privileged = test::privileged;

/// A root complex that only hears what it is told.
struct Host final : PciFunction::Host {
    void intx_changed() override {}
    void bus_master_cleared() override {}
    void message_released(const MsiMessage& message) override { released.push_back(message); }
    std::vector<MsiMessage> released;
};

struct Bench : EngineBench {
    explicit Bench(const TestEngineParams& params = {}) : EngineBench(params) {
        engine.pci.attach(host, {3});
        put_vector(7, 0x3'0040, 0xCAFE);
    }
    void put_vector(uint32_t vector, uint32_t address, uint32_t data) {
        engine.pci.write_msix({2, 16 * vector}, address);
        engine.pci.write_msix({2, 16 * vector + 8}, data);
        engine.pci.write_msix({2, 16 * vector + 12}, 0);
    }
    void enable_msix(uint16_t control = 0x8000) { engine.pci.write_config(0x82, 2, control); }
    void set_message(uint64_t address, uint32_t data, uint32_t attributes = 0) {
        set(0, user::msiaddress, address, 8);
        set(0, user::msidata, data);
        set(0, user::msiattr, attributes);
    }
    void sleep() { sc_core::wait(sc_core::sc_time(1.0, sc_core::SC_US)); }
    uint32_t word_at(uint64_t address) {
        uint32_t word = 0;
        std::memcpy(&word, &memory.bytes[address], 4);
        return word;
    }

    Host host;
};

TestEngineParams as_function() {
    TestEngineParams params;
    params.requester = Requester::Function;
    return params;
}

class TestEngineMsiTest : public test::SimTest {};

TEST_F(TestEngineMsiTest, AMessageToAnAddressFollowsTheWork) {
    Bench b;
    simulate([&] {
        b.set_privileged(0, privileged::streamid, 0x21);
        b.set_privileged(0, privileged::substreamid, 5);
        b.set_message(0x3'0000, 0x1234'5678, 0x0210);
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 8), Command::HALTED);
        b.sleep();
        ASSERT_EQ(b.memory.beats.size(), 3u);
        const Beat& message = b.memory.beats[2];
        EXPECT_TRUE(message.write);
        EXPECT_EQ(message.address, 0x3'0000u);
        EXPECT_EQ(message.length, 4u);
        EXPECT_EQ(message.who.stream.value, 0x21u);
        EXPECT_FALSE(message.who.substream_valid) << "a message has no PASID";
        EXPECT_EQ(message.who.attributes, arch::device(arch::MemoryType::Device_nGnRE));
        EXPECT_EQ(b.word_at(0x3'0000), 0x1234'5678u);
        EXPECT_EQ(b.get(0, user::count_launched), 2u);
        EXPECT_EQ(b.get(0, user::count_returned), 2u) << "the message is not counted";
        EXPECT_EQ(b.get(0, user::uctrl), 0u);
    });
}

TEST_F(TestEngineMsiTest, AVectorIsTheFunctionsMessage) {
    Bench b;
    b.enable_msix();
    simulate([&] {
        b.set_message(1, 7);
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 8), Command::HALTED);
        b.sleep();
        ASSERT_EQ(b.memory.beats.size(), 3u);
        EXPECT_EQ(b.memory.beats[2].address, 0x3'0040u);
        EXPECT_EQ(b.memory.beats[2].who.stream.value, 0x18u) << "of slot 3, not of the frame";
        EXPECT_EQ(b.word_at(0x3'0040), 0xCAFEu);
    });
}

TEST_F(TestEngineMsiTest, AFailedCommandSendsItsMessageToo) {
    Bench b;
    b.memory.bad_begin = 0x1000;
    b.memory.bad_end = 0x1001;
    simulate([&] {
        b.set_message(0x3'0000, 5);
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 8), Command::ERROR);
        b.sleep();
        EXPECT_EQ(b.word_at(0x3'0000), 5u);
    });
}

TEST_F(TestEngineMsiTest, ARefusedCommandSendsNone) {
    Bench b;
    simulate([&] {
        b.set_message(0x3'0000, 5);
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 8, 3), Command::FRAME_MISCONFIGURED);
        b.sleep();
        EXPECT_TRUE(b.memory.beats.empty());
    });
}

TEST_F(TestEngineMsiTest, AnAbortedMessageShowsInUctrl) {
    Bench b;
    simulate([&] {
        b.set_message(0x40'0000, 5);  // beyond memory
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 8), Command::HALTED);
        b.sleep();
        EXPECT_EQ(b.get(0, user::uctrl), 1u);
        EXPECT_EQ(b.get(0, user::cmd), 1u) << "the command itself went well";
        b.set(0, user::uctrl, 1);
        EXPECT_EQ(b.get(0, user::uctrl), 1u);
        b.set(0, user::uctrl, 0);
        EXPECT_EQ(b.get(0, user::uctrl), 0u);
        b.set(0, user::uctrl, 1);
        EXPECT_EQ(b.get(0, user::uctrl), 0u) << "only the engine sets it";
    });
}

TEST_F(TestEngineMsiTest, WithoutMsixAVectorGoesNowhere) {
    Bench b;
    simulate([&] {
        b.set_message(1, 7);
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 8), Command::HALTED);
        b.sleep();
        EXPECT_EQ(b.memory.beats.size(), 2u);
        EXPECT_EQ(b.get(0, user::uctrl), 0u);
    });
}

TEST_F(TestEngineMsiTest, AMaskedVectorWaitsForTheRootComplex) {
    Bench b;
    b.enable_msix(0xC000);  // the whole function is masked
    simulate([&] {
        b.set_message(1, 7);
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 8), Command::HALTED);
        b.sleep();
        EXPECT_EQ(b.memory.beats.size(), 2u);
        EXPECT_EQ(b.engine.pci.read_msix({4, 0}), 0x80u) << "pending";
        b.enable_msix();
        ASSERT_EQ(b.host.released.size(), 1u);
        EXPECT_EQ(b.host.released[0].address, 0x3'0040u);
        EXPECT_EQ(b.host.released[0].data, 0xCAFEu);
        EXPECT_EQ(b.engine.pci.read_msix({4, 0}), 0u);
    });
}

TEST_F(TestEngineMsiTest, AMessageThatCannotBeIsRefused) {
    Bench b;
    simulate([&] {
        for (const uint64_t address : {2, 3, 0x3'0002}) {
            b.set_message(address, 0);
            EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 8), Command::FRAME_MISCONFIGURED) << address;
        }
        b.set_message(1, 2048);
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 8), Command::FRAME_MISCONFIGURED) << "no such vector";
        b.set_message(1, 2047);
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 8), Command::HALTED);
        b.set_message(0x3'0000, 0, 0x0044);
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 8), Command::FRAME_MISCONFIGURED)
            << "reserved attributes";
    });
}

TEST_F(TestEngineMsiTest, ACommandThatStartsDuringAMessageIsNotLost) {
    Bench b;
    b.memory.latency = sc_core::sc_time(50.0, sc_core::SC_NS);
    simulate([&] {
        b.set_message(0x3'0000, 5);
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 8), Command::HALTED);
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 16), Command::HALTED) << "the message is on its way";
        b.sleep();
        ASSERT_EQ(b.memory.beats.size(), 6u);
        EXPECT_EQ(b.memory.beats[3].length, 16u);
        EXPECT_EQ(b.memory.beats[5].address, 0x3'0000u);
    });
}

TEST_F(TestEngineMsiTest, AsAPciFunctionAllFramesHaveItsRequesterId) {
    Bench b(as_function());
    b.enable_msix();
    simulate([&] {
        b.set_privileged(2, privileged::streamid, 0x42);
        EXPECT_EQ(b.copy(2, 0x1000, 0x2000, 8), Command::HALTED);
        for (const Beat& beat : b.memory.beats) EXPECT_EQ(beat.who.stream.value, 0x18u);
        b.set_message(0x3'0000, 5);
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 8), Command::FRAME_MISCONFIGURED)
            << "msiaddress says whether to send, 0 or 1";
    });
}

}  // namespace
}  // namespace smmu
