// How an access ends that the SMMU, or the memory behind it, terminates: response, data, event.
#include <functional>

#include "tests/model/smmu_bench.h"

namespace smmu::test {

using arch::Cd;
using arch::EventId;
using arch::Ste;

struct SmmuTermination : SimTest, NestedBench {};

struct RazWi : SmmuTermination {
    RazWi() { ram.put(cd, make_cd(stage1, asid).set(Cd::A, false)); }
};

TEST_F(RazWi, ReadsZeroAndIgnoresWritesWithAnOkResponseAndAnEvent) {
    map_page(0, stage1_page | uint64_t{0b10} << 6);  // read-only
    ram.put(data_page(0), uint32_t{0x55AA55AA});
    simulate([&] {
        start();
        uint32_t data = 0xFFFF'FFFF;
        EXPECT_TRUE(device.read(of_stream(stream), va + 0x1000, data).ok());
        EXPECT_EQ(data, 0u);
        EXPECT_TRUE(device.write(of_stream(stream), va, uint32_t{1}).ok());
        EXPECT_EQ(ram.get<uint32_t>(data_page(0)), 0x55AA55AAu);
        EXPECT_TRUE(next_event());
        EXPECT_TRUE(next_event());
    });
}

TEST_F(RazWi, LeavesDisabledBytesOfAReadAlone) {
    simulate([&] {
        start();
        uint8_t data[4] = {1, 2, 3, 4};
        uint8_t enables[2] = {0xFF, 0x00};
        tlm::tlm_generic_payload p;
        prepare(p, tlm::TLM_READ_COMMAND, va, data, 4);
        p.set_byte_enable_ptr(enables);
        p.set_byte_enable_length(2);
        StreamExtension extension(of_stream(stream));
        p.set_extension(&extension);
        device.out->b_transport(p, device.delay);
        p.clear_extension(&extension);
        EXPECT_TRUE(p.is_response_ok());
        EXPECT_EQ(std::vector<uint8_t>(data, data + 4), (std::vector<uint8_t>{0, 2, 0, 4}));
    });
}

/// A way to break the nested stream, and what a read at `va` then comes to.
struct Broken {
    const char* name;
    std::function<void(NestedBench&)> how;
    tlm::tlm_response_status response;
    EventId event;
    uint32_t stream = NestedBench::stream;
    bool write = false;
};
std::ostream& operator<<(std::ostream& os, const Broken& b) { return os << b.name; }

struct SmmuResponse : SimTest, NestedBench, ::testing::WithParamInterface<Broken> {};

TEST_P(SmmuResponse, SaysWhatKindOfFaultItWasAndOneEventSaysWhy) {
    map_page(0);
    simulate([&] {
        start();
        GetParam().how(*this);
        uint32_t data = 0;
        const StreamIn who = of_stream(GetParam().stream);
        EXPECT_EQ(GetParam().write ? device.write(who, va, data) : device.read(who, va, data),
                  GetParam().response);
        const auto event = next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ((*event)[arch::Event::Id], GetParam().event);
        EXPECT_EQ((*event)[arch::Event::StreamID], GetParam().stream);
        EXPECT_FALSE(next_event());
    });
}

constexpr auto address_error = tlm::TLM_ADDRESS_ERROR_RESPONSE;
constexpr auto generic_error = tlm::TLM_GENERIC_ERROR_RESPONSE;

const Broken ways[] = {
    {"C_BAD_STREAMID", [](NestedBench&) {}, address_error, EventId::C_BAD_STREAMID, 256},
    {"F_STE_FETCH", [](NestedBench& b) { b.ram.fail(map::stream_table + 64 * 5, 64); },
     generic_error, EventId::F_STE_FETCH},
    {"C_BAD_STE", [](NestedBench& b) { b.put_ste(5, Ste{}); }, generic_error, EventId::C_BAD_STE},
    {"F_CD_FETCH", [](NestedBench& b) { b.ram.fail(b.cd, 64); }, generic_error,
     EventId::F_CD_FETCH},
    {"C_BAD_CD", [](NestedBench& b) { b.ram.put(b.cd, Cd{}); }, generic_error, EventId::C_BAD_CD},
    {"F_WALK_EABT", [](NestedBench& b) { b.ram.fail(b.stage1.descriptor(b.va, 2), 8); },
     generic_error, EventId::F_WALK_EABT},
    {"F_TRANSLATION", [](NestedBench& b) { b.stage1.unmap(b.va); }, address_error,
     EventId::F_TRANSLATION},
    {"F_TRANSLATION_stage2",
     [](NestedBench& b) { b.stage2.unmap(NestedBench::data_page(0) + map::guest); }, address_error,
     EventId::F_TRANSLATION},
    {"F_ADDR_SIZE", [](NestedBench& b) { b.stage1.map(b.va, uint64_t{1} << 44, stage1_page); },
     address_error, EventId::F_ADDR_SIZE},
    {"F_ACCESS", [](NestedBench& b) { b.map_page(0, stage1_page & ~(uint64_t{1} << 10)); },
     generic_error, EventId::F_ACCESS},
    {"F_PERMISSION", [](NestedBench& b) { b.map_page(0, stage1_page | uint64_t{0b10} << 6); },
     tlm::TLM_COMMAND_ERROR_RESPONSE, EventId::F_PERMISSION, NestedBench::stream, true},
};
INSTANTIATE_TEST_SUITE_P(Each, SmmuResponse, ::testing::ValuesIn(ways),
                         [](const auto& p) { return std::string(p.param.name); });

TEST_F(SmmuTermination, SubstreamIdIsRefusedWhileThereAreNoSubstreams) {
    map_page(0);
    simulate([&] {
        start();
        uint32_t data = 0;
        StreamIn in = of_stream(stream);
        EXPECT_TRUE(device.read(in, va, data).ok());
        in.substream_valid = true;
        EXPECT_EQ(device.read(in, va, data), generic_error);
        const auto event = next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ((*event)[arch::Event::Id], EventId::C_BAD_SUBSTREAMID);
    });
}

TEST_F(SmmuTermination, WALK_36_DownstreamErrorPassesUnchangedAndIsNoEvent) {
    map_page(0);
    simulate([&] {
        start();
        ram.fail(data_page(0), 64);
        ram.bad_response = tlm::TLM_BURST_ERROR_RESPONSE;
        uint32_t data = 0;
        EXPECT_EQ(device.read(of_stream(stream), va, data), tlm::TLM_BURST_ERROR_RESPONSE);
        EXPECT_FALSE(next_event());
    });
}

}  // namespace smmu::test
