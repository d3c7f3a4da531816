// IO address spaces: mapping and unmapping.
#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;

namespace {

constexpr uint64_t va = FakeCaller::base;

struct IommuApiIoas : IommuApi {
    void SetUp() override {
        dev = bind(setup());
        ioas = make_ioas();
    }
    /// A table behind the address space.
    FakeInstance::Table& table() {
        const uint32_t id = make_hwpt(0, dev, ioas);
        return smmu.tables[api.hwpts.find(id)->domain.value];
    }
    uint64_t alignment() {
        IoasIovaRanges c{32, ioas, 4, 0, va + 0x3000, 0};
        EXPECT_EQ(ioas_iova_ranges(api, c), Errno::None);
        return c.out_iova_alignment;
    }
};

TEST_F(IommuApiIoas, AllocChecks) {
    IoasAlloc c{12, 1, 0};
    EXPECT_EQ(ioas_alloc(api, c), Errno::OpNotSupp);
    unsigned count = 1;
    c.flags = 0;
    while (ioas_alloc(api, c) == Errno::None) ++count;
    EXPECT_EQ(count, most_ioas);
    EXPECT_EQ(ioas_alloc(api, c), Errno::NoMem);
}

TEST_F(IommuApiIoas, MapChecksInOrder) {
    IoasMap c{40, 8, 99, 1, va, ~uint64_t{0}, 0};
    EXPECT_EQ(ioas_map(api, c), Errno::OpNotSupp) << "flags";
    c.flags = 1;
    EXPECT_EQ(ioas_map(api, c), Errno::OpNotSupp) << "reserved";
    c.reserved = 0;
    EXPECT_EQ(ioas_map(api, c), Errno::Overflow) << "length";
    c.length = 0x1000;
    c.iova = ~uint64_t{0};
    EXPECT_EQ(ioas_map(api, c), Errno::Overflow) << "IOVA";
    c.iova = 0x10000;
    EXPECT_EQ(ioas_map(api, c), Errno::Inval) << "neither read nor write";
    c.flags = 7;
    EXPECT_EQ(ioas_map(api, c), Errno::NoEnt);
    c.ioas_id = ioas;
    c.length = 0;
    EXPECT_EQ(ioas_map(api, c), Errno::Inval);
    c.length = 0x1000;
    c.user_va = ~uint64_t{0xFFF};
    EXPECT_EQ(ioas_map(api, c), Errno::Overflow) << "the memory wraps";
    c.user_va = va;
    c.iova = ~uint64_t{0xFFF};
    c.length = 0x2000;
    EXPECT_EQ(ioas_map(api, c), Errno::Overflow) << "the IOVA wraps";
    c.iova = 0x10000;
    EXPECT_EQ(ioas_map(api, c), Errno::None);
    EXPECT_EQ(ioas_map(api, c), Errno::Exist);
    c.iova = 0x11000;
    EXPECT_EQ(ioas_map(api, c), Errno::Exist);
}

TEST_F(IommuApiIoas, APageIsTheUnitOnceThereIsATable) {
    EXPECT_EQ(alignment(), 1u);
    table();
    EXPECT_EQ(alignment(), 4096u);
    EXPECT_EQ(map(ioas, 0x10800, 0x1000), Errno::Inval);
    EXPECT_EQ(map(ioas, 0x10000, 0x800), Errno::Inval);
    EXPECT_EQ(map(ioas, 0x10000, 0x1000, va + 0x800), Errno::Inval);
    EXPECT_EQ(map(ioas, 0x10000, 0x1000), Errno::None);
}

TEST_F(IommuApiIoas, MemoryInPiecesIsMappedPieceByPiece) {
    auto& pages = table().pages;
    caller.run = 0x2000;
    ASSERT_EQ(map(ioas, 0x10000, 0x5000, va + 0x1000), Errno::None);
    ASSERT_EQ(pages.size(), 5u);
    for (uint64_t i = 0; i < 5; ++i)
        EXPECT_EQ(pages.at(0x10000 + i * 0x1000).pa,
                  va + 0x1000 + FakeCaller::physical_offset + i * 0x1000);
    EXPECT_TRUE(pages.at(0x10000).mapping.write);
}

TEST_F(IommuApiIoas, PermissionsReachTheTable) {
    auto& pages = table().pages;
    ASSERT_EQ(map(ioas, 0x10000, 0x1000, va, 1 | 4), Errno::None);
    ASSERT_EQ(map(ioas, 0x20000, 0x1000, va, 1 | 2), Errno::None);
    EXPECT_TRUE(pages.at(0x10000).mapping.read);
    EXPECT_FALSE(pages.at(0x10000).mapping.write);
    EXPECT_FALSE(pages.at(0x20000).mapping.read);
    EXPECT_TRUE(pages.at(0x20000).mapping.write);
}

TEST_F(IommuApiIoas, WhatCannotBeMappedEverywhereIsMappedNowhere) {
    auto& first = table().pages;
    struct Full : FakeInstance {
        using FakeInstance::FakeInstance;
        Errno map(DomainId, sw::AddressRange, uint64_t, const sw::Mapping&) override {
            return Errno::NoMem;
        }
    } full{log};
    DeviceSetup s = setup(9);
    s.instance = &full;
    make_hwpt(0, bind(s), ioas);
    EXPECT_EQ(map(ioas, 0x10000, 0x1000), Errno::NoMem);
    EXPECT_TRUE(first.empty());
    EXPECT_EQ(api.ioases.find(ioas)->area_count, 0u);
    EXPECT_EQ(unmap(ioas, 0x10000, 0x1000), Errno::NoEnt);
}

TEST_F(IommuApiIoas, UnreachableMemoryIsEfaultAndLeavesNothing) {
    auto& pages = table().pages;
    const uint64_t end = va + caller.bytes.size();
    EXPECT_EQ(map(ioas, 0x10000, 0x2000, end - 0x1000), Errno::Fault);
    EXPECT_TRUE(pages.empty());
    EXPECT_EQ(map(ioas, 0x10000, 0x1000, end - 0x1000), Errno::None);
}

TEST_F(IommuApiIoas, UnmapTakesAllMappingsInTheRange) {
    auto& pages = table().pages;
    ASSERT_EQ(map(ioas, 0x10000, 0x1000), Errno::None);
    ASSERT_EQ(map(ioas, 0x20000, 0x2000), Errno::None);
    ASSERT_EQ(map(ioas, 0x30000, 0x1000), Errno::None);
    IoasUnmap c{24, ioas, 0x8000, 0x20000};
    ASSERT_EQ(ioas_unmap(api, c), Errno::None);
    EXPECT_EQ(c.length, 0x3000u);
    EXPECT_EQ(pages.size(), 1u);
}

TEST_F(IommuApiIoas, UnmapChecks) {
    ASSERT_EQ(map(ioas, 0x10000, 0x4000), Errno::None);
    ASSERT_EQ(map(ioas, 0x20000, 0x1000), Errno::None);
    EXPECT_EQ(unmap(ioas, 0x10000, 0), Errno::Inval);
    EXPECT_EQ(unmap(ioas, 0x10000, ~uint64_t{0}), Errno::Overflow);
    EXPECT_EQ(unmap(ioas, ~uint64_t{0}, 0x1000), Errno::Overflow);
    EXPECT_EQ(unmap(ioas, 0x10000, ~uint64_t{0} - 1), Errno::Overflow);
    EXPECT_EQ(unmap(ioas, 0x11000, 0x3000), Errno::NoEnt) << "cuts its beginning";
    EXPECT_EQ(unmap(ioas, 0x10000, 0x3000), Errno::NoEnt) << "cuts its end";
    EXPECT_EQ(unmap(ioas, 0x12000, 0x20000), Errno::NoEnt) << "cuts one, so none goes";
    EXPECT_EQ(api.ioases.find(ioas)->area_count, 2u);
    EXPECT_EQ(unmap(ioas, 0x40000, 0x1000), Errno::NoEnt) << "nothing there";
}

TEST_F(IommuApiIoas, EverythingCanBeUnmappedAlsoWhenThereIsNothing) {
    ASSERT_EQ(map(ioas, 0x10000, 0x4000), Errno::None);
    IoasUnmap c{24, ioas, 0, ~uint64_t{0}};
    EXPECT_EQ(ioas_unmap(api, c), Errno::None);
    EXPECT_EQ(c.length, 0x4000u);
    c.length = ~uint64_t{0};
    EXPECT_EQ(ioas_unmap(api, c), Errno::None);
    EXPECT_EQ(c.length, 0u);
}

TEST_F(IommuApiIoas, AnSmmuThatDoesNotForgetIsTold) {
    const uint32_t id = make_hwpt(0, dev, ioas);
    ASSERT_EQ(attach(dev, id), Errno::None);
    ASSERT_EQ(map(ioas, 0x10000, 0x1000), Errno::None);
    smmu.sends_that_work = 0;
    IoasUnmap c{24, ioas, 0x10000, 0x1000};
    EXPECT_EQ(ioas_unmap(api, c), Errno::TimedOut);
    EXPECT_EQ(c.length, 0x1000u) << "gone from the tables all the same";
}

TEST_F(IommuApiIoas, TooManyMappingsAreEnomem) {
    for (uint64_t i = 0; i < most_areas; ++i)
        ASSERT_EQ(map(ioas, i * 0x10000, 0x1000), Errno::None);
    EXPECT_EQ(map(ioas, most_areas * 0x10000, 0x1000), Errno::NoMem);
}

TEST_F(IommuApiIoas, ManyMapsAndUnmapsKeepTheTableTrue) {
    auto& pages = table().pages;
    std::map<uint64_t, uint64_t> model;  // what should be mapped: area to length
    uint64_t seed = 12345;
    const auto next = [&](uint64_t bound) {
        seed = seed * 6364136223846793005 + 1442695040888963407;
        return (seed >> 33) % bound;
    };
    for (unsigned step = 0; step < 4000; ++step) {
        const uint64_t at = next(64) * 0x1000, length = (1 + next(6)) * 0x1000;
        bool overlaps = false, cut = false, any = false;
        for (const auto& [start, size] : model) {
            if (start >= at + length || at >= start + size) continue;
            overlaps = any = true;
            cut = cut || start < at || start + size > at + length;
        }
        if (next(2) == 0) {
            const Errno e = map(ioas, at, length);
            ASSERT_EQ(e, overlaps                     ? Errno::Exist
                         : model.size() == most_areas ? Errno::NoMem
                                                      : Errno::None);
            if (e == Errno::None) model[at] = length;
        } else {
            const Errno e = unmap(ioas, at, length);
            ASSERT_EQ(e, any && !cut ? Errno::None : Errno::NoEnt);
            if (e == Errno::None)
                model.erase(model.lower_bound(at), model.lower_bound(at + length));
        }
        uint64_t total = 0;
        for (const auto& [start, size] : model) total += size / 0x1000;
        ASSERT_EQ(pages.size(), total);
    }
}

}  // namespace
