// AT at `tbu`, `mem` and `ptw`: the base protocol in all its legal forms, on both sides.  Every hop runs
// through a ProtocolChecker.
#include "tests/model/smmu_bench.h"
#include "tests/support/at_master.h"

namespace smmu::test {
namespace {

constexpr auto read_command = tlm::TLM_READ_COMMAND;
constexpr auto write_command = tlm::TLM_WRITE_COMMAND;

struct AtBench : SimTest, NestedBench {
    explicit AtBench(const Params& params = {}) : NestedBench(params) {
        for (unsigned n = 0; n < 16; ++n) map_page(n);
        for (unsigned n = 0; n < 16; ++n) ram.put(data_page(n), uint64_t{0xDA7A'0000} + n);
    }
    StreamIn who = of_stream(stream);
    AtMaster master{device};
    const sc_core::sc_time ns{1.0, sc_core::SC_NS};
};

struct Forms {
    const char* name;
    Ram::Answer memory;
    AtMaster::Answer master;
    double accept, latency, hold;  ///< ns
};

struct AtForms : AtBench, ::testing::WithParamInterface<Forms> {};

TEST_P(AtForms, EveryLegalHandshakeGivesTheSameDataAndRestoresThePayload) {
    const Forms form = GetParam();
    simulate([&] {
        start();
        ram.answer = form.memory;
        ram.accept_time = form.accept * ns;
        ram.latency = form.latency * ns;
        master.answer = form.master;
        master.hold = form.hold * ns;
        for (unsigned round = 0; round < 3; ++round)
            for (unsigned n = 0; n < 8; ++n) {
                master.send(who, read_command, va + n * 0x1000);
                master.send(who, write_command, va + n * 0x1000 + 8, 100 * round + n);
            }
        master.wait_for_all();
        sc_core::wait(1000 * ns);
        for (const auto& job : master.jobs) {
            EXPECT_EQ(job->response(), tlm::TLM_OK_RESPONSE);
            EXPECT_EQ(job->payload.get_address(), job->address());
            EXPECT_TRUE(job->is_free) << "somebody still holds the payload";
            if (job->payload.is_read()) {
                EXPECT_EQ(job->data, 0xDA7A'0000 + ((job->address() - va) >> 12));
            }
        }
        for (unsigned n = 0; n < 8; ++n) EXPECT_EQ(ram.get<uint64_t>(data_page(n) + 8), 200u + n);
        EXPECT_EQ(counter.misses, 16u) << "one for reads, one for writes of each page";
    });
}

constexpr Forms forms[] = {
    {"CompletedAtOnce", Ram::Answer::Completed, AtMaster::Answer::Completed, 0, 0, 0},
    {"CompletedInTime", Ram::Answer::Completed, AtMaster::Answer::Accepted, 0, 10, 3},
    {"EndReqOnReturn", Ram::Answer::UpdatedEndReq, AtMaster::Answer::Completed, 2, 10, 0},
    {"EndReqOnReturnAtOnce", Ram::Answer::UpdatedEndReq, AtMaster::Answer::Accepted, 0, 0, 0},
    {"BeginRespOnReturn", Ram::Answer::UpdatedBeginResp, AtMaster::Answer::Completed, 0, 10, 0},
    {"BeginRespOnReturnHeld", Ram::Answer::UpdatedBeginResp, AtMaster::Answer::Accepted, 0, 5, 20},
    {"FourPhases", Ram::Answer::Accepted, AtMaster::Answer::Accepted, 2, 10, 1},
    {"FourPhasesUpdated", Ram::Answer::Accepted, AtMaster::Answer::UpdatedEndResp, 2, 10, 0},
    {"FourPhasesHeld", Ram::Answer::Accepted, AtMaster::Answer::Accepted, 0, 1, 30},
    {"ImpliedEndReq", Ram::Answer::OnlyBeginResp, AtMaster::Answer::Completed, 0, 10, 0},
    {"ImpliedEndReqAtOnce", Ram::Answer::OnlyBeginResp, AtMaster::Answer::Accepted, 0, 0, 2},
};
INSTANTIATE_TEST_SUITE_P(Each, AtForms, ::testing::ValuesIn(forms),
                         [](const auto& p) { return std::string(p.param.name); });

struct At : AtBench {};

TEST_F(At, AMasterWithoutIdentityGetsOneForTheWay) {
    simulate([&] {
        put_ste(0, with_stage2(stage1_ste(cd + map::guest), stage2, vmid));
        start();
        auto& job = master.make(who, read_command, va);
        job.payload.clear_extension(&job.stream);
        master.send(job);
        master.wait_for_all();
        EXPECT_EQ(job.data, 0xDA7A'0000u);
        EXPECT_EQ(job.payload.get_extension<StreamExtension>(), nullptr);
        job.payload.set_extension(&job.stream);
    });
}

TEST_F(At, OneThatCrossesAPageIsCut) {
    simulate([&] {
        start();
        ram.latency = 10 * ns;
        ram.put(data_page(2) + 0xFFC, uint32_t{0x1111'1111});
        ram.put(data_page(3), uint32_t{0x2222'2222});
        auto& job = master.read(who, va + 2 * 0x1000 + 0xFFC);
        master.wait_for_all();
        EXPECT_EQ(job.response(), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(job.data, 0x2222'2222'1111'1111u);
        EXPECT_EQ(job.payload.get_address(), va + 2 * 0x1000 + 0xFFC);
    });
}

TEST_F(At, AFaultIsRecordedForEachTransactionAndHoldsNobodyUp) {
    simulate([&] {
        start();
        ram.latency = 10 * ns;
        auto& first = master.read(who, va + 0x20'0000);
        auto& good = master.read(who, va);
        auto& second = master.read(who, va + 0x20'0008);
        master.wait_for_all();
        EXPECT_EQ(first.response(), tlm::TLM_ADDRESS_ERROR_RESPONSE);
        EXPECT_EQ(second.response(), tlm::TLM_ADDRESS_ERROR_RESPONSE);
        EXPECT_EQ(good.data, 0xDA7A'0000u);
        sc_core::wait(1000 * ns);
        EXPECT_EQ(counter.events, 2u);
    });
}

TEST_F(At, WhatIsNotSupportedIsAnsweredAtOnce) {
    simulate([&] {
        start();
        StreamIn other = who;
        other.sec_sid = arch::SecSid::Secure;
        auto& job = master.read(other, va);
        master.wait_for_all();
        EXPECT_EQ(job.response(), tlm::TLM_GENERIC_ERROR_RESPONSE);
    });
}

TEST_F(At, LtAndAtMastersShareOneTbu) {
    simulate([&] {
        start();
        ram.latency = 10 * ns;
        for (unsigned n = 0; n < 8; ++n) {
            master.read(who, va + n * 0x1000);
            uint64_t word = 0;
            EXPECT_TRUE(device.read(who, va + n * 0x1000, word).ok());
            EXPECT_EQ(word, 0xDA7A'0000u + n);
        }
        master.wait_for_all();
        for (unsigned n = 0; n < 8; ++n) EXPECT_EQ(master.jobs[n]->data, 0xDA7A'0000u + n);
    });
}

}  // namespace
}  // namespace smmu::test
