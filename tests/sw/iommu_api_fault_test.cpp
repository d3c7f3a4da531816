// Faults that wait for an answer.
#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;
using arch::Event;

namespace {

constexpr uint64_t buffer = FakeCaller::base + 0x2000;
constexpr uint64_t stall = uint64_t{1} << 31, pnu = uint64_t{1} << 33, ind = uint64_t{1} << 34,
                   rnw = uint64_t{1} << 35;

struct IommuApiFault : IommuApi {
    uint32_t queue = 0, fd = 0, guest = 0;

    void SetUp() override {
        DeviceSetup s = setup();
        s.stall = true;
        dev = bind(s);
        ioas = make_ioas();
        parent = make_hwpt(1, dev, ioas);
        make_viommu_and_vdevice();
        FaultQueueAlloc c{16, 0, 0, 0};
        ASSERT_EQ(fault_queue_alloc(api, c), Errno::None);
        queue = c.out_fault_id;
        fd = c.out_fault_fd;
        ASSERT_EQ(nested(viommu, s1_word0, s1_word1, guest, 4, queue), Errno::None);
        ASSERT_EQ(attach(dev, guest), Errno::None);
        smmu.sent.clear();
    }
    /// A stalled F_TRANSLATION with this STAG.
    Errno report(uint64_t stag, uint64_t w1 = 0, uint64_t w0 = 0x10, uint64_t address = 0x1000) {
        const Event e{{{uint64_t{sid} << 32 | w0, stall | w1 | stag, address, 0}}};
        return report_event(api, smmu, e);
    }
    int64_t read(uint64_t size = 400) { return read_file(api, fd, buffer, size); }
    PageFault fault(unsigned index = 0) { return caller.get<PageFault>(buffer + 40 * index); }
    int64_t answer(uint32_t cookie, uint32_t code) {
        caller.put(PageResponse{cookie, code}, buffer);
        return write_file(api, fd, buffer, 8);
    }
    /// The CMD_RESUMEs that were sent, words 0 and 1.
    std::vector<std::pair<uint64_t, uint64_t>> resumed() {
        std::vector<std::pair<uint64_t, uint64_t>> r;
        for (const auto& s : smmu.sent)
            for (const auto& c : s.list)
                if ((c.word[0] & 0xFF) == 0x44) r.push_back({c.word[0], c.word[1]});
        return r;
    }
};

constexpr std::pair<uint64_t, uint64_t> retried(uint64_t stag) {
    return {0x0000'0008'0000'1044, stag};
}
constexpr std::pair<uint64_t, uint64_t> aborted(uint64_t stag) {
    return {0x0000'0008'0000'2044, stag};
}
using Resumed = std::vector<std::pair<uint64_t, uint64_t>>;

TEST_F(IommuApiFault, NEST_17_01_FlagsMustBe0) {
    for (uint32_t bit = 0; bit < 32; ++bit) {
        FaultQueueAlloc c{16, uint32_t{1} << bit, 0, 0};
        EXPECT_EQ(fault_queue_alloc(api, c), Errno::OpNotSupp);
    }
}

TEST_F(IommuApiFault, NEST_17_02_TheRecord) {
    ASSERT_EQ(report(0xBEE, rnw, 0x10, 0x1234'5678'9ABC'DEF0), Errno::None);
    ASSERT_EQ(read(), 40);
    const PageFault f = fault();
    EXPECT_EQ(f.flags, 2u) << "always the last page, no PASID";
    EXPECT_EQ(f.dev_id, dev);
    EXPECT_EQ(f.pasid, 0u);
    EXPECT_EQ(f.grpid, 0xBEEu);
    EXPECT_EQ(f.perm, 1u);
    EXPECT_EQ(f.reserved, 0u);
    EXPECT_EQ(f.addr, 0x1234'5678'9ABC'DEF0u);
    EXPECT_EQ(f.length, 0u);
    EXPECT_EQ(f.cookie, 1u);
}

TEST_F(IommuApiFault, NEST_17_02_NEST_17_14_PermissionsAndPasid) {
    ASSERT_EQ(report(1, 0), Errno::None);
    ASSERT_EQ(report(2, rnw | ind | pnu), Errno::None);
    ASSERT_EQ(report(3, pnu, 0x13 | 1 << 11 | uint64_t{0xABCDE} << 12), Errno::None);
    ASSERT_EQ(read(), 120);
    EXPECT_EQ(fault(0).perm, 2u) << "write";
    EXPECT_EQ(fault(1).perm, 1u | 4 | 8);
    EXPECT_EQ(fault(2).perm, 2u | 8);
    EXPECT_EQ(fault(2).flags, 3u);
    EXPECT_EQ(fault(2).pasid, 0xABCDEu) << "every PASID comes here";
    EXPECT_EQ(fault(2).cookie, 3u);
}

TEST_F(IommuApiFault, NEST_17_09_SuccessIsRetryAndInvalidIsAbort) {
    ASSERT_EQ(report(7), Errno::None);
    ASSERT_EQ(report(8), Errno::None);
    ASSERT_EQ(read(), 80);
    EXPECT_EQ(answer(1, 0), 8);
    EXPECT_EQ(answer(2, 1), 8);
    EXPECT_EQ(resumed(), (Resumed{retried(7), aborted(8)}));
    for (const auto& s : smmu.sent) EXPECT_EQ(s.wait, Wait::No) << "no CMD_SYNC";
}

TEST_F(IommuApiFault, NEST_17_05_OtherCodesAndUnknownCookiesAreEinval) {
    ASSERT_EQ(report(7), Errno::None);
    EXPECT_EQ(answer(1, 0), -22) << "not read yet, so it has no cookie";
    ASSERT_EQ(read(), 40);
    EXPECT_EQ(answer(1, 2), -22);
    EXPECT_EQ(answer(2, 0), -22);
    EXPECT_EQ(answer(0, 0), -22);
    EXPECT_EQ(answer(1, 0), 8);
    EXPECT_EQ(answer(1, 0), -22) << "answered already";
    EXPECT_EQ(resumed(), (Resumed{retried(7)}));
}

TEST_F(IommuApiFault, NEST_17_05_AWriteThatFailsHalfwaySaysHowFarItCame) {
    ASSERT_EQ(report(7), Errno::None);
    ASSERT_EQ(report(8), Errno::None);
    ASSERT_EQ(read(), 80);
    caller.put(PageResponse{1, 0}, buffer);
    caller.put(PageResponse{9, 0}, buffer + 8);
    caller.put(PageResponse{2, 0}, buffer + 16);
    EXPECT_EQ(write_file(api, fd, buffer, 24), 8);
    EXPECT_EQ(resumed(), (Resumed{retried(7)}));
}

TEST_F(IommuApiFault, NEST_17_03_SizesAndPositions) {
    ASSERT_EQ(report(7), Errno::None);
    EXPECT_EQ(read(39), -29);
    EXPECT_EQ(read(41), -29);
    EXPECT_EQ(read_file(api, fd, buffer, 40, 40), -29);
    EXPECT_EQ(read(0), 0);
    ASSERT_EQ(read(40), 40);
    EXPECT_EQ(read(40), 0) << "nothing more";
    EXPECT_EQ(write_file(api, fd, buffer, 7), -29);
    EXPECT_EQ(write_file(api, fd, buffer, 8, 8), -29);
    EXPECT_EQ(write_file(api, fd, buffer, 0), 0);
}

TEST_F(IommuApiFault, NEST_17_06_UnreachableBuffersAreEfault) {
    ASSERT_EQ(report(7), Errno::None);
    EXPECT_EQ(read_file(api, fd, 0x10, 40), -14);
    ASSERT_EQ(read(), 40) << "the fault is still there";
    EXPECT_EQ(fault().cookie, 1u);
    EXPECT_EQ(write_file(api, fd, 0x10, 8), -14) << "and not a count of bytes";
    EXPECT_EQ(answer(1, 0), 8);
}

TEST_F(IommuApiFault, NEST_17_04_FaultsAreReadInTheOrderOfArrivalAndCookiesComeBack) {
    for (const uint64_t stag : {5u, 6u}) ASSERT_EQ(report(stag), Errno::None);
    ASSERT_EQ(read(40), 40);
    EXPECT_EQ(fault().grpid, 5u);
    EXPECT_EQ(answer(1, 0), 8);
    ASSERT_EQ(report(4), Errno::None);
    ASSERT_EQ(read(), 80);
    EXPECT_EQ(fault(0).grpid, 6u);
    EXPECT_EQ(fault(0).cookie, 1u);
    EXPECT_EQ(fault(1).grpid, 4u);
    EXPECT_EQ(fault(1).cookie, 2u);
}

TEST_F(IommuApiFault, NEST_17_07_PollIsAlwaysWritable) {
    EXPECT_TRUE(poll_file(api, fd).writable);
    EXPECT_FALSE(poll_file(api, fd).readable);
    ASSERT_EQ(report(7), Errno::None);
    EXPECT_TRUE(poll_file(api, fd).readable);
    ASSERT_EQ(read(), 40);
    EXPECT_FALSE(poll_file(api, fd).readable);
}

TEST_F(IommuApiFault, NEST_17_08_ClosingAnswersEverythingWithInvalid) {
    ASSERT_EQ(report(7), Errno::None);
    ASSERT_EQ(read(), 40);
    ASSERT_EQ(report(8), Errno::None);
    ASSERT_EQ(close_file(api, fd), Errno::None);
    EXPECT_EQ(resumed(), (Resumed{aborted(7), aborted(8)})) << "delivered and pending";
    EXPECT_EQ(report(9), Errno::OpNotSupp) << "nobody could answer it: the host's to abort";
}

TEST_F(IommuApiFault, NEST_17_08_DestroyingNeedsNoReferences) {
    EXPECT_EQ(destroy(queue), Errno::Busy) << "the file, and the HWPT";
    ASSERT_EQ(close_file(api, fd), Errno::None);
    EXPECT_EQ(destroy(queue), Errno::Busy) << "the HWPT";
    ASSERT_EQ(detach(api, dev), Errno::None);
    ASSERT_EQ(destroy(guest), Errno::None);
    EXPECT_EQ(destroy(queue), Errno::None);
}

TEST_F(IommuApiFault, NEST_17_13_LeavingAHwptAnswersItsFaultsWithInvalid) {
    ASSERT_EQ(report(7), Errno::None);
    ASSERT_EQ(report(8), Errno::None);
    ASSERT_EQ(read(40), 40);
    ASSERT_EQ(replace(dev, make_nested(s1_word0, s1_word1)), Errno::None);
    EXPECT_EQ(resumed(), (Resumed{aborted(7), aborted(8)}));
    EXPECT_EQ(answer(1, 0), -22);
    ASSERT_EQ(replace(dev, guest), Errno::None);
    ASSERT_EQ(report(9), Errno::None);
    ASSERT_EQ(detach(api, dev), Errno::None);
    EXPECT_EQ(resumed().back(), aborted(9));
}

TEST_F(IommuApiFault, NEST_17_10_AStallThatNobodyTakesIsTheHosts) {
    ASSERT_EQ(replace(dev, parent), Errno::None);
    EXPECT_EQ(report(7), Errno::OpNotSupp);
    const Event stranger{{{uint64_t{0x55} << 32 | 0x10, stall | 3, 0, 0}}};
    EXPECT_EQ(report_event(api, smmu, stranger), Errno::OpNotSupp);
    EXPECT_TRUE(resumed().empty()) << "one place aborts, and only once: the STAG may be used again";
}

TEST_F(IommuApiFault, AGuestIsNotAskedAboutAStage2ThatIsNotItsOwn) {
    constexpr uint64_t stage2 = uint64_t{1} << 39;
    EXPECT_EQ(report(7, stage2), Errno::OpNotSupp);
    EXPECT_EQ(read(), 0);
    EXPECT_EQ(report(7), Errno::None);
}

TEST_F(IommuApiFault, NEST_17_10_AFullQueueTakesNoMore) {
    for (uint64_t i = 0; i < most_faults; ++i) ASSERT_EQ(report(i), Errno::None);
    EXPECT_EQ(report(0x99), Errno::OpNotSupp);
    EXPECT_TRUE(resumed().empty());
}

TEST_F(IommuApiFault, NEST_17_11_ABitThatIsNoStallFlagStallsNothing) {
    const Event bad_ste{{{uint64_t{sid} << 32 | 0x04, stall, 0, 0}}};
    report_event(api, smmu, bad_ste);
    EXPECT_TRUE(resumed().empty());
    EXPECT_EQ(read(), 0);
}

// --- Attaching a HWPT with a fault queue

TEST_F(IommuApiFault, NEST_17_12_NotBuiltInIsEopnotsupp) {
    ASSERT_EQ(detach(api, dev), Errno::None);
    api.policy.stall_faults = false;
    EXPECT_EQ(attach(dev, guest), Errno::OpNotSupp);
}

TEST_F(IommuApiFault, NEST_17_12_ADeviceThatDoesNotStallIsAttached) {
    dev = bind(setup(9));
    uint32_t id = 0;
    ASSERT_EQ(make_vdevice(viommu, dev, 0x9A, id), Errno::None);
    EXPECT_EQ(attach(dev, guest), Errno::None) << "no faults will come";
}

TEST_F(IommuApiFault, NEST_17_12_MoreThanOneStreamIdIsEopnotsupp) {
    DeviceSetup s = setup(9);
    s.streams.id[1] = {10};
    s.streams.count = 2;
    dev = bind(s);
    uint32_t id = 0;
    ASSERT_EQ(make_vdevice(viommu, dev, 0x9A, id), Errno::None);
    EXPECT_EQ(attach(dev, guest), Errno::None) << "it does not stall";
    s.streams.id[0] = {11};
    s.streams.id[1] = {12};
    s.stall = true;
    dev = bind(s);
    ASSERT_EQ(make_vdevice(viommu, dev, 0x9B, id), Errno::None);
    EXPECT_EQ(attach(dev, guest), Errno::OpNotSupp);
}

TEST_F(IommuApiFault, NEST_17_15_VirtualFunctionsWithPriAreEinval) {
    DeviceSetup s = setup(9);
    s.virtual_function = s.pri = true;
    dev = bind(s);
    uint32_t id = 0;
    ASSERT_EQ(make_vdevice(viommu, dev, 0x9A, id), Errno::None);
    EXPECT_EQ(attach(dev, guest), Errno::Inval);
    EXPECT_EQ(attach(dev, make_nested(s1_word0, s1_word1)), Errno::None)
        << "without a queue it may";
}

TEST_F(IommuApiFault, NEST_17_12_StallOfTheDeviceNeedsTheSmmu) {
    smmu.facts_.features.stall = false;
    DeviceSetup s = setup(9);
    s.stall = true;
    EXPECT_FALSE(api.devices.find(bind(s))->setup.stall);
    smmu.facts_.features.stall_forced = true;
    EXPECT_TRUE(api.devices.find(bind(setup(10)))->setup.stall) << "it cannot do otherwise";
}

}  // namespace
