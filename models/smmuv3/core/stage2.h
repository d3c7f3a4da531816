// Stage 2: IPA to PA through the tables of an STE, and the Memory that a nested walk reads through
// it. Arm IHI 0070 G.b, 3.4, 5.2, 13.4.3; Arm ARM D8.
#pragma once
#include "smmuv3/core/access.h"
#include "smmuv3/core/config.h"
#include "smmuv3/core/memory.h"
#include "smmuv3/core/permissions.h"
#include "smmuv3/core/walk.h"

namespace smmu::core {

/// What stage 2 says of the page that holds an IPA.
struct Stage2Result {
    uint64_t output = 0;  ///< of the address itself
    unsigned shift = 0;   ///< log2 of the page's or block's size
    Stage2Attributes attributes{};
    Permissions permissions{};  ///< without Write if it has yet to become dirty
};

/// An IPA to translate and for whom: the transaction itself, a stage-1 descriptor read, or a CD
/// fetch.
struct Stage2Input {
    uint64_t ipa = 0;
    arch::FaultClass on_behalf = arch::FaultClass::In;
    arch::StreamId stream{0};
    Wanted wanted{};  ///< `writes` of a table: a descriptor update
};

/// Walks stage 2 and checks what it grants; false: `why` says why not, with S2, CLASS and the IPA.
bool walk_stage2(const Stage2Config& config, const Stage2Input& input, Memory& memory,
                 const WalkUse& use, Stage2Result& result, Fault& why);

/// Memory as stage 1 of a nested stream sees it: addresses are IPAs, translated before they are
/// read.
class Stage2Memory final : public Memory {
public:
    Stage2Memory(const Stage2Config& config, Memory& physical, const WalkUse& use)
        : config_(config), physical_(physical), use_(use) {}

    MemoryResult read(const MemoryAccess& access, uint64_t* words) override;
    MemoryResult compare_and_swap(const MemoryAccess& access, uint64_t expected, uint64_t desired,
                                  uint64_t& found) override;

private:
    /// From IPA to PA; false: refusal() says why not.
    bool translate(const MemoryAccess& access, bool write, MemoryAccess& physical);
    arch::MemoryAttributes attributes_of_table(const arch::MemoryAttributes& in,
                                               const Stage2Attributes& page) const;

    const Stage2Config& config_;
    Memory& physical_;
    const WalkUse& use_;

    /// What attributes_of_table() said: mostly the tables of a walk are alike.
    struct Combination {
        arch::MemoryAttributes in{};
        Stage2Attributes page{};
        arch::MemoryAttributes result{};
        bool is_valid = false;

        bool is_of(const arch::MemoryAttributes& a, const Stage2Attributes& p) const {
            return is_valid && in == a && memcmp(&page, &p, sizeof p) == 0;
        }
    } latest_;
};
static_assert(sizeof(Stage2Attributes) == 4, "compared byte by byte: it must have no padding");

}  // namespace smmu::core
