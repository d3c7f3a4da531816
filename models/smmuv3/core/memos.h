// What one translation worked out, for the next: those of a stream are mostly alike.  Nobody can tell,
// but by the time that the host takes.
#pragma once
#include <string.h>

#include "smmuv3/core/attributes.h"

namespace smmu::core {

/// The final attributes of an access.
struct AttributeMemo {
    struct Key {
        arch::MemoryAttributes in{};
        Overrides overrides{};
        Stage1Attributes stage1{};
        Stage2Attributes stage2{};
        uint8_t how = 0;  ///< bits 0, 1: the stages that there are; 2: effective shareability; 3:
                          ///< overridden
        uint16_t nothing = 0;

        bool operator==(const Key& o) const { return memcmp(this, &o, sizeof *this) == 0; }
    };
    static_assert(sizeof(Key) == 16, "compared byte by byte: it must have no padding");

    Key key{};
    arch::MemoryAttributes out{};
    bool is_valid = false;
};

/// A page in which tables of stage 1 lie: stage 2 lets them be read.
struct TablePageMemo {
    uint64_t flags = 0;  ///< of its leaf, all but the address; 0: of none
    uint64_t rules = 0;  ///< rules() of its Stage2Config
    arch::MemoryAttributes in{};
    arch::MemoryAttributes out{};  ///< of the reads
};

/// How such a page is read, by what stage 2 says of it.
struct TableAttributesMemo {
    arch::MemoryAttributes in{};
    Stage2Attributes page{};
    bool device_is_nc = false;  ///< Stage2Config::device_walk_is_nc
    bool is_valid = false;
    arch::MemoryAttributes out{};
};

struct Memos {
    AttributeMemo attributes;
    TableAttributesMemo table_attributes;
    TablePageMemo table_page;
};

}  // namespace smmu::core
