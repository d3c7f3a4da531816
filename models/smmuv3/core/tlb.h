// The main TLB: translations of whole pages and blocks, tagged as the architecture tags them.
// Arm IHI 0070 G.b, 3.17 and 4.4.
#pragma once
#include "smmuv3/arch/desc.h"
#include "smmuv3/arch/types.h"
#include "smmuv3/core/attributes.h"
#include "smmuv3/core/permissions.h"
#include "smmuv3/core/set_associative.h"

namespace smmu::core {

/// Whose translation it is: StreamWorld, VMID, ASID and which stages took part.
struct TlbTag {
    arch::Vmid vmid{0};  ///< 0 in EL2 StreamWorlds
    arch::Asid asid{0};  ///< counts with stage1, unless the translation is global; 0 in EL2
    arch::StreamWorld world = arch::StreamWorld::El1;
    bool asid_set = false;  ///< CD.ASET: globals match within their set only
    bool stage1 = false;
    bool stage2 = false;
};

/// One translation.  Stage-1 and stage-2 permissions and attributes are kept apart: an access is
/// checked against both, and what comes out also depends on what comes in.
struct Translation {
    uint64_t input = 0;  ///< first address of the page
    uint64_t output = 0;
    TlbTag tag{};
    bool global = false;
    uint8_t shift = 0;  ///< log2 of its size: the smaller of the two stages'; 0: no translation
    uint8_t leaf_shift = 0;  ///< log2 of the leaf of its first stage, which it was cut from
    Permissions permissions1{};
    Permissions permissions2{};
    Stage1Attributes attributes1{};
    Stage2Attributes attributes2{};

    bool holds(uint64_t address) const { return shift != 0 && (address ^ input) >> shift == 0; }
    uint64_t translate(uint64_t address) const {
        return output | (address & ((uint64_t{1} << shift) - 1));
    }
    bool allows(uint8_t needed) const {
        return (!tag.stage1 || permissions1.allow(needed)) &&
               (!tag.stage2 || permissions2.allow(needed));
    }
};
static_assert(sizeof(Translation) <= 48);

/// An invalidation by address and tag (CMD_TLBI_*).
struct TlbScope {
    bool el2 = false;  ///< of EL2 and EL2-E2H; else of EL1
    arch::Vmid vmid{0};
    uint16_t vmid_mask = 0xFFFF;  ///< bits of the VMID that count (CR0.VMW)
    bool by_vmid = true;
    bool by_asid = false;
    arch::Asid asid{0};
    bool with_globals = true;  ///< by_asid: also global entries (NH_VA, not NH_ASID)
    bool by_address = false;
    uint64_t first = 0, last = 0;  ///< by_address: every entry that holds one of these
    enum : uint8_t { Stage1, Stage2Only, Nested, All } entries = All;
    bool leaf_only = false;  ///< Leaf: cached tables may stay
};

/// The invalidation reaches this translation.
bool is_in(const Translation& t, const TlbScope& scope);

class Tlb {
public:
    explicit Tlb(Geometry g) : entries_(g) {}

    bool is_on() const { return entries_.is_on(); }

    /// The translation of an address under a tag.  Permissions are the caller's to check.
    const Translation* find(const TlbTag& tag, uint64_t address) const;
    /// A translation that find() gave has answered.
    void use(const Translation& t) { entries_.use(t); }
    void fill(const Translation& t);

    void invalidate(const TlbScope& scope);
    void invalidate_all() {
        entries_.clear();
        sizes_ = 0;
    }

private:
    SetAssociative<Translation> entries_;
    uint64_t sizes_ = 0;  ///< bit n: there may be entries of 2^n bytes
};

}  // namespace smmu::core
