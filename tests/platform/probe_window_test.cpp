// Statistics as registers: the probe window.
#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include "platform/probe_window.h"
#include "tests/platform/probe_points.h"

namespace smmu {
namespace {

using namespace test;

struct Master : sc_core::sc_module {
    explicit Master(sc_core::sc_module_name name) : sc_module(name) {}
    tlm_utils::simple_initiator_socket<Master> bus{"bus"};
};

/// Registers of the window as a CPU reaches them.
class ProbeWindowTest : public ::testing::Test {
protected:
    ProbeWindowTest() {
        master.bus.bind(window.regs);
        sc_core::sc_start(sc_core::SC_ZERO_TIME);
    }

    tlm::tlm_response_status transport(tlm::tlm_command command, uint64_t address, void* data,
                                       unsigned size) {
        tlm::tlm_generic_payload p;
        p.set_command(command);
        p.set_address(address);
        p.set_data_ptr(static_cast<unsigned char*>(data));
        p.set_data_length(size);
        p.set_streaming_width(size);
        sc_time delay;
        master.bus->b_transport(p, delay);
        return p.get_response_status();
    }
    uint64_t read(uint64_t address, unsigned size = 8) {
        uint64_t value = 0;
        EXPECT_EQ(transport(tlm::TLM_READ_COMMAND, address, &value, size), tlm::TLM_OK_RESPONSE);
        return value;
    }
    void write(uint64_t address, uint64_t value) {
        EXPECT_EQ(transport(tlm::TLM_WRITE_COMMAND, address, &value, 8), tlm::TLM_OK_RESPONSE);
    }
    uint64_t translations() { return read(0x100); }
    void hit() { stats.hit({0, arch::StreamId{8}, 0, 0, false, ns(0)}); }

    Stats stats;
    platform::ProbeWindow window{"window", stats, virt::probe::has_walk_caches};
    Master master{"master"};
};

TEST_F(ProbeWindowTest, CountersShowTheSnapshotTakenLast) {
    hit();
    hit();
    EXPECT_EQ(translations(), 0u);
    write(0x008, 1);
    hit();
    EXPECT_EQ(translations(), 2u);
    EXPECT_EQ(read(0x108), 2u);  // hits
    write(0x008, 1);
    EXPECT_EQ(translations(), 3u);
}

TEST_F(ProbeWindowTest, ClearStartsAtZeroAndLeavesSnapshotAndStatistics) {
    hit();
    write(0x008, 3);  // snapshot, then clear
    EXPECT_EQ(translations(), 1u);
    hit();
    hit();
    write(0x008, 1);
    EXPECT_EQ(translations(), 2u);
    EXPECT_EQ(stats.counts().micro_tlb_hits, 3u);
}

TEST_F(ProbeWindowTest, KindsOfAccessHaveRegistersOfTheirOwn) {
    stats.miss({1, 0, access(8, 0), stopped_by(arch::EventId::F_ACCESS), false, false, nested(),
                no_parts, ns(0), ns(1)});
    core::MemoryAccess a;
    const std::pair<Purpose, unsigned> kinds[] = {
        {Purpose::L1Std, 1}, {Purpose::Ste, 2},         {Purpose::L1Cd, 3},
        {Purpose::Cd, 4},    {Purpose::Stage1Table, 5}, {Purpose::Stage2Table, 6}};
    for (const auto& [purpose, times] : kinds)
        for (unsigned i = 0; i < times; ++i) stats.fetch(table_read(a, purpose, 1));
    write(0x008, 1);
    EXPECT_EQ(read(0x110), 1u);  // misses
    EXPECT_EQ(read(0x118), 1u);  // walks
    EXPECT_EQ(read(0x120), 1u);  // faults
    for (const auto& [purpose, times] : kinds) EXPECT_EQ(read(0x128 + 8 * (times - 1)), times);
}

TEST_F(ProbeWindowTest, HalvesReadAloneAndTheRestOfThePageIsEmpty) {
    EXPECT_EQ(read(0x000), 0x3045'424F'5250'4D53u);
    EXPECT_EQ(read(0x004, 4), 0x3045'424Fu);
    write(0x100, 5);
    EXPECT_EQ(read(0x100), 0u);
    EXPECT_EQ(read(0x158), 0u);
    EXPECT_EQ(read(0xFF8), 0u);
}

TEST_F(ProbeWindowTest, TraitsSayWhetherWalksMayReadLess) {
    EXPECT_EQ(read(0x010), 1u);
    EXPECT_EQ(platform::probe_traits(Params{}), 0u);
    const core::Geometry some{4, 4};
    for (const core::WalkGeometry& geometry :
         {core::by_stage(some, core::no_cache, core::no_cache),
          core::by_stage(core::no_cache, some, core::no_cache),
          core::by_stage(core::no_cache, core::no_cache, some), core::WalkGeometry{some, {}, {}}}) {
        Params smmu;
        smmu.walk_caches = geometry;
        EXPECT_EQ(platform::probe_traits(smmu), 1u);
    }
}

TEST_F(ProbeWindowTest, OtherSizesAndUnalignedAccessesAreRefused) {
    uint64_t data[2] = {};
    for (const auto& [address, size] :
         {std::pair{0x100u, 1u}, {0x100u, 2u}, {0x100u, 16u}, {0x104u, 8u}, {0x102u, 4u}})
        EXPECT_EQ(transport(tlm::TLM_READ_COMMAND, address, data, size),
                  tlm::TLM_BURST_ERROR_RESPONSE);
}

}  // namespace
}  // namespace smmu
