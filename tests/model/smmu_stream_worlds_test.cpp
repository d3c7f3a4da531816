// EL2 and EL2-E2H streams and VMID wildcards, through registers and queues.
// Arm IHI 0070 G.b, 3.17.6, 4.4.2, 5.2 (STRW), 6.3.9, 6.3.12; names carry the rule of the check
// list.
#include "tests/model/smmu_bench.h"

namespace smmu::test {

using arch::Cr0;
using arch::Cr2;
using arch::Opcode;
using arch::Ste;
using arch::TlbiNh;

struct SmmuWorlds : SimTest, SmmuBench {
    static constexpr uint32_t stream = 6;
    static constexpr uint64_t va = 0x7F'1234'5000;
    /// Privileged only: EL2 knows no privilege.
    static constexpr uint64_t leaf = stage1_page & ~uint64_t{0x40};
    RamTables stage1{pages};

    explicit SmmuWorlds(const Params& params = {}) : SmmuBench(params) {
        const uint64_t cd = pages.take();
        ram.put(cd, make_cd(stage1, 9));
        put_ste(stream, stage1_ste(cd).set(Ste::STRW, 0b10));
        stage1.map(va, map::data, leaf);
        ram.put(map::data, uint32_t{1});
        ram.put(map::data + 0x1000, uint32_t{2});
    }
    uint32_t seen(bool privileged = true) {
        StreamIn in = of_stream(stream);
        in.privileged = privileged;
        uint32_t data = 0;
        return device.read(in, va, data).ok() ? data : 99;
    }
    static TlbiNh el2(Opcode op, uint16_t asid = 0) {
        return arch::command<TlbiNh>(op).set(TlbiNh::ASID, asid).set(TlbiNh::Address, va);
    }
};

TEST_F(SmmuWorlds, STE_22_E2H_01_E2hDecidesWhetherPrivilegeCounts) {
    simulate([&] {
        start();  // leaves CR2.E2H at 0
        EXPECT_EQ(seen(false), 1u);
        EXPECT_EQ(seen(true), 1u);
        control({});
        write(Cr2{}.set(Cr2::E2H, true).set(Cr2::RECINVSID, true));
        control(all_on());
        run(el2(Opcode::TLBI_EL2_ALL),
            arch::command<arch::CfgiSte>(Opcode::CFGI_STE).set(arch::CfgiSte::StreamID, stream));
        EXPECT_EQ(seen(false), 99u);
        EXPECT_EQ(seen(true), 1u);
    });
}

TEST_F(SmmuWorlds, CMD_18_E2H_03_El2CommandsReachWhatADeviceSees) {
    simulate([&] {
        start();
        ASSERT_EQ(seen(), 1u);
        stage1.map(va, map::data + 0x1000, leaf);
        run(TlbiNh{}.set(TlbiNh::Op, Opcode::TLBI_NSNH_ALL));
        EXPECT_EQ(seen(), 1u) << "not of EL1";
        run(el2(Opcode::TLBI_EL2_VA, 0x1234));  // without E2H the ASID does not count
        EXPECT_EQ(seen(), 2u);
        for (const Opcode op : {Opcode::TLBI_EL2_VAA, Opcode::TLBI_EL2_ALL}) {
            stage1.map(va, map::data, leaf);
            run(el2(op));
            EXPECT_EQ(seen(), 1u);
            stage1.map(va, map::data + 0x1000, leaf);
            run(el2(op));
            EXPECT_EQ(seen(), 2u);
        }
    });
}

TEST_F(SmmuWorlds, CMD_26_REG_12_AWildcardInvalidatesItsGroup) {
    const uint64_t cd = pages.take();
    ram.put(cd, make_cd(stage1, 9));
    put_ste(stream, stage1_ste(cd).set(Ste::S2VMID, 0x0A0B));
    const auto nh_all = arch::command<TlbiNh>(Opcode::TLBI_NH_ALL).set(TlbiNh::VMID, 0x0A08);
    simulate([&] {
        start();
        ASSERT_EQ(seen(), 1u);
        stage1.map(va, map::data + 0x1000, leaf);
        run(nh_all);
        EXPECT_EQ(seen(), 1u);
        control(all_on().set(Cr0::VMW, 2));
        run(nh_all);
        EXPECT_EQ(seen(), 2u);
    });
}

/// An SMMUv3.1 without Hyp, ranges and wildcards.
struct SmmuWithoutWorlds : SmmuWorlds {
    static Params params() {
        Params p;
        p.features.minor_revision = 1;
        p.features.el2 = p.features.vmid_wildcard = p.features.range_invalidation = false;
        p.features.e0pd = p.features.epan = p.features.walks_to_device_are_nc = false;
        return p;
    }
    SmmuWithoutWorlds() : SmmuWorlds(params()) {}
};

TEST_F(SmmuWithoutWorlds, CMD_18_El2CommandsAreIllegal) {
    simulate([&] {
        start();
        bool acknowledged = false;
        for (const Opcode op : {Opcode::TLBI_EL2_ALL, Opcode::TLBI_EL2_ASID, Opcode::TLBI_EL2_VA,
                                Opcode::TLBI_EL2_VAA}) {
            const uint32_t at = command_prod();
            push(el2(op));
            ring();
            sc_core::wait(1000 * ns);
            EXPECT_EQ(read<arch::CmdqCons>()[arch::CmdqCons::RD], at);
            EXPECT_EQ(read<arch::CmdqCons>()[arch::CmdqCons::ERR], arch::CommandError::Illegal);
            ram.put(map::command_queue + 16 * arch::QueueIndex{at}.slot(commands_log2),
                    sync_command());
            acknowledged = !acknowledged;
            write(arch::Gerrorn{}.set(arch::Gerrorn::CMDQ_ERR, acknowledged));
            EXPECT_TRUE(consumed());
        }
    });
}

TEST_F(SmmuWithoutWorlds, STE_20_REG_10_REG_20_StrwE2hAndVmwAreIgnored) {
    simulate([&] {
        write(Cr2{}.set(Cr2::E2H, true));
        EXPECT_EQ(read<Cr2>().raw(), 0u);
        start();
        EXPECT_EQ(seen(false), 99u) << "EL1: privilege counts";
        EXPECT_EQ(seen(true), 1u);
        write(all_on().set(Cr0::VMW, 3));
        sc_core::wait(100 * ns);
        EXPECT_EQ(read<Cr0>().raw(), 0xDu);
        EXPECT_EQ(read<arch::Cr0Ack>().raw(), 0xDu);
    });
}

}  // namespace smmu::test
