// Invalidation commands, each seen from a device: what becomes visible after CMD_SYNC, and what a
// driver must not rely on.  Arm IHI 0070 G.b, 4.3 and 4.4.
#include "tests/model/smmu_bench.h"

namespace smmu::test {

using arch::CfgiCd;
using arch::CfgiSte;
using arch::CfgiSteRange;
using arch::Command;
using arch::Opcode;
using arch::TlbiNh;
using arch::TlbiS12Vmall;
using arch::TlbiS2Ipa;
using arch::view;

constexpr uint64_t page = NestedBench::va;

Command nh(Opcode op, uint16_t vmid, uint16_t asid = 0, uint64_t address = 0) {
    return view<Command>(arch::command<TlbiNh>(op)
                             .set(TlbiNh::VMID, vmid)
                             .set(TlbiNh::ASID, asid)
                             .set(TlbiNh::Address, address));
}
Command s12_vmall(uint16_t vmid) {
    return view<Command>(
        arch::command<TlbiS12Vmall>(Opcode::TLBI_S12_VMALL).set(TlbiS12Vmall::VMID, vmid));
}
Command s2_ipa(uint16_t vmid, uint64_t ipa) {
    return view<Command>(arch::command<TlbiS2Ipa>(Opcode::TLBI_S2_IPA)
                             .set(TlbiS2Ipa::VMID, vmid)
                             .set(TlbiS2Ipa::Address, ipa));
}
Command nsnh_all() { return Command{}.set(Command::Op, Opcode::TLBI_NSNH_ALL); }
Command cfgi_ste(uint32_t stream) {
    return view<Command>(arch::command<CfgiSte>(Opcode::CFGI_STE).set(CfgiSte::StreamID, stream));
}
Command cfgi_range(uint32_t stream, uint8_t range) {
    return view<Command>(arch::command<CfgiSteRange>(Opcode::CFGI_STE_RANGE)
                             .set(CfgiSteRange::StreamID, stream)
                             .set(CfgiSteRange::Range, range));
}
Command cfgi_cd(Opcode op, uint32_t stream) {
    return view<Command>(arch::command<CfgiCd>(op).set(CfgiCd::StreamID, stream));
}

struct Case {
    const char* name;
    Command command;
    bool reaches;  ///< the change in memory is seen afterwards
};
std::ostream& operator<<(std::ostream& os, const Case& c) { return os << c.name; }
std::string name_of(const ::testing::TestParamInfo<Case>& info) { return info.param.name; }

/// Four pages that can be told apart by their first word.
struct Invalidation : SimTest, NestedBench, ::testing::WithParamInterface<Case> {
    Invalidation() {
        for (unsigned n = 0; n < 4; ++n) ram.put(data_page(n), n);
    }
    /// Which page the device finds at an address; 99 if none.
    uint32_t seen_at(uint32_t stream_id, uint64_t address) {
        uint32_t data = 0;
        return device.read(of_stream(stream_id), address, data).ok() ? data : 99;
    }
};

// --- Nested translations

struct NestedTlb : Invalidation {};

TEST_P(NestedTlb, ChangedStage1LeafIsSeen) {
    map_page(0);
    simulate([&] {
        start();
        ASSERT_EQ(seen_at(stream, page), 0u);
        stage1.map(page, data_page(1) + map::guest, stage1_page);
        run(GetParam().command);
        EXPECT_EQ(seen_at(stream, page), GetParam().reaches ? 1u : 0u);
    });
}

constexpr uint16_t vmid = NestedBench::vmid, asid = NestedBench::asid;
const Case nested_cases[] = {
    {"NH_ALL", nh(Opcode::TLBI_NH_ALL, vmid), true},
    {"NH_ALL_of_another_VMID", nh(Opcode::TLBI_NH_ALL, vmid + 1), false},
    {"NH_ASID", nh(Opcode::TLBI_NH_ASID, vmid, asid), true},
    {"NH_ASID_of_another_ASID", nh(Opcode::TLBI_NH_ASID, vmid, asid + 1), false},
    {"NH_VA", nh(Opcode::TLBI_NH_VA, vmid, asid, page), true},
    {"NH_VA_of_another_page", nh(Opcode::TLBI_NH_VA, vmid, asid, page + 0x1000), false},
    {"NH_VA_of_another_ASID", nh(Opcode::TLBI_NH_VA, vmid, asid + 1, page), false},
    {"NH_VA_of_another_VMID", nh(Opcode::TLBI_NH_VA, vmid + 1, asid, page), false},
    {"NH_VAA", nh(Opcode::TLBI_NH_VAA, vmid, 0, page), true},
    {"NH_VAA_of_another_page", nh(Opcode::TLBI_NH_VAA, vmid, 0, page + 0x1000), false},
    {"S12_VMALL", s12_vmall(vmid), true},
    {"S12_VMALL_of_another_VMID", s12_vmall(vmid + 1), false},
    // 4.4.3.2: software follows with NH_ALL for nested translations.
    {"S2_IPA", s2_ipa(vmid, NestedBench::data_page(0) + map::guest), false},
    {"NSNH_ALL", nsnh_all(), true},
    {"CFGI_STE", cfgi_ste(NestedBench::stream), false},
};
INSTANTIATE_TEST_SUITE_P(Each, NestedTlb, ::testing::ValuesIn(nested_cases), name_of);

struct GlobalTlb : Invalidation {};

TEST_P(GlobalTlb, ChangedGlobalLeafIsSeen) {
    constexpr uint64_t global = stage1_page & ~(uint64_t{1} << 11);  // nG = 0
    map_page(0, global);
    simulate([&] {
        start();
        ASSERT_EQ(seen_at(stream, page), 0u);
        stage1.map(page, data_page(1) + map::guest, global);
        run(GetParam().command);
        EXPECT_EQ(seen_at(stream, page), GetParam().reaches ? 1u : 0u);
    });
}

const Case global_cases[] = {
    {"NH_ASID", nh(Opcode::TLBI_NH_ASID, vmid, asid), false},
    {"NH_VA_under_any_ASID", nh(Opcode::TLBI_NH_VA, vmid, asid + 1, page), true},
    {"NH_ALL", nh(Opcode::TLBI_NH_ALL, vmid), true},
};
INSTANTIATE_TEST_SUITE_P(Each, GlobalTlb, ::testing::ValuesIn(global_cases), name_of);

TEST_F(Invalidation, StageTwoChangeOfANestedPageIsSeenAfterIpaThenAll) {
    map_page(0);
    simulate([&] {
        start();
        ASSERT_EQ(seen_at(stream, page), 0u);
        const uint64_t ipa = data_page(0) + map::guest;
        stage2.map(ipa, data_page(2), stage2_page);
        run(s2_ipa(vmid, ipa), nh(Opcode::TLBI_NH_ALL, vmid));
        EXPECT_EQ(seen_at(stream, page), 2u);
    });
}

TEST_F(Invalidation, AnyAddressOfABlockRemovesWhatWasCutFromIt) {
    const uint64_t block = page & ~uint64_t{0x1F'FFFF};
    const uint64_t data_block = map::data & ~uint64_t{0x1F'FFFF};
    stage1.map(block, data_block + map::guest, stage1_page, 2);
    simulate([&] {
        start();
        const uint64_t at = block + (map::data - data_block);
        ASSERT_EQ(seen_at(stream, at), 0u);
        stage1.map(block, 0x20'0000 + map::guest, stage1_page, 2);
        run(nh(Opcode::TLBI_NH_VA, vmid, asid, block + 0x1F'F000));
        EXPECT_EQ(seen_at(stream, at), ram.get<uint32_t>(0x20'0000 + (at - block)));
    });
}

// --- Stage 2 only

struct StageTwoTlb : Invalidation {
    static constexpr uint32_t direct = 6;
    static constexpr uint64_t ipa = NestedBench::data_page(0) + map::guest;
    StageTwoTlb() { put_ste(direct, with_stage2(bypass_ste(), stage2, vmid)); }
};

TEST_P(StageTwoTlb, ChangedStage2LeafIsSeen) {
    simulate([&] {
        start();
        ASSERT_EQ(seen_at(direct, ipa), 0u);
        stage2.map(ipa, data_page(1), stage2_page);
        run(GetParam().command);
        EXPECT_EQ(seen_at(direct, ipa), GetParam().reaches ? 1u : 0u);
    });
}

const Case stage2_cases[] = {
    {"S2_IPA", s2_ipa(vmid, StageTwoTlb::ipa), true},
    {"S2_IPA_of_another_page", s2_ipa(vmid, StageTwoTlb::ipa + 0x1000), false},
    {"S2_IPA_of_another_VMID", s2_ipa(vmid + 1, StageTwoTlb::ipa), false},
    {"S12_VMALL", s12_vmall(vmid), true},
    {"NH_ALL", nh(Opcode::TLBI_NH_ALL, vmid), false},
    {"NSNH_ALL", nsnh_all(), true},
};
INSTANTIATE_TEST_SUITE_P(Each, StageTwoTlb, ::testing::ValuesIn(stage2_cases), name_of);

// --- Configuration

struct Configuration : Invalidation {};

TEST_P(Configuration, ChangedSteIsSeen) {
    map_page(0);
    simulate([&] {
        start();
        ASSERT_EQ(seen_at(stream, page), 0u);
        put_ste(stream, bypass_ste());
        run(GetParam().command);
        EXPECT_EQ(seen_at(stream, data_page(3)), GetParam().reaches ? 3u : 99u);
    });
}

TEST_P(Configuration, ChangedCdIsSeen) {
    map_page(0);
    simulate([&] {
        start();
        ASSERT_EQ(seen_at(stream, page), 0u);
        RamTables other(pages, map::guest);
        other.map(page, data_page(2) + map::guest, stage1_page);
        ram.put(cd, make_cd(other, asid + 1));
        run(GetParam().command);
        EXPECT_EQ(seen_at(stream, page), GetParam().reaches ? 2u : 0u);
    });
}

const Case configuration_cases[] = {
    {"CFGI_STE", cfgi_ste(5), true},
    {"CFGI_STE_of_another_stream", cfgi_ste(4), false},
    {"CFGI_STE_RANGE_around_it", cfgi_range(6, 1), true},   // 4 to 7
    {"CFGI_STE_RANGE_beside_it", cfgi_range(6, 0), false},  // 6 and 7
    {"CFGI_ALL", cfgi_range(0, 31), true},
    {"CFGI_CD", cfgi_cd(Opcode::CFGI_CD, 5), true},
    {"CFGI_CD_ALL", cfgi_cd(Opcode::CFGI_CD_ALL, 5), true},
    {"CFGI_CD_of_another_stream", cfgi_cd(Opcode::CFGI_CD, 4), false},
    {"TLBI_NSNH_ALL", nsnh_all(), false},
};
INSTANTIATE_TEST_SUITE_P(Each, Configuration, ::testing::ValuesIn(configuration_cases), name_of);

// --- Nothing that faulted is cached

TEST_F(Invalidation, MappingAPageThatFaultedNeedsNoInvalidation) {
    simulate([&] {
        start();
        ASSERT_EQ(seen_at(stream, page), 99u);
        map_page(0);
        EXPECT_EQ(seen_at(stream, page), 0u);
    });
}

}  // namespace smmu::test
