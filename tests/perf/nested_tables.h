// What software prepares: nested streams, 4 + 4 levels, pages of 4 KiB.
#pragma once
#include <unordered_map>

#include "tests/perf/memory.h"

namespace smmu::perf {

/// Streams 5 and following, each of a VMID of its own, over the same tables.
struct NestedTables {
    unsigned pages = 512;
    unsigned streams = 1;
    uint64_t stride = 4096;  ///< from page to page, of input addresses and of IPAs

    static constexpr uint64_t va = 0x1234'4000'0000;  ///< of the first page
    static constexpr uint32_t first_stream = 5;
    static constexpr unsigned streams_log2 = 9;  ///< size of the linear stream table
    static constexpr uint64_t stream_table = Bytes::base;
    static constexpr uint64_t data_bytes = 2u << 20;

    /// Pages lie one behind the other here, those beyond the first 512 over these again.
    static uint64_t data(const Bytes& memory) { return Bytes::base + memory.size - data_bytes; }

    struct Roots {
        uint64_t stage1, stage2;  ///< an IPA, a PA
        uint64_t bytes;           ///< of tables
    };
    /// Structures, tables, and in each data page its number.
    Roots write(Bytes& memory) const;
    /// What is to be read there.
    static uint64_t number(uint64_t page) { return page % (data_bytes / 4096); }
    /// Where in the page: not the same place in each, which would be the same set of the host's caches.
    static uint64_t offset(uint64_t page) { return number(page) * 8; }
};

}  // namespace smmu::perf
