// CMD_ATC_INV and an endpoint that has something to forget: it asks again, it is waited for, it does
// not answer.
#include "tests/model/ats_bench.h"

namespace smmu {
namespace {

using arch::CmdqCons;
using arch::CommandError;
using arch::Gerror;
using arch::InvalidateStatus;
using test::AtsBench;
using test::ns;

class AtsInvalidationTest : public test::SimTest {};

TEST_F(AtsInvalidationTest, TheEndpointUsesWhatItKnowsUntilItIsTold) {
    AtsBench b;
    b.map_page(0);
    b.map_page(4);
    b.ram.put(AtsBench::data_page(0), uint64_t{0xA});
    b.ram.put(AtsBench::data_page(1), uint64_t{0xB});
    simulate([&] {
        b.start();
        b.use_ats(0);
        EXPECT_EQ(b.word(0, AtsBench::page(0)), 0xAu);
        EXPECT_EQ(b.word(0, AtsBench::page(4)), 0u);
        b.stage1.map(AtsBench::page(0), AtsBench::data_page(1) + test::map::guest,
                     test::stage1_page);
        b.run(AtsBench::tlbi_all());
        EXPECT_EQ(b.word(0, AtsBench::page(0)), 0xAu) << "its own cache is not the SMMU's";
        b.run(AtsBench::atc_inv(0, AtsBench::page(1)), AtsBench::atc_inv(1, 0, 52));
        EXPECT_EQ(b.word(0, AtsBench::page(0)), 0xAu) << "another page, another requester";
        b.run(AtsBench::atc_inv(0, AtsBench::page(0)));
        EXPECT_EQ(b.word(0, AtsBench::page(0)), 0xBu);
        EXPECT_EQ(b.log.translations.size(), 3u);
        EXPECT_EQ(b.word(0, AtsBench::page(4)), 0u);
        EXPECT_EQ(b.log.translations.size(), 3u) << "page 4 is still known";
    });
}

/// An access of frame 0 by a translated address, which begins here.
struct OpenAccess {
    explicit OpenAccess(AtsBench& b, sc_core::sc_time ahead = sc_core::SC_ZERO_TIME)
        : local(ahead), passage(b.engine.endpoint, local) {
        StreamIn who;
        who.stream = {8};
        uint64_t address = AtsBench::va;
        EXPECT_TRUE(b.engine.endpoint.translate(passage, who, address, AtsEndpoint::Access::Read,
                                                AtsEndpoint::PageRequests::No, local));
        EXPECT_EQ(address, AtsBench::data_page(0));
    }
    sc_core::sc_time local;
    AtsEndpoint::Passage passage;
};

TEST_F(AtsInvalidationTest, CmdSyncWaitsForAccessesThatUseWhatWasRemoved) {
    AtsBench b;
    b.map_page(0);
    simulate([&] {
        b.start();
        auto access = std::make_unique<OpenAccess>(b);
        b.run(AtsBench::atc_inv(0, AtsBench::page(1)));  // another page
        b.push(AtsBench::atc_inv(0, AtsBench::page(0)));
        b.push(test::SmmuDriver::sync_command());
        b.ring();
        EXPECT_FALSE(b.consumed(5000 * ns));
        EXPECT_EQ(b.read<CmdqCons>()[CmdqCons::RD] + 1, b.command_prod())
            << "CMD_ATC_INV itself is consumed";
        OpenAccess later(b);  // does not hold it up
        access.reset();
        EXPECT_TRUE(b.consumed());
    });
}

TEST_F(AtsInvalidationTest, CmdSyncWaitsForTheLocalTimeOfAnAccess) {
    AtsBench b;
    b.map_page(0);
    simulate([&] {
        b.start();
        { const OpenAccess asks(b); }  // the walk of the SMMU is over before
        sc_core::wait(100 * ns);
        sc_core::sc_time end;
        {
            const OpenAccess access(b, 3000 * ns);
            end = sc_core::sc_time_stamp() + access.local;
        }
        b.run(AtsBench::atc_inv(0, AtsBench::page(0)));
        EXPECT_GE(sc_core::sc_time_stamp(), end);
    });
}

TEST_F(AtsInvalidationTest, CMD_30_AnEndpointThatDoesNotAnswerStopsTheSync) {
    AtsBench b;
    b.map_page(0);
    simulate([&] {
        b.start();
        b.engine.endpoint.answer_invalidations_with = InvalidateStatus::TimedOut;
        b.push(AtsBench::atc_inv(0, 0, 52));
        b.push(test::SmmuDriver::sync_command(arch::CompletionSignal::Irq));
        b.ring();
        EXPECT_FALSE(b.consumed(5000 * ns));
        const CmdqCons cons = b.read<CmdqCons>();
        EXPECT_EQ(cons[CmdqCons::ERR], CommandError::AtcInvSync);
        EXPECT_EQ(cons.raw() >> 24 & 0x7F, 3u);
        EXPECT_EQ(cons[CmdqCons::RD] + 1, b.command_prod()) << "at the CMD_SYNC";
        EXPECT_EQ(b.read<Gerror>().raw() & 1, 1u);
        EXPECT_EQ(b.irq_gerror_seen, 1u);
        EXPECT_EQ(b.irq_cmd_sync_seen, 0u);

        b.engine.endpoint.answer_invalidations_with.reset();
        b.write(arch::Gerrorn{}.set(arch::Gerrorn::CMDQ_ERR, true));
        EXPECT_TRUE(b.consumed()) << "the same CMD_SYNC, once acknowledged";
        EXPECT_EQ(b.irq_cmd_sync_seen, 1u);
    });
}

TEST_F(AtsInvalidationTest, ATS_33_AnUnsupportedRequestIsNoError) {
    AtsBench b;
    b.map_page(0);
    simulate([&] {
        b.start();
        b.use_ats(0);
        EXPECT_EQ(b.word(0, AtsBench::va), 0u);
        b.engine.endpoint.answer_invalidations_with = InvalidateStatus::UnsupportedRequest;
        b.run(AtsBench::atc_inv(0, 0, 52));
        EXPECT_EQ(b.read<Gerror>().raw(), 0u);
        EXPECT_EQ(b.read<CmdqCons>()[CmdqCons::ERR], CommandError::None);
        EXPECT_EQ(b.word(0, AtsBench::va), 0u);
        EXPECT_EQ(b.log.translations.size(), 1u) << "nothing was invalidated";
    });
}

TEST_F(AtsInvalidationTest, WhoHasNoAtsDoesNotHoldACommandUp) {
    AtsBench b;
    simulate([&] {
        b.start();
        b.set_config(AtsBench::ats + 6, 0, 2);
        b.run(AtsBench::atc_inv(0, 0, 52));
        b.run(AtsBench::atc_inv(0, 0, 52).set(arch::AtcInv::StreamID, 5u));  // of no root complex
        b.run(AtsBench::atc_inv(0, 0, 52).set(arch::AtcInv::StreamID, 0x1F8u));  // an empty slot
        EXPECT_EQ(b.read<Gerror>().raw(), 0u);
    });
}

}  // namespace
}  // namespace smmu
