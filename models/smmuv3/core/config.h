// What an STE and a CD mean, decoded and checked: every C_BAD_STE and C_BAD_CD is decided here.
// Arm IHI 0070 G.b, 5.2.2 and 5.4.2.
#pragma once
#include "smmuv3/arch/cd.h"
#include "smmuv3/arch/ste.h"
#include "smmuv3/core/attributes.h"
#include "smmuv3/core/features.h"
#include "smmuv3/core/memory.h"

namespace smmu::core {

/// Where a table walk begins and how it reads.
struct TableRoot {
    uint64_t table = 0;        ///< address of the start table, aligned to its size
    unsigned input_bits = 0;   ///< address bits that the tables resolve: 64 - TxSZ, or 64 - S2T0SZ
    int start_level = 0;       ///< 0 to 3
    unsigned output_bits = 0;  ///< effective IPS or S2PS
    arch::MemoryAttributes walk{};  ///< of descriptor reads
};

/// One half of the VA space: TTB0 below, TTB1 above.
struct Stage1Half {
    bool disabled = true;                ///< EPDx
    bool top_byte_ignored = false;       ///< TBIx
    bool hierarchical_disabled = false;  ///< HADx
    TableRoot root{};
};

struct Stage1Config {
    Stage1Half half[2];
    uint64_t mair = 0;
    arch::Asid asid{0};
    bool asid_set = false;                 ///< ASET
    bool access_flag_faults = true;        ///< !AFFD
    bool write_execute_never = false;      ///< WXN
    bool privileged_access_never = false;  ///< PAN
    bool abort = true;                     ///< A: abort a faulting transaction, else RAZ/WI
    bool record = true;                    ///< R: record its event
};

struct Stage2Config {
    TableRoot root{};
    bool access_flag_faults = true;  ///< !S2AFFD
    bool protected_walk = false;     ///< S2PTW
    bool forced_write_back = false;  ///< S2FWB
    bool record = true;              ///< S2R
};

/// All that the SMMU needs to know of a stream (and substream) to translate its transactions.
struct StreamConfig {
    arch::SteConfig config = arch::SteConfig::Abort;
    arch::Vmid vmid{0};
    Overrides overrides{};
    Stage1Config stage1{};  ///< counts when has_stage1(config)
    Stage2Config stage2{};  ///< counts when has_stage2(config)
};

/// The STE half; C_BAD_STE if it is ILLEGAL.
Result<StreamConfig> decode(const arch::Ste& ste, const Features& features);

/// The CD half, for a stream whose STE enables stage 1; C_BAD_CD if it is ILLEGAL.
Result<Stage1Config> decode(const arch::Cd& cd, const Features& features);

/// Reads the CD of a stream.  Its address is an IPA when the stream has stage 2: `memory` then
/// translates it.
Result<arch::Cd> find_cd(const arch::Ste& ste, arch::StreamId stream, Memory& memory);

}  // namespace smmu::core
