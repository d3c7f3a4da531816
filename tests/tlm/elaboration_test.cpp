// Building an SMMU: what may stay open, which widths bind, and what else it takes.
#include <tlm_utils/simple_target_socket.h>

#include "tests/model/smmu_bench.h"
#include "tests/tlm/bare_bench.h"
#include "tests/tlm/reports.h"

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

/// The smallest of everything is not refused, and works.
TEST_F(TlmElaboration, SmallestParametersWork) {
    Params params;
    params.micro_tlb = {1, 1};
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

}  // namespace smmu::test
