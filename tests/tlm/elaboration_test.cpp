// Building an SMMU: what may stay open, which widths bind, and what is refused with which words.
#include <tlm_utils/simple_target_socket.h>

#include "tests/model/smmu_bench.h"
#include "tests/tlm/bare_bench.h"

namespace smmu::test {

// --- What may stay open

struct TlmElaboration : SimTest {};

TEST_F(TlmElaboration, RegistersAndPinsMayStayUnbound) {
    BareBench bench(BareBench::Registers::Unbound);
    bench.ram.put(map::data, uint32_t{0xABBA});
    simulate([&] {
        uint32_t data = 0;
        EXPECT_TRUE(bench.device.read(of_stream(5), map::data, data).ok());
        EXPECT_EQ(data, 0xABBAu);
    });
}

TEST_F(TlmElaboration, InterruptsOfUnboundPinsGoNowhere) {
    BareBench bench(BareBench::Registers::Bound);
    simulate([&] {
        bench.start();
        uint32_t data = 0;
        EXPECT_FALSE(bench.device.read(of_stream(256), 0, data).ok());
        EXPECT_TRUE(bench.next_event());
        bench.push(bench.sync_command(arch::CompletionSignal::Irq));
        bench.push(arch::Command{{{0xFF, 0}}});
        bench.ring();
        sc_core::wait(1000 * ns);
        EXPECT_EQ(bench.read<arch::Gerror>().raw(), 1u);
        EXPECT_EQ((bench.read<arch::CmdqCons>()[arch::CmdqCons::RD]), 1u);
    });
}

// --- Widths

/// A master and a memory on one SMMU, all of width W, which has no registers and lets all pass.
template <unsigned W>
struct Wide : sc_core::sc_module {
    Smmu<W> smmu{"smmu"};
    tlm_utils::simple_initiator_socket<Wide, W> master{"master"};
    tlm_utils::simple_target_socket<Wide, W> memory{"memory"}, tables{"tables"};
    uint64_t address = 0;

