// The client's accesses as a device sees them, one that answers late, and one that never does.
#include <gtest/gtest.h>
#include <tlm_utils/simple_target_socket.h>

#include "platform/kernel.h"
#include "platform/remote/bus_master.h"

namespace smmu::platform::remote {
namespace {

struct Seen {
    bool write;
    uint64_t address;
    unsigned size;
    friend bool operator==(const Seen& a, const Seen& b) {
        return a.write == b.write && a.address == b.address && a.size == b.size;
    }
};

/// Each byte reads as its address; address 0x100 is a bus error, 0x200 answers after `late`.
class Device final : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<Device, 32> regs{"regs"};
    explicit Device(sc_core::sc_module_name name) : sc_module(name) {
        regs.register_b_transport(this, &Device::access);
    }
    std::vector<Seen> seen;
    sc_core::sc_time late{5.0, sc_core::SC_MS};
    sc_core::sc_event never;

private:
    void access(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
        seen.push_back({payload.is_write(), payload.get_address(), payload.get_data_length()});
        delay += sc_core::sc_time(10.0, sc_core::SC_NS);
        for (unsigned i = 0; i < payload.get_data_length() && payload.is_read(); ++i)
            payload.get_data_ptr()[i] = static_cast<uint8_t>(payload.get_address() + i);
        if (payload.get_address() == 0x200) sc_core::wait(late);
        if (payload.get_address() == 0x300) sc_core::wait(never);
        payload.set_response_status(payload.get_address() == 0x100 ? tlm::TLM_ADDRESS_ERROR_RESPONSE
                                                                   : tlm::TLM_OK_RESPONSE);
    }
};

/// Runs `test(master, device)` once, with an elaborated model; one test a process.
template <class Test>
void with_bus(Test test) {
    const int status = in_kernel([&] {
        BusMaster master("master");
        Device device("device");
        master.mem.bind(device.regs);
        sc_core::sc_start(sc_core::SC_ZERO_TIME);
        test(master, device);
        return 7;
    });
    EXPECT_EQ(status, 7);
}

constexpr auto read = tlm::TLM_READ_COMMAND;
constexpr auto write = tlm::TLM_WRITE_COMMAND;

TEST(BusMaster, ARegisterSizedRequestIsOneAccessWhateverItsAlignment) {
    with_bus([](BusMaster& master, Device& device) {
        for (const unsigned size : {1u, 2u, 4u, 8u}) {
            Bytes bytes(size);
            EXPECT_FALSE(master.transfer(read, 0x11, bytes));
            EXPECT_EQ(bytes[0], 0x11);
            EXPECT_EQ(bytes[size - 1], 0x10 + size);
            EXPECT_FALSE(master.transfer(write, 0x20, bytes));
        }
        EXPECT_EQ(device.seen, (std::vector<Seen>{{false, 0x11, 1},
                                                  {true, 0x20, 1},
                                                  {false, 0x11, 2},
                                                  {true, 0x20, 2},
                                                  {false, 0x11, 4},
                                                  {true, 0x20, 4},
                                                  {false, 0x11, 8},
                                                  {true, 0x20, 8}}));
    });
}

TEST(BusMaster, AnyOtherSizeIsCutIntoAlignedWordsAndLess) {
    with_bus([](BusMaster& master, Device& device) {
        Bytes bytes(13);
        EXPECT_FALSE(master.transfer(read, 0x11, bytes));
        EXPECT_EQ(device.seen, (std::vector<Seen>{{false, 0x11, 1},
                                                  {false, 0x12, 2},
                                                  {false, 0x14, 4},
                                                  {false, 0x18, 4},
                                                  {false, 0x1C, 2}}));
        EXPECT_EQ(bytes, (Bytes{0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B,
                                0x1C, 0x1D}));
        EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::sc_time(50.0, sc_core::SC_NS));
    });
}

TEST(BusMaster, ABusErrorReadsAsZeroAndOnlyThere) {
    with_bus([](BusMaster& master, Device&) {
        Bytes bytes(12);
        EXPECT_FALSE(master.transfer(read, 0xFC, bytes));
        EXPECT_EQ(bytes, (Bytes{0xFC, 0xFD, 0xFE, 0xFF, 0, 0, 0, 0, 4, 5, 6, 7}));
    });
}

TEST(BusMaster, ADeviceThatAnswersLateIsWaitedFor) {
    with_bus([](BusMaster& master, Device&) {
        Bytes bytes(4);
        EXPECT_FALSE(master.transfer(read, 0x200, bytes));
        EXPECT_EQ(bytes, (Bytes{0, 1, 2, 3}));
        EXPECT_GE(sc_core::sc_time_stamp(), sc_core::sc_time(5.0, sc_core::SC_MS));
    });
}

TEST(BusMaster, OneThatNeverAnswersIsGivenUpAndOthersWaitForIt) {
    with_bus([](BusMaster& master, Device& device) {
        Bytes bytes(4);
        auto refusal = master.transfer(read, 0x300, bytes);
        ASSERT_TRUE(refusal);
        EXPECT_EQ(refusal->sentence, "the device does not answer");
        refusal = master.transfer(read, 0x10, bytes);
        ASSERT_TRUE(refusal);
        EXPECT_EQ(refusal->sentence, "an earlier access still waits for its device");

        device.never.notify();
        sc_core::sc_start(sc_core::sc_time(1.0, sc_core::SC_US));
        EXPECT_FALSE(master.transfer(read, 0x10, bytes));
        EXPECT_EQ(bytes[0], 0x10);
    });
}

TEST(BusMaster, OneThatKeepsItselfBusyIsGivenUpAfterASecond) {
    with_bus([](BusMaster& master, Device& device) {
        device.late = sc_core::sc_time(10.0, sc_core::SC_SEC);
        Bytes bytes(4);
        EXPECT_TRUE(master.transfer(read, 0x200, bytes));
        EXPECT_LE(sc_core::sc_time_stamp(), sc_core::sc_time(1.0, sc_core::SC_SEC));
        sc_core::sc_start(device.late);
        EXPECT_FALSE(master.transfer(read, 0x10, bytes));
    });
}

}  // namespace
}  // namespace smmu::platform::remote

// SystemC brings a main() of its own, which would want sc_main to be the program.
int main(int count, char** words) {
    ::testing::InitGoogleTest(&count, words);
    return RUN_ALL_TESTS();
}
