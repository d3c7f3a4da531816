// A descriptor, read as any other access.
#include "smmuv3/core/memory.h"

namespace smmu::core {

const uint64_t* Memory::read_descriptor(const TableReads& reads, uint64_t address, int level) {
    const MemoryResult result = read(reads.at(address, level), &descriptor_);
    if (result.done()) return &descriptor_;
    if (result.status == MemoryResult::Status::Abort) refusal_ = walk_abort(result.address);
    return nullptr;
}

}  // namespace smmu::core
