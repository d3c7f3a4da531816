// VMSAv8-64 translation table descriptors and the geometry of walks.  Arm ARM D8.2, D8.3.
#pragma once
#include "smmuv3/arch/bits.h"

namespace smmu::arch {

// --- Geometry of a walk ---------------------------------------------------------------------------------------------

/// Translation granule: the value is log2 of its bytes.
enum class Granule : uint8_t { K4 = 12, K16 = 14, K64 = 16 };

/// What the 4KB granule and every cache of the SMMU count in.
constexpr unsigned page_shift = 12;
constexpr uint64_t page_bytes = uint64_t{1} << page_shift;
constexpr unsigned table_entries = 512;

/// log2 of a page's bytes.
constexpr unsigned shift_of(Granule g) { return static_cast<unsigned>(g); }
/// Address bits that one level resolves: 9, 11, 13.  A table fills one granule with descriptors of eight bytes.
constexpr unsigned level_bits(Granule g) { return shift_of(g) - 3; }
/// Bits of the address below a leaf at this level.  4KB: 12, 21, 30, 39, 48 for level 3, 2, 1, 0, -1.
constexpr unsigned level_shift(int level, Granule g = Granule::K4) {
    return shift_of(g) + level_bits(g) * static_cast<unsigned>(3 - level);
}
/// Bytes that a leaf at this level maps.
constexpr uint64_t level_bytes(int level, Granule g = Granule::K4) { return uint64_t{1} << level_shift(level, g); }

/// log2 of the number of entries that the Contiguous bit joins (D8.7.1): 16; 128 or 32; 32.
constexpr unsigned contiguous_shift(int level, Granule g) {
    return g == Granule::K4 ? 4 : g == Granule::K16 && level == 3 ? 7 : 5;
}

/// Levels at which that bit exists.
constexpr bool may_be_contiguous(int level, Granule g) { return g == Granule::K4 ? level >= 1 : level >= 2; }

/// How descriptors of one set of tables hold addresses.
struct DescriptorFormat {
    Granule granule = Granule::K4;
    bool lpa2 = false;                                       // CD.DS, STE.S2DS: 52-bit addresses with 4KB and 16KB
    bool lpa = false;                                        // 64KB with OAS of 52 bits: bits [15:12] are OA[51:48]
};

// --- Descriptors ----------------------------------------------------------------------------------------------------

/// What a table entry is, before its level and stage give its bits their meaning.
enum class DescriptorKind : uint8_t { Invalid, Table, Block, Page };

struct Descriptor : Record<Descriptor, 1> {
    static constexpr B<     0>           Valid{};
    static constexpr B<     1>           TableOrPage{};
    static constexpr P<47, 12>           Address{};          // next table, or output address of a page
};

/// Levels at which blocks exist (D8.3.1).
constexpr bool has_blocks(int level, DescriptorFormat f) {
    if (level == 2)                                return true;
    if (f.granule == Granule::K4)                  return level == 1 || (level == 0 && f.lpa2);
    return level == 1 && (f.granule == Granule::K16 ? f.lpa2 : f.lpa);
}

constexpr DescriptorKind kind(Descriptor d, int level, DescriptorFormat f = {}) {
    if (!d[Descriptor::Valid])                     return DescriptorKind::Invalid;
    if (d[Descriptor::TableOrPage])                return level == 3 ? DescriptorKind::Page : DescriptorKind::Table;
    return has_blocks(level, f)                  ? DescriptorKind::Block : DescriptorKind::Invalid;
}

/// It leads to a table of the next level.
constexpr bool is_table(Descriptor d, int level) { return level != 3 && (d.word[0] & 0b11) == 0b11; }

/// The address in a descriptor, cut to multiples of 2^shift: of the next table, or of a leaf.
constexpr uint64_t address_of(Descriptor d, unsigned shift, DescriptorFormat f) {
    const uint64_t w = d.word[0];
    uint64_t a = bits(w, 47, 12) << 12 & ~((uint64_t{1} << shift) - 1);
    if (f.lpa2)                                    a |= bits(w, 49, 48) << 48 | bits(w, 9, 8) << 50;
    else if (f.granule == Granule::K64 && f.lpa)   a |= bits(w, 15, 12) << 48;
    return a;
}

/// Stage-1 table descriptor: what it takes away from everything below it (not with CD.HADx).
struct TableDescriptor : Record<TableDescriptor, 1> {
    static constexpr P<47, 12>           NextTable{};
    static constexpr B<    59>           PXNTable{};
    static constexpr B<    60>           UXNTable{};
    static constexpr F<62, 61, uint8_t>  APTable{};          // bit 1: no write; bit 0: no unprivileged access
    static constexpr B<    63>           NSTable{};
};

/// Stage-1 Block or Page.
struct Stage1Leaf : Record<Stage1Leaf, 1> {
    static constexpr F< 4,  2, uint8_t>  AttrIndx{};
    static constexpr B<     5>           NS{};
    static constexpr F< 7,  6, uint8_t>  AP{};               // AP[2:1]: bit 1 read-only, bit 0 unprivileged access
    static constexpr F< 9,  8, uint8_t>  SH{};
    static constexpr B<    10>           AF{};
    static constexpr B<    11>           nG{};
    static constexpr B<    16>           nT{};
    static constexpr B<    51>           DBM{};
    static constexpr B<    52>           Contiguous{};
    static constexpr B<    53>           PXN{};
    static constexpr B<    54>           UXN{};
};

/// Stage-2 Block or Page.
struct Stage2Leaf : Record<Stage2Leaf, 1> {
    static constexpr F< 5,  2, uint8_t>  MemAttr{};
    static constexpr F< 7,  6, uint8_t>  S2AP{};             // bit 0 read, bit 1 write
    static constexpr F< 9,  8, uint8_t>  SH{};
    static constexpr B<    10>           AF{};
    static constexpr B<    16>           nT{};
    static constexpr B<    51>           DBM{};
    static constexpr B<    52>           Contiguous{};
    static constexpr F<54, 53, uint8_t>  XN{};               // with XNX: 0 all, 1 unprivileged only, 2 none, 3 privileged only
};

/// The same eight bytes under another table of names.
template <class D>
constexpr D as(Descriptor d) { return D{{{d.word[0]}}}; }

}  // namespace smmu::arch
