// With TBI a VA is walked, and its tables are cached, without its top byte: an invalidation by VA,
// which names the canonical address, reaches them.  Arm IHI 0070 G.b, 3.4.1, 4.4.1.
#include "smmuv3/core/commands.h"
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

/// Steps of walks are kept, translations are not: every access walks.
class StepsOnly final : public core::Recorder {
public:
    explicit StepsOnly(core::WalkCaches& caches) : caches_(caches) {}
    void event(const arch::Event&) override {}
    void keep(const core::WalkStep& s) override { caches_.keep(s); }

private:
    core::WalkCaches& caches_;
};

class Invalidated final : public core::CommandTarget {
public:
    explicit Invalidated(core::WalkCaches& caches) : caches_(caches) {}
    void invalidate_config(arch::StreamId, arch::StreamId) override {}
    void invalidate_context(arch::StreamId, arch::SubstreamId) override {}
    void invalidate_tlb(const core::TlbScope& s) override { caches_.invalidate(s); }
    void resume(arch::StreamId, uint16_t, core::StallEnd) override {}
    void terminate_stalls(arch::StreamId) override {}

private:
    core::WalkCaches& caches_;
};

class WalkCacheTopByte : public Bench {
protected:
    static constexpr uint64_t low = 0x0000'5678'9000, high = 0xFFFF'0000'5678'9000;
    static constexpr uint64_t tag = 0xA3, pa = 0x56'789A'B000;

    WalkCacheTopByte() {
        context.stage1.map(low, pa, stage1_leaf());
        context.use_ttb1();
        context.cd.set(Cd::TBI0, true).set(Cd::TBI1, true);
        attach(context);
    }
    static uint64_t tagged(uint64_t va) { return (va & 0x00FF'FFFF'FFFF'FFFF) | tag << 56; }

    /// Table reads of a walk.
    unsigned walk(uint64_t va) {
        memory.log.clear();
        StepsOnly recorder(caches);
        core::View v = view();
        v.walk_caches = &caches;
        last = core::translate(v, access(va), memory, recorder);
        return memory.count(Purpose::Stage1Table);
    }
    /// CMD_TLBI_NH_VA, Leaf = 0, of VMID 0x0A0B and ASID 0x0C0D.
    void invalidate(uint64_t va) {
        Invalidated target(caches);
        EXPECT_EQ(core::execute({{{0x0C0D'0A0B'0000'0012, va}}}, features, {}, target),
                  arch::CommandError::None);
    }

    Context context{memory, SteConfig::S1};
    core::WalkCaches caches{core::by_stage({64, 4}, core::no_cache, core::no_cache)};
    Outcome last;
};

TEST_F(WalkCacheTopByte, AnotherTopByteFindsTheSameTables) {
    EXPECT_EQ(walk(tagged(low)), 4u);
    expect_forwarded(last, pa);
    EXPECT_EQ(walk(low), 1u);
    expect_forwarded(last, pa);
    EXPECT_EQ(walk(tagged(high)), 4u);
    EXPECT_EQ(walk(high), 1u);
}

TEST_F(WalkCacheTopByte, CMD_17_AnInvalidationByVaReachesThem) {
    for (const uint64_t va : {low, high}) {
        EXPECT_EQ(walk(tagged(va)), 4u);
        EXPECT_EQ(walk(tagged(va)), 1u);
        invalidate(va);
        EXPECT_EQ(walk(tagged(va)), 4u);
    }
}

}  // namespace
}  // namespace smmu::test
