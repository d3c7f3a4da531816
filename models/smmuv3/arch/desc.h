// VMSAv8-64 translation table descriptors, 4KB granule.  Arm ARM D8.3.
#pragma once
#include "smmuv3/arch/bits.h"

namespace smmu::arch {

/// What a table entry is, before its level and stage give its bits their meaning.
enum class DescriptorKind : uint8_t { Invalid, Table, Block, Page };

struct Descriptor : Record<Descriptor, 1> {
    static constexpr B<     0>           Valid{};
    static constexpr B<     1>           TableOrPage{};
    static constexpr P<47, 12>           Address{};          // next table, or output address of a page
};

/// Blocks exist at levels 1 and 2, pages at level 3.
constexpr DescriptorKind kind(Descriptor d, int level) {
    if (!d[Descriptor::Valid])                     return DescriptorKind::Invalid;
    if (d[Descriptor::TableOrPage])                return level == 3 ? DescriptorKind::Page : DescriptorKind::Table;
    return level == 1 || level == 2              ? DescriptorKind::Block : DescriptorKind::Invalid;
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

// --- Geometry of a walk, 4KB granule: nine bits a level --------------------------------------------------------------

constexpr unsigned page_shift = 12;
constexpr uint64_t page_bytes = uint64_t{1} << page_shift;
constexpr unsigned table_entries = 512;

/// Bits of the address below a leaf at this level: 12, 21, 30, 39 for level 3, 2, 1, 0.
constexpr unsigned level_shift(int level) { return page_shift + 9u * static_cast<unsigned>(3 - level); }
/// Bytes that a leaf at this level maps.
constexpr uint64_t level_bytes(int level) { return uint64_t{1} << level_shift(level); }

}  // namespace smmu::arch
