// Fixture of ATOS tests: lookups by way of the registers of either group.
#pragma once
#include "smmuv3/core/atos.h"
#include "tests/core/bench.h"

namespace smmu::test {

/// ATOS_ADDR: TYPE 11:10, PnU 9, RnW 8, InD 7, HTTUI 6.
constexpr uint64_t stage1_only = 1 << 10, stage2_only = 2 << 10, both_stages = 3 << 10;
constexpr uint64_t PnU = 1 << 9, RnW = 1 << 8, InD = 1 << 7, HTTUI = 1 << 6;

class AtosBench : public Bench {
protected:
    static constexpr uint64_t va = 0x0000'1234'5678'9000;
    static constexpr uint64_t ipa = 0x0000'00AB'CDEF'0000;
    static constexpr uint64_t pa = 0x0000'0056'789A'B000;

    AtosBench() { features.atos = features.vatos = true; }

    Context& use(SteConfig config) {
        contexts_.push_back(std::make_unique<Context>(
            memory, config, 0x4000'0000 + 0x4000'0000 * contexts_.size()));
        Context& c = *contexts_.back();
        c.stage1.map(va, c.nested ? ipa : pa, stage1_leaf());
        c.stage2.map(ipa, pa, stage2_leaf());
        attach(c);
        return c;
    }

    /// PAR.  `addr` holds the address and what is asked; `sid` is ATOS_SID.
    uint64_t gatos(uint64_t addr, uint64_t sid = stream.value) {
        return ask(core::AtosInterface::Gatos, addr, sid, 0);
    }
    uint64_t vatos(uint64_t addr, uint16_t vmid, uint64_t sid = stream.value) {
        return ask(core::AtosInterface::Vatos, addr, sid, vmid);
    }
    static constexpr uint64_t pasid(uint32_t n) {
        return stream.value | uint64_t{n} << 32 | uint64_t{1} << 52;
    }

    /// PAR of a fault: FAULT 0, REASON 2:1, FAULTCODE 11:4, FADDR 55:12.
    static constexpr uint64_t failed(unsigned code, unsigned reason = 0, uint64_t page = 0) {
        return page | code << 4 | reason << 1 | 1;
    }
    static constexpr unsigned INV_REQ = 0xFF, INV_STAGE = 0xFE, INTERNAL_ERR = 0xFD;

private:
    uint64_t ask(core::AtosInterface from, uint64_t addr, uint64_t sid, uint16_t vmid) {
        memory.log.clear();
        recorded = Recording{configs, tlb};
        const core::AtosRequest request{from, {{{sid}}}, {{{addr}}}, arch::Vmid{vmid}};
        const arch::AtosPar par = core::look_up(view(), request, memory, recorded);
        EXPECT_TRUE(recorded.events.empty()) << "ATOS-11";
        return par.word[0];
    }

    std::vector<std::unique_ptr<Context>> contexts_;
};

}  // namespace smmu::test
