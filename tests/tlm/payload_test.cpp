// What a transaction may look like on its way through a TBU, and how it comes back.
#include "tests/model/smmu_bench.h"
#include "tests/tlm/bare_bench.h"
#include "tests/tlm/transaction.h"

namespace smmu::test {

constexpr auto read_command = tlm::TLM_READ_COMMAND;
constexpr auto write_command = tlm::TLM_WRITE_COMMAND;

/// Pages 0 and 1 of the stream lie apart in memory, 4 to 7 side by side; 2 and 3 are not mapped.
struct TlmPayload : SimTest, NestedBench {
    TlmPayload() {
        map_page(0);
        stage1.map(va + 0x1000, far_page + map::guest, stage1_page);
        for (unsigned n = 4; n < 8; ++n) map_page(n);
        ram.remembers = true;
    }
    static constexpr uint64_t far_page = data_page(0) + 0x10'0000;

    /// Accesses that came out of the TBU, and not out of `ptw`.
    std::vector<Ram::Seen> forwarded() const {
        std::vector<Ram::Seen> all;
        for (const Ram::Seen& s : ram.seen)
            if (s.port != ptw_port()) all.push_back(s);
        return all;
    }
};

TEST_F(TlmPayload, ComesBackAsItWasOnEveryWay) {
    simulate([&] {
        start();
        put_ste(6, bypass_ste());
        uint8_t data[64] = {};
        ram.fail(data_page(5), 64);
        struct Way {
            const char* name;
            uint32_t stream;
            uint64_t address;
            tlm::tlm_response_status response;
        };
        const Way ways[] = {
            {"miss", stream, va + 8, tlm::TLM_OK_RESPONSE},
            {"hit", stream, va + 16, tlm::TLM_OK_RESPONSE},
            {"two pages apart", stream, va + 0xFE0, tlm::TLM_OK_RESPONSE},
            {"fault", stream, va + 0x2000, tlm::TLM_ADDRESS_ERROR_RESPONSE},
            {"fault of the second piece", stream, va + 0x1FE0, tlm::TLM_ADDRESS_ERROR_RESPONSE},
            {"error of memory", stream, va + 0x5000, tlm::TLM_ADDRESS_ERROR_RESPONSE},
            {"bypass", 6, map::data, tlm::TLM_OK_RESPONSE},
            {"no such stream", 256, va, tlm::TLM_ADDRESS_ERROR_RESPONSE},
        };
        for (const Way& way : ways) {
            Transaction t(of_stream(way.stream), read_command, way.address, data, sizeof data);
            StrangerExtension stranger(7);
            t.payload.set_extension(&stranger);
            EXPECT_EQ(t.send(device), way.response) << way.name;
            EXPECT_EQ(t.payload.get_address(), way.address) << way.name;
            EXPECT_EQ(t.payload.get_data_ptr(), data) << way.name;
            EXPECT_EQ(t.payload.get_data_length(), sizeof data) << way.name;
            EXPECT_EQ(t.payload.get_extension<StreamExtension>(), &t.stream) << way.name;
            EXPECT_EQ(t.payload.get_extension<StrangerExtension>(), &stranger) << way.name;
            EXPECT_EQ(t.stream.in.stream.value, way.stream) << way.name;
            t.payload.clear_extension(&stranger);
        }
    });
}

TEST_F(TlmPayload, IsForwardedItselfWhereItNeedsNoCut) {
    simulate([&] {
        start();
        uint8_t data[64] = {};
        for (uint64_t address : {va, va, va + 0x4FE0}) {  // miss, hit, two pages side by side
            ram.seen.clear();
            Transaction t(of_stream(stream), read_command, address, data, sizeof data);
            EXPECT_EQ(t.send(device), tlm::TLM_OK_RESPONSE);
            ASSERT_EQ(forwarded().size(), 1u);
            EXPECT_EQ(forwarded()[0].payload, &t.payload);
            EXPECT_EQ(forwarded()[0].address, data_page(0) + (address - va));
        }
    });
}

TEST_F(TlmPayload, ByteEnablesReachMemory) {
    ram.put(data_page(0), uint64_t{0x1111'1111'1111'1111});
    simulate([&] {
        start();
        uint64_t data = 0x8877'6655'4433'2211;
        unsigned char enables[3] = {0xFF, 0x00, 0xFF};
        Transaction t(of_stream(stream), write_command, va, &data, 8);
        t.payload.set_byte_enable_ptr(enables);
        t.payload.set_byte_enable_length(3);
        EXPECT_EQ(t.send(device), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(ram.get<uint64_t>(data_page(0)), 0x1177'6611'4433'1111u);
    });
}

TEST_F(TlmPayload, StreamingRepeatsItsAddressesAndNeverLeavesItsWidth) {
    simulate([&] {
        start();
        uint64_t data[2] = {0x8877'6655'4433'2211, 0xFFEE'DDCC'BBAA'0099};
        // Four beats to the last word of page 1; page 2 is not there and not asked for.
        Transaction t(of_stream(stream), write_command, va + 0x1FFC, data, 16);
        t.payload.set_streaming_width(4);
        EXPECT_EQ(t.send(device), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(ram.get<uint32_t>(far_page + 0xFFC), 0xFFEE'DDCCu);
        EXPECT_EQ(t.payload.get_streaming_width(), 4u);

        // Two beats of four bytes, each half in page 0 and half in page 1.
        Transaction across(of_stream(stream), write_command, va + 0xFFE, data, 8);
        across.payload.set_streaming_width(4);
        EXPECT_EQ(across.send(device), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(ram.get<uint16_t>(data_page(0) + 0xFFE), 0x6655u);
        EXPECT_EQ(ram.get<uint16_t>(far_page), 0x8877u);
        EXPECT_EQ(ram.get<uint16_t>(data_page(1)), 0u);
    });
}

TEST_F(TlmPayload, IgnoreIsTranslatedAsAReadThatMovesNothing) {
    simulate([&] {
        start();
        for (unsigned length : {0u, 4u}) {
            uint32_t data = 0x1234;
            ram.seen.clear();
            Transaction t(of_stream(stream), tlm::TLM_IGNORE_COMMAND, va + 8,
                          length ? &data : nullptr, length);
            t.payload.set_streaming_width(4);
            EXPECT_EQ(t.send(device), tlm::TLM_OK_RESPONSE);
            EXPECT_EQ(ram.seen.back().address, data_page(0) + 8);
            EXPECT_EQ(data, 0x1234u);

            t.payload.set_address(va + 0x2000);
            EXPECT_EQ(t.send(device), tlm::TLM_ADDRESS_ERROR_RESPONSE);
        }
    });
}

/// It would have to be checked as a read and a write; there are none here, so it is unsupported.
TEST_F(TlmPayload, WALK_21_AnAtomicOfADeviceIsRefused) {
    map_page(0, stage1_page | uint64_t{0b10} << 6);  // read-only
    simulate([&] {
        start();
        ram.put(data_page(0), uint64_t{1});
        uint64_t data = 0;
        for (int i = 0; i < 3; ++i) {  // the second and third time the page is in the micro TLB
            AtomicExtension atomic;
            atomic.expected = 1;
            uint64_t desired = 2;
            Transaction t(of_stream(stream), tlm::TLM_IGNORE_COMMAND, va, &desired, 8);
            t.payload.set_extension(&atomic);
            EXPECT_EQ(t.send(device), tlm::TLM_GENERIC_ERROR_RESPONSE);
            t.payload.clear_extension(&atomic);
            EXPECT_FALSE(atomic.handled);
            EXPECT_EQ(ram.get<uint64_t>(data_page(0)), 1u);
            EXPECT_TRUE(device.read(of_stream(stream), va, data).ok());
        }
    });
}

TEST_F(TlmPayload, DmiHintIsMemorysWhereAPointerMayBeAskedFor) {
    ram.on_access = [](tlm::tlm_generic_payload& p) { p.set_dmi_allowed(true); };
    simulate([&] {
        start();
        uint64_t data = 0;
        for (uint64_t address : {va, va, va + 0xFFC, va + 0x2000}) {  // miss, hit, split, fault
            Transaction t(of_stream(stream), read_command, address, &data, 8);
            t.send(device);
            EXPECT_EQ(t.payload.is_dmi_allowed(), address == va) << std::hex << address;
        }
    });
}

TEST_F(TlmPayload, ArrivesBelowWithItsFinalAttributesAndWithoutAResponse) {
    bool all_incomplete = true;
    ram.on_access = [&](tlm::tlm_generic_payload& p) {
        all_incomplete &= p.get_response_status() == tlm::TLM_INCOMPLETE_RESPONSE;
    };
    simulate([&] {
        start();
        uint64_t data = 0;
        using arch::write_back;
        const auto expected = arch::normal(write_back, write_back, arch::Shareability::Inner);
        for (uint64_t address : {va, va, va + 0xFFC}) {  // miss, hit, split
            ram.seen.clear();
            Transaction t(of_stream(stream), read_command, address, &data, 8);
            t.send(device);
            for (const Ram::Seen& s : forwarded()) {
                EXPECT_EQ(s.in.stream.value, stream);
                EXPECT_EQ(s.out.attributes, expected);
                EXPECT_TRUE(s.out.non_secure);
            }
            EXPECT_EQ(t.stream.out.attributes, expected);
        }
        EXPECT_TRUE(all_incomplete);
    });
}

/// IEEE 1666: an interconnect component does not answer for a target.
struct TlmSilentTarget : SimTest, BareBench {
    TlmSilentTarget() : BareBench(Registers::Bound) {}
};

TEST_F(TlmSilentTarget, LeavesTheResponseIncomplete) {
    RamTables stage1(pages);
    stage1.map(0, map::data, stage1_page);
    stage1.map(0x1000, map::data + 0x2000, stage1_page);
    const uint64_t cd = pages.take();
    ram.put(cd, make_cd(stage1, 1));
    put_ste(5, stage1_ste(cd));
    simulate([&] {
        start();
        ram.bad_response = tlm::TLM_INCOMPLETE_RESPONSE;  // as good as setting none
        ram.fail(map::data, 0x3000);
        uint64_t data = 0;
        for (uint64_t address : {0, 0, 0xFFC}) {  // miss, hit, split
            Transaction t(of_stream(5), read_command, address, &data, 8);
            EXPECT_EQ(t.send(device), tlm::TLM_INCOMPLETE_RESPONSE) << std::hex << address;
        }
    });
}

}  // namespace smmu::test
