// How many descriptors a nested walk reads, cold and with each walk cache warm, for every granule and
// start level at both stages: closed forms.
#include "tests/core/granules.h"

namespace smmu::test {
namespace {

using core::Geometry;
using core::no_cache;
using core::WalkCaches;
using core::WalkGeometry;

/// Keeps all but whole translations: each access walks.
class Keeping final : public core::Recorder {
public:
    Keeping(core::ConfigCache& configs, WalkCaches& walks) : configs_(configs), walks_(walks) {}
    void event(const arch::Event& e) override { events.push_back(e); }
    void fill(const core::ConfigKey& key, const core::StreamConfig& config) override {
        configs_.fill(key, config);
    }
    void fill(const core::Translation&) override {}
    void keep(const core::WalkStep& s) override { walks_.keep(s); }
    void keep_ipa(const core::Translation& t) override { walks_.keep_ipa(t); }
    std::vector<arch::Event> events;

private:
    core::ConfigCache& configs_;
    WalkCaches& walks_;
};

constexpr Geometry on{512, 4, {}};
WalkGeometry unified() {
    WalkGeometry g;
    g.unified = on;
    return g;
}
WalkGeometry unified_with_ipas() {
    WalkGeometry g = unified();
    g.ipa = on;
    return g;
}

/// n1, n2: descriptors on the way of one walk of stage 1, of stage 2.
struct Form {
    const char* name;
    WalkGeometry caches;
    unsigned (*reads)(unsigned n1, unsigned n2);
};
const Form forms[] = {
    {"none", {}, [](unsigned n1, unsigned n2) { return (n1 + 1) * (n2 + 1) - 1; }},
    {"stage 1", core::by_stage(on, no_cache, no_cache),
     [](unsigned, unsigned n2) { return n2 + 1 + n2; }},  // the last table's IPA, it, the page's
    {"stage 2", core::by_stage(no_cache, on, no_cache),
     [](unsigned n1, unsigned) { return 2 * n1 + 1; }},  // one of stage 2 for each of stage 1
    {"IPAs", core::by_stage(no_cache, no_cache, on),
     [](unsigned n1, unsigned n2) { return n1 + n2; }},  // only the page's own IPA is new
    {"stage 1 and 2", core::by_stage(on, on, no_cache), [](unsigned, unsigned) { return 3u; }},
    {"stage 1 and IPAs", core::by_stage(on, no_cache, on),
     [](unsigned, unsigned n2) { return 1 + n2; }},
    {"stage 2 and IPAs", core::by_stage(no_cache, on, on),
     [](unsigned n1, unsigned) { return n1 + 1; }},
    {"all", core::by_stage(on, on, on), [](unsigned, unsigned) { return 2u; }},
    {"one for both", unified(), [](unsigned, unsigned) { return 3u; }},
    {"one for both, and IPAs", unified_with_ipas(), [](unsigned, unsigned) { return 2u; }},
};

class ClosedForms : public GranuleBench {
protected:
    // Another page of either granule, under the same tables.
    static constexpr uint64_t next = 0x1'0000;
    static constexpr uint64_t va = 0, ipa = 0x01F0'0000, pa = 0x0000'0056'789A'0000;

    /// Table reads of one access.
    unsigned walk(uint64_t address, WalkCaches& walks) {
        memory.log.clear();
        Keeping recorder(configs, walks);
        core::View v = view();
        v.walk_caches = walks.is_on() ? &walks : nullptr;
        expect_forwarded(core::translate(v, access(address), memory, recorder), pa + address);
        EXPECT_TRUE(recorder.events.empty());
        return memory.count(Purpose::Stage1Table) + memory.count(Purpose::Stage2Table);
    }
};

TEST_F(ClosedForms, OfEveryPairOfStartLevelsWithEachWalkCacheWarm) {
    for (const Start& one : stage1_starts)
        for (const Start& two : stage2_starts) {
            Context c(memory, SteConfig::S1S2, 0x4000'0000, shape(one, two));
            for (const uint64_t offset : {uint64_t{0}, next}) {
                c.stage1.map(va + offset, ipa + offset, stage1_leaf());
                c.stage2.map(ipa + offset, pa + offset, stage2_leaf());
            }
            attach(c);
            for (const Form& form : forms) {
                SCOPED_TRACE(::testing::Message() << one << " over " << two << ": " << form.name);
                configs.invalidate_all();
                WalkCaches walks(form.caches);
                walk(va, walks);
                EXPECT_EQ(walk(va + next, walks), form.reads(one.reads(), two.reads()));
            }
        }
}

}  // namespace
}  // namespace smmu::test
