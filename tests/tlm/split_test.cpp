// Transactions that cross a page: cut, translated as a whole, sent piece by piece.
#include <numeric>

#include "tests/model/smmu_bench.h"
#include "tests/tlm/transaction.h"

namespace smmu::test {

using arch::Cd;
using arch::Event;

constexpr auto read_command = tlm::TLM_READ_COMMAND;
constexpr auto write_command = tlm::TLM_WRITE_COMMAND;

/// Page n of the stream lies at place(n): every second page, so that no two are neighbours.
struct TlmSplit : SimTest, NestedBench {
    static constexpr uint64_t place(unsigned n) { return data_page(2 * n); }
    void map_apart(unsigned n, uint64_t leaf = stage1_page) {
        stage1.map(va + n * arch::page_bytes, place(n) + map::guest, leaf);
    }
    std::vector<Ram::Seen> pieces() const {
        std::vector<Ram::Seen> all;
        for (const Ram::Seen& s : ram.seen)
            if (s.port != ptw_port()) all.push_back(s);
        return all;
    }
};

TEST_F(TlmSplit, EveryByteGoesToItsOwnPage) {
    for (unsigned n = 0; n < 17; ++n) map_apart(n);
    simulate([&] {
        start();
        std::vector<uint8_t> out(16 * arch::page_bytes), back(out.size());
        for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<uint8_t>(i * 7 + i / 4096);
        Transaction write(of_stream(stream), write_command, va + 0x123, out.data(),
                          static_cast<unsigned>(out.size()));
        ASSERT_EQ(write.send(device), tlm::TLM_OK_RESPONSE);
        for (size_t i = 0; i < out.size(); i += 61) {
            const uint64_t at = 0x123 + i;
            ASSERT_EQ(ram.get<uint8_t>(place(unsigned(at / 4096)) + at % 4096), out[i]) << i;
        }
        Transaction read(of_stream(stream), read_command, va + 0x123, back.data(),
                         static_cast<unsigned>(back.size()));
        ASSERT_EQ(read.send(device), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(back, out);
    });
}

TEST_F(TlmSplit, PagesSideBySideWithOtherAttributesAreCutAndKeepTheirOwn) {
    ram.put(cd, make_cd(stage1, asid).set(Cd::MAIR, 0x44FF));  // Attr1: iNC-oNC
    map_page(0);
    map_page(1, stage1_page | uint64_t{1} << 2);  // AttrIndx = 1
    simulate([&] {
        start();
        ram.remembers = true;
        uint64_t data = 0;
        Transaction t(of_stream(stream), read_command, va + 0xFFC, &data, 8);
        ASSERT_EQ(t.send(device), tlm::TLM_OK_RESPONSE);
        ASSERT_EQ(pieces().size(), 2u);
        using arch::non_cacheable;
        using arch::write_back;
        const auto first = arch::normal(write_back, write_back, arch::Shareability::Inner);
        const auto second = arch::normal(non_cacheable, non_cacheable, arch::Shareability::Outer);
        EXPECT_EQ(pieces()[0].out.attributes, first);
        EXPECT_EQ(pieces()[0].address, data_page(0) + 0xFFC);
        EXPECT_EQ(pieces()[1].out.attributes, second);
        EXPECT_EQ(pieces()[1].address, data_page(1));
        EXPECT_EQ(t.stream.out.attributes, first) << "the transaction keeps those of the first";
    });
}

TEST_F(TlmSplit, NothingIsSentWhenOnePieceFaultsAndTheEventNamesTheFirstBadAddress) {
    map_apart(0);
    map_apart(1);
    simulate([&] {
        start();
        ram.remembers = true;
        std::vector<uint8_t> data(4 * arch::page_bytes, 0xAB);
        Transaction t(of_stream(stream), write_command, va + 0x800, data.data(), 0x3000);
        EXPECT_EQ(t.send(device), tlm::TLM_ADDRESS_ERROR_RESPONSE);
        EXPECT_TRUE(pieces().empty());
        EXPECT_EQ(ram.get<uint8_t>(place(0) + 0x800), 0u);
        const auto event = next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ((*event)[Event::Id], arch::EventId::F_TRANSLATION);
        EXPECT_EQ((*event)[Event::InputAddr], va + 0x2000);
        EXPECT_FALSE(next_event()) << "page 3 is not mapped either, but one event is enough";
    });
}

TEST_F(TlmSplit, PermissionOfEveryPageCounts) {
    map_apart(0);
    map_apart(1, stage1_page | uint64_t{0b10} << 6);  // AP[2]: read-only
    simulate([&] {
        start();
        uint64_t data = ~uint64_t{0};
        Transaction t(of_stream(stream), write_command, va + 0xFFC, &data, 8);
        EXPECT_EQ(t.send(device), tlm::TLM_COMMAND_ERROR_RESPONSE);
        EXPECT_EQ(ram.get<uint32_t>(place(0) + 0xFFC), 0u);
    });
}

TEST_F(TlmSplit, RazWiOfOnePieceIsRazWiOfAll) {
    ram.put(cd, make_cd(stage1, asid).set(Cd::A, false));
    map_apart(0);
    ram.put(place(0) + 0xFFC, uint32_t{0x55AA55AA});
    simulate([&] {
        start();
        uint64_t data = ~uint64_t{0};
        Transaction t(of_stream(stream), read_command, va + 0xFFC, &data, 8);
        EXPECT_EQ(t.send(device), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(data, 0u);
    });
}

TEST_F(TlmSplit, PiecesCarryTheirShareOfTheByteEnables) {
    map_apart(0);
    map_apart(1);
    simulate([&] {
        start();
        std::vector<uint8_t> data(16);
        std::iota(data.begin(), data.end(), uint8_t{1});
        unsigned char enables[3] = {0xFF, 0x00, 0xFF};
        Transaction t(of_stream(stream), write_command, va + 0xFFB, data.data(), 16);
        t.payload.set_byte_enable_ptr(enables);
        t.payload.set_byte_enable_length(3);
        ASSERT_EQ(t.send(device), tlm::TLM_OK_RESPONSE);
        // Bytes 1, 4, 7, 10 and 13 of the data are disabled.
        const std::vector<uint8_t> end{1, 0, 3, 4, 0}, begin{6, 7, 0, 9, 10, 0, 12, 13, 0, 15, 16};
        for (size_t i = 0; i < end.size(); ++i)
            EXPECT_EQ(ram.get<uint8_t>(place(0) + 0xFFB + i), end[i]) << i;
        for (size_t i = 0; i < begin.size(); ++i)
            EXPECT_EQ(ram.get<uint8_t>(place(1) + i), begin[i]) << i;

        std::vector<uint8_t> back(16, 0xEE);
        Transaction read(of_stream(stream), read_command, va + 0xFFB, back.data(), 16);
        read.payload.set_byte_enable_ptr(enables);
        read.payload.set_byte_enable_length(3);
        ASSERT_EQ(read.send(device), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(back, (std::vector<uint8_t>{1, 0xEE, 3, 4, 0xEE, 6, 7, 0xEE, 9, 10, 0xEE, 12, 13,
                                              0xEE, 15, 16}));
    });
}

TEST_F(TlmSplit, ExtensionsOfStrangersAreClonedForThePiecesAndFreed) {
    map_apart(0);
    map_apart(1);
    StrangerExtension stranger(42);
    unsigned seen = 0;
    ram.on_access = [&](tlm::tlm_generic_payload& p) {
        const auto* const here = p.get_extension<StrangerExtension>();
        if (!here) return;  // an access of the SMMU itself
        ++seen;
        EXPECT_NE(here, &stranger);
        EXPECT_EQ(here->value, 42u);
    };
    simulate([&] {
        start();
        uint64_t data = 0;
        Transaction t(of_stream(stream), read_command, va + 0xFFC, &data, 8);
        t.payload.set_extension(&stranger);
        EXPECT_EQ(t.send(device), tlm::TLM_OK_RESPONSE);
        t.payload.clear_extension(&stranger);
        EXPECT_EQ(seen, 2u);
        EXPECT_EQ(StrangerExtension::alive, 1);
    });
}

TEST_F(TlmSplit, AllPiecesAreSentAndTheFirstBadResponseIsReturned) {
    for (unsigned n = 0; n < 4; ++n) map_apart(n);
    simulate([&] {
        start();
        ram.fail(place(1), place(3) - place(1));  // the second and the third page
        ram.on_access = [&](tlm::tlm_generic_payload& p) {
            ram.bad_response = p.get_address() < place(2) ? tlm::TLM_BURST_ERROR_RESPONSE
                                                          : tlm::TLM_GENERIC_ERROR_RESPONSE;
        };
        std::vector<uint8_t> data(0x3000, 0xAB);
        Transaction t(of_stream(stream), write_command, va + 0x800, data.data(), 0x3000);
        EXPECT_EQ(t.send(device), tlm::TLM_BURST_ERROR_RESPONSE);
        EXPECT_EQ(ram.get<uint8_t>(place(0) + 0x800), 0xABu);
        EXPECT_EQ(ram.get<uint8_t>(place(1)), 0u);
        EXPECT_EQ(ram.get<uint8_t>(place(3) + 0x7FF), 0xABu);
        EXPECT_FALSE(next_event());
    });
}

TEST_F(TlmSplit, PiecesFollowEachOtherInTime) {
    map_apart(0);
    map_apart(1);
    simulate([&] {
        start();
        uint64_t data = 0;
        Transaction t(of_stream(stream), read_command, va + 0xFFC, &data, 8);
        t.send(device);  // fills the micro TLB
        ram.latency = 10 * ns;
        ram.remembers = true;
        device.delay = 100 * ns;
        t.send(device);
        EXPECT_EQ(device.delay, 120 * ns);
        ASSERT_EQ(pieces().size(), 2u);
        EXPECT_EQ(pieces()[1].at - pieces()[0].at, 10 * ns);
    });
}

TEST_F(TlmSplit, EndOfTheAddressSpaceIsAFaultLikeAnyOther) {
    simulate([&] {
        start();
        uint64_t data[2] = {};
        Transaction t(of_stream(stream), read_command, ~uint64_t{0} - 7, data, 16);
        EXPECT_EQ(t.send(device), tlm::TLM_ADDRESS_ERROR_RESPONSE);
        const auto event = next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ((*event)[Event::InputAddr], ~uint64_t{0} - 7);
    });
}

}  // namespace smmu::test
