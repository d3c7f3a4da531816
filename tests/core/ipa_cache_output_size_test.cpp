// A stage-2 block may be larger than what S2PS lets out: 4TB of a 64KB table and 32 bits.  The cache
// of IPAs answers for its lower part only, and an invalidation of any of its addresses removes it.
// Arm IHI 0070 G.b, 3.4, 4.4.3.1, 5.2.
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

/// IPAs are kept, translations are not: every access walks.
class IpasOnly final : public core::Recorder {
public:
    explicit IpasOnly(core::WalkCaches& caches) : caches_(caches) {}
    void event(const arch::Event& e) override { events.push_back(e); }
    void keep_ipa(const core::Translation& t) override { caches_.keep_ipa(t); }
    std::vector<arch::Event> events;

private:
    core::WalkCaches& caches_;
};

class IpaCacheOutputSize : public Bench {
protected:
    static constexpr uint64_t table = 0x5000'0000, inside = 0xFFFF'F000, outside = 0x1'0000'0000;

    IpaCacheOutputSize() {
        features.output_address_bits = 52;
        features.granule_64k = true;
        context.ste.set(Ste::S2TG, 0b01).set(Ste::S2T0SZ, 16).set(Ste::S2SL0, 2).set(Ste::S2PS, 0);
        put(stream, context.ste.set(Ste::S2TTB, table));
        memory.poke(table, stage2_leaf().word[0] | 0b01);  // one block at level 1, from 0 to 0
    }
    Outcome walk(uint64_t ipa) {
        memory.log.clear();
        IpasOnly recorder(caches);
        core::View v = view();
        v.walk_caches = &caches;
        const Outcome o = core::translate(v, access(ipa), memory, recorder);
        events = recorder.events;
        return o;
    }
    /// CMD_TLBI_S2_IPA of an address that the cache does not answer for.
    static core::TlbScope s2_ipa() {
        core::TlbScope s;
        s.vmid = arch::Vmid{0x0A0B};
        s.entries = core::TlbScope::Stage2Only;
        s.by_address = true;
        s.first = s.last = outside;
        return s;
    }
    unsigned reads() const { return memory.count(Purpose::Stage2Table); }

    Context context{memory, SteConfig::S2};
    core::WalkCaches caches{core::by_stage(core::no_cache, core::no_cache, {64, 4})};
    std::vector<arch::Event> events;
};

TEST_F(IpaCacheOutputSize, ADDR_10_BeyondS2psNothingIsCached) {
    EXPECT_EQ(walk(inside).address, inside);
    EXPECT_EQ(reads(), 1u);
    EXPECT_EQ(walk(inside - 0x1000).address, inside - 0x1000);
    EXPECT_EQ(reads(), 0u);

    const Outcome o = walk(outside);
    EXPECT_EQ(o.action, Action::Abort);
    EXPECT_EQ(o.event, EventId::F_ADDR_SIZE);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_TRUE(events[0][arch::Event::S2]);
    EXPECT_EQ(events[0][arch::Event::IPA], outside);
}

TEST_F(IpaCacheOutputSize, TLB_18_AnyAddressOfTheBlockRemovesIt) {
    walk(inside);
    caches.invalidate(s2_ipa());
    walk(inside);
    EXPECT_EQ(reads(), 1u);
}

TEST_F(IpaCacheOutputSize, TLB_18_AnyAddressOfTheBlockRemovesTranslationsMadeOfIt) {
    walk(inside);
    core::View v = view();
    v.walk_caches = &caches;
    memory.log.clear();
    Recording filling(configs, tlb);
    core::translate(v, access(inside), memory, filling);
    EXPECT_EQ(reads(), 0u);
    tlb.invalidate(s2_ipa());
    Recording asking;
    core::translate(v, access(inside), memory, asking);
    EXPECT_EQ(asking.tlb_lookups.hits, 0u);
}

}  // namespace
}  // namespace smmu::test
