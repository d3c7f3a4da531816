// When the Stream table may be moved, and that nothing beside it is read.  Arm IHI 0070 G.b, 3.21.3,
// 6.3.24, 6.3.25; names carry the rule of the check list.
#include <algorithm>
#include <vector>

#include "tests/core/stream_table_bench.h"

namespace smmu::test {
namespace {

// IDR1.TABLES_PRESET is 0.  Before SMMUv3.2 such a write may do worse than nothing; here it is ignored.
TEST_F(StreamTable, ST_25_BaseAndConfigurationAreReadOnlyWhileEnabled) {
    constexpr uint32_t cr0 = 0x20, strtab_base = 0x80, strtab_base_cfg = 0x88;
    EXPECT_EQ(registers.read(0x04, 4) >> 30 & 1, 0u) << "IDR1.TABLES_PRESET";
    linear(0x1000'0000, 8);
    const auto expect_guarded = [&](const char* when) {
        registers.write(strtab_base, 8, 0x2000'0000);
        registers.write(strtab_base_cfg, 4, 4);
        EXPECT_EQ(registers.read(strtab_base, 8), 0x1000'0000u) << when;
        EXPECT_EQ(registers.read(strtab_base_cfg, 4), 8u) << when;
    };
    expect_guarded("enabled");
    registers.write(cr0, 4, 0);
    expect_guarded("CR0.SMMUEN = 0, CR0ACK.SMMUEN = 1");
    registers.acknowledge_control();
    registers.write(cr0, 4, 1);
    expect_guarded("CR0.SMMUEN = 1, CR0ACK.SMMUEN = 0");
    disable();
    registers.write(strtab_base_cfg, 4, 4);
    EXPECT_EQ(registers.read(strtab_base_cfg, 4), 4u);
}

TEST_F(StreamTable, ST_29_ReadsStayInsideTheTables) {
    struct Range {
        uint64_t base, bytes;
    };
    std::vector<Range> tables;
    const auto expect_inside = [&](const Access& a) {
        cold(a);
        for (const auto& r : memory.log)
            EXPECT_TRUE(std::any_of(tables.begin(), tables.end(),
                                    [&](const Range& t) {
                                        return r.address >= t.base &&
                                               r.address + r.size <= t.base + t.bytes;
                                    }))
                << std::hex << r.address << " for StreamID " << a.stream.value;
    };
    const auto touch_all = [&] {
        Access a = access(0x1000);
        for (a.stream = arch::StreamId{0}; a.stream.value < 0x200; ++a.stream.value) {
            expect_inside(a);
            for (uint32_t ssid = 0; ssid < 0x200; ssid += 0x1F) expect_inside(substream(a, ssid));
        }
    };
    // Linear: four STEs that have 256 CDs behind four L1CDs, none of which is valid.
    const Ste ste = Ste{}
                        .set(Ste::V, true)
                        .set(Ste::Config, SteConfig::S1)
                        .set(Ste::S1Fmt, arch::S1Format::TwoLevel4K)
                        .set(Ste::S1CDMax, 8)
                        .set(Ste::S1ContextPtr, 0x3000'0000);
    for (unsigned i = 0; i < 16; ++i) memory.put(0x1000'0000 + 64 * i, ste);
    for (unsigned i = 0; i < 4; ++i) memory.poke(0x3000'0000 + 8 * i, 0x4000'0000);  // V = 0
    tables = {{0x1000'0000, 4 * 64}, {0x3000'0000, 4 * 8}};
    linear(0x1000'0000, 2);
    touch_all();

    // Two levels: four L1STDs, of which one has two STEs, and the second of them is not valid.
    memory.clear(0x1000'0000, 16 * 64);
    put_l1std(0x1000'0000 + 8, 2, l2);
    memory.put(l2, ste);
    tables = {{0x1000'0000, 4 * 8}, {l2, 2 * 64}, {0x3000'0000, 4 * 8}};
    two_level(0x1000'0000, 8, 6);
    touch_all();
}

}  // namespace
}  // namespace smmu::test
