// How the SMMU reaches memory for itself: structures, tables and queues.
//
// The side effects of a translation are the arguments of translate(): which Memory it is given
// decides whether its reads take time (LT), block a walker (AT) or only peek (debug).
#pragma once
#include <string.h>

#include "smmuv3/arch/attributes.h"
#include "smmuv3/arch/types.h"
#include "smmuv3/core/fault.h"

namespace smmu::core {

/// What an access is for.
enum class Purpose : uint8_t {
    L1Std,
    Ste,
    L1Cd,
    Cd,
    Stage1Table,
    Stage2Table,
    Vms,
    CommandQueue,
    EventQueue,
    PageRequestQueue,
    Msi
};
constexpr unsigned purposes = 11;

struct MemoryAccess {
    uint64_t address = 0;  ///< PA, or IPA when given to a Stage2Memory
    uint32_t size = 0;     ///< bytes, a multiple of 8 up to 64; MSIs: 4
    arch::MemoryAttributes attributes{};
    arch::StreamId stream{0};  ///< of the transaction that needs it; 0 for queues
    Purpose purpose{};
    int8_t level = 0;              ///< tables: level of the descriptor, -1 to 3
    arch::FaultClass on_behalf{};  ///< stage-2 tables: whose IPA is being translated
};

/// What all descriptor reads of a walk have in common.
struct TableReads {
    Purpose purpose;
    arch::FaultClass on_behalf;
    arch::StreamId stream;
    arch::MemoryAttributes attributes;

    MemoryAccess at(uint64_t address, int level) const {
        MemoryAccess a;
        a.address = address;
        a.size = sizeof(uint64_t);
        a.attributes = attributes;
        a.stream = stream;
        a.purpose = purpose;
        a.level = static_cast<int8_t>(level);
        a.on_behalf = on_behalf;
        return a;
    }
};

/// Done, or aborted by the system at `address`, or refused by stage 2: Memory::refusal().  In two
/// registers: a walk looks at one for each descriptor.
struct MemoryResult {
    enum class Status : uint8_t { Done, Abort, Faulted };
    Status status = Status::Done;
    uint64_t address = 0;  ///< PA that was accessed

    bool done() const { return status == Status::Done; }
};

/// Memory that is read where it lies, until it is closed.
struct Window {
    const unsigned char* data = nullptr;  ///< of `first`
    uint64_t first = 0;
    uint64_t words_end = 0;               ///< offset after that of the last whole word; 0: closed
    arch::MemoryAttributes attributes{};  ///< of the accesses that it is for

    bool is_closed() const { return words_end == 0; }
};

constexpr Window closed_window{};

/// One for tables of stage 1 and for structures, one for tables of stage 2: their attributes differ.
struct Windows {
    Window of[2];
    void close() { of[0].words_end = of[1].words_end = 0; }
};

/// Words are 64-bit, little-endian in memory and in host order here.
class Memory {
public:
    virtual MemoryResult read(const MemoryAccess& access, uint64_t* words) = 0;
    /// The same of a descriptor, which is there until the next access; nullptr: refusal() says why
    /// not.
    virtual const uint64_t* read_descriptor(const TableReads& reads, uint64_t address, int level);
    /// Reads a descriptor where it lies, if that is in the window; false: read_descriptor() must be
    /// called.
    bool read_in_place(const Window& window, uint64_t address, uint64_t& word) {
        const uint64_t offset = address - window.first;
        if (offset >= window.words_end) return false;
        memcpy(&word, window.data + offset, sizeof word);
        ++reads_in_place_;
        return true;
    }
    /// For reads with its attributes.
    const Window& window(bool of_stage2) const { return windows_.of[of_stage2]; }
    bool has_windows() const { return has_windows_; }
    /// Accounts for what was read in place, before anybody asks for the time.
    virtual void settle() {}
    /// Why the latest access was Faulted, or the latest descriptor could not be read.
    const Fault& refusal() const { return refusal_; }

    /// Where memory cannot be written, the access is aborted.
    virtual MemoryResult write(const MemoryAccess& access, const uint64_t*) {
        return {MemoryResult::Status::Abort, access.address};
    }
    /// Writes `desired` if `expected` is there, in one atomic step; `found` is what was there.  Eight
    /// bytes, aligned.  Where memory cannot do that, the access is aborted.
    virtual MemoryResult compare_and_swap(const MemoryAccess& access, uint64_t /*expected*/,
                                          uint64_t /*desired*/, uint64_t& /*found*/) {
        return {MemoryResult::Status::Abort, access.address};
    }

protected:
    Windows windows_;
    bool has_windows_ = false;     ///< it may open some
    unsigned reads_in_place_ = 0;  ///< whoever opened a window accounts for them
    Fault refusal_{};
    uint64_t descriptor_ = 0;

    ~Memory() = default;
};

}  // namespace smmu::core
