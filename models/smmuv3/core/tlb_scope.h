// What an invalidation reaches.  Arm IHI 0070 G.b, 4.4.
#pragma once
#include "smmuv3/core/translation.h"

namespace smmu::core {

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

    bool operator==(const TlbScope& o) const {
        return el2 == o.el2 && vmid == o.vmid && vmid_mask == o.vmid_mask && by_vmid == o.by_vmid &&
               by_asid == o.by_asid && asid == o.asid && with_globals == o.with_globals &&
               by_address == o.by_address && first == o.first && last == o.last &&
               entries == o.entries && leaf_only == o.leaf_only;
    }
};

/// The invalidation reaches this translation.
bool is_in(const Translation& t, const TlbScope& scope);

}  // namespace smmu::core
