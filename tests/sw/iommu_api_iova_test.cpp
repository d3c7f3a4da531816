// Ranges of IOVA: what is reserved, what is allowed, and where the API puts mappings.
#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;

namespace {

constexpr uint64_t list = FakeCaller::base + 0x3000;
constexpr uint64_t va = FakeCaller::base;

struct IommuApiIova : IommuApi {
    void SetUp() override {
        dev = bind(setup());
        ioas = make_ioas();
    }
    /// A table behind the address space.
    FakeInstance::Table& table() {
        const uint32_t id = make_hwpt(0, dev, ioas);
        return smmu.tables[api.hwpts.find(id)->domain.value];
    }
    /// Maps where the API likes.
    Errno place(uint64_t length, uint64_t& iova, uint64_t address = va) {
        IoasMap c{40, map_writeable | map_readable, ioas, 0, address, length, 0};
        const Errno e = ioas_map(api, c);
        iova = c.iova;
        return e;
    }
    Errno allow(const std::vector<IovaRange>& ranges) {
        for (size_t i = 0; i < ranges.size(); ++i) caller.put(ranges[i], list + 16 * i);
        return ioas_allow_iovas(api, {24, ioas, static_cast<uint32_t>(ranges.size()), 0, list});
    }
    Errno ranges(uint32_t room, IoasIovaRanges& c) {
        c = {32, ioas, room, 0, list, 0};
        return ioas_iova_ranges(api, c);
    }
    IovaRange range(unsigned i) { return caller.get<IovaRange>(list + 16 * i); }
};

TEST_F(IommuApiIova, ChosenPlacesAreAlignedAndFree) {
    uint64_t a = 0, b = 0, c = 0;
    ASSERT_EQ(place(0x1000, a), Errno::None);
    EXPECT_EQ(a, 0x1000u) << "never page 0";
    ASSERT_EQ(place(0x3000, b), Errno::None);
    EXPECT_EQ(b, 0x4000u) << "aligned to 16 KiB, so that larger leaves fit";
    ASSERT_EQ(place(0x1000, c), Errno::None);
    EXPECT_EQ(c, 0x2000u);
    EXPECT_EQ(place(~uint64_t{0} / 2, a), Errno::Overflow);
    ASSERT_EQ(place(0x10, a, va + 0x30), Errno::None);
    EXPECT_EQ(a % 0x1000, 0x30u) << "the place in the page is that of the memory";
    ASSERT_EQ(place(0x4000, a, va + 0x2000), Errno::None);
    EXPECT_EQ(a, 0x8000u) << "not more than the memory is aligned to";
    ASSERT_EQ(unmap(ioas, 0, ~uint64_t{0}), Errno::None);
    table();
    EXPECT_EQ(place(0x1000, a, va + 0x800), Errno::Inval) << "not even to a page";
}

TEST_F(IommuApiIova, ChosenPlacesKeepToTheAllowList) {
    ASSERT_EQ(allow({{0x8000, 0x9FFF}, {0x2'0000, 0x2'0FFF}}), Errno::None);
    uint64_t iova = 0;
    ASSERT_EQ(place(0x1000, iova), Errno::None);
    EXPECT_EQ(iova, 0x8000u);
    ASSERT_EQ(place(0x1000, iova), Errno::None);
    EXPECT_EQ(iova, 0x9000u);
    ASSERT_EQ(place(0x1000, iova), Errno::None);
    EXPECT_EQ(iova, 0x2'0000u);
    EXPECT_EQ(place(0x1000, iova), Errno::NoSpc);
    EXPECT_EQ(map(ioas, 0x5'0000, 0x1000), Errno::None) << "a fixed place may be elsewhere";
}

TEST_F(IommuApiIova, AllowListChecks) {
    EXPECT_EQ(ioas_allow_iovas(api, {24, ioas, 0, 1, list}), Errno::OpNotSupp);
    EXPECT_EQ(ioas_allow_iovas(api, {24, 99, 0, 0, list}), Errno::NoEnt);
    EXPECT_EQ(ioas_allow_iovas(api, {24, ioas, 1, 0, 0x10}), Errno::Fault);
    EXPECT_EQ(allow({{0x2000, 0x1FFF}}), Errno::Inval);
    EXPECT_EQ(allow({{0x1000, 0x2FFF}, {0x2000, 0x4FFF}}), Errno::Inval) << "they overlap";
    std::vector<IovaRange> many;
    for (uint64_t i = 0; i <= most_allowed; ++i) many.push_back({i << 16, (i << 16) + 0xFFF});
    EXPECT_EQ(allow(many), Errno::NoMem);
    many.pop_back();
    EXPECT_EQ(allow(many), Errno::None);
    EXPECT_EQ(allow({}), Errno::None) << "replaced by none";
}

TEST_F(IommuApiIova, WhatIsAllowedCannotBeTakenAway) {
    const uint32_t id = make_hwpt(0, dev, ioas);
    ASSERT_EQ(allow({{0x0800'0000, 0x0800'FFFF}}), Errno::None);
    EXPECT_EQ(attach(dev, id), Errno::AddrInUse) << "the doorbell window is there";
    ASSERT_EQ(allow({}), Errno::None);
    ASSERT_EQ(attach(dev, id), Errno::None);
    EXPECT_EQ(allow({{0x0800'0000, 0x0800'FFFF}}), Errno::AddrInUse);
    EXPECT_EQ(allow({{0x1'0000, 0x1'FFFF}}), Errno::None);
    EXPECT_EQ(allow({{0x0800'0000, 0x0800'FFFF}}), Errno::AddrInUse);
    EXPECT_EQ(api.ioases.find(ioas)->allowed_count, 1u) << "the list before stays";
}

TEST_F(IommuApiIova, RangesAreWhatIsNotReserved) {
    IoasIovaRanges c{};
    ASSERT_EQ(ranges(4, c), Errno::None);
    ASSERT_EQ(c.num_iovas, 1u);
    EXPECT_EQ(range(0).start, 0u);
    EXPECT_EQ(range(0).last, ~uint64_t{0});

    const uint32_t id = make_hwpt(1, dev, ioas);
    ASSERT_EQ(attach(dev, id), Errno::None);
    ASSERT_EQ(ranges(4, c), Errno::None);
    ASSERT_EQ(c.num_iovas, 2u);
    EXPECT_EQ(range(0).start, 0u);
    EXPECT_EQ(range(0).last, 0x07FF'FFFFu);
    EXPECT_EQ(range(1).start, 0x0810'0000u);
    EXPECT_EQ(range(1).last, 0x0FFF'FFFF'FFFFu) << "44 bits";

    caller.put(IovaRange{1, 1}, list + 16);
    EXPECT_EQ(ranges(1, c), Errno::MsgSize);
    EXPECT_EQ(c.num_iovas, 2u) << "what is needed";
    EXPECT_EQ(range(0).last, 0x07FF'FFFFu);
    EXPECT_EQ(range(1).start, 1u) << "not written";
}

TEST_F(IommuApiIova, RangeCallChecks) {
    IoasIovaRanges c{32, ioas, 4, 1, list, 0};
    EXPECT_EQ(ioas_iova_ranges(api, c), Errno::OpNotSupp);
    c = {32, 99, 4, 0, list, 0};
    EXPECT_EQ(ioas_iova_ranges(api, c), Errno::NoEnt);
    c = {32, ioas, 4, 0, 0x10, 0};
    EXPECT_EQ(ioas_iova_ranges(api, c), Errno::Fault);
}

TEST_F(IommuApiIova, NeighbouringAndOverlappingReservationsAreOneGap) {
    Ioas& space = *api.ioases.find(ioas);
    ASSERT_EQ(reserve(space, {0x3000, 0x4FFF}, 1), Errno::None);
    ASSERT_EQ(reserve(space, {0, 0xFFF}, 2), Errno::None);
    ASSERT_EQ(reserve(space, {0x4000, 0x7FFF}, 3), Errno::None);
    ASSERT_EQ(reserve(space, {0x8000, 0x8FFF}, 1), Errno::None);
    IoasIovaRanges c{};
    ASSERT_EQ(ranges(8, c), Errno::None);
    ASSERT_EQ(c.num_iovas, 2u);
    EXPECT_EQ(range(0).start, 0x1000u);
    EXPECT_EQ(range(0).last, 0x2FFFu);
    EXPECT_EQ(range(1).start, 0x9000u);
    unreserve(space, 1);
    ASSERT_EQ(ranges(8, c), Errno::None);
    EXPECT_EQ(range(0).last, 0x3FFFu);
    EXPECT_EQ(range(1).start, 0x8000u);
}

}  // namespace
