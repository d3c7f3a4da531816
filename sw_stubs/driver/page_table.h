// VMSAv8-64 translation tables of both stages, 4KB granule, 4 KiB pages and 2 MiB blocks.  Arm ARM
// D8.3, D8.6.
#pragma once
#include "smmuv3/arch/desc.h"
#include "sw_stubs/driver/memory.h"

namespace smmu::sw {

enum class Stage : uint8_t { One, Two };

/// How the MemAttr of a stage-2 leaf is to be read: STE.S2FWB.
enum class Stage2Types : uint8_t {
    Combine,  ///< S2FWB = 0: stage 2 can only make the type of stage 1 stronger
    Force,    ///< S2FWB = 1: stage 2 can decide it
};

enum class MemoryUse : uint8_t { Cacheable, NonCacheable, Device };

struct Mapping {
    MemoryUse use = MemoryUse::Cacheable;
    bool read = true;
    bool write = true;
    bool execute = false;
    bool unprivileged = true;  ///< stage 1 only: without it, privileged accesses alone
};

/// CD.MAIR that stage1_leaf() relies on: Attr0 Non-cacheable, Attr1 write-back, Attr2 Device-nGnRE.
constexpr uint64_t stage1_mair = 0x04'FF'44;

/// The bits of a leaf descriptor but its type and address.
arch::Descriptor stage1_leaf(const Mapping& mapping);
arch::Descriptor stage2_leaf(const Mapping& mapping, Stage2Types types);

enum class MapResult : uint8_t {
    Done,
    NoAccess,     ///< neither read nor write
    Misaligned,   ///< address or size is not a multiple of 4 KiB, or the size is 0
    OutOfRange,   ///< beyond the input or output size
    Occupied,     ///< something is mapped there
    NotMapped,    ///< something there is not mapped
    InsideBlock,  ///< a part of a 2 MiB block cannot be unmapped alone
    OutOfMemory,
};

/// What is translated; sizes are multiples of 4 KiB.
struct AddressRange {
    uint64_t input = 0;
    uint64_t size = 0;
};

class PageTable {
public:
    struct Format {
        Stage stage = Stage::One;
        Stage2Types types = Stage2Types::Combine;  ///< stage 2 only
        uint8_t input_bits = 48;                   ///< 31..48
        uint8_t output_bits = 48;
    };
    PageTable() = default;

    /// Takes memory for the root.  False when the arena has no room.
    bool allocate(Arena& arena, Format format);

    /// All or nothing.  Nothing has to be invalidated: an SMMU does not remember what was not
    /// mapped.
    MapResult map(AddressRange range, uint64_t output, const Mapping& mapping);
    /// All or nothing.  The SMMU may use the old translation until it is invalidated.
    MapResult unmap(AddressRange range);

    struct Translation {
        bool mapped = false;
        uint64_t output = 0;
        arch::Descriptor leaf{};
        int level = 0;
    };
    Translation lookup(uint64_t input) const;

    uint64_t root() const { return root_.pa; }
    int start_level() const { return start_level_; }
    const Format& format() const { return format_; }
    Coherency coherency() const { return arena_->coherency(); }

private:
    struct Spot {
        volatile arch::Descriptor* entry;
        int level;
        arch::Descriptor value() const { return {{{entry->word[0]}}}; }
    };
    Spot descend(uint64_t input, int lowest) const;
    volatile arch::Descriptor* entry_in(volatile uint8_t* table, uint64_t input, int level) const;
    MapResult check(AddressRange range) const;
    bool is_vacant(AddressRange range) const;
    MapResult check_whole(AddressRange range) const;
    bool write_leaf(uint64_t input, uint64_t output, arch::Descriptor leaf, int level);
    void clear(AddressRange range);
    int leaf_level(uint64_t input, uint64_t output, uint64_t left) const;

    Arena* arena_ = nullptr;
    Region root_{};
    Format format_{};
    int start_level_ = 0;
};

}  // namespace smmu::sw
