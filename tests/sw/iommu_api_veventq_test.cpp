// Events on their way to a guest.
#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;
using arch::Event;

namespace {

constexpr uint64_t buffer = FakeCaller::base + 0x2000;

struct IommuApiVeventq : IommuApi {
    uint32_t queue = 0, fd = 0;

    void SetUp() override {
        make_guest();
        ASSERT_EQ(attach(dev, make_nested(s1_word0, s1_word1)), Errno::None);
        ASSERT_EQ(make_queue(2), Errno::None);
    }
    Errno make_queue(uint32_t depth) {
        VeventqAlloc c{32, 0, viommu, 1, depth, 0, 0, 0};
        const Errno e = veventq_alloc(api, c);
        queue = c.out_veventq_id;
        fd = c.out_veventq_fd;
        return e;
    }
    /// F_TRANSLATION of the device unless told otherwise.
    Errno report(uint64_t id = 0x10, uint64_t w1 = 0, uint64_t address = 0x1000) {
        const Event e{{{uint64_t{sid} << 32 | id, w1, address, 0xABC0'0000}}};
        return report_event(api, smmu, e);
    }
    int64_t read(uint64_t size = 0x1000) { return read_file(api, fd, buffer, size); }
    uint32_t flags(uint64_t at = 0) { return caller.get<uint32_t>(buffer + at); }
    uint32_t sequence(uint64_t at = 0) { return caller.get<uint32_t>(buffer + at + 4); }
};

TEST_F(IommuApiVeventq, NEST_11_5_02_AllocChecks) {
    const VeventqAlloc good{32, 0, viommu, 1, 2, 0, 0, 0};
    const auto with = [&](auto change) {
        VeventqAlloc c = good;
        change(c);
        return veventq_alloc(api, c);
    };
    EXPECT_EQ(with([](auto& c) { c.flags = 1; }), Errno::OpNotSupp);
    EXPECT_EQ(with([](auto& c) { c.reserved = 1; }), Errno::OpNotSupp);
    EXPECT_EQ(with([](auto& c) { c.type = 0; }), Errno::OpNotSupp);
    EXPECT_EQ(with([](auto& c) { c.veventq_depth = 0; }), Errno::Inval);
    EXPECT_EQ(with([](auto& c) { c.viommu_id = 99; }), Errno::NoEnt);
    EXPECT_EQ(with([](auto& c) { c.type = 2; }), Errno::OpNotSupp) << "of other hardware";
    EXPECT_EQ(with([](auto&) {}), Errno::Exist) << "a second of the same type";
    EXPECT_EQ(destroy(queue), Errno::Busy) << "its file is open";
    EXPECT_EQ(destroy(viommu), Errno::Busy);
    EXPECT_EQ(close_file(api, fd), Errno::None);
    EXPECT_EQ(destroy(queue), Errno::None);
    EXPECT_EQ(with([](auto&) {}), Errno::None);
}

TEST_F(IommuApiVeventq, NEST_11_5_09_TheRecordHasTheGuestsStreamId) {
    ASSERT_EQ(report(0x10, 0x0000'0008'0000'0000, 0x7654'3210), Errno::None);
    ASSERT_EQ(read(), 40);
    EXPECT_EQ(flags(), 0u);
    EXPECT_EQ(sequence(), 0u);
    EXPECT_EQ(caller.get<uint64_t>(buffer + 8), 0x0000'0099'0000'0010u);
    EXPECT_EQ(caller.get<uint64_t>(buffer + 16), 0x0000'0008'0000'0000u);
    EXPECT_EQ(caller.get<uint64_t>(buffer + 24), 0x7654'3210u);
    EXPECT_EQ(caller.get<uint64_t>(buffer + 32), 0xABC0'0000u);
}

TEST_F(IommuApiVeventq, NEST_11_5_08_OnlyTheseEventsAreTheGuests) {
    for (uint64_t id = 0; id < 0x100; ++id) {
        const bool guests =
            id == 0x04 || id == 0x06 || id == 0x08 || id == 0x0A || (id >= 0x10 && id <= 0x13);
        EXPECT_EQ(report(id), guests ? Errno::None : Errno::OpNotSupp) << id;
        read();
    }
}

TEST_F(IommuApiVeventq, NEST_11_5_08_Stage2FaultsAndStallsAreNot) {
    EXPECT_EQ(report(0x10, uint64_t{1} << 39), Errno::OpNotSupp);
    EXPECT_EQ(report(0x10, uint64_t{1} << 31), Errno::OpNotSupp);
    EXPECT_FALSE(poll_file(api, fd).readable);
}

TEST_F(IommuApiVeventq, NEST_11_5_10_ADeviceThatIsNoGuestsIsTheHosts) {
    ASSERT_EQ(replace(dev, parent), Errno::None);
    EXPECT_EQ(report(), Errno::OpNotSupp);
    const Event stranger{{{uint64_t{0x55} << 32 | 0x10, 0, 0, 0}}};
    EXPECT_EQ(report_event(api, smmu, stranger), Errno::OpNotSupp);
    ASSERT_EQ(replace(dev, make_nested(s1_word0, s1_word1)), Errno::None);
    EXPECT_EQ(report(), Errno::None);
    const Event same_number{{{uint64_t{sid} << 32 | 0x10, 0, 0, 0}}};
    EXPECT_EQ(report_event(api, other_smmu, same_number), Errno::OpNotSupp);
}

TEST_F(IommuApiVeventq, NEST_11_5_10_WithoutAQueueItIsTheHosts) {
    ASSERT_EQ(close_file(api, fd), Errno::None);
    ASSERT_EQ(destroy(queue), Errno::None);
    EXPECT_EQ(report(), Errno::OpNotSupp);
}

TEST_F(IommuApiVeventq, NEST_11_5_03_PollIsReadableWhileThereIsSomethingAndNeverWritable) {
    EXPECT_FALSE(poll_file(api, fd).readable);
    ASSERT_EQ(report(), Errno::None);
    EXPECT_TRUE(poll_file(api, fd).readable);
    EXPECT_FALSE(poll_file(api, fd).writable);
    EXPECT_EQ(read(), 40);
    EXPECT_FALSE(poll_file(api, fd).readable);
    EXPECT_EQ(read(), 0);
}

TEST_F(IommuApiVeventq, NEST_11_5_03_TheFileHasNoPositionsAndIsReadOnly) {
    ASSERT_EQ(report(), Errno::None);
    EXPECT_EQ(read_file(api, fd, buffer, 40, 8), -29);
    EXPECT_EQ(write_file(api, fd, buffer, 8), -9);
    EXPECT_EQ(read_file(api, 99, buffer, 40), -9);
    EXPECT_EQ(read_file(api, 0, buffer, 40), -9);
    EXPECT_EQ(close_file(api, 99), Errno::BadF);
}

TEST_F(IommuApiVeventq, NEST_11_5_04_OnlyWholeItemsAreRead) {
    ASSERT_EQ(report(0x10), Errno::None);
    ASSERT_EQ(report(0x11), Errno::None);
    EXPECT_EQ(read(39), 0);
    EXPECT_EQ(read(79), 40);
    EXPECT_EQ(sequence(), 0u);
    EXPECT_EQ(read(80), 40);
    EXPECT_EQ(sequence(), 1u);
}

TEST_F(IommuApiVeventq, NEST_11_5_04_AnUnreachableBufferKeepsTheItem) {
    ASSERT_EQ(report(), Errno::None);
    EXPECT_EQ(read_file(api, fd, 0x10, 40), -14);
    EXPECT_EQ(read(), 40);
}

TEST_F(IommuApiVeventq, NEST_11_5_06_AFullQueueDropsTheEventAndSaysSo) {
    for (uint64_t i = 0; i < 4; ++i)
        EXPECT_EQ(report(0x10 + i), Errno::None) << "the reporter is not told";
    // Two events, and behind them one header for the two that are lost.
    ASSERT_EQ(read(), 40 + 40 + 8);
    EXPECT_EQ(sequence(0), 0u);
    EXPECT_EQ(sequence(40), 1u);
    EXPECT_EQ(flags(80), 1u);
    EXPECT_EQ(sequence(80), 3u) << "of the last one that is lost";
    EXPECT_FALSE(poll_file(api, fd).readable);
    ASSERT_EQ(report(), Errno::None);
    ASSERT_EQ(read(), 40);
    EXPECT_EQ(flags(), 0u);
    EXPECT_EQ(sequence(), 4u);
}

TEST_F(IommuApiVeventq, NEST_11_5_06_TheLostHeaderGoesWhenAnEventFollowsIt) {
    for (uint64_t i = 0; i < 3; ++i) ASSERT_EQ(report(), Errno::None);
    ASSERT_EQ(read(40), 40) << "room for one more";
    ASSERT_EQ(report(), Errno::None);
    ASSERT_EQ(read(), 80);
    EXPECT_EQ(flags(0) | flags(40), 0u);
    EXPECT_EQ(sequence(0), 1u);
    EXPECT_EQ(sequence(40), 3u) << "the gap tells";
}

TEST_F(IommuApiVeventq, NEST_11_5_06_TheLostHeaderTakesNoRoomAndIsReadAlone) {
    for (uint64_t i = 0; i < 3; ++i) ASSERT_EQ(report(), Errno::None);
    ASSERT_EQ(read(80), 80);
    EXPECT_TRUE(poll_file(api, fd).readable);
    EXPECT_EQ(read(7), 0);
    EXPECT_EQ(read(8), 8);
    EXPECT_EQ(flags(), 1u);
    EXPECT_EQ(sequence(), 2u);
}

TEST_F(IommuApiVeventq, NEST_11_5_07_WithoutMemoryTheReporterIsToldToo) {
    ASSERT_EQ(close_file(api, fd), Errno::None);
    ASSERT_EQ(destroy(queue), Errno::None);
    ASSERT_EQ(make_queue(1000), Errno::None);
    for (unsigned i = 0; i < most_events; ++i) ASSERT_EQ(report(), Errno::None);
    EXPECT_EQ(report(), Errno::NoMem);
    ASSERT_EQ(read(), static_cast<int64_t>(40 * most_events + 8));
    EXPECT_EQ(flags(40 * most_events), 1u);
}

TEST_F(IommuApiVeventq, NEST_11_5_05_TheSequenceWrapsTo0) {
    api.veventqs.find(queue)->sequence = 0x7FFF'FFFF;
    ASSERT_EQ(report(), Errno::None);
    ASSERT_EQ(report(), Errno::None);
    ASSERT_EQ(read(), 80);
    EXPECT_EQ(sequence(0), 0x7FFF'FFFFu);
    EXPECT_EQ(sequence(40), 0u);
}

TEST_F(IommuApiVeventq, NEST_11_5_11_EventsStayWhenTheFileIsClosed) {
    ASSERT_EQ(close_file(api, fd), Errno::None);
    EXPECT_EQ(report(), Errno::None);
    EXPECT_EQ(read(), -9);
}

TEST_F(IommuApiVeventq, ExhaustionIsEnomem) {
    FaultQueueAlloc c{16, 0, 0, 0};
    unsigned files = 1;
    while (fault_queue_alloc(api, c) == Errno::None) ++files;
    EXPECT_EQ(files, 1 + most_fault_queues);
    EXPECT_EQ(fault_queue_alloc(api, c), Errno::NoMem);
}

}  // namespace
