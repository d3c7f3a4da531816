// Legality of table sizes, and the address of the start table.
#include "smmuv3/core/table_root.h"

#include <algorithm>

#include "smmuv3/core/attributes.h"

namespace smmu::core {

using arch::beyond;
using arch::DescriptorFormat;
using arch::Granule;
using arch::low_mask;

namespace {

constexpr int no_level = 4;

bool is_built(Granule g, const Features& f) {
    return g == Granule::K4 ? f.granule_4k : g == Granule::K16 ? f.granule_16k : f.granule_64k;
}

unsigned output_bits(const TableRequest& r, const Features& f) {
    return std::min(arch::address_bits(static_cast<uint8_t>(r.ps)), f.output_address_bits);
}

DescriptorFormat format_of(const TableRequest& r, const Features& f) {
    const bool lpa2 = f.lpa2 && r.ds && r.granule != Granule::K64;
    const bool lpa = r.granule == Granule::K64 && f.output_address_bits >= 52;
    return {r.granule, lpa2, lpa};
}

/// The tables can resolve addresses of more than 48 bits.
bool is_wide(const TableRequest& r, const Features& f) {
    return r.granule == Granule::K64 || format_of(r, f).lpa2;
}

unsigned max_txsz(Granule g, const Features& f) {
    if (!f.small_tables) return 39;
    return g == Granule::K64 ? 47 : 48;
}

/// TTB bits [55:52] exist with 128-bit tables only.
uint64_t base_of(const TableRequest& r) { return r.base & 0x000F'FFFF'FFFF'FFFF; }

bool base_is_illegal(const TableRequest& r, const Features& f) {
    return beyond(base_of(r), std::min(output_bits(r, f), is_wide(r, f) ? 52u : 48u));
}

/// The fewest levels that resolve the address (Arm ARM D8.2).
constexpr int stage1_start_level(unsigned input_bits, Granule g) {
    return 3 - static_cast<int>((input_bits - shift_of(g) - 1) / level_bits(g));
}
static_assert(stage1_start_level(48, Granule::K4) == 0 && stage1_start_level(39, Granule::K4) == 1);
static_assert(stage1_start_level(52, Granule::K4) == -1);
static_assert(stage1_start_level(48, Granule::K16) == 0 &&
              stage1_start_level(47, Granule::K16) == 1);
static_assert(stage1_start_level(52, Granule::K64) == 1 &&
              stage1_start_level(42, Granule::K64) == 2);

/// Start level of {S2SL0_2, S2SL0}, or no_level (VTCR_EL2.{SL2, SL0}).
int stage2_start_level(unsigned sl, const TableRequest& r, const Features& f) {
    const bool lpa2 = format_of(r, f).lpa2;
    if (r.granule == Granule::K4 && lpa2 && (sl & 0b100) != 0) return sl == 0b100 ? -1 : no_level;
    sl &= 0b11;  // elsewhere S2SL0_2 does not count
    if (r.granule == Granule::K4) {
        if (sl == 0b11) return f.small_tables ? 3 : no_level;
        return 2 - static_cast<int>(sl);
    }
    if (sl == 0b11) return r.granule == Granule::K16 && lpa2 ? 0 : no_level;
    return 3 - static_cast<int>(sl);
}

/// From two entries of one table up to sixteen tables in a row.
constexpr bool start_level_fits(int level, unsigned input_bits, Granule g) {
    const unsigned least = arch::level_shift(level, g) + 1;
    return input_bits >= least && input_bits <= least + level_bits(g) + 3;
}
static_assert(start_level_fits(1, 39, Granule::K4) && start_level_fits(1, 43, Granule::K4) &&
              !start_level_fits(1, 44, Granule::K4));
static_assert(start_level_fits(1, 31, Granule::K4) && !start_level_fits(1, 30, Granule::K4));

TableRoot root(const TableRequest& r, int level, const Features& f) {
    TableRoot t;
    t.input_bits = 64 - r.txsz;
    t.start_level = level;
    t.output_bits = output_bits(r, f);
    t.format = format_of(r, f);
    t.is_common = r.granule == Granule::K4 && !t.format.lpa2;
    t.input_mask = low_mask(t.input_bits);
    t.start_table_bits = arch::level_shift(level, r.granule) + level_bits(r.granule);
    t.too_large = ~low_mask(t.output_bits);
    t.shareability = shareability(r.sh);
    t.walk = walk_attributes(r.ir, r.orgn, r.sh);
    // Tables are aligned to their size, and to 64 bytes where addresses have 52 bits.
    const unsigned index_bits = t.input_bits - arch::level_shift(level, r.granule);
    const unsigned align = std::max(index_bits + 3, t.output_bits >= 52 ? 6u : 0u);
    t.table = base_of(r) & ~low_mask(align);
    return t;
}

}  // namespace

bool find_granule(uint8_t tg, const Features& features, Granule& granule) {
    constexpr Granule granules[] = {Granule::K4, Granule::K64, Granule::K16};
    if (tg > 2) return false;
    granule = granules[tg];
    return is_built(granule, features);
}

bool find_granule1(uint8_t tg1, const Features& features, Granule& granule) {
    constexpr Granule granules[] = {Granule::K16, Granule::K4, Granule::K64};
    if (tg1 == 0) return false;
    granule = granules[tg1 - 1];
    return is_built(granule, features);
}

bool is_illegal_stage1(const TableRequest& r, const Features& f) {
    const unsigned least = f.virtual_address_bits > 48 && is_wide(r, f) ? 12 : 16;
    return r.txsz < least || r.txsz > max_txsz(r.granule, f) || base_is_illegal(r, f);
}

TableRoot stage1_root(const TableRequest& r, const Features& f) {
    return root(r, stage1_start_level(64 - r.txsz, r.granule), f);
}

bool is_illegal_stage2(const TableRequest& r, unsigned sl, const Features& f) {
    const unsigned least = std::max(is_wide(r, f) ? 12u : 16u, 64 - f.intermediate_address_bits());
    if (r.txsz < least || r.txsz > max_txsz(r.granule, f)) return true;
    const int level = stage2_start_level(sl, r, f);
    return level == no_level || !start_level_fits(level, 64 - r.txsz, r.granule) ||
           base_is_illegal(r, f);
}

TableRoot stage2_root(const TableRequest& r, unsigned sl, const Features& f) {
    return root(r, stage2_start_level(sl, r, f), f);
}

}  // namespace smmu::core
