// How a terminated access shows to a TLM master; tlm_sockets/README.md has the table.
#pragma once
#include <tlm>

#include "smmuv3/core/translate.h"

namespace smmu {

/// Gives the transaction its response, and zeros where it reads as zero.  `outcome` is Abort or RazWi.
void terminate(tlm::tlm_generic_payload& p, const core::Outcome& outcome);

}  // namespace smmu
