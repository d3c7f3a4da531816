// Where tables begin and how they are indexed: the tables of Arm ARM D8.2.8 to D8.2.10, row by row.
#pragma once
#include <cstdint>

namespace oracle {

/// Values are the page's log2 of bytes.
enum class Granule : uint8_t { K4 = 12, K16 = 14, K64 = 16, None = 0 };

/// TG encodings; None if reserved.
Granule granule_of_tg0(uint64_t tg);  ///< CD.TG0, STE.S2TG
Granule granule_of_tg1(uint64_t tg);  ///< CD.TG1

/// What size-related features a set of tables may use.
struct TableFeatures {
    bool ds = false;    ///< effective CD.DS or STE.S2DS: 52 bits with 4KB and 16KB
    bool lpa = false;   ///< 52-bit output addresses with 64KB
    bool ttst = false;  ///< IDR3.STT
};

/// Initial lookup level of stage 1, for a TnSZ that is legal.
int stage1_start_level(Granule g, unsigned tnsz);

constexpr int no_level = 9;
/// Initial lookup level of stage 2 for {SL2, SL0} and T0SZ, no_level if they are inconsistent.
int stage2_start_level(Granule g, unsigned sl, unsigned t0sz, const TableFeatures& features);
/// Arm ARM Table D8-9: a PE with that physical address size has the level.
bool level_fits_physical_size(Granule g, int level, unsigned pa_bits);

/// Address bits that the table's own address leaves to the index at the initial level: x of Tables
/// D8-25, D8-34 and D8-42.
unsigned initial_x(Granule g, int level, unsigned tnsz);
/// Lowest input address bit that indexes a table of this level; also log2 of what a leaf maps.
unsigned lowest_index_bit(Granule g, int level);
/// Address of the descriptor.  `x` is initial_x() or the granule's log2.
uint64_t descriptor_address(Granule g, int level, uint64_t base, unsigned x, uint64_t input);

/// Block descriptors exist at this level.
bool has_blocks(Granule g, int level, const TableFeatures& features);
/// Entries that a Contiguous bit joins, 0 if it has no effect (Table D8-104).
unsigned contiguous_entries(Granule g, int level);

}  // namespace oracle
