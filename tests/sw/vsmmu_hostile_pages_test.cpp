// Guests and devices that ask and answer anything: the host's SMMU is told of the guest's own groups of
// page requests, once each.
#include <set>

#include "sw_stubs/guest/hostile.h"
#include "tests/sw/vsmmu_pri_fixture.h"

using namespace smmu;
using namespace smmu::test;

namespace {

struct VsmmuHostilePages : VsmmuPri, ::testing::WithParamInterface<int> {
    std::set<uint64_t> waiting;  ///< PRGIndexes of the device
    unsigned answered = 0;

    void configure() {
        set<arch::Cr0>(0);
        set<arch::CmdqProd>(0);
        set<arch::CmdqCons>(0);
        set<arch::PriqProd>(0);
        set<arch::PriqCons>(0);
        set<arch::IrqCtrl>(0);
        set<arch::Gerrorn>(get<arch::Gerror>());
        put_ste(guest_s1_word0, guest_s1_word1 | 1u << 28, 6);
        set<arch::PriqBase>(requests_at | 3);
        set<arch::StrtabBase>(table);
        set<arch::StrtabBaseCfg>(6);
        set<arch::CmdqBase>(commands_at | 4);
        set<arch::EventqBase>(events_at | 4);
        set<arch::IrqCtrl>(7);
        set<arch::Cr0>(0xF);
    }
    /// A request of any kind, now and then of a device that is another's.
    void any_request(sw::guest::Hostile& hostile) {
        const uint64_t stream = hostile.pick({9, 9, 9, 9, 8, 0x30});
        const uint64_t index = hostile.below(20);
        const arch::PageRequest r{{{(hostile.any() & 0xFC0F'FFFF'0000'0000) | stream,
                                    (hostile.any() & ~uint64_t{0xFFF}) | index}}};
        ASSERT_EQ(iommu.take(r), stream == 9);
        if (stream == 9 && r[arch::PageRequest::Last] && !is_stop_marker(r)) waiting.insert(index);
    }
    void check_commands() {
        for (const Command& c : smmu.consumed) {
            const uint64_t op = c.word[0] & 0xFF, stream = c.word[0] >> 32;
            if (op == 0x40 || op == 0x41) {
                ASSERT_EQ(stream, 9u) << std::hex << c.word[0];
            }
            if (op != 0x41) continue;
            ASSERT_EQ(waiting.erase(c.word[1] & 0x1FF), 1u) << "it waits, and is answered once";
            ASSERT_TRUE(c.word[1] >> 12 == 1 || c.word[1] >> 12 == 2) << std::hex << c.word[1];
            ++answered;
        }
        smmu.consumed.clear();
    }
};

TEST_P(VsmmuHostilePages, EachGroupIsAnsweredOnceUnderTheDevicesName) {
    sw::guest::Hostile hostile(static_cast<uint64_t>(GetParam()), FakeGuestMemory::base, 20, 6);
    unsigned written = 0;
    for (unsigned i = 0; i < 3000; ++i) {
        if (hostile.one_in(30)) configure();
        if (hostile.one_in(3)) hostile.scribble(guest);
        hostile.access(vsmmu);
        check_commands();
        const uint64_t before = get<arch::PriqProd>();
        any_request(hostile);
        if (hostile.one_in(2)) vsmmu.deliver();
        written += get<arch::PriqProd>() != before;
        if (hostile.one_in(3)) {
            guest.put(commands_at + 16 * (cons() % 16),
                      {0x0000'0006'0000'0041, hostile.below(4) << 12 | hostile.below(20)});
            vsmmu.write(arch::CmdqProd::offset, 4, (cons() + 1) % 32);
        }
        check_commands();
        if (HasFatalFailure()) FAIL() << "step " << i;
    }
    EXPECT_GT(written, 20u) << "it got as far as a PRI queue";
    EXPECT_GT(answered, 100u);

    // Detaching ends all of it.
    vsmmu.deliver();
    iommu.close();
    check_commands();
}

INSTANTIATE_TEST_SUITE_P(Seeds, VsmmuHostilePages, ::testing::Range(1, 11));

}  // namespace
