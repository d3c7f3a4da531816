// Active global errors as a line for people.  Arm IHI 0070 G.b, 7.5.
#pragma once
#include "smmuv3/arch/regs.h"
#include "sw_stubs/driver/text.h"

namespace smmu::sw {

using ErrorText = Text<192>;

/// "CMDQ_ERR (CERROR_ILL), EVENTQ_ABT_ERR"; empty when none is active.  `reason`: CMDQ_CONS.ERR.
ErrorText describe(const arch::Gerror& active, arch::CommandError reason);

/// The architecture's name of a reason; nullptr for one that is not defined.
const char* name(arch::CommandError reason);

}  // namespace smmu::sw
