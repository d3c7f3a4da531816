// Hardware update of access flag and dirty state: one atomic write to the leaf, for either stage.
// Arm IHI 0070 G.b, 3.13; Arm ARM D8.5.
#pragma once
#include "smmuv3/core/leaf.h"
#include "smmuv3/core/memory.h"

namespace smmu::core {

/// Again: it starts from the beginning.
enum class WalkEnd : uint8_t { Found, Fault, Again };

/// Replaces the leaf by `desired` if it is still there.  Again: software was faster; `why` says how the
/// access ends that tries no more.
inline WalkEnd update(const Leaf& leaf, const TableReads& reads, uint64_t desired, Memory& memory,
                      Fault& why) {
    const uint64_t expected = leaf.descriptor.word[0];
    if (desired == expected) return WalkEnd::Found;
    uint64_t found = 0;
    const MemoryResult result =
        memory.compare_and_swap(reads.at(leaf.address, leaf.level), expected, desired, found);
    if (result.status == MemoryResult::Status::Faulted) {
        why = memory.refusal();
        return WalkEnd::Fault;
    }
    if (result.done() && found == expected) return WalkEnd::Found;
    why = walk_abort(result.address);
    return result.done() ? WalkEnd::Again : WalkEnd::Fault;
}

/// How often a walk starts again before it counts as aborted: nobody changes a descriptor for ever.
constexpr unsigned most_walks = 64;

}  // namespace smmu::core
