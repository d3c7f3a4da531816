// What a VM is to an SMMU: a VMID and a stage 2.  Arm IHI 0070 G.b, 5.2; 3.4.
#pragma once
#include "smmuv3/arch/types.h"
#include "sw_stubs/driver/page_table.h"
#include "sw_stubs/driver/probe.h"
#include "sw_stubs/driver/stage1.h"
#include "sw_stubs/driver/ste.h"

namespace smmu::sw {

/// The rule of this driver: stage 2 decides memory types wherever the SMMU lets it.
constexpr Stage2Types stage2_policy(const Features& features) {
    return features.fwb ? Stage2Types::Force : Stage2Types::Combine;
}

/// A guest may own stage 1 of a device only if it cannot make the device's accesses incoherent: the
/// root complex keeps them coherent whatever the attributes (IORT CANWBS), or stage 2 decides
/// (S2FWB).
constexpr bool may_nest(const Features& features, bool canwbs) { return canwbs || features.fwb; }

/// May the device send translated requests?  STE.EATS.
enum class Ats : uint8_t { Off, On };

/// The stage-2 fields of an STE.
struct Stage2Config {
    uint64_t ttb = 0;
    arch::Vmid vmid{0};
    Stage2Types types = Stage2Types::Combine;
    WalkAttributes walk{};
    uint8_t t0sz = 16;
    uint8_t sl0 = 0;               ///< start level, 4K: 2 level 0, 1 level 1
    uint8_t granule = 0;           ///< S2TG: 0 4K, 1 64K, 2 16K
    uint8_t output_size_code = 0;  ///< S2PS
};

/// Stage 2 only: what a guest's bypass becomes, and what its stage 1 is put on.
constexpr arch::Ste stage2_ste(const Stage2Config& c, const Features& features,
                               Ats ats = Ats::Off) {
    using arch::Ste;
    return Ste{}
        .set(Ste::V, true)
        .set(Ste::Config, arch::SteConfig::S2)
        .set(Ste::EATS, ats == Ats::On ? 1 : 0)
        .set(Ste::S2FWB, c.types == Stage2Types::Force)
        .set(Ste::SHCFG, features.attribute_override ? shcfg_incoming : uint8_t{0})
        .set(Ste::S2VMID, c.vmid.value)
        .set(Ste::S2T0SZ, c.t0sz)
        .set(Ste::S2SL0, c.sl0)
        .set(Ste::S2IR0, c.walk.inner)
        .set(Ste::S2OR0, c.walk.outer)
        .set(Ste::S2SH0, c.walk.shareability)
        .set(Ste::S2TG, c.granule)
        .set(Ste::S2PS, c.output_size_code)
        .set(Ste::S2AA64, true)
        .set(Ste::S2PTW, true)
        .set(Ste::S2R, true)
        .set(Ste::S2TTB, c.ttb);
}

/// The SMMU's side of one VM.
struct VmContext {
    arch::Vmid vmid{0};
    PageTable stage2{};

    /// False when the arena has no room.  `types` other than the policy's is for showing what
    /// happens without it.
    bool create(Arena& arena, const Features& features, arch::Vmid id, Stage2Types types) {
        vmid = id;
        return stage2.allocate(arena,
                               {Stage::Two, types, features.address_bits, features.address_bits});
    }
    bool create(Arena& arena, const Features& features, arch::Vmid id) {
        return create(arena, features, id, stage2_policy(features));
    }

    Stage2Config config(const Features& features) const {
        Stage2Config c;
        c.ttb = stage2.root();
        c.vmid = vmid;
        c.types = stage2.format().types;
        c.walk = walk_attributes(stage2.coherency());
        c.t0sz = static_cast<uint8_t>(64 - stage2.format().input_bits);
        c.sl0 = static_cast<uint8_t>(2 - stage2.start_level());
        c.output_size_code = features.address_size_code;
        return c;
    }
};

}  // namespace smmu::sw
