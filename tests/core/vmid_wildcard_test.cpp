// CR0.VMW: how many low bits of a VMID an invalidation leaves out, and that a lookup never does.
// Arm IHI 0070 G.b, 3.17.6, 6.3.9; names carry the rule of the check list.
#include "tests/core/bench.h"
#include "tests/core/tlb_letters.h"

namespace smmu::test {
namespace {

constexpr uint64_t page = 0x0000'1234'5678'9000;
constexpr uint16_t first_vmid = 0x0A00;

/// One entry of each kind for 32 VMIDs in a row: a and A for the first, b and B for the next ...
class VmidWildcard : public TlbLetters {
protected:
    VmidWildcard() {
        for (uint16_t i = 0; i < 26; ++i) {
            const auto vmid = static_cast<uint16_t>(first_vmid + i);
            const auto nested = static_cast<char>('a' + i), stage2 = static_cast<char>('A' + i);
            letters.push_back({nested, StreamWorld::El1, Stages::Both, vmid, 1, false, page});
            letters.push_back({stage2, StreamWorld::El1, Stages::Two, vmid, 0, false, page});
        }
        // EL2 has no VMIDs to match.
        letters.push_back({'0', StreamWorld::El2, Stages::One, 0, 0, false, page});
        letters.push_back({'1', StreamWorld::El2E2h, Stages::One, 0, 1, false, page});
    }
    /// The letters of the VMIDs from `from` to `to`.
    static std::string range(char from, char to, bool nested, bool stage2) {
        std::string s;
        for (char c = from; c <= to; ++c) {
            if (nested) s += c;
            if (stage2) s += static_cast<char>(c - 'a' + 'A');
        }
        return s;
    }
    /// Sets CR0.VMW as software does, and takes what the SMMU makes of it.
    void set_vmw(uint32_t vmw) {
        registers_.write(0x0020, 4, vmw << 6);
        registers_.acknowledge_control();
        controls.vmid_mask = registers_.vmid_mask();
    }

private:
    core::RegisterFile registers_{features};
};

TEST_F(VmidWildcard, CMD_26_TLB_04_REG_12_EveryCommandThatMatchesAVmid) {
    struct Row {
        uint32_t vmw;
        char from, to;  ///< around VMID 0x0A0B, letter l
    };
    for (const Row& r : {Row{0, 'l', 'l'}, Row{1, 'k', 'l'}, Row{2, 'i', 'l'}, Row{3, 'i', 'p'},
                         Row{4, 'a', 'p'}, Row{5, 'l', 'l'}, Row{6, 'l', 'l'}, Row{7, 'l', 'l'}}) {
        SCOPED_TRACE(r.vmw);
        set_vmw(r.vmw);
        const std::string nested = range(r.from, r.to, true, false);
        EXPECT_EQ(removes(0x0000'0A0B'0000'0010), nested);                           // NH_ALL
        EXPECT_EQ(removes(0x0001'0A0B'0000'0011), nested);                           // NH_ASID
        EXPECT_EQ(removes(0x0001'0A0B'0000'0012, page), nested);                     // NH_VA
        EXPECT_EQ(removes(0x0000'0A0B'0000'0013, page), nested);                     // NH_VAA
        EXPECT_EQ(removes(0x0000'0A0B'0000'0028), range(r.from, r.to, true, true));  // S12_VMALL
        EXPECT_EQ(removes(0x0000'0A0B'0000'002A, page), range(r.from, r.to, false, true));
        EXPECT_EQ(removes(0x0000'0A0B'0000'1013, page | 1 << 10), nested);  // a range
        // Other parameters still count, and other high bits.
        EXPECT_EQ(removes(0x0002'0A0B'0000'0011), "");
        EXPECT_EQ(removes(0x0000'0A0B'0000'0013, page + 0x1000), "");
        EXPECT_EQ(removes(0x0000'0B0B'0000'0010), "");
        EXPECT_EQ(removes(0x0000'0A2B'0000'0010), "");
        EXPECT_EQ(removes(0x20), "01");  // EL2_ALL
    }
}

TEST_F(VmidWildcard, CMD_26_TheGroupIsThatOfTheCommand) {
    set_vmw(4);
    EXPECT_EQ(removes(0x0000'0A1F'0000'0010), range('q', 'z', true, false));
    set_vmw(2);
    EXPECT_EQ(removes(0x0000'0A00'0000'0010), "abcd");
    EXPECT_EQ(removes(0x0000'0A03'0000'0010), "abcd");
    EXPECT_EQ(removes(0x0000'0A04'0000'0010), "efgh");
}

TEST_F(VmidWildcard, REG_12_REG_30_WithoutTheFeatureItIsExact) {
    features.vmid_wildcard = false;
    set_vmw(4);
    EXPECT_EQ(removes(0x0000'0A0B'0000'0010), "l");
    features.vmid_wildcard = true;
    features.stage2 = false;  // IDR0.VMW is RES0
    set_vmw(4);
    EXPECT_EQ(controls.vmid_mask, 0xFFFF);
}

// Two VMIDs of one group are two address spaces.
class VmidLookup : public Bench {};

TEST_F(VmidLookup, TLB_04_REG_12_ALookupComparesAllBits) {
    write(arch::Cr0::offset, 0b1101 | 4 << 6);
    for (const SteConfig config : {SteConfig::S1, SteConfig::S2, SteConfig::S1S2}) {
        configs.invalidate_all();
        tlb.invalidate_all();
        Context one(memory, config), two(memory, config, 0x8000'0000);
        for (Context* c : {&one, &two}) {
            const uint64_t pa = c == &one ? 0x9000 : 0xF000;
            c->stage1.map(0x1000, c->nested ? 0x5000 : pa, stage1_leaf());
            c->stage2.map(config == SteConfig::S2 ? 0x1000 : 0x5000, pa, stage2_leaf());
        }
        attach(one);
        two.ste.set(Ste::S2VMID, 0x0A0A);
        put(arch::StreamId{7}, two.ste);
        EXPECT_EQ(warm(access(0x1000)).address, 0x9000u);
        Access other = access(0x1000);
        other.stream = arch::StreamId{7};
        EXPECT_EQ(warm(other).address, 0xF000u);
        EXPECT_EQ(recorded.tlb_lookups.misses, 1u);
        EXPECT_EQ(warm(access(0x1000)).address, 0x9000u);
        EXPECT_EQ(recorded.tlb_lookups.hits, 1u);
    }
}

}  // namespace
}  // namespace smmu::test
