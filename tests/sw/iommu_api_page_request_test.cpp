// Page requests on their way through a fault queue.  Words are typed by hand from IHI 0070 G.b, 4.5.2, 8.
#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;

namespace {

constexpr uint64_t buffer = FakeCaller::base + 0x2000;
constexpr uint64_t read_bit = uint64_t{1} << 60, write_bit = uint64_t{1} << 61,
                   last = uint64_t{1} << 62, with_pasid = uint64_t{1} << 63;
constexpr uint64_t execute = uint64_t{1} << 59, privileged = uint64_t{1} << 58;
using Words = std::vector<std::pair<uint64_t, uint64_t>>;

/// The guest's device asks for pages; it is nested, with ATS on and a fault queue.
struct IommuApiPageRequest : IommuApi {
    uint32_t queue = 0, fd = 0, guest = 0;

    void SetUp() override {
        smmu.facts_.features.pri = true;
        DeviceSetup s = setup();
        s.rc_ats = s.pri = true;
        s.pci = &pci;
        dev = bind(s);
        ioas = make_ioas();
        parent = make_hwpt(1, dev, ioas);
        make_viommu_and_vdevice();
        FaultQueueAlloc c{16, 0, 0, 0};
        ASSERT_EQ(fault_queue_alloc(api, c), Errno::None);
        queue = c.out_fault_id;
        fd = c.out_fault_fd;
        guest = with_queue(s1_word1 | eats);
        ASSERT_EQ(attach(dev, guest), Errno::None);
        smmu.sent.clear();
    }
    uint32_t with_queue(uint64_t w1) {
        uint32_t id = 0;
        EXPECT_EQ(nested(viommu, s1_word0, w1, id, 4, queue), Errno::None);
        return id;
    }
    Errno ask(uint64_t bits, uint64_t address_and_index, uint64_t stream = sid) {
        return report_page_request(api, smmu,
                                   arch::PageRequest{{{bits | stream, address_and_index}}});
    }
    int64_t read(uint64_t size = 1280) { return read_file(api, fd, buffer, size); }
    PageFault fault(unsigned index = 0) { return caller.get<PageFault>(buffer + 40 * index); }
    int64_t answer(uint32_t cookie, uint32_t code) {
        caller.put(PageResponse{cookie, code}, buffer);
        return write_file(api, fd, buffer, 8);
    }
    /// The CMD_PRI_RESPs since the last look.
    Words answered() {
        Words w;
        for (const auto& s : smmu.sent)
            for (const auto& c : s.list) {
                if ((c.word[0] & 0xFF) != 0x41) continue;
                EXPECT_EQ(s.wait, Wait::No) << "CMD_SYNC says nothing of them";
                w.push_back({c.word[0], c.word[1]});
            }
        smmu.sent.clear();
        return w;
    }
};
constexpr uint64_t response = 0x0000'0008'0000'0041;

TEST_F(IommuApiPageRequest, TheRecord) {
    ASSERT_EQ(ask(last | read_bit | write_bit | privileged | with_pasid | uint64_t{0xABCDE} << 32,
                  0x1234'5678'9ABC'D1EF),
              Errno::None);
    ASSERT_EQ(read(), 40);
    const PageFault f = fault();
    EXPECT_EQ(f.flags, 0x8000'0003u) << "a page request, the last, with a PASID";
    EXPECT_EQ(f.dev_id, dev);
    EXPECT_EQ(f.pasid, 0xABCDEu);
    EXPECT_EQ(f.grpid, 0x1EFu);
    EXPECT_EQ(f.perm, 1u | 2 | 8);
    EXPECT_EQ(f.addr, 0x1234'5678'9ABC'D000u);
    EXPECT_EQ(f.length, 0u);
    EXPECT_EQ(f.cookie, 1u);
    ASSERT_EQ(ask(last | execute, 0x5000), Errno::None);
    ASSERT_EQ(read(), 40);
    EXPECT_EQ(fault().flags, 0x8000'0002u);
    EXPECT_EQ(fault().pasid, 0u);
    EXPECT_EQ(fault().perm, 4u);
    EXPECT_EQ(fault().cookie, 2u);
}

TEST_F(IommuApiPageRequest, SuccessAndInvalidGoToTheDeviceWithItsPasid) {
    ASSERT_EQ(ask(last | read_bit | with_pasid | uint64_t{0x12} << 32, 0x5007), Errno::None);
    ASSERT_EQ(ask(last | read_bit, 0x5008), Errno::None);
    ASSERT_EQ(read(), 80);
    EXPECT_EQ(answer(1, 2), -22) << "there is no third code";
    EXPECT_EQ(answer(1, 0), 8);
    EXPECT_EQ(answer(2, 1), 8);
    EXPECT_EQ(answered(), (Words{{response | 1 << 11 | 0x12 << 12, 0x2007}, {response, 0x1008}}));
    EXPECT_EQ(answer(1, 0), -22);
}

TEST_F(IommuApiPageRequest, NEST_17_04_AGroupIsReadWholeOrNotAtAll) {
    ASSERT_EQ(ask(read_bit, 0x5007), Errno::None);
    EXPECT_FALSE(poll_file(api, fd).readable);
    EXPECT_EQ(read(), 0) << "its last has not come";
    ASSERT_EQ(ask(last | write_bit, 0x9008), Errno::None);
    ASSERT_EQ(ask(read_bit, 0x6007), Errno::None);
    ASSERT_EQ(ask(last | write_bit, 0x7007), Errno::None);
    ASSERT_EQ(read(40), 40) << "the other was whole first";
    EXPECT_EQ(fault().grpid, 8u);
    EXPECT_EQ(read(80), 0) << "no room for all of it";
    ASSERT_EQ(read(120), 120);
    for (unsigned i = 0; i < 3; ++i) {
        EXPECT_EQ(fault(i).grpid, 7u);
        EXPECT_EQ(fault(i).addr, 0x5000u + 0x1000 * i) << "in the order of arrival";
        EXPECT_EQ(fault(i).flags, i == 2 ? 0x8000'0002u : 0x8000'0000u);
        EXPECT_EQ(fault(i).cookie, 2u);
    }
    EXPECT_EQ(answer(2, 0), 8);
    EXPECT_EQ(answered(), (Words{{response, 0x2007}})) << "one answer";
    EXPECT_EQ(answer(2, 0), -22);
}

TEST_F(IommuApiPageRequest, NEST_17_06_AGroupThatCannotBeWrittenIsStillThere) {
    ASSERT_EQ(ask(read_bit, 0x5007), Errno::None);
    ASSERT_EQ(ask(last | read_bit, 0x6007), Errno::None);
    caller.writes_that_work = 1;
    EXPECT_EQ(read(), -14);
    EXPECT_EQ(answer(1, 0), -22) << "none of it was delivered";
    caller.writes_that_work = ~uint64_t{0};
    EXPECT_EQ(read(), 80);
}

TEST_F(IommuApiPageRequest, AStopMarkerIsToldAndWantsNoAnswer) {
    ASSERT_EQ(ask(read_bit | with_pasid | uint64_t{5} << 32, 0x5000), Errno::None);
    ASSERT_EQ(ask(last | with_pasid | uint64_t{5} << 32, 0), Errno::None);
    ASSERT_EQ(read(), 40) << "it ends no group";
    EXPECT_EQ(fault().flags, 0x8000'0003u);
    EXPECT_EQ(fault().perm, 0u);
    EXPECT_EQ(fault().cookie, 0u);
    EXPECT_EQ(answer(0, 0), -22);
    ASSERT_EQ(ask(last | with_pasid | uint64_t{5} << 32, 0), Errno::None);
    ASSERT_EQ(close_file(api, fd), Errno::None);
    EXPECT_EQ(answered(), Words{});
    EXPECT_EQ(ask(last, 0x5000), Errno::OpNotSupp) << "without a PASID it is a request";
}

TEST_F(IommuApiPageRequest, WhatFindsNoRoomMayBeAskedForAgain) {
    for (uint64_t i = 0; i < 32; ++i) ASSERT_EQ(ask(last | read_bit, 0x5000 | i), Errno::None);
    EXPECT_EQ(answered(), Words{});
    EXPECT_EQ(ask(read_bit, 0x5100), Errno::None) << "not the last: nothing is said";
    EXPECT_EQ(answered(), Words{});
    EXPECT_EQ(ask(last | read_bit, 0x6100), Errno::None);
    EXPECT_EQ(answered(), (Words{{response, 0x2100}}));
    EXPECT_EQ(ask(last | with_pasid, 0), Errno::None) << "a Stop Marker is lost";
    EXPECT_EQ(answered(), Words{});
    EXPECT_EQ(read(), 1280);
}

TEST_F(IommuApiPageRequest, AGroupThatIsCutIsForgotten) {
    ASSERT_EQ(ask(read_bit, 0x5007), Errno::None);
    for (uint64_t i = 0; i < 31; ++i) ASSERT_EQ(ask(last | read_bit, 0x5100 + i), Errno::None);
    ASSERT_EQ(ask(last | read_bit, 0x6007), Errno::None);
    EXPECT_EQ(answered(), (Words{{response, 0x2007}}));
    EXPECT_EQ(read(), 31 * 40);
    for (uint32_t cookie = 1; cookie <= 31; ++cookie) EXPECT_EQ(answer(cookie, 0), 8);
    ASSERT_EQ(ask(last | read_bit, 0x7007), Errno::None);
    ASSERT_EQ(read(), 40) << "its first went with it";
    EXPECT_EQ(fault().addr, 0x7000u);
}

TEST_F(IommuApiPageRequest, AfterAnOverflowOfTheSmmuPartsOfGroupsAreForgotten) {
    ASSERT_EQ(ask(read_bit, 0x5007), Errno::None);
    ASSERT_EQ(ask(last | read_bit, 0x5008), Errno::None);
    page_requests_lost(api, other_smmu);
    ASSERT_EQ(ask(last | read_bit, 0x6007), Errno::None);
    EXPECT_EQ(read(), 120) << "that was another SMMU";
    ASSERT_EQ(ask(read_bit, 0x5001), Errno::None);
    page_requests_lost(api, smmu);
    ASSERT_EQ(ask(last | read_bit, 0x6001), Errno::None);
    ASSERT_EQ(read(), 40);
    EXPECT_EQ(fault().addr, 0x6000u);
}

TEST_F(IommuApiPageRequest, AnIndexThatIsUsedAgainForgetsWhatHadItBefore) {
    ASSERT_EQ(ask(last | read_bit, 0x5007), Errno::None);
    ASSERT_EQ(read(), 40);
    ASSERT_EQ(ask(read_bit, 0x6007), Errno::None);
    EXPECT_EQ(answer(1, 0), 8) << "a group is there with its last";
    EXPECT_EQ(answered(), (Words{{response, 0x2007}}));
    ASSERT_EQ(ask(last | read_bit, 0x7007), Errno::None);
    ASSERT_EQ(read(), 80);
    ASSERT_EQ(ask(last | read_bit, 0x8007), Errno::None);
    EXPECT_EQ(answer(1, 0), -22) << "the device waits for the other one";
    EXPECT_EQ(answered(), Words{});
    ASSERT_EQ(read(), 40);
    EXPECT_EQ(fault().addr, 0x8000u);
}

TEST_F(IommuApiPageRequest, NEST_17_08_ClosingAnswersEachGroupWithInvalid) {
    ASSERT_EQ(ask(read_bit, 0x5007), Errno::None);
    ASSERT_EQ(ask(last | read_bit, 0x6007), Errno::None);
    ASSERT_EQ(read(), 80);
    ASSERT_EQ(ask(last | read_bit, 0x5008), Errno::None);
    ASSERT_EQ(ask(read_bit, 0x5009), Errno::None);
    ASSERT_EQ(close_file(api, fd), Errno::None);
    EXPECT_EQ(answered(), (Words{{response, 0x1007}, {response, 0x1008}}))
        << "a group whose last has not come has no answer yet";
    EXPECT_EQ(ask(last | read_bit, 0x5009), Errno::OpNotSupp) << "the host's to answer";
}

TEST_F(IommuApiPageRequest, NEST_17_13_LeavingAHwptAnswersEachGroupWithInvalid) {
    ASSERT_EQ(ask(read_bit, 0x5007), Errno::None);
    ASSERT_EQ(ask(last | read_bit, 0x6007), Errno::None);
    ASSERT_EQ(read(), 80);
    ASSERT_EQ(ask(read_bit, 0x5001), Errno::None);
    ASSERT_EQ(replace(dev, with_queue(s1_word1 | eats)), Errno::None);
    EXPECT_EQ(answered(), (Words{{response, 0x1007}}));
    EXPECT_EQ(answer(1, 0), -22);
}

TEST_F(IommuApiPageRequest, OnlyDevicesThatMayAskAreHeard) {
    EXPECT_EQ(ask(last | read_bit, 0x5001, 0x55), Errno::OpNotSupp) << "nobody's";
    const uint32_t without = bind(setup(9));
    uint32_t id = 0;
    ASSERT_EQ(make_vdevice(viommu, without, 0x9A, id), Errno::None);
    uint32_t theirs = 0;
    ASSERT_EQ(nested(viommu, s1_word0, s1_word1, theirs, 4, queue, without), Errno::None);
    ASSERT_EQ(attach(without, theirs), Errno::None);
    EXPECT_EQ(ask(last | read_bit, 0x5001, 9), Errno::OpNotSupp);
    ASSERT_EQ(replace(dev, make_nested(s1_word0, s1_word1)), Errno::None);
    EXPECT_EQ(ask(last | read_bit, 0x5001), Errno::OpNotSupp) << "no queue";
    EXPECT_EQ(read(), 0);
}

// --- The function's own switch

TEST_F(IommuApiPageRequest, ItIsOnWhereAtsIsAndSomebodyAnswers) {
    EXPECT_EQ(pci.credits, 16u);
    log.clear();
    ASSERT_EQ(replace(dev, with_queue(s1_word1 | eats)), Errno::None);
    for (const std::string& what : log)
        EXPECT_EQ(what.find("pri"), std::string::npos) << "it stays";
    ASSERT_EQ(replace(dev, make_nested(s1_word0, s1_word1 | eats)), Errno::None);
    EXPECT_EQ(pci.credits, 0u) << "no queue";
    EXPECT_TRUE(pci.on);
    ASSERT_EQ(replace(dev, with_queue(s1_word1 | eats)), Errno::None);
    EXPECT_EQ(pci.credits, 16u);
    log.clear();
    ASSERT_EQ(replace(dev, with_queue(s1_word1)), Errno::None);
    ASSERT_GE(log.size(), 2u);
    EXPECT_EQ(log[0], "pri off") << "before ATS";
    EXPECT_EQ(log[1], "ats off");
    log.clear();
    ASSERT_EQ(replace(dev, with_queue(s1_word1 | eats)), Errno::None);
    const auto ats = std::find(log.begin(), log.end(), "ats on");
    EXPECT_NE(std::find(ats, log.end(), "pri on"), log.end()) << "after ATS";
    ASSERT_EQ(detach(api, dev), Errno::None);
    EXPECT_EQ(pci.credits, 0u);
}

TEST_F(IommuApiPageRequest, ItIsOffWhereTheSmmuHasNoPri) {
    ASSERT_EQ(detach(api, dev), Errno::None);
    smmu.facts_.features.pri = false;
    ASSERT_EQ(attach(dev, guest), Errno::None);
    EXPECT_TRUE(pci.on);
    EXPECT_EQ(pci.credits, 0u);
}

// --- The PRI queue's sink

TEST_F(IommuApiPageRequest, TheSinkGivesTheHostWhatNobodyTakes) {
    struct Host {
        unsigned logged = 0, overflows = 0;
        void log(const arch::PageRequest&) { ++logged; }
        void lost() { ++overflows; }
    } host;
    PageRequestSink<Host> sink{api, smmu, host};
    EXPECT_TRUE(sink.take(arch::PageRequest{{{last | read_bit | sid, 0x5001}}}));
    EXPECT_TRUE(sink.take(arch::PageRequest{{{read_bit | sid, 0x5002}}}));
    EXPECT_FALSE(sink.take(arch::PageRequest{{{last | read_bit | 0x55, 0x5003}}}));
    sink.log(arch::PageRequest{});
    sink.lost();
    EXPECT_EQ(host.logged, 1u);
    EXPECT_EQ(host.overflows, 1u);
    ASSERT_EQ(ask(last | read_bit, 0x6002), Errno::None);
    EXPECT_EQ(read(), 80) << "what was part of a group is forgotten";
}

}  // namespace
