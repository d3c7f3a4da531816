// Fixture of nested tests that run without and with walk caches: a device, a nested stream, and
// pages that can be told apart.
#pragma once
#include "tests/model/smmu_bench.h"

namespace smmu::test {

/// The parameter: walk caches and an IPA cache are there.
class NestedCaches : public SimTest, public ::testing::WithParamInterface<bool> {
protected:
    static constexpr uint64_t block_bytes = uint64_t{1} << 21;
    static constexpr uint64_t va = NestedBench::va;
    static constexpr uint16_t vmid = NestedBench::vmid, asid = NestedBench::asid;
    static constexpr uint32_t stream = NestedBench::stream, faulted = 0xFA17;
    /// Blocks of 2 MB of the VA and of the IPA space that nothing else is in.
    static constexpr uint64_t va_block = 0x7F'2000'0000, ipa_block = 0x2'0000'0000;

    NestedCaches() : NestedCaches(params(GetParam())) {}
    explicit NestedCaches(const Params& p) : bench(p) {
        for (uint32_t n = 0; n < 0x300; ++n) bench.ram.put(NestedBench::data_page(n), n);
    }

    static Params params(bool with_walk_caches) {
        Params p;
        if (with_walk_caches) p.walk_caches = core::by_stage({256, 4}, {256, 4}, {256, 4});
        return p;
    }
    static constexpr uint64_t page(unsigned n) { return n * arch::page_bytes; }
    static constexpr uint64_t data_ipa(unsigned n) {
        return NestedBench::data_page(n) + map::guest;
    }

    /// The number of the data page that a read finds.
    uint32_t read(uint64_t address, uint32_t who = stream) {
        uint32_t n = 0;
        return bench.device.read(of_stream(who), address, n).ok() ? n : faulted;
    }
    bool write(uint64_t address) {
        return bench.device.write(of_stream(stream), address + 0x80, uint32_t{1}).ok();
    }
    /// The next record is a fault of this kind.
    void expect_event(uint8_t id, bool stage2) {
        const auto event = bench.next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ(event->word[0] & 0xFF, id);
        EXPECT_EQ((*event)[arch::Event::S2], stage2);
    }
    /// Reads of the SMMU itself, queues left out, since this was last asked.
    unsigned table_reads() {
        unsigned count = 0;
        for (const Ram::Seen& s : bench.ram.seen)
            count += s.port == bench.ptw_port() &&
                     (s.address < map::command_queue || s.address >= map::pages);
        bench.ram.seen.clear();
        return count;
    }

    static arch::TlbiNh nh(arch::Opcode op, uint64_t address, uint16_t of_asid = asid,
                           uint16_t of_vmid = vmid) {
        using arch::TlbiNh;
        return arch::command<TlbiNh>(op)
            .set(TlbiNh::VMID, of_vmid)
            .set(TlbiNh::ASID, of_asid)
            .set(TlbiNh::Address, address & ~uint64_t{0xFFF});
    }
    static arch::TlbiS2Ipa s2_ipa(uint64_t address, uint16_t of_vmid = vmid) {
        using arch::TlbiS2Ipa;
        return arch::command<TlbiS2Ipa>(arch::Opcode::TLBI_S2_IPA)
            .set(TlbiS2Ipa::VMID, of_vmid)
            .set(TlbiS2Ipa::Address, address & ~uint64_t{0xFFF});
    }
    /// Another nested stream over the same stage 2, its CD in guest memory.
    void add_stream(uint32_t who, const RamTables& tables, uint16_t of_asid, uint16_t of_vmid,
                    bool aset = false) {
        const uint64_t cd = bench.pages.take();
        bench.ram.put(cd, NestedBench::make_cd(tables, of_asid).set(arch::Cd::ASET, aset));
        bench.put_ste(who, SmmuBench::with_stage2(SmmuBench::stage1_ste(cd + map::guest),
                                                  bench.stage2, of_vmid));
    }

    NestedBench bench;
};

inline std::string caches_name(const ::testing::TestParamInfo<bool>& info) {
    return info.param ? "WithWalkCaches" : "WithoutWalkCaches";
}

}  // namespace smmu::test
