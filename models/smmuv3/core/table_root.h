// Where the tables of one stage begin and how they are laid out: granule, levels, address sizes.
// Arm ARM D8.2; Arm IHI 0070 G.b, 5.2 (S2T0SZ, S2SL0, S2TG, S2TTB) and 5.4 (TxSZ, TGx, TTBx).
#pragma once
#include "smmuv3/arch/attributes.h"
#include "smmuv3/arch/desc.h"
#include "smmuv3/core/features.h"

namespace smmu::core {

/// Where a table walk begins and how it reads.
struct TableRoot {
    uint64_t table = 0;        ///< address of the start table, aligned to its size
    unsigned input_bits = 0;   ///< address bits that the tables resolve: 64 - TxSZ, or 64 - S2T0SZ
    int start_level = 0;       ///< -1 to 3
    unsigned output_bits = 0;  ///< effective IPS or S2PS
    arch::DescriptorFormat format{};
    bool is_common = false;             ///< that format is DescriptorFormat{}
    uint8_t hierarchy = 0;              ///< stage 1: Hierarchy::All, unless HADx is set
    uint64_t input_mask = 0;            ///< the lowest input_bits
    unsigned start_table_bits = 0;      ///< address bits below those that choose a start table
    uint64_t too_large = 0;             ///< address bits above output_bits
    arch::Shareability shareability{};  ///< of leaves with format.lpa2, whose SH bits are address
    arch::MemoryAttributes walk{};      ///< of descriptor reads
};

/// What software asks for; TG and SL0 are decoded already.
struct TableRequest {
    uint64_t base = 0;  ///< TTBx, S2TTB
    unsigned txsz = 0;  ///< TxSZ, S2T0SZ
    unsigned ps = 0;    ///< IPS, S2PS
    arch::Granule granule{};
    bool ds = false;  ///< CD.DS, STE.S2DS
    uint8_t ir = 0, orgn = 0, sh = 0;
};

/// Granule of CD.TG0 and STE.S2TG, or of CD.TG1.  False if reserved or not built (IDR5.GRAN*).
bool find_granule(uint8_t tg, const Features& features, arch::Granule& granule);
bool find_granule1(uint8_t tg1, const Features& features, arch::Granule& granule);

/// True if no stage-1 tables can look like that.
bool is_illegal_stage1(const TableRequest& request, const Features& features);
TableRoot stage1_root(const TableRequest& request, const Features& features);

/// `sl` is {S2SL0_2, S2SL0}.
bool is_illegal_stage2(const TableRequest& request, unsigned sl, const Features& features);
TableRoot stage2_root(const TableRequest& request, unsigned sl, const Features& features);

}  // namespace smmu::core
