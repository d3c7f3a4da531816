// HWPT_ALLOC on an address space: which tables come of which flags, and every refusal in its order.
#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;
using sw::Stage;
using sw::Stage2Types;

namespace {

struct IommuApiHwpt : IommuApi {
    void SetUp() override {
        dev = bind(setup());
        ioas = make_ioas();
    }
    Errno alloc(uint32_t flags) {
        uint32_t id = 0;
        const Errno e = hwpt(flags, dev, ioas, id);
        made = id == 0 ? nullptr : api.hwpts.find(id);
        return e;
    }
    const DomainRequest& request() { return smmu.tables[made->domain.value].request; }
    Hwpt* made = nullptr;
};

TEST_F(IommuApiHwpt, NEST_06_01_NoFlagsIsStage1WhereThereIsOne) {
    ASSERT_EQ(alloc(0), Errno::None);
    EXPECT_EQ(request().stage, Stage::One);
    EXPECT_FALSE(made->nest_parent);
    smmu.facts_.features.stage1 = false;
    ASSERT_EQ(alloc(0), Errno::None);
    EXPECT_EQ(request().stage, Stage::Two);
    EXPECT_FALSE(made->nest_parent);
}

TEST_F(IommuApiHwpt, NEST_06_02_NestParentIsStage2) {
    ASSERT_EQ(alloc(1), Errno::None);
    EXPECT_EQ(request().stage, Stage::Two);
    EXPECT_TRUE(made->nest_parent);
}

TEST_F(IommuApiHwpt, NEST_06_02_NestParentNeedsNesting) {
    smmu.facts_.features.nesting = false;
    EXPECT_EQ(alloc(1), Errno::OpNotSupp);
    smmu.facts_.features.nesting = true;
    smmu.facts_.features.force_sync = true;
    EXPECT_EQ(alloc(1), Errno::OpNotSupp);
}

TEST_F(IommuApiHwpt, NEST_06_01_NEST_06_11_FlagTable) {
    smmu.facts_.features.dirty_state = true;
    const Errno no = Errno::OpNotSupp;
    //                       -    NEST  DIRTY  N+D   FAULT N+F  D+F   NDF
    const Errno expected[16] = {
        Errno::None, Errno::None, Errno::None, no, Errno::NoEnt, no, Errno::NoEnt, no,
        // and with PASID
        Errno::None, no, Errno::None, no, Errno::NoEnt, no, Errno::NoEnt, no};
    for (uint32_t flags = 0; flags < 16; ++flags) EXPECT_EQ(alloc(flags), expected[flags]) << flags;
    for (uint32_t bit = 4; bit < 32; ++bit) EXPECT_EQ(alloc(uint32_t{1} << bit), no) << bit;
}

TEST_F(IommuApiHwpt, NEST_06_01_DirtyAndPasidAreStage1) {
    smmu.facts_.features.dirty_state = true;
    for (const uint32_t flags : {2u, 8u, 10u}) {
        smmu.facts_.features.stage1 = true;
        ASSERT_EQ(alloc(flags), Errno::None);
        EXPECT_EQ(request().stage, Stage::One);
        EXPECT_EQ(request().dirty_tracking, (flags & 2) != 0);
        EXPECT_EQ(made->pasid_compatible, (flags & 8) != 0);
        smmu.facts_.features.stage1 = false;
        EXPECT_EQ(alloc(flags), Errno::OpNotSupp) << flags;
    }
}

TEST_F(IommuApiHwpt, NEST_06_11_DirtyNeedsTheCapability) { EXPECT_EQ(alloc(2), Errno::OpNotSupp); }

TEST_F(IommuApiHwpt, NEST_06_12_UserDataIsRefusedOnAPagingHwpt) {
    HwptAlloc c{48, 0, dev, ioas, 0, 0, 2, 16, FakeCaller::base, 0, 0};
    EXPECT_EQ(hwpt_alloc(api, c), Errno::OpNotSupp);
}

TEST_F(IommuApiHwpt, NEST_06_10_FieldChecks) {
    const HwptAlloc good{48, 0, dev, ioas, 0, 0, 0, 0, 0, 0, 0};
    HwptAlloc c = good;
    c.reserved = 1;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::OpNotSupp);
    c = good;
    c.reserved2 = 1;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::None) << "said to be zero, not checked";
    c = good;
    c.data_len = 16;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::Inval) << "data of no type";
    c = good;
    c.data_type = 2;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::Inval) << "a type and no data";
    c = good;
    c.dev_id = 99;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::NoEnt);
    c = good;
    c.pt_id = 99;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::Inval);
    c.pt_id = dev;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::Inval) << "neither IOAS, nor HWPT, nor vIOMMU";
    c = good;
    c.flags = 4;
    c.fault_id = 99;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::NoEnt);
}

