// ATOS at the registers of the component: RUN, CMD_SYNC, SMMUEN.  Arm IHI 0070 G.b, 6.3.37, 9.
#include "tests/model/smmu_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

Params with_atos() {
    Params p;
    p.features.atos = p.features.vatos = true;
    p.features.vatos_page = 3;
    return p;
}

class SmmuAtos : public SimTest {
protected:
    // GATOS at 0x100, VATOS at 0x20000 + 3 * 0x10000 + 0xA00; CTRL, SID, ADDR, PAR 8 bytes apart.
    static constexpr uint64_t gatos = 0x100, vatos = 0x5'0A00;
    static constexpr uint64_t sid = 8, addr = 0x10, par = 0x18;
    static constexpr uint64_t stage1_read = 1 << 10 | 1 << 8, both_read = 3 << 10 | 1 << 8;

    void begin(uint64_t group, uint64_t what) {
        EXPECT_TRUE(bench.cpu.write(StreamIn{}, group + sid, uint64_t{NestedBench::stream}).ok());
        EXPECT_TRUE(bench.cpu.write(StreamIn{}, group + addr, what).ok());
        EXPECT_TRUE(bench.cpu.write(StreamIn{}, group, uint32_t{1}).ok());
    }
    bool runs(uint64_t group) {
        uint32_t ctrl = 0;
        EXPECT_TRUE(bench.cpu.read(StreamIn{}, group, ctrl).ok());
        return ctrl != 0;
    }
    uint64_t result(uint64_t group) {
        uint64_t value = 0;
        EXPECT_TRUE(bench.cpu.read(StreamIn{}, group + par, value).ok());
        return value;
    }
    uint64_t finish(uint64_t group) {
        while (runs(group)) sc_core::wait(ns);
        return result(group);
    }

    NestedBench bench{with_atos()};
};

TEST_F(SmmuAtos, ATOS_01_BothGroupsAnswerIndependently) {
    simulate([&] {
        bench.map_page(0);
        bench.start();
        EXPECT_TRUE(bench.cpu.write(StreamIn{}, 0x180, uint32_t{NestedBench::vmid}).ok());
        bench.ram.latency = 10 * ns;
        begin(gatos, NestedBench::va | both_read);
        begin(vatos, NestedBench::va | stage1_read);
        EXPECT_TRUE(runs(gatos) && runs(vatos));
        EXPECT_EQ(finish(gatos) & 0x00FF'FFFF'FFFF'F001, NestedBench::data_page(0));
        EXPECT_EQ(finish(vatos) & 0x00FF'FFFF'FFFF'F001, NestedBench::data_page(0) + map::guest);
        EXPECT_EQ(bench.counter.events, 0u);
    });
}

TEST_F(SmmuAtos, ATOS_11_AFaultIsToldByParAlone) {
    simulate([&] {
        bench.start();
        begin(gatos, NestedBench::va | both_read);
        EXPECT_EQ(finish(gatos), 0x10u << 4 | 1) << "F_TRANSLATION";
        sc_core::wait(1000 * ns);
        EXPECT_EQ(bench.counter.events, 0u);
    });
}

TEST_F(SmmuAtos, ATOS_18_SyncWaitsForALookupThatUsesWhatWasRemoved) {
    simulate([&] {
        bench.map_page(0);
        bench.start();
        bench.ram.latency = 100 * ns;
        begin(gatos, NestedBench::va | both_read);
        sc_core::wait(150 * ns);
        EXPECT_TRUE(runs(gatos));
        bench.ram.latency = sc_core::SC_ZERO_TIME;
        bench.run(command<CfgiSteRange>(Opcode::CFGI_STE_RANGE).set(CfgiSteRange::Range, 31));
        EXPECT_FALSE(runs(gatos)) << "it is over before the CMD_SYNC is";
    });
}

TEST_F(SmmuAtos, ATOS_16_DisablingTheSmmuEndsIt) {
    simulate([&] {
        bench.map_page(0);
        bench.start();
        bench.ram.latency = 100 * ns;
        begin(gatos, NestedBench::va | both_read);
        sc_core::wait(150 * ns);
        bench.control(SmmuDriver::all_on().set(Cr0::SMMUEN, false));
        EXPECT_FALSE(runs(gatos));
        const uint64_t value = result(gatos);
        EXPECT_TRUE(value == (0xFDu << 4 | 1) ||
                    (value & 0x00FF'FFFF'FFFF'F001) == NestedBench::data_page(0))
            << std::hex << value;
        sc_core::wait(10000 * ns);
        EXPECT_EQ(result(gatos), value) << "what was under way does not come back";
    });
}

}  // namespace
}  // namespace smmu::test
