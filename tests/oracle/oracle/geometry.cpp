// The rows.
#include "oracle/geometry.h"

#include "oracle/bits.h"

namespace oracle {

namespace {

/// Tables D8-25, D8-34, D8-42: x at the initial level is `x_plus_tnsz` - TnSZ, and the index begins
/// at input address bit `lowest`.
struct LevelRow {
    Granule granule;
    int level;
    unsigned x_plus_tnsz, lowest;
};
constexpr LevelRow levels[] = {
    {Granule::K4, -1, 19, 48}, {Granule::K4, 0, 28, 39},  {Granule::K4, 1, 37, 30},
    {Granule::K4, 2, 46, 21},  {Granule::K4, 3, 55, 12},  {Granule::K16, 0, 20, 47},
    {Granule::K16, 1, 31, 36}, {Granule::K16, 2, 42, 25}, {Granule::K16, 3, 53, 14},
    {Granule::K64, 1, 25, 42}, {Granule::K64, 2, 38, 29}, {Granule::K64, 3, 51, 16},
};

const LevelRow& row_of(Granule g, int level) {
    for (const LevelRow& r : levels)
        if (r.granule == g && r.level == level) return r;
    return levels[0];
}

/// Tables D8-18, D8-28, D8-37.
struct Stage1Row {
    Granule granule;
    int level;
    unsigned min, max;  ///< TnSZ
};
constexpr Stage1Row stage1_rows[] = {
    {Granule::K4, -1, 12, 15}, {Granule::K4, 0, 16, 24},  {Granule::K4, 1, 25, 33},
    {Granule::K4, 2, 34, 42},  {Granule::K4, 3, 43, 48},  {Granule::K16, 0, 12, 16},
    {Granule::K16, 1, 17, 27}, {Granule::K16, 2, 28, 38}, {Granule::K16, 3, 39, 48},
    {Granule::K64, 1, 12, 21}, {Granule::K64, 2, 22, 34}, {Granule::K64, 3, 35, 47},
};

/// Tables D8-20 to D8-24, D8-30 to D8-33, D8-39 to D8-41; level by SL from D8-19, D8-29, D8-38.
enum class Needs : uint8_t { Nothing, Ds, Lpa, Ttst };
struct Stage2Row {
    Granule granule;
    unsigned sl;  ///< {SL2, SL0}
    int level;
    unsigned min, max;  ///< T0SZ
    Needs needs;
};
constexpr Stage2Row stage2_rows[] = {
    {Granule::K4, 0b100, -1, 12, 15, Needs::Ds},
    {Granule::K4, 0b010, 0, 16, 24, Needs::Nothing},
    {Granule::K4, 0b010, 0, 12, 15, Needs::Ds},
    {Granule::K4, 0b001, 1, 25, 33, Needs::Nothing},
    {Granule::K4, 0b001, 1, 21, 24, Needs::Nothing},
    {Granule::K4, 0b000, 2, 40, 42, Needs::Ttst},
    {Granule::K4, 0b000, 2, 34, 39, Needs::Nothing},
    {Granule::K4, 0b000, 2, 30, 33, Needs::Nothing},
    {Granule::K4, 0b011, 3, 43, 48, Needs::Ttst},
    {Granule::K4, 0b011, 3, 39, 42, Needs::Ttst},
    {Granule::K16, 0b011, 0, 12, 16, Needs::Ds},
    {Granule::K16, 0b010, 1, 17, 27, Needs::Nothing},
    {Granule::K16, 0b010, 1, 16, 16, Needs::Nothing},
    {Granule::K16, 0b010, 1, 13, 15, Needs::Ds},
    {Granule::K16, 0b001, 2, 28, 38, Needs::Nothing},
    {Granule::K16, 0b001, 2, 24, 27, Needs::Nothing},
    {Granule::K16, 0b000, 3, 40, 48, Needs::Ttst},
    {Granule::K16, 0b000, 3, 39, 39, Needs::Nothing},
    {Granule::K16, 0b000, 3, 35, 38, Needs::Nothing},
    {Granule::K64, 0b010, 1, 12, 15, Needs::Lpa},
    {Granule::K64, 0b010, 1, 16, 21, Needs::Nothing},
    {Granule::K64, 0b001, 2, 22, 34, Needs::Nothing},
    {Granule::K64, 0b001, 2, 18, 21, Needs::Nothing},
    {Granule::K64, 0b000, 3, 40, 47, Needs::Ttst},
    {Granule::K64, 0b000, 3, 35, 39, Needs::Nothing},
    {Granule::K64, 0b000, 3, 31, 34, Needs::Nothing},
};

bool satisfied(Needs needs, const TableFeatures& f) {
    switch (needs) {
        case Needs::Nothing: return true;
        case Needs::Ds: return f.ds;
        case Needs::Lpa: return f.lpa;
        case Needs::Ttst: return f.ttst;
    }
    return false;
}

}  // namespace

Granule granule_of_tg0(uint64_t tg) {
    constexpr Granule g[] = {Granule::K4, Granule::K64, Granule::K16, Granule::None};
    return g[tg];
}

Granule granule_of_tg1(uint64_t tg) {
    constexpr Granule g[] = {Granule::None, Granule::K16, Granule::K4, Granule::K64};
    return g[tg];
}

int stage1_start_level(Granule g, unsigned tnsz) {
    for (const Stage1Row& r : stage1_rows)
        if (r.granule == g && r.min <= tnsz && tnsz <= r.max) return r.level;
    return no_level;
}

int stage2_start_level(Granule g, unsigned sl, unsigned t0sz, const TableFeatures& features) {
    // SL2 exists for 4KB tables with DS = 1 only; elsewhere it is RES0 and not looked at.
    if (g != Granule::K4 || !features.ds) sl &= 0b011;
    for (const Stage2Row& r : stage2_rows)
        if (r.granule == g && r.sl == sl && r.min <= t0sz && t0sz <= r.max &&
            satisfied(r.needs, features))
            return r.level;
    return no_level;
}

bool level_fits_physical_size(Granule g, int level, unsigned pa_bits) {
    if (level >= 2) return true;
    switch (g) {
        case Granule::K4: return level == 1 || pa_bits >= (level == 0 ? 44 : 52);
        case Granule::K16: return pa_bits >= (level == 1 ? 42 : 52);
        case Granule::K64: return pa_bits >= 44;
        case Granule::None: break;
    }
    return false;
}

unsigned initial_x(Granule g, int level, unsigned tnsz) {
    return row_of(g, level).x_plus_tnsz - tnsz;
}

unsigned lowest_index_bit(Granule g, int level) { return row_of(g, level).lowest; }

uint64_t descriptor_address(Granule g, int level, uint64_t base, unsigned x, uint64_t input) {
    const unsigned lowest = row_of(g, level).lowest;
    // BaseAddr[:x] : IA[x + lowest - 4 : lowest] : 0b000
    return aligned(base, x) | bits(input, x + lowest - 4, lowest) << 3;
}

bool has_blocks(Granule g, int level, const TableFeatures& f) {
    switch (g) {
        case Granule::K4: return level == 1 || level == 2 || (level == 0 && f.ds);
        case Granule::K16: return level == 2 || (level == 1 && f.ds);
        case Granule::K64: return level == 2 || (level == 1 && f.lpa);
        case Granule::None: break;
    }
    return false;
}

unsigned contiguous_entries(Granule g, int level) {
    switch (g) {
        case Granule::K4: return level >= 1 ? 16 : 0;
        case Granule::K16: return level == 3 ? 128 : level == 2 ? 32 : 0;
        case Granule::K64: return level >= 2 ? 32 : 0;
        case Granule::None: break;
    }
    return 0;
}

}  // namespace oracle
