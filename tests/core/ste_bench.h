// Fixture of STE tests: one stream, and what an STE that was changed makes of its access.
#pragma once
#include <memory>
#include <vector>

#include "tests/core/bench.h"

namespace smmu::test {

class SteBench : public Bench {
protected:
    static constexpr uint64_t va = 0x1234'5000, ipa = 0x2345'6000, pa = 0x3456'7000;

    struct Case {
        const char* why;
        void (*change)(Ste&);
    };

    /// A stream with that configuration that translates `va` to `pa`.
    Context& make(SteConfig config) {
        const uint64_t area = 0x4000'0000 + 0x0800'0000 * contexts_.size();
        contexts_.push_back(std::make_unique<Context>(memory, config, area));
        Context& c = *contexts_.back();
        const bool s1 = has_stage1(config), s2 = has_stage2(config);
        c.stage1.map(va, s2 ? ipa : pa, stage1_leaf());
        c.stage2.map(s1 ? ipa : va, pa, stage2_leaf());
        return c;
    }
    Outcome with(SteConfig config, void (*change)(Ste&)) {
        Context& c = make(config);
        change(c.ste);
        attach(c);
        return read(va);
    }
    void expect_bad(SteConfig config, const Case& bad) {
        SCOPED_TRACE(bad.why);
        expect_aborted(with(config, bad.change), EventId::C_BAD_STE);
        EXPECT_EQ(memory.log.size(), 1u) << "nothing is read beyond the STE";
        EXPECT_TRUE(recorded.configurations.empty()) << "an ILLEGAL STE is not cached";
    }
    void expect_good(SteConfig config, const Case& good) {
        SCOPED_TRACE(good.why);
        expect_forwarded(with(config, good.change),
                         config == SteConfig::Bypass ? uint64_t{va} : uint64_t{pa});
    }

private:
    std::vector<std::unique_ptr<Context>> contexts_;
};

inline constexpr SteConfig translating[] = {SteConfig::S1, SteConfig::S2, SteConfig::S1S2};
inline constexpr SteConfig with_stage2[] = {SteConfig::S2, SteConfig::S1S2};

}  // namespace smmu::test
