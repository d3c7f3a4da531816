// The context descriptors of a device, one for each PASID; that of PASID 0 is the stream's own.  Arm
// IHI 0070 G.b, 3.3.2, 5.2 (S1Fmt, S1CDMax), 5.3.
#pragma once
#include "smmuv3/arch/cd.h"
#include "sw_stubs/driver/memory.h"
#include "sw_stubs/driver/probe.h"
#include "sw_stubs/driver/stage1.h"

namespace smmu::sw {

/// How many PASIDs an SMMU has room for: without CD2L the table is one piece, and that of 2^10
/// entries takes 64 KiB already.
constexpr uint8_t pasid_bits(const Features& features) {
    constexpr uint8_t most_of_one_piece = 10;
    const uint8_t bits = features.substream_bits;
    return features.two_level_cd_table || bits < most_of_one_piece ? bits : most_of_one_piece;
}

/// Where the CD of a PASID lies.  `entry` is null when there is none.
struct CdSlot {
    volatile arch::Cd* entry = nullptr;
    bool created = false;  ///< its level 2 table is new: the SMMU may remember that there was none
};

/// Linear up to 1024 CDs, else level 2 tables of 64 KiB, which come with the first PASID that needs
/// them.  All entries begin with V = 0.
class CdTable {
public:
    CdTable() = default;

    /// 2^log2count CDs; `log2count` is at most pasid_bits().  False when the arena has no room.
    bool create(Arena& arena, const Features& features, uint8_t log2count);

    /// No entry: the PASID is beyond the table, or there is no room for its level 2 table.
    CdSlot slot(arch::SubstreamId pasid);

    /// Empty (S1ContextPtr 0) before create().
    const CdTablePlace& place() const { return place_; }

private:
    bool two_level() const { return place_.format != arch::S1Format::Linear; }

    static constexpr unsigned split = 10;

    Arena* arena_ = nullptr;
    Region top_{};
    CdTablePlace place_{};
};

}  // namespace smmu::sw
