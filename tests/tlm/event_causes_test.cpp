// Which transactions leave a record, how many, and what leaves none.  Arm IHI 0070 G.b, 3.12, 7.2,
// 7.3.1; names carry the rule of the check list.
#include "tests/model/smmu_bench.h"
#include "tests/tlm/transaction.h"

namespace smmu::test {

using namespace arch;

struct TlmEvents : SimTest, NestedBench {
    /// Every record there is, in order.
    std::vector<Event> all_events() {
        std::vector<Event> all;
        sc_core::wait(1000 * ns);
        while (const auto event = take_event()) all.push_back(*event);
        return all;
    }
    tlm::tlm_response_status touch(uint32_t sid, uint64_t address) {
        uint64_t data = 0;
        return device.read(of_stream(sid), address, data).response;
    }
    void use(const Ste& ste) {
        put_ste(stream, ste);
        run(command<CfgiSte>(Opcode::CFGI_STE).set(CfgiSte::StreamID, stream));
    }
    Ste nested() const { return with_stage2(stage1_ste(cd + map::guest), stage2, vmid); }
};

// Merging is optional, and never done here: MEV makes no difference, stalls least of all.
TEST_F(TlmEvents, EVT_09_STE_51_EveryFaultHasItsOwnRecord) {
    simulate([&] {
        start();
        for (const bool mev : {false, true}) {
            use(nested().set(Ste::MEV, mev));
            for (int i = 0; i < 3; ++i) EXPECT_NE(touch(stream, va), tlm::TLM_OK_RESPONSE);
            for (int i = 0; i < 3; ++i) EXPECT_EQ(all_events().size(), i == 0 ? 3u : 0u);
            put_ste(6, Ste{});
            for (int i = 0; i < 2; ++i) EXPECT_NE(touch(6, va), tlm::TLM_OK_RESPONSE);
            const auto bad = all_events();
            ASSERT_EQ(bad.size(), 2u);
            EXPECT_EQ(bad[0].word[0], bad[1].word[0]);
        }
    });
}

struct TlmStallEvents : TlmEvents {
    struct Dma {
        bool done = false;
        tlm::tlm_response_status response = tlm::TLM_INCOMPLETE_RESPONSE;
    };
    TlmStallEvents() { ram.put(cd, make_cd(stage1, asid).set(Cd::S, true)); }
    void begin(Dma& dma, uint64_t address) {
        sc_core::sc_spawn([this, &dma, address] {
            dma.response = touch(stream, address);
            dma.done = true;
        });
        sc_core::wait(ns);
    }
    /// CMD_RESUME with Ac for a record.
    static Command retry(const Event& e) {
        return {{{(e.word[0] & 0xFFFF'FFFF'0000'0000) | 0x1044, e.word[1] & 0xFFFF}}};
    }
    /// Ends what is still stalled.
    void stall_term() { run(Command{{{uint64_t{stream} << 32 | 0x45, 0}}}); }
};

TEST_F(TlmStallEvents, EVT_10_StallsOfOneCauseAreNotMerged) {
    simulate([&] {
        start();
        put_ste(stream, nested().set(Ste::MEV, true));
        Dma one, two;
        begin(one, va);
        begin(two, va);
        const auto events = all_events();
        ASSERT_EQ(events.size(), 2u);
        for (const Event& e : events) EXPECT_TRUE(e[Event::Stall]);
        EXPECT_NE(events[0][Event::STAG], events[1][Event::STAG]);
        EXPECT_EQ(events[0][Event::InputAddr], events[1][Event::InputAddr]);
        stall_term();
        sc_core::wait(ns);
        EXPECT_TRUE(one.done && two.done);
    });
}

TEST_F(TlmStallEvents, EVT_23_OnlyARetryMayGiveASecondRecord) {
    simulate([&] {
        start();
        Dma dma;
        begin(dma, va);
        const auto first = all_events();
        ASSERT_EQ(first.size(), 1u);
        run(sync_command());  // no early retry makes another
        EXPECT_TRUE(all_events().empty());
        run(retry(first[0]));
        EXPECT_EQ(all_events().size(), 1u) << "it faults again, as a new transaction";
        EXPECT_TRUE(all_events().empty());
        stall_term();
        sc_core::wait(ns);
        EXPECT_TRUE(dma.done);
        EXPECT_TRUE(all_events().empty()) << "its end is no event";
    });
}

TEST_F(TlmEvents, EVT_23_OneTransactionOneRecord) {
    simulate([&] {
        start();
        // Two pages that stage 1 does not map, and a stage 2 that does not map stage 1's tables.
        uint64_t data = 0;
        EXPECT_NE(device.read(of_stream(stream), va + 0xFFC, data).response, tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(all_events().size(), 1u);
        stage2.unmap(stage1.root());
        run(command<TlbiNh>(Opcode::TLBI_NSNH_ALL));
        EXPECT_NE(device.write(of_stream(stream), va + 0xFFC, data).response, tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(all_events().size(), 1u);
    });
}

TEST_F(TlmEvents, EVT_20_WhatIsNoEvent) {
    map_page(0);
    simulate([&] {
        start();
        for (uint8_t config = 0; config < 4; ++config) {
            use(Ste{}.set(Ste::V, true).set(Ste::Config, static_cast<SteConfig>(config)));
            EXPECT_EQ(touch(stream, va), tlm::TLM_GENERIC_ERROR_RESPONSE) << "Config " << +config;
        }
        // Prefetches of an unknown stream, of a bad STE, of a page that nothing maps.
        put_ste(6, Ste{});
        for (const uint64_t sid : {0xFFFFull, 6ull, 5ull}) {
            run(Command{{{sid << 32 | 0x01, 0}}});
            run(Command{{{sid << 32 | 0x02, va + 0x7000}}});
        }
        // An abort below.
        use(nested());
        ram.fail(data_page(0), 64);
        EXPECT_EQ(touch(stream, va), tlm::TLM_ADDRESS_ERROR_RESPONSE);
        ram.repair();
        // SMMUEN = 0: bypass, an address beyond OAS, GBPA.ABORT.
        control(all_on().set(Cr0::SMMUEN, false));
        EXPECT_EQ(touch(stream, data_page(0)), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(touch(stream, uint64_t{1} << 44), tlm::TLM_GENERIC_ERROR_RESPONSE);
        write(Gbpa{{{0x8010'1000}}});
        while (read<Gbpa>()[Gbpa::Update]) sc_core::wait(ns);
        EXPECT_EQ(touch(stream, data_page(0)), tlm::TLM_GENERIC_ERROR_RESPONSE);
        EXPECT_TRUE(all_events().empty());
        EXPECT_EQ(read<EventqProd>().raw(), 0u);
        EXPECT_EQ(read<Gerror>().raw(), 0u);
    });
}

// --- Other promises of the sockets ------------------------------------------------------------------

TEST_F(TlmEvents, ATTR_36_EverythingIsNonSecure) {
    constexpr uint64_t ns_bit = uint64_t{1} << 5;
    simulate([&] {
        start();
        ram.remembers = true;
        uint64_t data = 0;
        for (const uint64_t leaf : {stage1_page, stage1_page | ns_bit})
            for (uint8_t nscfg = 0; nscfg < 4; ++nscfg) {
                map_page(0, leaf);
                ram.put(cd, make_cd(stage1, asid).set(Cd::NSCFG0, nscfg & 1));
                run(command<TlbiNh>(Opcode::TLBI_NSNH_ALL));
                for (const Ste& ste :
                     {nested(), with_stage2(bypass_ste(), stage2, vmid), bypass_ste()}) {
                    use(Ste{ste}.set(Ste::NSCFG, nscfg));
                    const uint64_t address = has_stage1(ste[Ste::Config]) ? va
                                             : has_stage2(ste[Ste::Config])
                                                 ? data_page(0) + map::guest
                                                 : data_page(0);
                    const auto result = device.read(of_stream(stream), address, data);
                    EXPECT_TRUE(result.ok());
                    EXPECT_TRUE(result.out.non_secure);
                }
            }
        control(all_on().set(Cr0::SMMUEN, false));
        EXPECT_TRUE(device.read(of_stream(stream), data_page(0), data).out.non_secure);
        for (const Ram::Seen& s : ram.seen) EXPECT_TRUE(s.out.non_secure);
    });
}

// TTENDIAN is 0b10: all that the SMMU reads and writes is little-endian, tables included.
TEST_F(TlmEvents, WALK_43_DescriptorsAreLittleEndian) {
    const auto put_bytes = [&](uint64_t at, uint64_t value) {
        for (unsigned i = 0; i < 8; ++i) ram.put(at + i, static_cast<uint8_t>(value >> 8 * i));
    };
    const uint64_t ipa = data_page(3) + map::guest;
    simulate([&] {
        start();
        put_bytes(stage1.descriptor(va), ipa | stage1_page | 0b11);
        put_bytes(stage2.descriptor(ipa), data_page(4) | stage2_page | 0b11);
        ram.put(data_page(4), uint32_t{0xBEEF});
        uint32_t data = 0;
        EXPECT_TRUE(device.read(of_stream(stream), va, data).ok());
        EXPECT_EQ(data, 0xBEEFu);
        EXPECT_NE(touch(stream, va + 0x1000), tlm::TLM_OK_RESPONSE);
        sc_core::wait(1000 * ns);
        EXPECT_EQ(ram.get<uint8_t>(map::event_queue), 0x10u) << "F_TRANSLATION in the first byte";
        EXPECT_EQ(ram.get<uint8_t>(map::event_queue + 4), stream);
        take_event();
        use(nested().set(Ste::S2ENDI, true));
        EXPECT_NE(touch(stream, va), tlm::TLM_OK_RESPONSE);
        ram.put(cd, make_cd(stage1, asid).set(Cd::ENDI, true));
        use(nested());
        EXPECT_NE(touch(stream, va), tlm::TLM_OK_RESPONSE);
        const auto events = all_events();
        ASSERT_EQ(events.size(), 2u);
        EXPECT_EQ(events[0][Event::Id], EventId::C_BAD_STE);
        EXPECT_EQ(events[1][Event::Id], EventId::C_BAD_CD);
    });
}

// What crosses a page is cut before it is translated; F_UUT would be allowed.
TEST_F(TlmEvents, ADDR_13_AnUnalignedAccessIsNoFault) {
    map_page(0);
    map_page(1);
    for (unsigned i = 0; i < 0x2000; ++i)
        ram.put(data_page(0) + i, static_cast<uint8_t>(i * 13 + i / 256));
    simulate([&] {
        start();
        for (const unsigned length : {1u, 2u, 3u, 4u, 7u, 8u, 16u, 64u})
            for (const unsigned offset : {0x0u, 0x1u, 0x7u, 0x3Fu, 0x7FDu, 0xFF9u, 0xFFFu}) {
                std::vector<uint8_t> data(length);
                EXPECT_TRUE(device
                                .access(of_stream(stream), tlm::TLM_READ_COMMAND, va + offset,
                                        data.data(), length)
                                .ok());
                for (unsigned i = 0; i < length; ++i)
                    ASSERT_EQ(data[i], ram.get<uint8_t>(data_page(0) + offset + i)) << offset;
            }
        EXPECT_TRUE(all_events().empty());
    });
}

}  // namespace smmu::test
