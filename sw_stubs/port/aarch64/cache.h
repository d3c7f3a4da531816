// Data cache maintenance by address, to the point where every observer sees the same (PoC).  Arm ARM D7.5.
#pragma once
#include <stdint.h>

namespace smmu::sw::aarch64 {

/// Bytes of the smallest data cache line: CTR_EL0.DminLine.
uint64_t cache_line_bytes();

/// Each works on every line that holds a byte of [address, address + size), and is complete on return.
void clean(uint64_t address, uint64_t size);  ///< DC CVAC: memory gets what the cache has
void invalidate(uint64_t address,
                uint64_t size);  ///< DC IVAC: the cache forgets; cleans too in a VM
void clean_and_invalidate(uint64_t address, uint64_t size);  ///< DC CIVAC

}  // namespace smmu::sw::aarch64
