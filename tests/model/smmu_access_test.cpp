// What becomes of one access that is not terminated: bypass, translation, attributes, and what a
// hit must not be.
#include "tests/model/smmu_bench.h"

namespace smmu::test {

using arch::EventId;
using arch::Ste;

struct SmmuAccess : SimTest, NestedBench {
    unsigned table_reads() const {
        unsigned n = 0;
        for (const Ram::Seen& s : ram.seen) n += s.port == ptw_port();
        return n;
    }
};

TEST_F(SmmuAccess, BypassStreamKeepsAddressAndAttributes) {
    put_ste(6, bypass_ste());
    simulate([&] {
        start();
        ram.remembers = true;
        EXPECT_TRUE(device.write(of_stream(6), map::data + 4, uint32_t{0x1234}).ok());
        EXPECT_EQ(ram.get<uint32_t>(map::data + 4), 0x1234u);
        ASSERT_EQ(ram.seen.back().port, 0);
        EXPECT_EQ(ram.seen.back().out.attributes, arch::default_attributes);
    });
}

TEST_F(SmmuAccess, AbortingStreamIsAbortedWithoutAnEvent) {
    put_ste(6, Ste{}.set(Ste::V, true));
    simulate([&] {
        start();
        uint32_t data = 0;
        EXPECT_EQ(device.read(of_stream(6), map::data, data), tlm::TLM_GENERIC_ERROR_RESPONSE);
        EXPECT_FALSE(next_event());
    });
}

TEST_F(SmmuAccess, ColdNestedWalkReadsWhatTheArchitectureCounts) {
    map_page(0);
    simulate([&] {
        start();
        uint32_t data = 0;
        ASSERT_TRUE(device.read(of_stream(stream), va, data).ok());
        using core::Purpose;
        EXPECT_EQ(counter.fetches[Purpose::Ste], 1u);
        EXPECT_EQ(counter.fetches[Purpose::Cd], 1u);
        EXPECT_EQ(counter.fetches[Purpose::Stage1Table], 4u);
        // Four for the CD, four for each stage-1 descriptor, four for the page: (4+1)(4+1)-1 = 24
        // table reads with the four of stage 1, and the four of the CD.
        EXPECT_EQ(counter.fetches[Purpose::Stage2Table], 24u);
        for (int level = 0; level < 4; ++level) {
            EXPECT_EQ(counter.fetches.stage1[level], 1u);
            EXPECT_EQ(counter.fetches.stage2[level], 6u);
        }
    });
}

TEST_F(SmmuAccess, SecondAccessToAPageDoesNoMemoryAccessOfItsOwn) {
    map_page(0);
    simulate([&] {
        start();
        uint32_t data = 0;
        ASSERT_TRUE(device.read(of_stream(stream), va, data).ok());
        ram.remembers = true;
        EXPECT_TRUE(device.read(of_stream(stream), va + 0xFFC, data).ok());
        EXPECT_TRUE(device.write(of_stream(stream), va + 0x800, data).ok());
        EXPECT_EQ(table_reads(), 0u);
        EXPECT_EQ(ram.seen.size(), 2u);
        EXPECT_EQ(counter.hits, 2u);
    });
}

TEST_F(SmmuAccess, WriteDoesNotHitTheEntryOfAReadOnlyPage) {
    map_page(0, stage1_page | uint64_t{0b10} << 6);  // AP[2]: read-only
    simulate([&] {
        start();
        uint32_t data = 0;
        EXPECT_TRUE(device.read(of_stream(stream), va, data).ok());
        EXPECT_EQ(device.write(of_stream(stream), va, data), tlm::TLM_COMMAND_ERROR_RESPONSE);
        EXPECT_TRUE(device.read(of_stream(stream), va, data).ok());
        const auto event = next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ((*event)[arch::Event::Id], EventId::F_PERMISSION);
        EXPECT_FALSE((*event)[arch::Event::RnW]);
    });
}

TEST_F(SmmuAccess, UnprivilegedAccessDoesNotHitThePrivilegedEntry) {
    map_page(0, stage1_page & ~(uint64_t{0b01} << 6));  // AP[1] = 0: privileged only
    simulate([&] {
        start();
        uint32_t data = 0;
        StreamIn privileged = of_stream(stream);
        privileged.privileged = true;
        EXPECT_TRUE(device.read(privileged, va, data).ok());
        EXPECT_EQ(device.read(of_stream(stream), va, data), tlm::TLM_COMMAND_ERROR_RESPONSE);
    });
}

TEST_F(SmmuAccess, InstructionFetchDoesNotHitTheDataEntry) {
    map_page(0, stage1_page | uint64_t{1} << 54);  // UXN
    simulate([&] {
        start();
        uint32_t data = 0;
        StreamIn fetch = of_stream(stream);
        fetch.instruction = true;
        EXPECT_TRUE(device.read(of_stream(stream), va, data).ok());
        EXPECT_EQ(device.read(fetch, va, data), tlm::TLM_COMMAND_ERROR_RESPONSE);
    });
}

TEST_F(SmmuAccess, ReadOverriddenToInstructionDoesNotHitTheEntryOfAWrite) {
    map_page(0, stage1_page | uint64_t{1} << 54);  // UXN
    put_ste(stream, with_stage2(stage1_ste(cd + map::guest), stage2, vmid).set(Ste::INSTCFG, 0b11));
    simulate([&] {
        start();
        uint32_t data = 0;
        EXPECT_TRUE(device.write(of_stream(stream), va, data).ok());  // a write is always Data
        EXPECT_EQ(device.read(of_stream(stream), va, data), tlm::TLM_COMMAND_ERROR_RESPONSE);
        const auto event = next_event();
        ASSERT_TRUE(event);
        EXPECT_TRUE((*event)[arch::Event::InD]);
    });
}

TEST_F(SmmuAccess, IncomingAttributesThatDifferDoNotShareAnEntry) {
    put_ste(6, bypass_ste());
    simulate([&] {
        start();
        uint32_t data = 0;
        StreamIn device_type = of_stream(6);
        device_type.attributes = arch::device(arch::MemoryType::Device_nGnRE);
        EXPECT_EQ(device.read(of_stream(6), map::data, data).out.attributes,
                  arch::default_attributes);
        EXPECT_EQ(device.read(device_type, map::data, data).out.attributes, device_type.attributes);
    });
}

TEST_F(SmmuAccess, ATTR_27_NoSnoopIsAppliedAfterTranslationAndToThatAccessOnly) {
    map_page(0);
    simulate([&] {
        start();
        uint32_t data = 0;
        StreamIn no_snoop = of_stream(stream);
        no_snoop.no_snoop = true;
        using arch::non_cacheable;
        const auto expected = arch::normal(non_cacheable, non_cacheable, arch::Shareability::Outer);
        EXPECT_EQ(device.read(no_snoop, va, data).out.attributes, expected);
        EXPECT_TRUE(arch::is_coherent(device.read(of_stream(stream), va, data).out.attributes));
        EXPECT_EQ(device.read(no_snoop, va, data).out.attributes, expected);
        // Final Device stays what it is; S2FWB does not stop it.
        const Ste nested = with_stage2(stage1_ste(cd + map::guest), stage2, vmid);
        const auto mapped = [&](const Ste& ste, uint64_t mem_attr) {
            put_ste(stream, ste);
            stage2.map(data_page(0) + map::guest, data_page(0),
                       (stage2_page & ~0x3Cull) | mem_attr << 2);
            run(arch::command<arch::CfgiSte>(arch::Opcode::CFGI_STE)
                    .set(arch::CfgiSte::StreamID, stream),
                arch::command<arch::TlbiNh>(arch::Opcode::TLBI_NSNH_ALL));
            return device.read(no_snoop, va, data).out.attributes;
        };
        EXPECT_EQ(mapped(nested, 0b0001), arch::device(arch::MemoryType::Device_nGnRE));
        EXPECT_EQ(mapped(Ste{nested}.set(Ste::S2FWB, true), 0b0110), expected);
    });
}

TEST_F(SmmuAccess, SecureAndTranslatedTrafficIsRefusedAlsoWhereAnEntryExists) {
    map_page(0);
    simulate([&] {
        start();
        uint32_t data = 0;
        EXPECT_TRUE(device.read(of_stream(stream), va, data).ok());
        StreamIn secure = of_stream(stream);
        secure.sec_sid = arch::SecSid::Secure;
        EXPECT_EQ(device.read(secure, va, data), tlm::TLM_GENERIC_ERROR_RESPONSE);
        for (AddressType type : {AddressType::TranslationRequest, AddressType::Translated}) {
            StreamIn ats = of_stream(stream);
            ats.address_type = type;
            EXPECT_EQ(device.read(ats, va, data), tlm::TLM_GENERIC_ERROR_RESPONSE);
            EXPECT_EQ(device.debug(ats, tlm::TLM_READ_COMMAND, va, &data, 4), 0u);
        }
        EXPECT_FALSE(next_event());
    });
}

struct TwoTbus : SimTest, NestedBench {
    static Params params() {
        Params p;
        p.tbus = 2;
        p.default_stream_ids = {6, stream};
        return p;
    }
    TwoTbus() : NestedBench(params()) {
        map_page(0);
        ram.put(data_page(0), uint32_t{0xBEEF});
    }
};

TEST_F(TwoTbus, HaveTheirOwnWayToMemoryAndShareTheMainTlb) {
    simulate([&] {
        start();
        ram.remembers = true;
        uint32_t data = 0;
        EXPECT_TRUE(devices[0]->read(of_stream(stream), va, data).ok());
        EXPECT_EQ(ram.seen.back().port, 0);
        EXPECT_TRUE(devices[1]->read(of_stream(stream), va, data).ok());
        EXPECT_EQ(ram.seen.back().port, 1);
        EXPECT_EQ(data, 0xBEEFu);
        EXPECT_TRUE(counter.tlb_hit);
        EXPECT_EQ(counter.fetches[core::Purpose::Stage1Table], 0u);
    });
}

TEST_F(TwoTbus, GiveTheirDefaultStreamIdToMastersThatStateNone) {
    put_ste(6, bypass_ste());
    simulate([&] {
        start();
        uint32_t data = 0;
        tlm::tlm_generic_payload p;
        prepare(p, tlm::TLM_READ_COMMAND, va, &data, 4);
        devices[1]->out->b_transport(p, device.delay);
        EXPECT_TRUE(p.is_response_ok());
        EXPECT_EQ(data, 0xBEEFu);
        prepare(p, tlm::TLM_READ_COMMAND, data_page(0), &data, 4);
        devices[0]->out->b_transport(p, device.delay);
        EXPECT_TRUE(p.is_response_ok());
        EXPECT_EQ(data, 0xBEEFu);
    });
}

}  // namespace smmu::test
