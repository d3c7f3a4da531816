// Hardware update of access flag and dirty state: one atomic write to the leaf, for either stage.
// Arm IHI 0070 G.b, 3.13; Arm ARM D8.5.
#pragma once
#include "smmuv3/core/walk.h"

namespace smmu::core {

enum class Updated : uint8_t { Done, Changed, Stopped };

/// Replaces the leaf by `desired` if it is still there; `leaf` then holds it.  Changed: software was
/// faster, the walk starts again.  Stopped: it ends.  Either way leaf.fault says how the access ends
/// that tries no more.
inline Updated update(Leaf& leaf, arch::Descriptor desired, Memory& memory) {
    if (desired.word[0] == leaf.descriptor.word[0]) return Updated::Done;
    uint64_t found = 0;
    const MemoryResult result =
        memory.compare_and_swap(leaf.fetch, leaf.descriptor.word[0], desired.word[0], found);
    if (result.status == MemoryResult::Status::Faulted) {
        leaf.fault = result.fault;
        return Updated::Stopped;
    }
    if (result.done() && found == leaf.descriptor.word[0]) {
        leaf.descriptor = desired;
        return Updated::Done;
    }
    leaf.fault = fault(arch::EventId::F_WALK_EABT);
    leaf.fault.fetch_address = result.address;
    return result.done() ? Updated::Changed : Updated::Stopped;
}

/// How often a walk starts again before it counts as aborted: nobody changes a descriptor for ever.
constexpr unsigned most_walks = 64;

}  // namespace smmu::core
