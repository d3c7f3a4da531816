// Descriptors in physical memory: read where they lie if memory has opened a window for them, else by an
// access each.
#pragma once
#include "smmuv3/core/descriptor_update.h"

namespace smmu::core {

/// The tables of one stage in physical memory.  `too_large`: bits that their addresses cannot have.
template <Purpose purpose>
class PhysicalTables {
public:
    static constexpr bool reads_are_walks = false;

    PhysicalTables(Memory& memory, const TableReads& reads, uint64_t too_large)
        : memory_(memory), reads_(reads), too_large_(too_large) {
        look();
    }

    /// One descriptor; false: `why` says why it could not be read.
    [[gnu::always_inline]] bool read(uint64_t address, int level, uint64_t& word, Fault& why) {
        if (memory_.read_in_place(*window_, address, word)) return true;
        if (address & too_large_) {
            why = fault(arch::EventId::F_ADDR_SIZE);
            return false;
        }
        const uint64_t* const found = memory_.read_descriptor(reads_, address, level);
        if (!found) {
            why = memory_.refusal();
            return false;
        }
        word = *found;
        if (memory_.has_windows()) look();
        return true;
    }

    /// See core::update().
    WalkEnd update(const Leaf& leaf, uint64_t desired, Fault& why) {
        return core::update(leaf, reads_, desired, memory_, why);
    }

    const TableReads& reads() const { return reads_; }
    /// From now on they are read with these attributes.
    void set_attributes(const arch::MemoryAttributes& attributes) {
        reads_.attributes = attributes;
        look();
    }

private:
    /// A window that is for such reads, and holds no address that is too large.
    void look() {
        const Window& window = memory_.window(purpose == Purpose::Stage2Table);
        const bool suits = window.attributes == reads_.attributes &&
                           ((window.first + window.words_end) & too_large_) == 0;
        window_ = suits ? &window : &closed_window;
    }

    Memory& memory_;
    TableReads reads_;
    const uint64_t too_large_;
    const Window* window_;
};

}  // namespace smmu::core
