// A descriptor, read as any other access.
#include "smmuv3/core/memory.h"

namespace smmu::core {

bool Memory::read_descriptor(const TableReads& reads, uint64_t address, int level, uint64_t& word,
                             Fault& why) {
    const MemoryResult result = read(reads.at(address, level), &word);
    if (result.done()) return true;
    why = result.status == MemoryResult::Status::Faulted ? refusal_ : walk_abort(result.address);
    return false;
}

}  // namespace smmu::core
