// A guest's commands: which ones pass, what is put into them, and how many are said to be handled.
#include "sw_stubs/iommu_api/convert.h"
#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;
using arch::Command;

namespace {

constexpr uint64_t array = FakeCaller::base + 0x1'0000;
constexpr Command nh_all{{{0x0000'0000'0000'0010, 0}}};
constexpr Command nh_all_ours{{{0x0000'0021'0000'0010, 0}}};
constexpr Command sync{{{0x46, 0}}};

struct IommuApiInvalidate : IommuApi {
    HwptInvalidate last{};

    void SetUp() override {
        make_guest();
        smmu.sent.clear();
    }
    void put(uint32_t index, const Command& c, uint32_t entry_len = 16) {
        caller.put(c, array + uint64_t{index} * entry_len);
    }
    Errno run(uint32_t count, uint32_t entry_len = 16) {
        last = {32, viommu, array, 1, entry_len, count, 0};
        return hwpt_invalidate(api, last);
    }
    Errno one(const Command& c) {
        smmu.sent.clear();
        put(0, c);
        return run(1);
    }
    Command sent(unsigned list = 0, unsigned index = 0) const {
        return smmu.sent[list].list[index];
    }
};

// --- One command

TEST_F(IommuApiInvalidate, NEST_11_3_06_AllOpcodes) {
    for (uint64_t op = 0; op < 0x100; ++op) {
        const Command guest{{{uint64_t{vsid} << 32 | op, 0x1234'5000}}};
        const Errno e = one(guest);
        const bool tlbi = op >= 0x10 && op <= 0x13;
        const bool stream = op == 0x05 || op == 0x06 || op == 0x40;
        ASSERT_EQ(e, tlbi || stream || op == 0x30 ? Errno::None : Errno::Io) << op;
        EXPECT_EQ(last.entry_num, e == Errno::None ? 1u : 0u);
        if (e != Errno::None) {
            EXPECT_TRUE(smmu.sent.empty()) << op;
            continue;
        }
        ASSERT_EQ(smmu.sent.size(), 1u);
        EXPECT_EQ(smmu.sent[0].wait, Wait::Yes);
        if (tlbi) {
            EXPECT_EQ(sent().word[0], uint64_t{0x21} << 32 | op);
            EXPECT_EQ(sent().word[1], 0x1234'5000u);
        } else if (stream) {
            EXPECT_EQ(sent().word[0], uint64_t{sid} << 32 | op);
            EXPECT_EQ(sent().word[1], 0x1234'5000u);
        } else {
            EXPECT_EQ(sent().word[0], 0x0000'0021'0000'0010u) << "NSNH_ALL becomes NH_ALL";
            EXPECT_EQ(sent().word[1], 0u);
        }
    }
}

TEST_F(IommuApiInvalidate, NEST_11_3_03_OnlyTheVmidIsReplaced) {
    for (const uint64_t op : {0x10, 0x11, 0x12, 0x13}) {
        ASSERT_EQ(one({{{0xFFFF'FFFF'FFFF'FF00 | op, ~uint64_t{0}}}}), Errno::None);
        EXPECT_EQ(sent().word[0], 0xFFFF'0021'FFFF'FF00u | op);
        EXPECT_EQ(sent().word[1], ~uint64_t{0});
    }
}

TEST_F(IommuApiInvalidate, NEST_11_3_04_OnlyTheStreamIdIsReplaced) {
    for (const uint64_t op : {0x05, 0x06, 0x40}) {
        ASSERT_EQ(one({{{uint64_t{vsid} << 32 | 0xFFFF'FF00 | op, ~uint64_t{0}}}}), Errno::None);
        EXPECT_EQ(sent().word[0], uint64_t{sid} << 32 | 0xFFFF'FF00 | op);
        EXPECT_EQ(sent().word[1], ~uint64_t{0});
    }
}

TEST_F(IommuApiInvalidate, NEST_11_3_02_NothingOfNsnhAllIsKept) {
    ASSERT_EQ(one({{{0xFFFF'FFFF'FFFF'FF30, ~uint64_t{0}}}}), Errno::None);
    EXPECT_EQ(sent().word[0], 0x0000'0021'0000'0010u);
    EXPECT_EQ(sent().word[1], 0u);
}

TEST_F(IommuApiInvalidate, NEST_11_3_05_AnUnknownVirtualStreamIdIsEio) {
    for (const uint64_t op : {0x05, 0x06, 0x40})
        EXPECT_EQ(one({{{uint64_t{sid} << 32 | op, 0}}}), Errno::Io)
            << "the physical one is not the guest's";
    uint32_t other = 0;
    ASSERT_EQ(make_viommu(dev, parent, other), Errno::None);
    put(0, {{{uint64_t{vsid} << 32 | 0x05, 0}}});
    last = {32, other, array, 1, 16, 1, 0};
    EXPECT_EQ(hwpt_invalidate(api, last), Errno::Io) << "another guest's device";
}

TEST_F(IommuApiInvalidate, NEST_11_3_04_TheFirstStreamStandsForTheDevice) {
    DeviceSetup s = setup(0x30);
    s.streams.id[1] = {0x31};
    s.streams.count = 2;
    uint32_t id = 0;
    ASSERT_EQ(make_vdevice(viommu, bind(s), 0x77, id), Errno::None);
    ASSERT_EQ(one({{{uint64_t{0x77} << 32 | 0x06, 0}}}), Errno::None);
    EXPECT_EQ(sent().word[0], 0x0000'0030'0000'0006u);
}

// --- Arrays

TEST_F(IommuApiInvalidate, NEST_11_3_07_ListsAreOf63AndEachIsWaitedFor) {
    for (uint32_t i = 0; i < 130; ++i) put(i, nh_all);
    ASSERT_EQ(run(130), Errno::None);
    EXPECT_EQ(last.entry_num, 130u);
    ASSERT_EQ(smmu.sent.size(), 3u);
    EXPECT_EQ(smmu.sent[0].list.size(), 63u);
    EXPECT_EQ(smmu.sent[1].list.size(), 63u);
    EXPECT_EQ(smmu.sent[2].list.size(), 4u);
    for (const auto& s : smmu.sent) EXPECT_EQ(s.wait, Wait::Yes);
    EXPECT_EQ(sent(2, 3).word[0], nh_all_ours.word[0]);
}

TEST_F(IommuApiInvalidate, NEST_11_3_08_ABadEntryIsTheCountAndWhatIsBeforeItIsDone) {
    for (const uint32_t bad : {0u, 1u, 5u, 62u, 63u, 64u, 126u}) {
        for (uint32_t i = 0; i < 130; ++i) put(i, i == bad ? sync : nh_all);
        smmu.sent.clear();
        EXPECT_EQ(run(130), Errno::Io);
        EXPECT_EQ(last.entry_num, bad);
        size_t executed = 0;
        for (const auto& s : smmu.sent) executed += s.list.size();
        EXPECT_EQ(executed, bad) << "exactly those that are said to be handled";
    }
}

TEST_F(IommuApiInvalidate, NEST_11_3_09_AQueueThatFailsLeavesOneLessThanItsList) {
    for (uint32_t i = 0; i < 130; ++i) put(i, nh_all);
    smmu.sends_that_work = 0;
    EXPECT_EQ(run(130), Errno::TimedOut);
    EXPECT_EQ(last.entry_num, 62u);
    smmu.sends_that_work = 1;
    EXPECT_EQ(run(130), Errno::TimedOut);
    EXPECT_EQ(last.entry_num, 125u);
    smmu.sends_that_work = 0;
    EXPECT_EQ(run(3), Errno::TimedOut);
    EXPECT_EQ(last.entry_num, 2u);
}

TEST_F(IommuApiInvalidate, NEST_11_3_10_ShorterEntriesAreExtendedWithZeros) {
    caller.put(uint64_t{0x10}, array);
    caller.put(uint64_t{0x11}, array + 8);
    ASSERT_EQ(run(2, 8), Errno::None);
    ASSERT_EQ(smmu.sent[0].list.size(), 2u);
    EXPECT_EQ(sent(0, 0).word[1], 0u);
    EXPECT_EQ(sent(0, 1).word[0], 0x0000'0021'0000'0011u);
    caller.put(uint8_t{0x10}, array);
    EXPECT_EQ(run(1, 1), Errno::None) << "one byte is an opcode";
}

TEST_F(IommuApiInvalidate, NEST_11_3_10_LongerEntriesMustEndInZeros) {
    put(0, nh_all, 24);
    put(1, nh_all, 24);
    caller.put(uint64_t{0}, array + 16);
    caller.put(uint64_t{0}, array + 40);
    ASSERT_EQ(run(2, 24), Errno::None);
    EXPECT_EQ(last.entry_num, 2u);
    smmu.sent.clear();
    caller.put(uint64_t{1} << 63, array + 40);
    EXPECT_EQ(run(2, 24), Errno::TooBig);
    EXPECT_EQ(last.entry_num, 0u);
    EXPECT_TRUE(smmu.sent.empty()) << "nothing is done before all can be read";
}

TEST_F(IommuApiInvalidate, NEST_11_3_11_AnUnreachableArrayIsEfaultAndCountsNothing) {
    const uint64_t end = FakeCaller::base + caller.bytes.size();
    caller.put(nh_all, end - 16);
    last = {32, viommu, end - 16, 1, 16, 2, 0};
    EXPECT_EQ(hwpt_invalidate(api, last), Errno::Fault);
    EXPECT_EQ(last.entry_num, 0u);
    EXPECT_TRUE(smmu.sent.empty());
}

// --- The call

TEST_F(IommuApiInvalidate, NEST_11_3_12_CoreChecks) {
    put(0, nh_all);
    const HwptInvalidate good{32, viommu, array, 1, 16, 1, 0};
    const auto with = [&](auto change) {
        last = good;
        change(last);
        const Errno e = hwpt_invalidate(api, last);
        EXPECT_EQ(last.entry_num, 0u) << "core failures count nothing";
        return e;
    };
    EXPECT_EQ(with([](auto& c) { c.reserved = 1; }), Errno::OpNotSupp);
    EXPECT_EQ(with([](auto& c) { c.data_uptr = 0; }), Errno::Inval);
    EXPECT_EQ(with([](auto& c) { c.entry_len = 0; }), Errno::Inval);
    EXPECT_EQ(with([](auto& c) { c.hwpt_id = 99; }), Errno::NoEnt);
    EXPECT_EQ(with([&](auto& c) { c.hwpt_id = parent; }), Errno::Inval) << "a paging HWPT";
    EXPECT_EQ(with([&](auto& c) { c.hwpt_id = ioas; }), Errno::Inval);
    EXPECT_EQ(with([](auto& c) { c.data_type = 0; }), Errno::Inval);
    EXPECT_EQ(with([](auto& c) { c.data_type = 2; }), Errno::Inval);
    const uint32_t guest = make_nested(s1_word0, s1_word1);
    EXPECT_EQ(with([&](auto& c) { c.hwpt_id = guest; }), Errno::OpNotSupp)
        << "this SMMU has it for vIOMMUs only";
    EXPECT_TRUE(smmu.sent.empty());
}

TEST_F(IommuApiInvalidate, NEST_11_3_13_AnEmptyArrayAsksForTheType) {
    last = {32, viommu, 0, 1, 0, 0, 0};
    EXPECT_EQ(hwpt_invalidate(api, last), Errno::None);
    EXPECT_EQ(last.entry_num, 0u);
    last.data_type = 7;
    EXPECT_EQ(hwpt_invalidate(api, last), Errno::Inval);
    EXPECT_TRUE(smmu.sent.empty());
}

}  // namespace
