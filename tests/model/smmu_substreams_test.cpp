// Substreams seen from a device: PASIDs with address spaces of their own, faults and their
// responses, CMD_CFGI_CD through the queue.  Arm IHI 0070 G.b, 3.3.2, 5.2, 7.3; names carry the
// rule of the check list.
#include "tests/model/smmu_bench.h"

namespace smmu::test {

using arch::CfgiCd;
using arch::Opcode;
using arch::S1Default;
using arch::S1Format;
using arch::Ste;

/// A stream with a two-level table of 128 CDs, of which 1 and 65 are there.
struct SmmuSubstreams : SimTest, SmmuBench {
    static constexpr uint32_t stream = 6;
    static constexpr uint64_t va = 0x7F'1234'5000;
    RamTables first{pages}, second{pages};
    uint64_t l1 = pages.take(), low = pages.take(), high = pages.take();

    SmmuSubstreams() {
        ram.put(l1, low | 1);
        ram.put(l1 + 8, high | 1);
        first.map(va, map::data, stage1_page);
        second.map(va, map::data + 0x1000, stage1_page);
        ram.put(map::data, uint32_t{1});
        ram.put(map::data + 0x1000, uint32_t{2});
        ram.put(low + 64, make_cd(first, 1));
        ram.put(high + 64, make_cd(second, 2));
        put_ste(stream, stage1_ste(l1)
                            .set(Ste::S1CDMax, 7)
                            .set(Ste::S1Fmt, S1Format::TwoLevel4K)
                            .set(Ste::S1DSS, S1Default::Terminate));
    }
    static StreamIn of_substream(uint32_t ssid) {
        StreamIn in = of_stream(stream);
        in.substream_valid = true;
        in.substream = arch::SubstreamId{ssid};
        return in;
    }
    Device::Result access(const StreamIn& in) { return device.read(in, va, data); }
    void expect_record(uint64_t word0) {
        const auto event = next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ(event->word[0], word0);
        for (unsigned i = 1; i < 4; ++i) EXPECT_EQ(event->word[i], 0u);
    }
    uint32_t data = 0;
};

TEST_F(SmmuSubstreams, CD_11_CD_37_EveryPasidHasItsAddressSpace) {
    simulate([&] {
        start();
        for (unsigned round = 0; round < 2; ++round)
            for (const uint32_t ssid : {1u, 65u}) {
                EXPECT_TRUE(access(of_substream(ssid)).ok());
                EXPECT_EQ(data, ssid == 1 ? 1u : 2u);
                EXPECT_TRUE(access(of_substream(ssid)).ok());
                EXPECT_EQ(data, ssid == 1 ? 1u : 2u);
            }
        EXPECT_EQ(counter.misses, 2u) << "one each, then the micro TLB has both";
        EXPECT_EQ(counter.hits, 6u);
    });
}

// A master that states more than the twenty bits of a SubstreamID gets no other substream's
// answers.
TEST_F(SmmuSubstreams, CD_03_WiderSubstreamIdsAreRefused) {
    first.map(va, map::data, stage1_page & ~uint64_t{0x40});  // privileged only
    simulate([&] {
        start();
        StreamIn privileged = of_substream(1);
        privileged.privileged = true;
        EXPECT_TRUE(access(privileged).ok());
        EXPECT_TRUE(access(privileged).ok());
        EXPECT_FALSE(access(of_substream(1)).ok());
        for (unsigned bit = 20; bit < 32; ++bit)
            EXPECT_EQ(access(of_substream(1u << bit | 1)), tlm::TLM_GENERIC_ERROR_RESPONSE) << bit;
    });
}

TEST_F(SmmuSubstreams, EVT_21_EVT_22_CD_46_RefusalsAbortAndAreRecorded) {
    simulate([&] {
        start();
        EXPECT_EQ(access(of_stream(stream)), tlm::TLM_GENERIC_ERROR_RESPONSE);
        expect_record(0x0000'0006'0000'0006);  // F_STREAM_DISABLED
        EXPECT_EQ(access(of_substream(128)), tlm::TLM_GENERIC_ERROR_RESPONSE);
        expect_record(0x0000'0006'0008'0008);  // C_BAD_SUBSTREAMID
        ram.put(l1 + 8, uint64_t{0});
        EXPECT_EQ(access(of_substream(65)), tlm::TLM_GENERIC_ERROR_RESPONSE);
        expect_record(0x0000'0006'0004'1008);
    });
}

TEST_F(SmmuSubstreams, CMD_12_CfgiCdNamesTheSubstream) {
    simulate([&] {
        start();
        EXPECT_TRUE(access(of_substream(1)).ok());
        EXPECT_TRUE(access(of_substream(65)).ok());
        ram.put(low + 64, make_cd(second, 3));
        ram.put(high + 64, make_cd(first, 4));
        const auto cfgi = [](uint32_t ssid) {
            return arch::command<CfgiCd>(Opcode::CFGI_CD)
                .set(CfgiCd::StreamID, stream)
                .set(CfgiCd::SubstreamID, ssid);
        };
        run(cfgi(65));
        EXPECT_TRUE(access(of_substream(1)).ok());
        EXPECT_EQ(data, 1u);
        EXPECT_TRUE(access(of_substream(65)).ok());
        EXPECT_EQ(data, 1u);
        run(cfgi(1));
        EXPECT_TRUE(access(of_substream(1)).ok());
        EXPECT_EQ(data, 2u);
    });
}

TEST_F(SmmuSubstreams, CD_06_WithoutPasidTheStreamMayBypassStage1) {
    put_ste(stream,
            ram.get<Ste>(map::stream_table + 64 * stream).set(Ste::S1DSS, S1Default::Bypass));
    simulate([&] {
        start();
        EXPECT_TRUE(device.read(of_stream(stream), map::data + 0x1000, data).ok());
        EXPECT_EQ(data, 2u);
        EXPECT_TRUE(access(of_substream(1)).ok());
        EXPECT_EQ(data, 1u);
    });
}

}  // namespace smmu::test
