// Fixture of tests of direct memory pointers: a nested stream, memory that grants, and what the
// device was given and lost.
#pragma once
#include "tests/model/smmu_bench.h"

namespace smmu::test {

class SmmuDmi : public SimTest {
protected:
    explicit SmmuDmi(const Params& params = {}) : bench(params) { bench.ram.grants_dmi = true; }

    static constexpr uint64_t va = NestedBench::va;
    static uint64_t page(unsigned n) { return va + n * arch::page_bytes; }
    static StreamIn who() { return of_stream(NestedBench::stream); }

    bool touch(unsigned n) {
        uint64_t data = 0;
        return bench.device.read(who(), page(n), data).ok();
    }
    bool ask(uint64_t address, tlm::tlm_command command = tlm::TLM_READ_COMMAND) {
        dmi.init();
        return bench.device.ask(who(), command, address, dmi);
    }
    void expect_granted(uint64_t first, uint64_t last) {
        EXPECT_EQ(dmi.get_start_address(), first);
        EXPECT_EQ(dmi.get_end_address(), last);
    }
    void expect_withdrawn(std::vector<std::pair<uint64_t, uint64_t>> expected) {
        std::vector<std::pair<uint64_t, uint64_t>> seen;
        for (const auto& w : bench.device.withdrawn) seen.push_back({w.first, w.last});
        EXPECT_EQ(seen, expected);
        bench.device.withdrawn.clear();
    }
    arch::TlbiNh by_va(uint64_t address, uint16_t vmid = NestedBench::vmid) {
        return arch::command<arch::TlbiNh>(arch::Opcode::TLBI_NH_VA)
            .set(arch::TlbiNh::VMID, vmid)
            .set(arch::TlbiNh::ASID, NestedBench::asid)
            .set(arch::TlbiNh::Address, address & ~uint64_t{0xFFF});
    }
    /// Pages 0 to n - 1 mapped, touched, and granted as one run.
    void grant(unsigned n) {
        for (unsigned i = 0; i < n; ++i) bench.map_page(i);
        bench.start();
        for (unsigned i = 0; i < n; ++i) EXPECT_TRUE(touch(i));
        ASSERT_TRUE(ask(page(0)));
        expect_granted(page(0), page(n) - 1);
    }

    NestedBench bench;
    tlm::tlm_dmi dmi;
};

}  // namespace smmu::test
