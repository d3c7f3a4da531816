// First light: a nested access, a fault and a CMD_SYNC, end to end.
#include "tests/model/smmu_bench.h"

namespace smmu::test {

struct SmmuNested : SimTest, NestedBench {};

TEST_F(SmmuNested, ReadsThroughBothStages) {
    map_page(0);
    ram.put(data_page(0) + 0x123, uint32_t{0xC0FFEE});
    simulate([&] {
        start();
        uint32_t data = 0;
        EXPECT_TRUE(device.read(of_stream(stream), va + 0x123, data).ok());
        EXPECT_EQ(data, 0xC0FFEEu);
    });
}

TEST_F(SmmuNested, UnmappedPageFaultsAndIsRecorded) {
    simulate([&] {
        start();
        uint32_t data = 0;
        EXPECT_EQ(device.read(of_stream(stream), va + 8, data), tlm::TLM_ADDRESS_ERROR_RESPONSE);
        const auto event = next_event();
        ASSERT_TRUE(event);
        using arch::Event;
        EXPECT_EQ((*event)[Event::Id], arch::EventId::F_TRANSLATION);
        EXPECT_EQ((*event)[Event::StreamID], stream);
        EXPECT_EQ((*event)[Event::InputAddr], va + 8);
        EXPECT_FALSE((*event)[Event::S2]);
        ASSERT_EQ(eventq_pulses.size(), 1u);
        EXPECT_EQ(eventq_pulses[0].eventq_prod, 1u);
    });
}

TEST_F(SmmuNested, InvalidationAndSyncMakeANewMappingVisible) {
    map_page(0);
    simulate([&] {
        start();
        uint32_t data = 0;
        EXPECT_TRUE(device.read(of_stream(stream), va, data).ok());
        stage1.unmap(va);
        run(arch::command<arch::TlbiNh>(arch::Opcode::TLBI_NH_VA)
                .set(arch::TlbiNh::VMID, vmid)
                .set(arch::TlbiNh::ASID, asid)
                .set(arch::TlbiNh::Address, va));
        EXPECT_EQ(device.read(of_stream(stream), va, data), tlm::TLM_ADDRESS_ERROR_RESPONSE);
    });
}

}  // namespace smmu::test
