// Stage 2: IPA to PA through the tables of an STE, and the Memory that a nested walk reads through
// it. Arm IHI 0070 G.b, 3.4, 5.2, 13.4.3; Arm ARM D8.
#pragma once
#include "smmuv3/core/access.h"
#include "smmuv3/core/config.h"
#include "smmuv3/core/memory.h"
#include "smmuv3/core/permissions.h"
#include "smmuv3/core/physical_tables.h"
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

/// STE.S2PTW: tables and CDs must not lie where stage 2 maps a device.
constexpr bool is_protected_walk(const Stage2Config& config, const Stage2Input& input,
                                 const Stage2Attributes& attributes) {
    return config.protected_walk && maps_device(attributes) &&
           input.on_behalf != arch::FaultClass::In;
}

/// What the IPA cache has, where that is enough; else nullptr.
inline const TlbEntry* find_cached(const Stage2Config& config, const Stage2Input& input,
                                   const WalkUse& use) {
    if (!use.caches || !use.caches->keeps_ipas() || (input.ipa & ~config.root.input_mask) != 0)
        return nullptr;
    const TlbEntry* const e = use.caches->find_ipa(use.tag2, input.ipa);
    const bool is_enough = e && e->permissions2().allow(input.wanted.permissions) &&
                           !is_protected_walk(config, input, e->attributes2());
    use.recorder->looked_up(CacheKind::Ipa, is_enough);
    if (!is_enough) return nullptr;
    if (use.caches->note_use()) use.recorder->hit_ipa(unpacked(*e));
    return e;
}

/// Walks stage 2 and checks what it grants; false: `why` says why not, with S2, CLASS and the IPA.
bool walk_stage2(const Stage2Config& config, const Stage2Input& input, Memory& memory,
                 const WalkUse& use, Stage2Result& result, Fault& why);

/// The same of which the IPA cache knows nothing.
bool walk_stage2_tables(const Stage2Config& config, const Stage2Input& input, Memory& memory,
                        const WalkUse& use, Stage2Result& result, Fault& why);
/// The end of such a walk: what its leaf grants.  The leaf may have to be found again.
bool take_stage2(const Stage2Config& config, const Stage2Input& input, const Leaf& leaf,
                 PhysicalTables<Purpose::Stage2Table>& tables, const WalkUse& use,
                 Stage2Result& result, Fault& why);

/// The SMMU's own access to a table or CD: privileged Data.
constexpr Stage2Input table_input(uint64_t ipa, arch::FaultClass on_behalf, arch::StreamId stream,
                                  bool write) {
    return {ipa, on_behalf, stream, {needed(write, true, false), false, write}};
}
/// How it goes out.  Where stage 2 maps a device, reads of tables may be Normal Non-cacheable
/// (IDR3.PTWNNC).
arch::MemoryAttributes attributes_of_table(const Stage2Config& config,
                                           const arch::MemoryAttributes& in,
                                           const Stage2Attributes& page);

/// A fault of stage 2.
constexpr Fault at_stage2(Fault f, const Stage2Input& input) {
    f.stage2 = true;
    f.why = input.on_behalf;
    f.ipa = input.ipa;
    return f;
}

/// Memory as stage 1 of a nested stream sees it: addresses are IPAs, translated before they are
/// accessed.
class Stage2Memory final : public Memory {
public:
    /// For a transaction of that stream.
    Stage2Memory(const Stage2Config& config, arch::StreamId stream, Memory& physical,
                 const WalkUse& use)
        : config_(config), stream_(stream), physical_(physical), use_(use) {}

    MemoryResult read(const MemoryAccess& access, uint64_t* words) override;
    MemoryResult compare_and_swap(const MemoryAccess& access, uint64_t expected, uint64_t desired,
                                  uint64_t& found) override;

private:
    /// Where it goes; false: refusal() says why nowhere.
    bool translate(const MemoryAccess& access, bool write, MemoryAccess& physical);

    const Stage2Config& config_;
    const arch::StreamId stream_;
    Memory& physical_;
    const WalkUse& use_;
};

}  // namespace smmu::core