    explicit Wide(sc_core::sc_module_name name) : sc_module(name) {
        memory.register_b_transport(this, &Wide::b_transport);
        tables.register_b_transport(this, &Wide::b_transport);
        master.bind(smmu.tbu[0]);
        smmu.mem[0].bind(memory);
        smmu.ptw.bind(tables);
    }
    void b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time&) {
        address = p.get_address();
        p.set_response_status(tlm::TLM_OK_RESPONSE);
    }
    bool passes() {
        tlm::tlm_generic_payload p;
        uint64_t data = 0;
        sc_core::sc_time t;
        prepare(p, tlm::TLM_READ_COMMAND, 0x1234'5678, &data, 8);
        master->b_transport(p, t);
        return p.is_response_ok() && address == 0x1234'5678;
    }
};

TEST_F(TlmElaboration, SocketsHaveTheWidthThatIsAskedFor) {
    Wide<32> narrow("narrow");
    Wide<64> w64("w64");
    Wide<128> w128("w128");
    Wide<512> widest("widest");
    simulate([&] {
        EXPECT_TRUE(narrow.passes());
        EXPECT_TRUE(w64.passes());
        EXPECT_TRUE(w128.passes());
        EXPECT_TRUE(widest.passes());
    });
    EXPECT_EQ(sc_core::sc_find_object("widest.smmu.tbu_0"), &widest.smmu.tbu[0]);
    EXPECT_EQ(sc_core::sc_find_object("widest.smmu.mem_0"), &widest.smmu.mem[0]);
    EXPECT_EQ(sc_core::sc_find_object("widest.smmu.ptw"), &widest.smmu.ptw);
}

TEST_F(TlmElaboration, SixtyFourTbusEachHaveTheirStream) {
    Params params;
    params.tbus = 64;
    for (uint32_t i = 0; i < 64; ++i) params.default_stream_ids.push_back(100 + i);
    SmmuBench bench(params);
    simulate([&] {
        bench.ram.remembers = true;
        for (uint32_t i = 0; i < 64; ++i) {
            uint32_t data = 0;
            tlm::tlm_generic_payload p;
            prepare(p, tlm::TLM_READ_COMMAND, map::data, &data, 4);
            bench.devices[i]->out->b_transport(p, bench.device.delay);
            EXPECT_EQ(bench.ram.seen.back().in.stream.value, 100 + i);
            EXPECT_EQ(bench.ram.seen.back().port, static_cast<int>(i));
        }
    });
}

// --- Refusals

/// Reports of the SMMU while one of these lives: kept here instead of failing the test.
class Reports {
public:
    Reports() {
        latest.clear();
        sc_core::sc_report_handler::set_handler(
            [](const sc_core::sc_report& report, const sc_core::sc_actions& actions) {
                latest = std::string(report.get_msg_type()) + ": " + report.get_msg();
                if (actions & sc_core::SC_THROW) throw report;
            });
    }
    static inline std::string latest;
};

struct Refused {
    const char* name;
    void (*how)(Params&);
    const char* why;
};
std::ostream& operator<<(std::ostream& os, const Refused& r) { return os << r.name; }

struct TlmRefusal : SimTest, ::testing::WithParamInterface<Refused> {};

TEST_P(TlmRefusal, IsOneSentenceThatNamesTheParameter) {
    const Reports reports;
    Params params;
    GetParam().how(params);
    EXPECT_THROW(Smmu<>("smmu", params), sc_core::sc_report);
    EXPECT_EQ(Reports::latest, std::string("/smmu/params: ") + GetParam().why);
}

const Refused refusals[] = {
    {"SMMUv3_0", [](Params& p) { p.features.minor_revision = 0; },
     "minor_revision 0 (SMMUv3.0) is not built: use 1"},
    {"SMMUv3_2", [](Params& p) { p.features.minor_revision = 2; },
     "minor_revision 2 and above need range invalidation, BBML and Hyp, which are not built: use "
     "1"},
    {"no_stage",
     [](Params& p) {
         p.features.stage1 = p.features.stage2 = p.features.forced_write_back = false;
     },
     "at least one of stage1 and stage2 must be there"},
    {"S2FWB_without_stage2", [](Params& p) { p.features.stage2 = false; },
     "forced_write_back needs stage2"},
    {"StreamID_too_wide", [](Params& p) { p.features.stream_id_bits = 33; },
     "stream_id_bits must be 0 to 32"},
    {"large_linear_table", [](Params& p) { p.features.two_level_stream_table = false; },
     "stream_id_bits of 7 and above need two_level_stream_table"},
    {"odd_OAS", [](Params& p) { p.features.output_address_bits = 43; },
     "output_address_bits must be 32, 36, 40, 42, 44 or 48"},
    {"52_bit_OAS", [](Params& p) { p.features.output_address_bits = 52; },
     "output_address_bits must be 32, 36, 40, 42, 44 or 48"},
    {"CMDQS", [](Params& p) { p.features.command_queue_log2 = 20; },
     "command_queue_log2 and event_queue_log2 must be 0 to 19"},
    {"EVENTQS", [](Params& p) { p.features.event_queue_log2 = 20; },
     "command_queue_log2 and event_queue_log2 must be 0 to 19"},
    {"no_TBU", [](Params& p) { p.tbus = 0; }, "tbus must be 1 to 64"},
    {"too_many_TBUs", [](Params& p) { p.tbus = 65; }, "tbus must be 1 to 64"},
    {"more_streams_than_TBUs",
     [](Params& p) {
         p.default_stream_ids = {1, 2};
     },
     "default_stream_ids must not have more entries than there are TBUs"},
    {"stream_that_does_not_exist", [](Params& p) { p.default_stream_ids = {0x1'0000}; },
     "default_stream_ids must fit in stream_id_bits"},
    {"no_micro_TLB", [](Params& p) { p.micro_tlb_entries = 0; },
     "micro_tlb_entries must be a power of two, 1 to 65536"},
    {"odd_micro_TLB", [](Params& p) { p.micro_tlb_entries = 48; },
     "micro_tlb_entries must be a power of two, 1 to 65536"},
    {"large_micro_TLB", [](Params& p) { p.micro_tlb_entries = 131072; },
     "micro_tlb_entries must be a power of two, 1 to 65536"},
    {"odd_TLB",
     [](Params& p) {
         p.tlb = {3, 4};
     },
     "sets of tlb and config_cache must be a power of two up to 65536, ways 1 to 64"},
    {"no_ways",
     [](Params& p) {
         p.tlb = {4, 0};
     },
     "sets of tlb and config_cache must be a power of two up to 65536, ways 1 to 64"},
    {"many_ways",
     [](Params& p) {
         p.tlb = {4, 65};
     },
     "sets of tlb and config_cache must be a power of two up to 65536, ways 1 to 64"},
    {"odd_configuration_cache",
     [](Params& p) {
         p.config_cache = {0, 4};
     },
     "sets of tlb and config_cache must be a power of two up to 65536, ways 1 to 64"},
    {"no_clock", [](Params& p) { p.clock = sc_core::SC_ZERO_TIME; },
     "clock must be longer than zero"},
};
INSTANTIATE_TEST_SUITE_P(Each, TlmRefusal, ::testing::ValuesIn(refusals),
                         [](const auto& p) { return std::string(p.param.name); });

/// The smallest of everything is not refused, and works.
TEST_F(TlmElaboration, SmallestParametersWork) {
    Params params;
    params.micro_tlb_entries = 1;
    params.tlb = params.config_cache = {1, 1};
    NestedBench bench(params);
    for (unsigned n = 0; n < 4; ++n) {
        bench.map_page(n);
        bench.ram.put(bench.data_page(n), n);
    }
    simulate([&] {
        bench.start();
        for (unsigned i = 0; i < 12; ++i) {
            uint32_t data = 99;
            const uint64_t address = NestedBench::va + (i % 4) * 0x1000;
            EXPECT_TRUE(bench.device.read(of_stream(NestedBench::stream), address, data).ok());
            EXPECT_EQ(data, i % 4);
        }
    });
}

TEST_F(TlmElaboration, NonBlockingTransportIsReportedByName) {
    BareBench bench(BareBench::Registers::Unbound);
    const Reports reports;
    simulate([&] {
        uint32_t data = 0;
        tlm::tlm_generic_payload p;
        prepare(p, tlm::TLM_READ_COMMAND, map::data, &data, 4);
        tlm::tlm_phase phase = tlm::BEGIN_REQ;
        sc_core::sc_time t;
        EXPECT_THROW(bench.device.out->nb_transport_fw(p, phase, t), sc_core::sc_report);
        EXPECT_EQ(Reports::latest,
                  "/smmu/tbu: nb_transport is not built: let the master use b_transport");
    });
}

}  // namespace smmu::test