TEST_F(IommuApiHwpt, NEST_06_09_OrderOfChecks) {
    // Everything is wrong; from one step to the next one thing is put right.
    HwptAlloc c{48, 0x8000'0000, 99, 98, 0, 1, 0, 16, 0, 97, 0};
    EXPECT_EQ(hwpt_alloc(api, c), Errno::OpNotSupp) << "reserved";
    c.reserved = 0;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::Inval) << "data without a type";
    c.data_len = 0;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::NoEnt) << "device";
    c.dev_id = dev;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::Inval) << "page table";
    c.pt_id = ioas;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::OpNotSupp) << "flags";
    c.flags = 4;
    EXPECT_EQ(hwpt_alloc(api, c), Errno::NoEnt) << "fault queue, last";
    EXPECT_EQ(destroy(ioas), Errno::None) << "the HWPT made before that is gone again";
}

TEST_F(IommuApiHwpt, NEST_06_13_NestingOnAPagingHwptIsGone) {
    // Form::Merged: there is no such operation any more.
    parent = make_hwpt(1, dev, ioas);
    uint32_t id = 0;
    EXPECT_EQ(nested(parent, s1_word0, s1_word1, id), Errno::OpNotSupp);
    uint32_t plain = make_hwpt(0, dev, ioas);
    EXPECT_EQ(nested(plain, s1_word0, s1_word1, id), Errno::OpNotSupp) << "before what it is";
}

TEST_F(IommuApiHwpt, NEST_06_14_ErrorsOfTheAllocatorsComeThrough) {
    smmu.next_create = Errno::NoSpc;  // no VMID left
    EXPECT_EQ(alloc(1), Errno::NoSpc);
    smmu.next_create = Errno::NoMem;
    EXPECT_EQ(alloc(1), Errno::NoMem);
    EXPECT_EQ(destroy(ioas), Errno::None) << "nothing is left behind";
}

TEST_F(IommuApiHwpt, NEST_06_06_TheApertureIsTheInputSizeOfStage2) {
    ASSERT_EQ(alloc(1), Errno::None);
    const uint64_t end = uint64_t{1} << 44;
    EXPECT_EQ(map(ioas, end - 0x1000, 0x1000), Errno::None);
    EXPECT_EQ(map(ioas, end, 0x1000), Errno::Inval);
    EXPECT_EQ(map(ioas, end - 0x2000, 0x3000), Errno::Inval);
}

TEST_F(IommuApiHwpt, WhatIsMappedAlreadyIsInANewTable) {
    ASSERT_EQ(map(ioas, 0x10000, 0x3000), Errno::None);
    ASSERT_EQ(alloc(1), Errno::None);
    const auto& pages = smmu.tables[made->domain.value].pages;
    ASSERT_EQ(pages.size(), 3u);
    EXPECT_EQ(pages.at(0x12000).pa, FakeCaller::base + FakeCaller::physical_offset + 0x2000);
    EXPECT_EQ(pages.at(0x10000).mapping.use, sw::MemoryUse::Cacheable);
}

TEST_F(IommuApiHwpt, ATableThatCannotTakeTheMappingsIsNotMade) {
    ASSERT_EQ(map(ioas, 0x10000, 0x1000), Errno::None);
    ASSERT_EQ(map(ioas, 0x20000, 0x1000, 0x1000), Errno::None) << "nobody looks at memory yet";
    EXPECT_EQ(alloc(1), Errno::Fault);
    EXPECT_EQ(unmap(ioas, 0x20000, 0x1000), Errno::None);
    smmu.next_map = Errno::NoMem;
    EXPECT_EQ(alloc(1), Errno::NoMem);
    EXPECT_EQ(alloc(1), Errno::None);
    EXPECT_EQ(destroy(made->id), Errno::None);
    EXPECT_EQ(destroy(ioas), Errno::None);
}

TEST_F(IommuApiHwpt, MappingsOutsideTheApertureRefuseTheTable) {
    ASSERT_EQ(map(ioas, uint64_t{1} << 44, 0x1000), Errno::None);
    EXPECT_EQ(alloc(1), Errno::AddrInUse);
}

TEST_F(IommuApiHwpt, MappingsThatAreNotPagesRefuseTheTable) {
    ASSERT_EQ(map(ioas, 0x10010, 0x20), Errno::None);
    EXPECT_EQ(alloc(1), Errno::AddrInUse);
}

TEST_F(IommuApiHwpt, ExhaustionIsEnomem) {
    unsigned count = 0;
    Errno e = Errno::None;
    while ((e = alloc(0)) == Errno::None) ++count;
    EXPECT_EQ(e, Errno::NoMem);
    EXPECT_EQ(count, most_hwpts);
    EXPECT_EQ(destroy(made == nullptr ? 3 : made->id), Errno::None);
    EXPECT_EQ(alloc(0), Errno::None);
}

}  // namespace
