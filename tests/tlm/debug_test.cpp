// Debug transport and DMI requests: what they see, and that they leave nothing behind.
#include "tests/model/smmu_bench.h"
#include "tests/tlm/transaction.h"

namespace smmu::test {

constexpr auto read_command = tlm::TLM_READ_COMMAND;
constexpr auto write_command = tlm::TLM_WRITE_COMMAND;

struct TlmDebug : SimTest, NestedBench {
    TlmDebug() {
        stage1.map(va, data_page(0) + map::guest, stage1_page);
        stage1.map(va + 0x1000, data_page(5) + map::guest, stage1_page);
        for (uint64_t i = 0; i < 0x1000; i += 4) {
            ram.put(data_page(0) + i, static_cast<uint32_t>(i));
            ram.put(data_page(5) + i, static_cast<uint32_t>(0x1000 + i));
        }
    }
    unsigned read_at(uint64_t address, void* data, unsigned length) {
        return device.debug(of_stream(stream), read_command, address, data, length);
    }
};

TEST_F(TlmDebug, LeavesNothingBehind) {
    simulate([&] {
        start();
        uint32_t data = 0;
        ram.remembers = true;
        EXPECT_EQ(read_at(va + 8, &data, 4), 4u);
        EXPECT_EQ(data, 8u);
        EXPECT_EQ(read_at(va + 0x5000, &data, 4), 0u);
        EXPECT_EQ(device.debug(of_stream(256), read_command, va, &data, 4), 0u);
        EXPECT_TRUE(ram.seen.empty()) << "debug accesses went out as timed ones";
        EXPECT_EQ(counter.hits + counter.misses, 0u);
        EXPECT_FALSE(next_event());
        EXPECT_EQ(peek<arch::Gerror>(), 0u);

        // Neither configuration nor translation was cached: the next access pays for all.
        ASSERT_TRUE(device.read(of_stream(stream), va + 8, data).ok());
        EXPECT_FALSE(counter.config_hit);
        EXPECT_FALSE(counter.tlb_hit);
        EXPECT_EQ(counter.fetches[core::Purpose::Ste], 1u);
        EXPECT_EQ(counter.fetches[core::Purpose::Stage2Table], 24u);
    });
}

TEST_F(TlmDebug, CrossesPagesAndCountsTheBytesBeforeTheFirstThatDoesNotTranslate) {
    simulate([&] {
        start();
        std::vector<uint32_t> data(0x3000 / 4, 0xEEEE'EEEE);
        EXPECT_EQ(read_at(va + 0x800, data.data(), 0x3000), 0x1800u);
        for (uint32_t i = 0; i < 0x1800 / 4; ++i) ASSERT_EQ(data[i], 0x800 + 4 * i);
        EXPECT_EQ(data[0x1800 / 4], 0xEEEE'EEEEu);
    });
}

TEST_F(TlmDebug, StopsWhereMemoryStops) {
    simulate([&] {
        start();
        ram.fail(data_page(5), 0x1000);
        uint32_t data[2] = {};
        EXPECT_EQ(read_at(va + 0xFFC, data, 8), 4u);
        EXPECT_EQ(data[0], 0xFFCu);
    });
}

TEST_F(TlmDebug, MayDoWhatTheDeviceMayDo) {
    stage1.map(va + 0x2000, data_page(0) + map::guest, stage1_page | uint64_t{0b10} << 6);
    simulate([&] {
        start();
        uint32_t data = 0xAB;
        EXPECT_EQ(device.debug(of_stream(stream), write_command, va + 0x1004, &data, 4), 4u);
        EXPECT_EQ(ram.get<uint32_t>(data_page(5) + 4), 0xABu);
        EXPECT_EQ(read_at(va + 0x2000, &data, 4), 4u);
        EXPECT_EQ(device.debug(of_stream(stream), write_command, va + 0x2000, &data, 4), 0u);
        EXPECT_EQ(ram.get<uint32_t>(data_page(0)), 0u);
        EXPECT_FALSE(next_event());
    });
}

TEST_F(TlmDebug, SeesTheTranslationsThatTheDeviceStillUses) {
    simulate([&] {
        start();
        uint32_t data = 0;
        ASSERT_TRUE(device.read(of_stream(stream), va, data).ok());
        stage1.unmap(va);  // and no invalidation
        EXPECT_EQ(read_at(va + 4, &data, 4), 4u);
        EXPECT_EQ(data, 4u);
        run(arch::Command{}.set(arch::Command::Op, arch::Opcode::TLBI_NSNH_ALL));
        EXPECT_EQ(read_at(va + 4, &data, 4), 0u);
    });
}

TEST_F(TlmDebug, FollowsGbpaWhileTheSmmuIsDisabled) {
    simulate([&] {
        uint32_t data = 0;
        EXPECT_EQ(read_at(data_page(0) + 8, &data, 4), 4u);
        EXPECT_EQ(data, 8u);
        using arch::Gbpa;
        write(Gbpa{}.set(Gbpa::Update, true).set(Gbpa::ABORT, true));
        sc_core::wait(ns);
        EXPECT_EQ(read_at(data_page(0) + 8, &data, 4), 0u);
    });
}

TEST_F(TlmDebug, WorksWithoutAnExtension) {
    simulate([&] {
        uint32_t data = 0;
        tlm::tlm_generic_payload p;
        prepare(p, read_command, data_page(0) + 8, &data, 4);
        EXPECT_EQ(device.out->transport_dbg(p), 4u);
        EXPECT_EQ(data, 8u);
        EXPECT_EQ(p.get_extension<StreamExtension>(), nullptr);
    });
}

struct TlmDmi : TlmDebug {
    void expect_refused(uint64_t address, tlm::tlm_command command, void* data, unsigned length) {
        Transaction t(of_stream(stream), command, address, data, length);
        tlm::tlm_dmi dmi;
        dmi.allow_read_write();
        EXPECT_FALSE(device.out->get_direct_mem_ptr(t.payload, dmi));
        EXPECT_EQ(dmi.get_start_address(), address & ~uint64_t{0xFFF});
        EXPECT_EQ(dmi.get_end_address(), address | 0xFFF);
        EXPECT_TRUE(dmi.is_none_allowed());
        EXPECT_EQ(dmi.get_dmi_ptr(), nullptr);
        EXPECT_EQ(t.payload.get_address(), address);
        EXPECT_FALSE(t.payload.is_dmi_allowed());
    }
};

TEST_F(TlmDmi, IsRefusedForExactlyThePageThatWasAsked) {
    simulate([&] {
        start();
        uint32_t data = 0;
        ASSERT_TRUE(device.read(of_stream(stream), va, data).ok());
        for (uint64_t address : {va, va + 0xFFF, va + 0x5008, uint64_t{0}, ~uint64_t{0}}) {
            expect_refused(address, read_command, &data, 4);
            expect_refused(address, tlm::TLM_IGNORE_COMMAND, nullptr, 0);
        }
        EXPECT_EQ(counter.misses, 1u);
        EXPECT_FALSE(next_event());
    });
}

/// A master that asks for DMI and is told of withdrawals.
class DmiMaster : public sc_core::sc_module {
public:
    tlm_utils::simple_initiator_socket<DmiMaster, 32> out{"out"};
    unsigned withdrawals = 0;
    explicit DmiMaster(sc_core::sc_module_name name) : sc_module(name) {
        out.register_invalidate_direct_mem_ptr(this, &DmiMaster::withdrawn);
    }

private:
    void withdrawn(sc_dt::uint64, sc_dt::uint64) { ++withdrawals; }
};

struct TlmDmiWithdrawal : TlmDmi {
    DmiMaster master{"master"};
    Smmu<> second{"second"};
    TlmDmiWithdrawal() {
        master.out.bind(second.tbu[0]);
        second.mem[0].bind(ram.in);
        second.ptw.bind(ram.in);
    }
};

TEST_F(TlmDmiWithdrawal, ByMemoryDoesNotReachMastersThatWereGivenNothing) {
    simulate([&] {
        tlm::tlm_generic_payload p;
        uint32_t data = 0;
        prepare(p, read_command, map::data, &data, 4);
        tlm::tlm_dmi dmi;
        EXPECT_FALSE(master.out->get_direct_mem_ptr(p, dmi));
        for (unsigned i = 0; i < ram.in.size(); ++i)
            ram.in[static_cast<int>(i)]->invalidate_direct_mem_ptr(0, ~uint64_t{0});
        EXPECT_EQ(master.withdrawals, 0u);
        // And asking was harmless.
        master.out->b_transport(p, device.delay);
        EXPECT_TRUE(p.is_response_ok());
    });
}

TEST_F(TlmDmi, RegistersGiveNoPointers) {
    simulate([&] {
        uint32_t data = 0;
        tlm::tlm_generic_payload p;
        prepare(p, read_command, 0, &data, 4);
        tlm::tlm_dmi dmi;
        EXPECT_FALSE(cpu.out->get_direct_mem_ptr(p, dmi));
        EXPECT_EQ(dmi.get_dmi_ptr(), nullptr);
    });
}

}  // namespace smmu::test
