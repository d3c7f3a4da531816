// The stream table: one STE for each StreamID.  Arm IHI 0070 G.b, 3.3.1, 5.1.
#pragma once
#include "smmuv3/arch/regs.h"
#include "smmuv3/arch/ste.h"
#include "smmuv3/arch/types.h"
#include "sw_stubs/driver/memory.h"
#include "sw_stubs/driver/probe.h"

namespace smmu::sw {

/// Where the STE of a stream lies.  `entry` is null when the stream has none.
struct SteSlot {
    volatile arch::Ste* entry = nullptr;
    bool created = false;  ///< its level 2 table is new: the SMMU may remember that there was none
};

/// Two levels, split 8, when the SMMU has it and there are more than 256 streams; else linear.
///
/// Entries begin as valid aborts.  A level 2 table comes with the first stream that needs it;
/// before that, its streams give C_BAD_STREAMID.
class StreamTable {
public:
    StreamTable() = default;

    /// False when the arena has no room.
    bool allocate(Arena& arena, const Features& features);

    arch::StrtabBase base() const;
    arch::StrtabBaseCfg configuration() const;

    bool covers(arch::StreamId stream) const { return uint64_t{stream.value} >> log2size_ == 0; }

    /// No entry: the StreamID is beyond the table, or there is no room for its level 2 table.
    SteSlot slot(arch::StreamId stream);

private:
    bool two_level() const { return format_ == arch::StreamTableFormat::TwoLevel; }
    volatile arch::Ste* allocate_entries(unsigned log2count, uint64_t& pa);

    static constexpr unsigned split = 8;

    Arena* arena_ = nullptr;
    Region top_{};
    arch::StreamTableFormat format_ = arch::StreamTableFormat::Linear;
    unsigned log2size_ = 0;
};

}  // namespace smmu::sw
