// ATS: answers to Translation Requests, and what Translated transactions may do.  Arm IHI 0070 G.b,
// 3.9.1, 13.6, 13.7.
#pragma once
#include "smmuv3/arch/ats.h"
#include "smmuv3/core/translate.h"

namespace smmu::core {

/// Answers one Translation Request, with one entry whatever number of STUs it asks for.
arch::TranslationCompletion translate(const View& smmu, const arch::TranslationRequest& request,
                                      Memory& memory, Recorder& recorder);

/// Checks a Translated transaction, and takes it through stage 2 where the endpoint knows IPAs only
/// (split-stage ATS).  A PASID on it does not count (IDR3.PASIDTT = 0).
Outcome pass_translated(const View& smmu, const Access& access, Memory& memory, Recorder& recorder);

}  // namespace smmu::core
