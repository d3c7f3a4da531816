// Who asks: the StreamExtension of a transaction, and what becomes of masters that bring none.
#include "tests/model/smmu_bench.h"
#include "tests/tlm/foreign_bridge.h"
#include "tests/tlm/transaction.h"

namespace smmu::test {

constexpr auto read_command = tlm::TLM_READ_COMMAND;

struct TlmIdentity : SimTest, NestedBench {
    static Params params() {
        Params p;
        p.tbus = 2;
        p.default_stream_ids = {stream};  // none given for TBU 1: 0
        return p;
    }
    TlmIdentity() : NestedBench(params()) {
        map_page(0);
        map_page(2);  // page 1 is not mapped
        ram.remembers = true;
    }
};

TEST_F(TlmIdentity, IsLentToAMasterThatBringsNoneAndTakenBack) {
    put_ste(0, bypass_ste());
    simulate([&] {
        start();
        struct Way {
            unsigned tbu;
            uint64_t address;
            bool ok;
            uint32_t stream;
        };
        const Way ways[] = {
            {0, va, true, stream},            // miss
            {0, va + 8, true, stream},        // hit
            {0, va + 0x1000, false, stream},  // fault
            {1, map::data, true, 0},          // bypass
        };
        for (const Way& way : ways) {
            uint32_t data = 0;
            tlm::tlm_generic_payload p;
            prepare(p, read_command, way.address, &data, 4);
            ram.seen.clear();
            devices[way.tbu]->out->b_transport(p, devices[way.tbu]->delay);
            EXPECT_EQ(p.is_response_ok(), way.ok);
            EXPECT_EQ(p.get_extension<StreamExtension>(), nullptr);
            if (!way.ok) continue;
            EXPECT_EQ(ram.seen.back().port, static_cast<int>(way.tbu));
            EXPECT_EQ(ram.seen.back().in.stream.value, way.stream);
            EXPECT_FALSE(ram.seen.back().out.attributes.is_device());
        }
    });
}

/// Each has tables of its own; a hit of one answers for no other.
TEST_F(TlmIdentity, SubstreamsOfOneStreamAreKeptApart) {
    using arch::Ste;
    RamTables others(pages, map::guest);
    others.map(va, data_page(7) + map::guest, stage1_page);
    ram.put(cd + 64, make_cd(others, asid + 1));
    put_ste(stream, with_stage2(stage1_ste(cd + map::guest), stage2, vmid)
                        .set(Ste::S1CDMax, 1)
                        .set(Ste::S1DSS, arch::S1Default::Substream0));
    ram.put(data_page(0), uint32_t{0xA0});
    ram.put(data_page(7), uint32_t{0xA7});
    simulate([&] {
        start();
        StreamIn plain = of_stream(stream), one = plain, zero = plain, two = plain;
        one.substream_valid = zero.substream_valid = two.substream_valid = true;
        one.substream.value = 1;
        two.substream.value = 2;
        const auto reads = [&](const StreamIn& who, uint32_t expected) {
            uint32_t data = 0;
            EXPECT_TRUE(device.read(who, va, data).ok());
            EXPECT_EQ(data, expected);
        };
        for (int i = 0; i < 2; ++i) reads(plain, 0xA0);  // miss, hit
        for (int i = 0; i < 2; ++i) reads(one, 0xA7);
        reads(plain, 0xA0);
        uint32_t data = 0;  // substream 0 is for those that have none, 2 is beyond S1CDMax
        EXPECT_EQ(device.read(zero, va, data).response, tlm::TLM_GENERIC_ERROR_RESPONSE);
        EXPECT_EQ(device.read(two, va, data).response, tlm::TLM_GENERIC_ERROR_RESPONSE);
        EXPECT_EQ(counter.hits, 3u);
    });
}

TEST_F(TlmIdentity, ATTR_01_DefaultsAreThoseOfAPlainMaster) {
    const StreamIn in{};
    EXPECT_EQ(in.stream.value, 0u);
    EXPECT_FALSE(in.substream_valid);
    EXPECT_EQ(in.sec_sid, arch::SecSid::NonSecure);
    EXPECT_FALSE(in.privileged);
    EXPECT_FALSE(in.instruction);
    EXPECT_EQ(in.address_type, AddressType::Untranslated);
    EXPECT_FALSE(in.no_snoop);
    const arch::CacheAttributes raw_allocate{arch::Cacheability::WriteBack, true, true, false};
    EXPECT_EQ(in.attributes,
              arch::normal(raw_allocate, raw_allocate, arch::Shareability::NonShareable));
}

TEST_F(TlmIdentity, InHalfIsReadOnlyAndOutHalfIsWrittenOnlyWhenForwarded) {
    simulate([&] {
        start();
        StreamIn in = of_stream(stream);
        in.privileged = true;
        in.no_snoop = true;
        in.attributes = arch::device(arch::MemoryType::Device_GRE);
        uint64_t data = 0;
        for (uint64_t address : {va, va + 8, va + 0x1000, va + 0xFFC}) {
            Transaction t(in, read_command, address, &data, 8);
            const auto sentinel = arch::device(arch::MemoryType::Device_nGRE);
            t.stream.out.attributes = sentinel;
            const bool forwarded = t.send(device) == tlm::TLM_OK_RESPONSE;
            EXPECT_EQ(forwarded, address < va + 0xFFC);
            EXPECT_EQ(t.stream.out.attributes == sentinel, !forwarded) << std::hex << address;
            EXPECT_EQ(t.stream.in.stream.value, stream);
            EXPECT_TRUE(t.stream.in.privileged);
            EXPECT_TRUE(t.stream.in.no_snoop);
            EXPECT_EQ(t.stream.in.attributes, in.attributes);
        }
    });
}

TEST_F(TlmIdentity, OnePayloadMayServeManyStreams) {
    put_ste(6, bypass_ste());
    ram.put(data_page(0), uint32_t{0x1111});
    simulate([&] {
        start();
        uint32_t data = 0;
        Transaction t(of_stream(stream), read_command, va, &data, 4);
        EXPECT_EQ(t.send(device), tlm::TLM_OK_RESPONSE);
        t.stream.in = of_stream(6);
        t.payload.set_address(data_page(0));
        data = 0;
        EXPECT_EQ(t.send(device), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(data, 0x1111u);
        t.stream.in = of_stream(7);
        EXPECT_EQ(t.send(device), tlm::TLM_GENERIC_ERROR_RESPONSE);  // an STE with V = 0
    });
}

TEST_F(TlmIdentity, CopyOfAnExtensionIsWhole) {
    StreamExtension original(of_stream(0xABCDE));
    original.in.substream = arch::SubstreamId{0x12345};
    original.in.substream_valid = true;
    original.in.sec_sid = arch::SecSid::Realm;
    original.in.privileged = original.in.instruction = original.in.no_snoop = true;
    original.in.address_type = AddressType::Translated;
    original.in.attributes = arch::device(arch::MemoryType::Device_nGRE);
    original.out.attributes = arch::device(arch::MemoryType::Device_GRE);
    original.out.non_secure = false;
    original.out.mpam = {0x123, 0x45};
    original.out.trace_key = 99;

    const auto expect_equal = [&](const StreamExtension& copy) {
        EXPECT_EQ(copy.in.stream, original.in.stream);
        EXPECT_EQ(copy.in.substream, original.in.substream);
        EXPECT_TRUE(copy.in.substream_valid);
        EXPECT_EQ(copy.in.sec_sid, arch::SecSid::Realm);
        EXPECT_TRUE(copy.in.privileged && copy.in.instruction && copy.in.no_snoop);
        EXPECT_EQ(copy.in.address_type, AddressType::Translated);
        EXPECT_EQ(copy.in.attributes, original.in.attributes);
        EXPECT_EQ(copy.out.attributes, original.out.attributes);
        EXPECT_FALSE(copy.out.non_secure);
        EXPECT_EQ(copy.out.mpam.partid, 0x123);
        EXPECT_EQ(copy.out.mpam.pmg, 0x45);
        EXPECT_EQ(copy.out.trace_key, 99u);
    };
    tlm::tlm_generic_payload from, to;
    from.set_extension(&original);
    to.deep_copy_from(from);  // clones; the payload's destructor frees the clone
    from.clear_extension(&original);
    expect_equal(*to.get_extension<StreamExtension>());
    StreamExtension copied;
    copied.copy_from(original);
    expect_equal(copied);
}

TEST_F(TlmIdentity, OwnAccessesNameTheStreamThatNeedsThemAndTheirAttributes) {
    using arch::Cr1;
    simulate([&] {
        write(Cr1{}.set(Cr1::TABLE_SH, 0b10).set(Cr1::TABLE_OC, 0b01).set(Cr1::TABLE_IC, 0b01));
        start();
        ram.seen.clear();
        uint32_t data = 0;
        ASSERT_TRUE(device.read(of_stream(stream), va, data).ok());
        unsigned own = 0;
        for (const Ram::Seen& s : ram.seen) {
            if (s.port != ptw_port()) continue;
            ++own;
            EXPECT_EQ(s.in.stream.value, stream);
        }
        EXPECT_EQ(own, 30u);
        // The first is the STE: CR1 makes it iWB-oWB, Outer Shareable.
        EXPECT_EQ(ram.seen[0].address, map::stream_table + 64 * stream);
        EXPECT_TRUE(arch::is_coherent(ram.seen[0].out.attributes));
        EXPECT_EQ(ram.seen[0].out.attributes.shareability, arch::Shareability::Outer);
    });
}

/// A master of another library, behind the example of tlm_sockets/README.md.
struct TlmForeignMaster : SimTest, SmmuBench {
    Device master{"master"};
    ForeignBridge bridge{"bridge"};
    Smmu<> second{"second"};
    TlmForeignMaster() {
        master.out.bind(bridge.from_master);
        bridge.to_tbu.bind(second.tbu[0]);
        second.mem[0].bind(ram.in);
        second.ptw.bind(ram.in);
    }
};

TEST_F(TlmForeignMaster, ReachesTheSmmuThroughABridge) {
    ram.put(map::data, uint32_t{0xCAFE});
    simulate([&] {
        ram.remembers = true;
        ForeignExtension foreign;
        foreign.requester = 0x42;
        uint32_t data = 0;
        tlm::tlm_generic_payload p;
        prepare(p, read_command, map::data, &data, 4);
        p.set_extension(&foreign);
        master.out->b_transport(p, master.delay);
        EXPECT_TRUE(p.is_response_ok());
        EXPECT_EQ(data, 0xCAFEu);
        EXPECT_EQ(ram.seen.back().in.stream.value, 0x42u);
        EXPECT_EQ(p.get_extension<StreamExtension>(), nullptr);
        EXPECT_EQ(p.get_extension<ForeignExtension>(), &foreign);

        data = 0;
        EXPECT_EQ(master.out->transport_dbg(p), 4u);
        EXPECT_EQ(data, 0xCAFEu);
        tlm::tlm_dmi dmi;
        EXPECT_FALSE(master.out->get_direct_mem_ptr(p, dmi));
        p.clear_extension(&foreign);
    });
}

}  // namespace smmu::test
