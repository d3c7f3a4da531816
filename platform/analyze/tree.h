// The tables of one stage in memory.
#pragma once
#include "platform/analyze/placement.h"
#include "platform/analyze/shape.h"
#include "platform/analyze/sparse_memory.h"

namespace smmu::platform::analyze {

/// Room in an address space, handed out in rising order.
class Room {
public:
    explicit Room(uint64_t first) : next_(first) {}
    /// Aligned to `bytes`, a power of two.
    uint64_t take(uint64_t bytes) { return take(bytes, bytes); }
    uint64_t take(uint64_t bytes, uint64_t alignment) {
        const uint64_t address = (next_ + alignment - 1) & ~(alignment - 1);
        next_ = address + bytes;
        return address;
    }
    uint64_t next() const { return next_; }

private:
    uint64_t next_;
};

class Tree {
public:
    /// Tables lie in `memory` at the addresses that the walk sees: `room` is of physical addresses,
    /// or of IPAs for a stage 1 below which there is a stage 2.  `leaf`: a leaf without its address
    /// and type.
    Tree(SparseMemory& memory, Room& room, const Shape& shape, uint64_t leaf)
        : memory_(memory), room_(room), shape_(shape), leaf_(leaf) {
        const unsigned index_bits =
            shape.input_bits - arch::level_shift(shape.start_level, shape.granule);
        const uint64_t bytes = uint64_t{8} << index_bits;
        root_ = room.take(bytes < table_bytes() ? table_bytes() : bytes);
    }

    /// For TTB0 or S2TTB.
    uint64_t root() const { return root_; }

    /// Maps one page or block; tables above it are made where they are missing.
    void map(const Mapping& m) {
        uint64_t table = root_;
        for (int level = shape_.start_level;; ++level) {
            const unsigned shift = arch::level_shift(level, shape_.granule);
            const uint64_t mask =
                level == shape_.start_level ? ~uint64_t{0} : table_bytes() / 8 - 1;
            const uint64_t at = table + 8 * (m.input >> shift & mask);
            if (shift == m.shift)
                return memory_.put(at, leaf_ | m.output | (level == 3 ? 0b11 : 0b01));
            uint64_t next = memory_.word(at);
            if (next == 0) {
                next = room_.take(table_bytes()) | 0b11;
                memory_.put(at, next);
            }
            table = next & ~uint64_t{0b11};
        }
    }

private:
    uint64_t table_bytes() const { return uint64_t{1} << shape_.page_shift(); }

    SparseMemory& memory_;
    Room& room_;
    const Shape shape_;
    const uint64_t leaf_;
    uint64_t root_;
};

}  // namespace smmu::platform::analyze
