// Page requests of PCIe endpoints: into the PRI queue, or answered at once.  Arm IHI 0070 G.b, 8.
#pragma once
#include <optional>

#include "smmuv3/arch/ats.h"
#include "smmuv3/core/queues.h"
#include "smmuv3/core/recorder.h"
#include "smmuv3/core/view.h"

namespace smmu::core {

/// What became of a page request.
struct PageRequestOutcome {
    Recorded recorded = Recorded::Lost;
    bool interrupts = false;
    std::optional<arch::PrgResponse> response;  ///< that the SMMU gives by itself
};

/// Writes the record, then PROD; or says why not.  `smmu` and `recorder` serve where an overflow
/// depends on STE.PPAR.
PageRequestOutcome record_page_request(RegisterFile& registers, const View& smmu,
                                       const arch::PageRequest& request, Memory& memory,
                                       Recorder& recorder);

}  // namespace smmu::core
