// Fixture of stall tests: a nested stream whose faults stall, DMAs in threads of their own, and the
// commands that end a stall.
#pragma once
#include "tests/model/smmu_bench.h"

namespace smmu::test {

/// CMD_RESUME typed word by word: opcode 0x44, Ac bit 12, Ab bit 13, StreamID [63:32], STAG [79:64].
inline arch::Command resume(uint32_t stream, uint16_t stag, bool retry, bool abort = false) {
    return {
        {{uint64_t{stream} << 32 | uint64_t{abort} << 13 | uint64_t{retry} << 12 | 0x44, stag}}};
}
inline arch::Command stall_term(uint32_t stream) { return {{{uint64_t{stream} << 32 | 0x45, 0}}}; }

class SmmuStall : public SimTest {
protected:
    /// A DMA in a thread of its own.
    struct Dma {
        bool done = false;
        uint64_t data = 0x1111;
        tlm::tlm_response_status response{};
        bool ok() const { return done && response == tlm::TLM_OK_RESPONSE; }
    };
    void start(Dma& dma, uint64_t address, uint32_t stream = NestedBench::stream) {
        sc_core::sc_spawn([this, &dma, address, stream] {
            StreamIn who;
            who.stream = arch::StreamId{stream};
            dma.response = bench->device.read(who, address, dma.data).response;
            dma.done = true;
        });
        sc_core::wait(500 * ns);
    }
    /// Stage 1 of the nested stream stalls.
    void stall_stage1() {
        bench->ram.put(
            bench->cd,
            NestedBench::make_cd(bench->stage1, NestedBench::asid).set(arch::Cd::S, true));
    }
    void map(unsigned page) {
        bench->map_page(page);
        bench->ram.put(NestedBench::data_page(page), uint64_t{0xC0FFEE00 + page});
    }
    static constexpr uint64_t va = NestedBench::va;

    explicit SmmuStall(const Params& params = {}) : bench(std::make_unique<NestedBench>(params)) {}

    std::unique_ptr<NestedBench> bench;
};

/// No more than two records at a time.
class SmmuStallMax : public SmmuStall {
protected:
    static Params two_records() {
        Params params;
        params.features.stall_max = 2;
        return params;
    }
    SmmuStallMax() : SmmuStall(two_records()) {}
};

}  // namespace smmu::test
