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

/// Done, or aborted by the system at `address`, or refused by stage 2: Memory::refusal().  In two
/// registers: a walk looks at one for each descriptor.
struct MemoryResult {
    enum class Status : uint8_t { Done, Abort, Faulted };
    Status status = Status::Done;
    uint64_t address = 0;  ///< PA that was accessed

    bool done() const { return status == Status::Done; }
};

/// Words are 64-bit, little-endian in memory and in host order here.
class Memory {
public:
    virtual MemoryResult read(const MemoryAccess& access, uint64_t* words) = 0;
    /// Reads the eight bytes of a descriptor where they lie, if a window is open for such accesses;
    /// false: read() must be called.
    bool read_in_place(uint64_t address, const arch::MemoryAttributes& attributes, uint64_t* word) {
        if (!window_.holds(address, attributes)) return false;
        memcpy(word, window_.data + (address - window_.first), sizeof *word);
        ++window_.reads;
        return true;
    }
    /// Accounts for what was read in place, before anybody asks for the time.
    virtual void settle() {}
    /// Why the latest access was Faulted.
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
    /// Memory that is read where it lies, until it is closed.
    struct Window {
        const unsigned char* data = nullptr;  ///< of `first`
        uint64_t first = 0, size = 0;         ///< 0 bytes: closed
        arch::MemoryAttributes attributes{};  ///< of the accesses that it is for
        unsigned reads = 0;                   ///< whoever opened it accounts for them

        bool holds(uint64_t address, const arch::MemoryAttributes& of) const {
            const uint64_t offset = address - first;
            return offset < size && size - offset >= sizeof(uint64_t) && of == attributes;
        }
    };
    Window window_;
    Fault refusal_{};

    ~Memory() = default;
};

}  // namespace smmu::core
