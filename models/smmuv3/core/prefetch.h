// CMD_PREFETCH_*: what software says will soon be needed.  Arm IHI 0070 G.b, 3.14, 4.2.
#pragma once
#include "smmuv3/arch/cmd.h"
#include "smmuv3/core/memory.h"
#include "smmuv3/core/recorder.h"
#include "smmuv3/core/view.h"

namespace smmu::core {

/// How many pages of one command are looked at: fewer than it names is allowed.
constexpr unsigned most_prefetched_pages = 64;

/// Fills the caches with configuration and, for CMD_PREFETCH_ADDR, translations.  What fails is left
/// out in silence.
void prefetch(const View& smmu, const arch::Prefetch& command, Memory& memory, Recorder& recorder);

}  // namespace smmu::core
