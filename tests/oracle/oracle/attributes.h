// Memory attributes as chapter 13 of Arm IHI 0070 G.b names them, and what becomes of them.
#pragma once
#include <cstdint>

#include "oracle/choices.h"

namespace oracle {

enum class Type : uint8_t { nGnRnE, nGnRE, nGRE, GRE, Normal };
enum class Cache : uint8_t { NC, WT, WB };
enum class Share : uint8_t { NSH, ISH, OSH };

/// Inner or outer Cacheability with its hints: read-allocate, write-allocate, transient.
struct Level {
    Cache cache = Cache::NC;
    bool ra = false, wa = false, tr = false;

    bool operator==(const Level& o) const {
        return cache == o.cache && ra == o.ra && wa == o.wa && tr == o.tr;
    }
};

struct Attributes {
    Type type = Type::nGnRnE;
    Level inner{}, outer{};  ///< mean nothing for Device types
    Share share = Share::OSH;

    bool operator==(const Attributes& o) const {
        if (type != o.type || share != o.share) return false;
        return type != Type::Normal || (inner == o.inner && outer == o.outer);
    }
    bool operator!=(const Attributes& o) const { return !(*this == o); }
};

/// 13.1.7.
Attributes ensure_consistent(Attributes a);

/// SH fields that the SMMU itself defines: 0b01 is Non-shareable.
Share share_field(uint64_t sh);
/// SH of a translation table descriptor: 0b01 is reserved.
Share share_descriptor(uint64_t sh, Choosing& choosing);

/// CD.{IRx,ORx,SHx} and STE.{S2IR0,S2OR0,S2SH0}.
Attributes walk_fields(uint64_t ir, uint64_t orgn, uint64_t sh);
/// STE.{S1CIR,S1COR,S1CSH}.
Attributes cd_fields(uint64_t ir, uint64_t orgn, uint64_t sh);
/// CR1.{TABLE_IC,TABLE_OC,TABLE_SH} and STRTAB_BASE.RA.
Attributes table_fields(uint64_t ic, uint64_t oc, uint64_t sh, bool ra);

/// A byte of CD.MAIR (5.4).  The Shareability comes from elsewhere.
Attributes mair(uint8_t attr, Share share);

/// Override fields of an STE or of GBPA.
struct Overrides {
    bool mtcfg = false;
    uint64_t memattr = 0, alloccfg = 0, shcfg = 1, privcfg = 0, instcfg = 0;
    bool from_ste = false;
};
/// replace_attrs(): 13.1.3, 13.1.4.
Attributes replace(const Overrides& by, const Attributes& input, Choosing& choosing);

/// 13.4.2: what stage 1 hands on.
Attributes through_stage1(const Attributes& input, const Attributes& stage1, Choosing& choosing);

/// Attribute fields of a stage-2 leaf and what they depend on.
struct Stage2Leaf {
    uint64_t memattr = 0;  ///< descriptor bits [5:2]
    Share share = Share::NSH;
    bool fwb = false;      ///< STE.S2FWB
    bool mteperm = false;  ///< IDR3.MTEPERM
};
/// combine_attrs() or combine_attrs_fwb(), then 13.1.7.
Attributes through_stage2(const Attributes& input, const Stage2Leaf& stage2, Choosing& choosing);
/// The leaf says some Device type, whatever comes in (5.2 S2PTW).
bool is_device(const Stage2Leaf& stage2, Choosing& choosing);

}  // namespace oracle
