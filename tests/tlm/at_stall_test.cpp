// AT transactions that stall hold nobody else up; CMD_SYNC waits for those on the way.
#include "tests/tlm/at_pipeline_bench.h"

namespace smmu::test {
namespace {

struct AtStall : AtPipeline {
    AtStall() { ram.put(cd, make_cd(stage1, asid).set(arch::Cd::S, true)); }
};

TEST_F(AtStall, AStalledRequestIsHeldWhileOthersGoOn) {
    simulate([&] {
        start();
        master.read(who, page(0));
        finish();
        auto& stalled = master.read(who, page(40));
        auto& other = master.read(who, page(0) + 8);
        sc_core::wait(1000 * ns);
        EXPECT_TRUE(other.is_done);
        EXPECT_FALSE(stalled.is_done);
        EXPECT_EQ(counter.events, 1u);
        map_page(40);
        ram.put(data_page(40), uint64_t{0xC0FFEE});
        push(resume(stream, 0, true));
        ring();
        finish();
        EXPECT_EQ(stalled.response(), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(stalled.data, 0xC0FFEEu);
        EXPECT_GT(told.of(page(40)).parts[Part::Stall], 300 * ns);
    });
}

TEST_F(AtStall, SoftwareMayAbortItOrLetItReadZero) {
    simulate([&] {
        start();
        auto& aborted = master.read(who, page(40));
        sc_core::wait(1000 * ns);
        auto& zero_read = master.read(who, page(41));
        sc_core::wait(2000 * ns);
        EXPECT_EQ(counter.events, 2u);
        push(resume(stream, 0, false, true));
        push(resume(stream, 1, false, false));
        ring();
        finish();
        EXPECT_NE(aborted.response(), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(zero_read.response(), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(zero_read.data, 0u);
    });
}

TEST_F(AtStall, WithoutTranslationItIsAborted) {
    simulate([&] {
        start();
        auto& stalled = master.read(who, page(40));
        sc_core::wait(2000 * ns);
        EXPECT_FALSE(stalled.is_done);
        write(arch::Cr0{});
        finish();
        EXPECT_NE(stalled.response(), tlm::TLM_OK_RESPONSE);
    });
}

/// The old translation may be used until CMD_SYNC has completed, and not after.
TEST_F(AtPipeline, CmdSyncWaitsForTransactionsOnTheWay) {
    simulate([&] {
        start();
        master.read(who, page(0));
        finish();
        auto& on_the_way = master.read(who, page(1));
        sc_core::wait(5 * ns);
        push(arch::Command{{{0x30, 0}}});  // CMD_TLBI_NSNH_ALL
        push(sync_command(arch::CompletionSignal::Irq));
        ring();
        while (sync_pulses.empty()) sc_core::wait(1 * ns);
        EXPECT_TRUE(on_the_way.is_done);
        finish();
    });
}

}  // namespace
}  // namespace smmu::test
