// The guest's own stage 1, for its CPU.
#pragma once

namespace smmu::sw::guest {

/// Caches and MMU on: every address stays itself; RAM is write-back, device registers are Device.
void enable_mmu();

}  // namespace smmu::sw::guest
