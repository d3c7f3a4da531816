// Direct memory pointers: what is granted, and that an invalidation takes back exactly what it
// reaches, before the CMD_SYNC that follows it completes.
#include "tests/model/smmu_dmi_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

TEST_F(SmmuDmi, AMissIsRefusedForItsPageAndTheNextAccessHints) {
    simulate([&] {
        bench.map_page(0);
        bench.start();
        EXPECT_FALSE(ask(page(0) + 8));
        expect_granted(page(0), page(1) - 1);
        EXPECT_TRUE(dmi.is_none_allowed());
        tlm::tlm_generic_payload p;
        uint64_t data = 0;
        prepare(p, tlm::TLM_READ_COMMAND, page(0), &data, 8);
        StreamExtension stream(who());
        p.set_extension(&stream);
        sc_core::sc_time t;
        bench.device.out->b_transport(p, t);
        EXPECT_TRUE(p.is_dmi_allowed());
        p.clear_extension(&stream);
        EXPECT_TRUE(ask(page(0) + 8));
    });
}

TEST_F(SmmuDmi, AGrantCoversTheRunAndPointsAtItsMemory) {
    simulate([&] {
        grant(4);
        EXPECT_TRUE(dmi.is_read_write_allowed());
        bench.ram.put(NestedBench::data_page(2) + 16, uint64_t{0xBEEF});
        uint64_t found = 0;
        std::memcpy(&found, dmi.get_dmi_ptr() + 2 * page_bytes + 16, 8);
        EXPECT_EQ(found, 0xBEEFu);
        ASSERT_TRUE(ask(page(3) + 100));  // from its end as well
        expect_granted(page(0), page(4) - 1);
    });
}

TEST_F(SmmuDmi, ARunEndsWhereThePermissionOrTheDistanceChanges) {
    simulate([&] {
        for (unsigned i = 0; i < 4; ++i) bench.map_page(i);
        bench.map_page(2, stage1_page | uint64_t{1} << 7);  // read-only
        bench.stage1.map(page(5), NestedBench::data_page(9) + map::guest, stage1_page);
        bench.map_page(4);
        bench.start();
        for (unsigned i = 0; i < 6; ++i) EXPECT_TRUE(touch(i));
        ASSERT_TRUE(ask(page(0)));
        expect_granted(page(0), page(2) - 1);
        ASSERT_TRUE(ask(page(2)));
        expect_granted(page(2), page(3) - 1);
        EXPECT_TRUE(dmi.is_read_allowed() && !dmi.is_write_allowed());
        EXPECT_FALSE(ask(page(2), tlm::TLM_WRITE_COMMAND));
        ASSERT_TRUE(ask(page(4)));
        expect_granted(page(3), page(5) - 1);
    });
}

TEST_F(SmmuDmi, AnInvalidationWithdrawsExactlyWhatItReaches) {
    simulate([&] {
        grant(4);
        bench.run(by_va(page(1)));
        expect_withdrawn({{page(1), page(2) - 1}});
        bench.run(by_va(page(3), NestedBench::vmid + 1));  // of another VMID
        expect_withdrawn({});
        bench.run(command<TlbiNh>(Opcode::TLBI_NH_ALL).set(TlbiNh::VMID, NestedBench::vmid));
        expect_withdrawn({{page(0), page(1) - 1}, {page(2), page(4) - 1}});
        bench.run(command<TlbiNh>(Opcode::TLBI_NH_ALL).set(TlbiNh::VMID, NestedBench::vmid));
        expect_withdrawn({});  // nothing is left
    });
}

TEST_F(SmmuDmi, AConfigurationChangeWithdrawsAllOfTheStreamAndNothingOfOthers) {
    simulate([&] {
        grant(2);
        bench.run(command<CfgiSte>(Opcode::CFGI_STE).set(CfgiSte::StreamID, 6u));
        expect_withdrawn({});
        bench.run(command<CfgiSte>(Opcode::CFGI_STE).set(CfgiSte::StreamID, NestedBench::stream));
        expect_withdrawn({{page(0), page(2) - 1}});
    });
}

TEST_F(SmmuDmi, DisablingAndResetWithdrawAll) {
    simulate([&] {
        grant(2);
        bench.control(Cr0{});
        expect_withdrawn({{page(0), page(2) - 1}});
        // Disabled: everything passes, until that changes.
        ASSERT_TRUE(ask(0x1000));
        expect_granted(0, bench.ram.size() - 1);
        bench.control(SmmuBench::all_on());
        ASSERT_EQ(bench.device.withdrawn.size(), 1u);
        EXPECT_EQ(bench.device.withdrawn[0].first, 0u);
    });
}

TEST_F(SmmuDmi, TheWithdrawalComesBeforeTheSyncCompletes) {
    simulate([&] {
        grant(2);
        bench.push(by_va(page(0)));
        bench.push(SmmuBench::sync_command());
        bench.ring();
        while (bench.device.withdrawn.empty()) {
            EXPECT_NE(bench.read<CmdqCons>()[CmdqCons::RD], bench.command_prod());
            sc_core::wait(sc_core::SC_ZERO_TIME);
        }
        EXPECT_TRUE(bench.consumed());
    });
}

TEST_F(SmmuDmi, ASecondStreamOnThePortEndsItAll) {
    simulate([&] {
        bench.put_ste(9, SmmuBench::bypass_ste());
        grant(2);
        uint64_t data = 0;
        EXPECT_TRUE(bench.device.read(of_stream(9), 0x1000, data).ok());
        expect_withdrawn({{page(0), page(2) - 1}});
        EXPECT_FALSE(ask(page(0)));
    });
}

TEST_F(SmmuDmi, MemoryIsToldTheFinalAttributesAndMayRefuse) {
    simulate([&] {
        bench.map_page(0);
        bench.ram.put(bench.cd,
                      NestedBench::make_cd(bench.stage1, NestedBench::asid).set(Cd::MAIR, 0x44));
        bench.start();
        EXPECT_TRUE(touch(0));
        EXPECT_TRUE(ask(page(0)));
        EXPECT_EQ(bench.ram.dmi_asked.attributes,
                  normal(non_cacheable, non_cacheable, Shareability::Outer));
        bench.ram.grants_dmi = false;
        EXPECT_FALSE(ask(page(0)));
        expect_granted(page(0), page(1) - 1);
    });
}

TEST_F(SmmuDmi, MemoryWithdrawsInItsOwnAddresses) {
    simulate([&] {
        grant(4);
        bench.ram.in->invalidate_direct_mem_ptr(NestedBench::data_page(1),
                                                NestedBench::data_page(2) + 8);
        expect_withdrawn({{page(1), page(3) - 1}});
    });
}

class SmmuDmiOff : public SmmuDmi {
protected:
    static Params off() {
        Params params;
        params.dmi = false;
        return params;
    }
    SmmuDmiOff() : SmmuDmi(off()) {}
};

TEST_F(SmmuDmiOff, NothingIsGranted) {
    simulate([&] {
        bench.map_page(0);
        bench.start();
        EXPECT_TRUE(touch(0));
        EXPECT_FALSE(ask(page(0)));
    });
}

}  // namespace
}  // namespace smmu::test
