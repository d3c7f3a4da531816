// An access that must change nothing: its recorder keeps nothing, and its memory only reads.
#include "smmuv3/core/msi.h"
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

/// Forgets everything but events.
class EventsOnly final : public core::Recorder {
public:
    void event(const arch::Event& e) override { events.push_back(e); }
    std::vector<arch::Event> events;
};

/// Reads what another memory holds.
class ReadOnly final : public core::Memory {
public:
    explicit ReadOnly(FakeMemory& behind) : behind_(behind) {}
    core::MemoryResult read(const core::MemoryAccess& access, uint64_t* words) override {
        return behind_.read(access, words);
    }

private:
    FakeMemory& behind_;
};

class DebugAccess : public Bench {
protected:
    static constexpr uint64_t va = 0x1234'5000, ipa = 0xAB'C000, pa = 0x56'789A'B000;

    DebugAccess() {
        features.httu = 2;
        context.stage1.map(va, ipa, stage1_leaf());
        context.stage2.map(ipa, pa, stage2_leaf());
        attach(context);
    }
    /// Everything cached that can be.
    core::View with_walk_caches() const {
        core::View v = view();
        v.walk_caches = &walk_caches;
        return v;
    }
    Outcome peek(core::Memory& from) {
        memory.log.clear();
        return core::translate(with_walk_caches(), access(va), from, nothing);
    }

    Context context{memory};
    core::WalkCaches walk_caches{core::by_stage({64, 4}, {64, 4}, {64, 4})};
    EventsOnly nothing;
    ReadOnly read_only{memory};
};

TEST_F(DebugAccess, LeavesNothingInAnyCache) {
    const Outcome first = peek(memory);
    EXPECT_EQ(first.address, pa);
    const size_t reads = memory.log.size();
    EXPECT_EQ(reads,
              30u);  // STE, CD and 4 for its address, 4 of stage 1 with 4 each, 4 for the page
    const Outcome again = peek(memory);
    EXPECT_EQ(again.address, pa);
    EXPECT_EQ(memory.log.size(), reads);
    EXPECT_TRUE(nothing.events.empty());
}

TEST_F(DebugAccess, HTTU_21_WhereMemoryDoesNotUpdateTheWalkIsAborted) {
    context.cd.set(Cd::HA, true);
    context.stage1.map(va, ipa, stage1_leaf().set(arch::Stage1Leaf::AF, false));
    attach(context);
    const uint64_t leaf = context.stage1.slot(va, 3);
    const uint64_t before = memory.word(leaf);
    const Outcome o = peek(read_only);
    EXPECT_EQ(o.action, Action::Abort);
    ASSERT_EQ(nothing.events.size(), 1u);
    EXPECT_EQ(nothing.events[0][arch::Event::Id], EventId::F_WALK_EABT);
    EXPECT_EQ(nothing.events[0][arch::Event::FetchAddr], leaf);
    EXPECT_EQ(memory.word(leaf), before);
}

TEST_F(DebugAccess, WhereMemoryDoesNotTakeWritesAnMsiIsAborted) {
    const core::Msi msi{true, 0x0808'0040, 0x55, arch::default_attributes};
    EXPECT_FALSE(core::send(msi, read_only));
    EXPECT_TRUE(memory.log.empty());
    EXPECT_TRUE(core::send(msi, memory));
    ASSERT_EQ(memory.log.size(), 1u);
    EXPECT_TRUE(memory.log[0].is_write);
}

}  // namespace
}  // namespace smmu::test
