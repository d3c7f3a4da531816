// RAM as two parties see it: the CPUs through their caches, and a device that does not snoop them.
//
// The coherent view is what the caches answer, the DRAM view what the memory chips hold.  A cache
// is not modelled: a line is dirty where the two views differ.  One thing the views alone cannot
// tell is kept as a note on the line: that a device wrote DRAM behind a line that counts as cached.
// README.md has the table of all operations.
//
// Plain C++; offsets count from the start of the RAM; an operation may span lines and must lie
// inside the RAM.
#pragma once
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <cstring>

#include "interconnect/host_memory.h"

namespace smmu {

/// Single: a platform without a CPU has no cache, both views are one.
enum class Views { Single, CoherentAndDram };

/// What a non-coherent write does to a clean line.  Kept: every line counts as cached, so the CPU
/// goes on reading its old bytes until it invalidates them.  Dropped: a clean line never hides what
/// a device wrote.
enum class CleanLines { Kept, Dropped };

enum class LineState {
    Clean,
    Dirty,
    Stale,               ///< the cache holds a clean line whose DRAM a device has written since
    DirtyOverDeviceData  ///< the cache holds a dirty line whose DRAM a device has written since
};

class CoherentRam {
public:
    static constexpr uint64_t line_size = 64;

    /// `size`: bytes, a multiple of line_size.
    CoherentRam(uint64_t size, Views views, CleanLines clean_lines)
        : clean_lines_(clean_lines),
          two_views_(views == Views::CoherentAndDram),
          coherent_(size),
          dram_(two_views_ ? size : 0) {}

    uint64_t size() const { return coherent_.size(); }
    bool contains(uint64_t offset, uint64_t length) const {
        return length <= size() && offset <= size() - length;
    }

    /// The coherent view: what a CPU maps and every DMI pointer points to.
    uint8_t* coherent_view() { return coherent_.data(); }
    const uint8_t* coherent_view() const { return coherent_.data(); }
    const uint8_t* dram_view() const { return two_views_ ? dram_.data() : coherent_.data(); }
    LineState state(uint64_t offset) const;

    // --- Accesses
    void coherent_read(uint64_t offset, void* to, uint64_t length) const {
        std::memcpy(to, coherent_.data() + offset, length);
    }
    void coherent_write(uint64_t offset, const void* from, uint64_t length) {
        if (!notes_.empty()) mark_dirty(offset, length);
        std::memcpy(coherent_.data() + offset, from, length);
    }
    void non_coherent_read(uint64_t offset, void* to, uint64_t length) const {
        std::memcpy(to, dram_view() + offset, length);
    }
    void non_coherent_write(uint64_t offset, const void* from, uint64_t length);

    /// Loader, debugger, remote control, snapshot: both views agree on the written bytes
    /// afterwards.
    void debug_write(uint64_t offset, const void* from, uint64_t length);

    // --- Cache maintenance of the line that holds `offset`
    void clean(uint64_t offset);                 ///< DC CVAC
    void clean_and_invalidate(uint64_t offset);  ///< DC CIVAC
    void invalidate(uint64_t offset);            ///< DC IVAC where it may lose data (README.md)
    void evict(uint64_t offset) { clean_and_invalidate(offset); }

    /// Lines with a note, and the offset of one of them: `which` counts from 0.
    uint64_t noted_lines() const { return notes_.size(); }
    uint64_t noted_line(uint64_t which) const;

private:
    struct Note {
        bool dirty = false;
        std::array<uint8_t, line_size>
            bytes{};  ///< unless dirty: the coherent line before the device wrote
    };
    static constexpr uint64_t line_of(uint64_t offset) { return offset & ~(line_size - 1); }

    uint8_t* coherent_line(uint64_t offset) { return coherent_.data() + line_of(offset); }
    uint8_t* dram_line(uint64_t offset) { return dram_.data() + line_of(offset); }
    void mark_dirty(uint64_t offset, uint64_t length);
    void write_line_to_dram(uint64_t offset);
    void reload_line_from_dram(uint64_t offset);
    void non_coherent_write_to_line(uint64_t offset, const uint8_t* from, uint64_t length);

    const CleanLines clean_lines_;
    const bool two_views_;
    HostMemory coherent_;
    HostMemory dram_;
    boost::unordered_flat_map<uint64_t, Note>
        notes_;  ///< key: offset of the line; almost always empty
};

}  // namespace smmu
