// Fixture of substream tests: a stream whose STE points to a table of CDs, each of which maps one
// address to a page of its own.
#pragma once
#include "tests/core/bench.h"

namespace smmu::test {

using arch::L1Cd;
using arch::S1Default;
using arch::S1Format;

class SubstreamBench : public Bench {
protected:
    static constexpr uint64_t va = 0x1234'5000;
    /// Where CD tables lie: physical addresses, or IPAs with stage 2, which maps them to `moved`.
    static constexpr uint64_t table = 0x4'0000'0000, level2 = 0x5'0000'0000;
    static constexpr uint64_t displacement = 0x10'0000'0000;

    /// What the CD of a substream maps `va` to.
    static constexpr uint64_t page_of(uint32_t ssid) {
        return 0x2'0000'0000 + 0x1000 * uint64_t{ssid};
    }

    /// The stream, with 2^cd_max CDs.
    Context& make(SteConfig config, uint8_t cd_max, S1Format format = S1Format::Linear,
                  S1Default s1dss = S1Default::Terminate) {
        const uint64_t area = 0x4000'0000 + 0x0400'0000 * contexts_.size();
        contexts_.push_back(std::make_unique<Context>(memory, config, area));
        Context& c = *contexts_.back();
        c.ste.set(Ste::S1ContextPtr, table).set(Ste::S1CDMax, cd_max).set(Ste::S1Fmt, format);
        c.ste.set(Ste::S1DSS, s1dss);
        put(stream, c.ste);
        return c;
    }
    /// Where something at an address of the table really is.
    static uint64_t physical(const Context& c, uint64_t address) {
        return c.nested ? address + displacement : address;
    }
    void map_stage2(Context& c, uint64_t address) {
        if (c.nested) c.stage2.map(address, physical(c, address), stage2_leaf());
    }
    /// A CD for `ssid` at that address.
    void put_cd(Context& c, uint64_t address, uint32_t ssid) {
        Tables tables(
            memory, [&c](uint64_t bytes) { return c.allocate_stage1(bytes); }, c.stage1.layout());
        tables.map(va, page_of(ssid), stage1_leaf());
        map_stage2(c, page_of(ssid));
        map_stage2(c, address);
        const auto asid = static_cast<uint16_t>(0x100 + ssid);
        memory.put(physical(c, address), Cd{c.cd}.set(Cd::TTB0, tables.root()).set(Cd::ASID, asid));
    }
    void put_l1cd(Context& c, uint64_t address, uint64_t l2ptr) {
        map_stage2(c, address);
        memory.put(physical(c, address), L1Cd{}.set(L1Cd::V, true).set(L1Cd::L2Ptr, l2ptr));
    }

    Access of(uint32_t ssid) const { return substream(access(va), ssid); }
    void expect_cd(const Context& c, const Access& a, uint32_t ssid) {
        const uint64_t page = page_of(ssid);
        expect_forwarded(cold(a), physical(c, page) | (a.address & 0xFFF));
    }
    /// Nothing but the STE was read.
    void expect_refused(const Access& a, EventId id) {
        expect_aborted(cold(a), id);
        EXPECT_EQ(memory.log.size(), 1u);
        EXPECT_TRUE(recorded.configurations.empty());
    }
    /// Address of the latest read for that purpose.
    uint64_t read_at(Purpose purpose) const {
        for (auto s = memory.log.rbegin(); s != memory.log.rend(); ++s)
            if (s->purpose == purpose) return s->address;
        return ~uint64_t{0};
    }

    static constexpr SteConfig with_stage1[] = {SteConfig::S1, SteConfig::S1S2};

private:
    std::vector<std::unique_ptr<Context>> contexts_;
};

}  // namespace smmu::test
