// What the SMMU tells software about a fault: the event record.  Arm IHI 0070 G.b, 7.3.
#pragma once
#include "smmuv3/arch/ats.h"
#include "smmuv3/core/access.h"
#include "smmuv3/core/fault.h"

namespace smmu::core {

/// The record of a fault met by an access.  `access` carries privilege and instruction as STE
/// overrides left them; addresses are cut to `output_address_bits`.
arch::Event event_record(const Fault& fault, const Access& access, unsigned output_address_bits);

/// F_BAD_ATS_TREQ: what was asked for, before overrides.
arch::Event bad_translation_request(const arch::TranslationRequest& request);

}  // namespace smmu::core
