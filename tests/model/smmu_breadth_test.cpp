// Granules, 52-bit addresses, runs of pages and ranges, seen from a device and through the queues.
// Arm ARM D8; Arm IHI 0070 G.b, 4.4.1.1; names carry the rule of the check list.
#include <numeric>

#include "tests/model/smmu_bench.h"

namespace smmu::test {

using arch::Cd;
using arch::Opcode;
using arch::Ste;
using arch::TlbiNh;
using core::Purpose;

/// 52-bit addresses with 4KB pages: tables of both stages begin at level -1.
struct SmmuFiveLevels : SimTest, SmmuBench {
    static constexpr uint32_t stream = 5;
    static constexpr uint64_t va = 0x000A'8040'2010'0000 & ~uint64_t{0xFFF};

    static Params params() {
        Params p;
        p.features.output_address_bits = p.features.virtual_address_bits = 52;
        p.features.lpa2 = true;
        return p;
    }
    SmmuFiveLevels() : SmmuBench(params()) {
        // Stage 2: level -1, then a block of 512 GB: every IPA is its PA.
        const uint64_t top = pages.take(), blocks = pages.take();
        ram.put(top, blocks | 0b11);
        ram.put(blocks, (stage2_page & ~uint64_t{0x300}) | 0b01);
        // Stage 1: five tables, one page.
        uint64_t table = pages.take();
        const uint64_t root = table;
        for (int level = -1; level < 3; ++level) {
            const uint64_t next = pages.take();
            ram.put(table + 8 * index(level), next | 0b11);
            table = next;
        }
        ram.put(table + 8 * index(3), map::data | (stage1_page & ~uint64_t{0x300}) | 0b11);

        const uint64_t cd = pages.take();
        RamTables unused(pages);
        ram.put(cd, make_cd(unused, 9)
                        .set(Cd::T0SZ, 12)
                        .set(Cd::DS, true)
                        .set(Cd::IPS, 0b110)
                        .set(Cd::TTB0, root));
        put_ste(stream, with_stage2(stage1_ste(cd), unused, 7)
                            .set(Ste::S2T0SZ, 12)
                            .set(Ste::S2SL0, 0)
                            .set(Ste::S2SL0_2, true)
                            .set(Ste::S2DS, true)
                            .set(Ste::S2PS, 0b110)
                            .set(Ste::S2TTB, top));
    }
    static uint64_t index(int level) { return va >> (12 + 9 * (3 - level)) & 0x1FF; }
};

TEST_F(SmmuFiveLevels, WALK_01_WALK_47_WalksFromLevelMinus1AreCountedWhole) {
    ram.put(map::data + 0x123, uint32_t{0xC0FFEE});
    simulate([&] {
        start();
        uint32_t data = 0;
        ASSERT_TRUE(device.read(of_stream(stream), va + 0x123, data).ok());
        EXPECT_EQ(data, 0xC0FFEEu);
        EXPECT_EQ(counter.fetches[Purpose::Stage1Table], 5u);
        // Two for the CD, two for each table of stage 1, two for the page.
        EXPECT_EQ(counter.fetches[Purpose::Stage2Table], 14u);
        const auto& s1 = counter.fetches.stage1;
        const auto& s2 = counter.fetches.stage2;
        EXPECT_EQ(std::accumulate(s1.of.begin(), s1.of.end(), 0u), 5u);
        EXPECT_EQ(std::accumulate(s2.of.begin(), s2.of.end(), 0u), 14u);
    });
}

TEST_F(SmmuFiveLevels, REG_33_RegistersAnnounceIt) {
    simulate([&] {
        EXPECT_EQ(read<arch::Idr5>().raw(), 0x0040'04F6u);  // STALL_MAX 64
        EXPECT_EQ(read<arch::Aidr>().raw(), 3u);
    });
}

/// Pages in a row, by the tables of the nested bench.
struct SmmuRuns : SimTest, NestedBench {
    SmmuRuns() {
        for (unsigned n = 0; n < 32; ++n) {
            ram.put(data_page(n), n);
            map_page(n);
        }
    }
    /// Which data page the device finds behind page n.
    uint32_t seen_at(unsigned n) {
        uint32_t data = 0;
        return device.read(of_stream(stream), va + n * arch::page_bytes, data).ok() ? data : 99;
    }
    static TlbiNh range(uint8_t num, uint8_t scale) {
        return arch::command<TlbiNh>(Opcode::TLBI_NH_VA)
            .set(TlbiNh::VMID, vmid)
            .set(TlbiNh::ASID, asid)
            .set(TlbiNh::NUM, num)
            .set(TlbiNh::SCALE, scale)
            .set(TlbiNh::TG, 1)
            .set(TlbiNh::Address, va);
    }
};

TEST_F(SmmuRuns, CMD_23_ARangeRemovesItsPagesAndNoOthers) {
    simulate([&] {
        start();
        for (unsigned n = 0; n < 32; ++n) ASSERT_EQ(seen_at(n), n);
        for (unsigned n = 0; n < 32; ++n)
            stage1.map(va + n * arch::page_bytes, data_page(31 - n) + map::guest, stage1_page);
        run(range(2, 0));  // three pages
        for (unsigned n = 0; n < 5; ++n) EXPECT_EQ(seen_at(n), n < 3 ? 31 - n : n);
        run(range(2, 3));  // 24
        for (unsigned n = 0; n < 32; ++n) EXPECT_EQ(seen_at(n), n < 24 ? 31 - n : n);
    });
}

TEST_F(SmmuRuns, CMD_02_CMD_24_AGranuleAloneStopsTheQueue) {
    simulate([&] {
        start();
        push(range(0, 0));
        ring();
        sc_core::wait(1000 * ns);
        EXPECT_EQ(read<arch::CmdqCons>()[arch::CmdqCons::ERR], arch::CommandError::Illegal);
        EXPECT_EQ(read<arch::CmdqCons>()[arch::CmdqCons::RD], 0u);
        EXPECT_EQ(gerror_pulses.size(), 1u);
    });
}

/// Stage 1 alone, with a run of sixteen pages that software calls contiguous.
struct SmmuContiguous : SimTest, SmmuBench {
    static constexpr uint32_t stream = 6;
    static constexpr uint64_t va = 0x7F'1235'0000;
    RamTables stage1{pages};

    SmmuContiguous() {
        const uint64_t cd = pages.take();
        ram.put(cd, make_cd(stage1, 9));
        put_ste(stream, stage1_ste(cd));
        map_run(map::data);
    }
    void map_run(uint64_t to) {
        constexpr uint64_t contiguous = uint64_t{1} << 52;
        for (unsigned n = 0; n < 16; ++n) {
            ram.put(map::data + 0x1000 * n, n);
            stage1.map(va + 0x1000 * n, to + 0x1000 * n, stage1_page | contiguous);
        }
    }
    uint32_t seen_at(unsigned n) {
        uint32_t data = 0;
        return device.read(of_stream(stream), va + 0x1000 * n, data).ok() ? data : 99;
    }
};

TEST_F(SmmuContiguous, WALK_30_OneWalkServesTheRun) {
    simulate([&] {
        start();
        ASSERT_EQ(seen_at(3), 3u);
        EXPECT_EQ(counter.fetches[Purpose::Stage1Table], 4u);
        for (unsigned n = 0; n < 16; ++n) {
            EXPECT_EQ(seen_at(n), n);
            EXPECT_TRUE(n == 3 || counter.tlb_hit) << n;
        }
        EXPECT_EQ(counter.fetches[Purpose::Stage1Table], 0u);
        EXPECT_EQ(counter.misses, 16u) << "one for each page of the micro TLB";
    });
}

TEST_F(SmmuContiguous, TLB_18_InvalidatingOnePageOfTheRunRemovesIt) {
    simulate([&] {
        start();
        for (unsigned n = 0; n < 16; ++n) ASSERT_EQ(seen_at(n), n);
        for (unsigned n = 0; n < 16; ++n) stage1.unmap(va + 0x1000 * n);
        run(arch::command<TlbiNh>(Opcode::TLBI_NH_VAA).set(TlbiNh::Address, va + 0xF000));
        for (unsigned n = 0; n < 16; ++n) EXPECT_EQ(seen_at(n), 99u);
    });
}

}  // namespace smmu::test
