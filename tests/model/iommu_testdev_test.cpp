// The IOMMU test device: its registers, and every result it can come to.
#include "iommu_testdev/iommu_testdev.h"

#include "tests/model/pci_bench.h"

namespace smmu {
namespace {

using test::PciMaster;
using Result = iommu_testdev::Result;

/// 64 KiB; the DMA side sees it at 0x10'0000, as an SMMU would arrange.
struct Memory : sc_core::sc_module {
    tlm_utils::simple_target_socket<Memory, 32> dma{"dma"}, physical{"physical"};
    std::vector<uint8_t> bytes = std::vector<uint8_t>(0x1'0000, 0xEE);
    std::vector<StreamIn> masters;
    std::vector<unsigned> lengths;

    explicit Memory(sc_core::sc_module_name name) : sc_module(name) {
        dma.register_b_transport(this, &Memory::write);
        physical.register_b_transport(this, &Memory::read);
    }
    void write(tlm::tlm_generic_payload& p, sc_core::sc_time& delay) {
        EXPECT_TRUE(p.is_write());
        masters.push_back(p.get_extension<StreamExtension>()->in);
        lengths.push_back(p.get_data_length());
        move(p, 0x10'0000, delay);
    }
    void read(tlm::tlm_generic_payload& p, sc_core::sc_time& delay) {
        EXPECT_TRUE(p.is_read());
        EXPECT_EQ(p.get_extension<StreamExtension>(), nullptr);
        move(p, 0, delay);
    }
    void move(tlm::tlm_generic_payload& p, uint64_t base, sc_core::sc_time& delay) {
        const uint64_t at = p.get_address() - base;
        const unsigned length = p.get_data_length();
        delay += sc_core::sc_time(10.0, sc_core::SC_NS);
        if (at >= bytes.size() || length > bytes.size() - at)
            return p.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        if (p.is_write())
            std::memcpy(&bytes[at], p.get_data_ptr(), length);
        else
            std::memcpy(p.get_data_ptr(), &bytes[at], length);
        p.set_response_status(tlm::TLM_OK_RESPONSE);
    }
};

struct Host final : PciFunction::Host {
    void intx_changed() override {}
    void bus_master_cleared() override {}
    void message_released(const MsiMessage&) override {}
};

struct Bench {
    Bench() {
        cpu.out.bind(device.regs);
        device.dma.bind(memory.dma);
        device.physical.bind(memory.physical);
        device.pci.attach(host, {1});
    }
    uint32_t get(uint64_t reg) { return static_cast<uint32_t>(cpu.read(reg, 4)); }
    void set(uint64_t reg, uint32_t value) { cpu.write(reg, value, 4); }

    void arm(uint64_t gva, uint64_t gpa, uint32_t length, uint32_t attributes = 0x2) {
        set(0x04, static_cast<uint32_t>(gva));
        set(0x08, static_cast<uint32_t>(gva >> 32));
        set(0x0C, length);
        set(0x18, attributes);
        set(0x1C, static_cast<uint32_t>(gpa));
        set(0x20, static_cast<uint32_t>(gpa >> 32));
        set(0x14, 1);
        EXPECT_EQ(get(0x10), 0xFFFF'FFFEu) << "armed: busy";
    }
    uint32_t trigger() {
        EXPECT_EQ(get(0x00), 0u);
        for (unsigned i = 0; i < 1000 && get(0x10) == 0xFFFF'FFFE; ++i)
            sc_core::wait(sc_core::sc_time(10.0, sc_core::SC_NS));
        return get(0x10);
    }
    uint32_t run(uint64_t gva, uint64_t gpa, uint32_t length, uint32_t attributes = 0x2) {
        arm(gva, gpa, length, attributes);
        return trigger();
    }

    IommuTestdev device{"device"};
    Memory memory{"memory"};
    PciMaster cpu{"cpu"};
    Host host;
};

class IommuTestdevTest : public test::SimTest {};

TEST_F(IommuTestdevTest, IsThePciFunctionThatQemusTestsLookFor) {
    IommuTestdev device("device");
    PciFunction& f = device.pci;
    EXPECT_EQ(f.read_config(0x00, 4), 0x0005'1B36u);
    EXPECT_EQ(f.read_config(0x08, 4), 0x00FF'0000u);
    EXPECT_EQ(f.read_config(0x2C, 4), 0x1100'1AF4u);
    f.write_config(0x10, 4, 0xFFFF'FFFF);
    EXPECT_EQ(f.read_config(0x10, 4), 0xFFFF'F000u);
    f.write_config(0x04, 2, 0x0007);
    EXPECT_EQ(f.read_config(0x04, 2), 0x0007u) << "libqos insists on the I/O bit too";
}

TEST_F(IommuTestdevTest, RegistersAtResetAndTheirAccess) {
    Bench b;
    simulate([&] {
        for (const uint64_t reg : {0x04, 0x08, 0x0C, 0x14, 0x1C, 0x20, 0x24, 0xFFC})
            EXPECT_EQ(b.get(reg), 0u) << reg;
        EXPECT_EQ(b.get(0x10), 0xFFFF'FFFFu) << "idle";
        EXPECT_EQ(b.get(0x18), 0x2u) << "Non-secure";
        for (const uint64_t reg : {0x04, 0x08, 0x0C, 0x10, 0x18, 0x1C, 0x20}) {
            b.set(reg, 0x89AB'CDEF);
            EXPECT_EQ(b.get(reg), 0x89AB'CDEFu) << reg;
        }
        b.set(0x24, 1);
        EXPECT_EQ(b.get(0x24), 0u);
        b.cpu.write(0x04, 0, 8);
        b.cpu.write(0x04, 0, 1);
        EXPECT_EQ(b.get(0x04), 0x89AB'CDEFu) << "words only";
        EXPECT_EQ(b.cpu.read(0x04, 2), 0u);
    });
}

TEST_F(IommuTestdevTest, WritesThePatternAndReadsItBack) {
    Bench b;
    simulate([&] {
        EXPECT_EQ(b.run(0x10'2004, 0x2004, 7), 0u);
        const std::vector<uint8_t> expected{0xEE, 0x78, 0x56, 0x34, 0x12, 0x78, 0x56, 0x34, 0xEE};
        EXPECT_TRUE(std::equal(expected.begin(), expected.end(), &b.memory.bytes[0x2003]));
        ASSERT_EQ(b.memory.masters.size(), 1u);
        EXPECT_EQ(b.memory.masters[0].stream.value, 0x08u) << "of slot 1";
        EXPECT_EQ(b.memory.masters[0].sec_sid, arch::SecSid::NonSecure);
        EXPECT_EQ(b.get(0x00), 0u);
        EXPECT_EQ(b.get(0x10), 0xDEAD'0005u) << "a DMA is armed for once";
    });
}

TEST_F(IommuTestdevTest, LongTransfersAreBeatsThatCrossNoPage) {
    Bench b;
    simulate([&] {
        EXPECT_EQ(b.run(0x10'1FF2, 0x1FF2, 0x201), 0u);
        for (uint64_t i = 0; i < 0x201; ++i)
            ASSERT_EQ(b.memory.bytes[0x1FF2 + i], 0x1234'5678u >> i % 4 * 8 & 0xFF) << i;
        EXPECT_EQ(b.memory.bytes[0x1FF2 + 0x201], 0xEE);
        EXPECT_EQ(b.memory.lengths.at(0), 0xEu);
        EXPECT_EQ(b.memory.lengths.at(1), 0x40u);
    });
}

TEST_F(IommuTestdevTest, EachResult) {
    Bench b;
    simulate([&] {
        EXPECT_EQ(b.get(0x00), 0u);
        EXPECT_EQ(b.get(0x10), 0xDEAD'0005u) << "not armed";
        EXPECT_EQ(b.run(0x10'2000, 0x2000, 0), 0xDEAD'0001u) << "length";
        EXPECT_EQ(b.run(0x20'0000, 0x2000, 4), 0xDEAD'0002u) << "DMA";
        EXPECT_EQ(b.run(0x10'2000, 0x2'0000, 4), 0xDEAD'0003u) << "read back";
        EXPECT_EQ(b.run(0x10'2000, 0x3000, 4), 0xDEAD'0004u) << "mismatch";
        EXPECT_EQ(b.run(0x10'2000, 0x1FFC, 8), 0xDEAD'0004u) << "in the first half only";
        EXPECT_EQ(b.run(0x10'2000, 0x2000, 4), 0u);
        b.arm(0x10'2000, 0x2000, 4);
        b.set(0x14, 0);
        EXPECT_EQ(b.get(0x10), 0xFFFF'FFFFu) << "disarmed";
        EXPECT_EQ(b.trigger(), 0xDEAD'0005u);
    });
}

TEST_F(IommuTestdevTest, AttributesGiveTheSecurityState) {
    Bench b;
    simulate([&] {
        const auto state = [&](uint32_t attributes) {
            b.memory.masters.clear();
            EXPECT_EQ(b.run(0x10'2000, 0x2000, 4, attributes), 0u) << attributes;
            return b.memory.masters.at(0).sec_sid;
        };
        EXPECT_EQ(state(0b0000), arch::SecSid::NonSecure) << "the space is not valid";
        EXPECT_EQ(state(0b0001), arch::SecSid::NonSecure);
        EXPECT_EQ(state(0b1010), arch::SecSid::NonSecure);
        EXPECT_EQ(state(0b1001), arch::SecSid::Secure);
        EXPECT_EQ(state(0b1110), arch::SecSid::Realm);
        for (const uint32_t contradiction : {0b1000u, 0b1011u, 0b1100u, 0b1101u}) {
            b.memory.masters.clear();
            EXPECT_EQ(b.run(0x10'2000, 0x2000, 4, contradiction), 0xDEAD'0006u) << contradiction;
            EXPECT_TRUE(b.memory.masters.empty());
        }
        EXPECT_EQ(b.run(0x10'2000, 0x2000, 0, 0b1000), 0xDEAD'0001u) << "the length comes first";
    });
}

TEST_F(IommuTestdevTest, DebugReadsStartNothing) {
    Bench b;
    simulate([&] {
        b.arm(0x10'2000, 0x2000, 4);
        uint64_t value = ~uint64_t{0};
        EXPECT_EQ(b.cpu.debug(tlm::TLM_READ_COMMAND, 0x00, value, 4), 4u);
        EXPECT_EQ(value, 0xFFFF'FFFF'0000'0000u);
        sc_core::wait(sc_core::sc_time(1.0, sc_core::SC_US));
        EXPECT_EQ(b.get(0x10), 0xFFFF'FFFEu);
        EXPECT_TRUE(b.memory.masters.empty());
        EXPECT_EQ(b.trigger(), 0u);
    });
}

TEST_F(IommuTestdevTest, ARunningDmaKeepsWhatItWasTold) {
    Bench b;
    simulate([&] {
        b.arm(0x10'2000, 0x2000, 0x100);
        b.get(0x00);
        sc_core::wait(sc_core::sc_time(15.0, sc_core::SC_NS));
        b.set(0x04, 0x20'0000);
        b.set(0x0C, 0);
        b.set(0x14, 0);
        EXPECT_EQ(b.trigger(), 0u);
        EXPECT_EQ(b.memory.masters.size(), 4u);
    });
}

}  // namespace
}  // namespace smmu
