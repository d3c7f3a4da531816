// What an STE and a CD mean, decoded and checked: every C_BAD_STE and C_BAD_CD is decided here.
// Arm IHI 0070 G.b, 5.2.2 and 5.4.2.
#pragma once
#include <stddef.h>
#include <string.h>

#include "smmuv3/arch/cd.h"
#include "smmuv3/arch/ste.h"
#include "smmuv3/arch/types.h"
#include "smmuv3/core/attributes.h"
#include "smmuv3/core/fault.h"
#include "smmuv3/core/features.h"
#include "smmuv3/core/leaf_restrictions.h"
#include "smmuv3/core/table_root.h"
#include "smmuv3/core/translation.h"

namespace smmu::core {

/// One half of the VA space: TTB0 below, TTB1 above.
struct Stage1Half {
    bool disabled = true;           ///< EPDx
    bool top_byte_ignored = false;  ///< TBIx
    bool privileged_only = false;   ///< E0PDx
    /// The bits of a VA above the range that its tables resolve, and what they must be (3.4.1).
    uint64_t bits_above = 0, bits_above_are = 0;
    TableRoot root{};
};

struct Stage1Config {
    Stage1Half half[2];
    const Stage1Half& half_of(uint64_t va) const {
        return half[has_upper_half ? arch::bits(va, 55, 55) : 0];
    }
    uint64_t mair = 0;
    arch::Asid asid{0};
    bool asid_set = false;                 ///< ASET
    bool has_privilege = true;             ///< EL1, EL2-E2H: privilege counts; EL2: it does not
    bool has_upper_half = true;            ///< EL1, EL2-E2H: TTB1; EL2: TTB0 alone
    bool access_flag_faults = true;        ///< !AFFD, where HA does not make it irrelevant
    bool update_access_flag = false;       ///< HA
    bool update_dirty_state = false;       ///< HD, which counts with HA only
    bool write_execute_never = false;      ///< WXN
    bool privileged_access_never = false;  ///< PAN
    bool execute_counts_for_pan = false;   ///< EPAN
    bool abort = true;                     ///< A: abort a faulting transaction, else RAZ/WI
    bool record = true;                    ///< R: record its event
    bool stall = false;                    ///< S: stall it, whatever A and R say
    /// Of a leaf, by LeafRestrictions::of() it.
    Permissions permissions[LeafRestrictions::count]{};
};

struct Stage2Config {
    TableRoot root{};
    bool access_flag_faults = true;   ///< !S2AFFD, where S2HA does not make it irrelevant
    bool update_access_flag = false;  ///< S2HA
    bool update_dirty_state = false;  ///< S2HD, which counts with S2HA only
    bool protected_walk = false;      ///< S2PTW
    bool forced_write_back = false;   ///< S2FWB
    bool device_walk_is_nc = false;   ///< IDR3.PTWNNC: unless protected
    bool no_tag_access = false;       ///< IDR3.MTEPERM: MemAttr has NoTagAccess encodings
    bool record = true;               ///< S2R
    bool stall = false;               ///< S2S
};

/// All that decides what a leaf of 4KB tables grants, and how its attributes read: the flags down to
/// S2R.
inline uint64_t rules(const Stage2Config& config) {
    constexpr size_t first = offsetof(Stage2Config, access_flag_faults);
    static_assert(offsetof(Stage2Config, record) - first == sizeof(uint64_t) - 1);
    uint64_t word;
    memcpy(&word, reinterpret_cast<const char*>(&config) + first, sizeof word);
    return word;
}

/// Which stages a walk goes through.
struct Stages {
    bool first = false, second = false;
};

/// All that the SMMU needs to know of a stream (and substream) to translate its transactions.
struct StreamConfig {
    arch::SteConfig config = arch::SteConfig::Abort;   ///< what S1DSS leaves of STE.Config
    arch::SteConfig written = arch::SteConfig::Abort;  ///< STE.Config
    arch::StreamWorld world = arch::StreamWorld::El1;
    arch::Vmid vmid{0};
    bool stage1_stall_disabled = false;           ///< S1STALLD
    arch::AtsMode ats = arch::AtsMode::Disabled;  ///< EATS, whatever CR0.ATSCHK makes of it
    bool pasid_in_responses = false;              ///< PPAR
    Overrides overrides{};
    Stages stages{};        ///< that translate: has_stage1(config), has_stage2(config)
    TlbTag tag1{};          ///< of its translations and its tables of stage 1; counts with the CD
    TlbTag tag2{};          ///< of its tables of stage 2: they belong to the VMID alone
    Stage1Config stage1{};  ///< counts when has_stage1(config)
    Stage2Config stage2{};  ///< counts when has_stage2(config)
};

/// Names its translations, and the stages that they take, by what `config` has come to.
void name_translations(StreamConfig& config);

/// The STE half; C_BAD_STE if it is ILLEGAL.  `e2h`: CR2.E2H.
Result<StreamConfig> decode(const arch::Ste& ste, const Features& features, bool e2h);

/// The CD half, for a stream whose STE enables stage 1; C_BAD_CD if it is ILLEGAL there: the same CD
/// may be legal by way of another STE.
Result<Stage1Config> decode(const arch::Cd& cd, const StreamConfig& stream,
                            const Features& features);

}  // namespace smmu::core
