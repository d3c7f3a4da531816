// An event record as a line for people.  Arm IHI 0070 G.b, 7.3.
#pragma once
#include "smmuv3/arch/event.h"
#include "sw_stubs/driver/text.h"

namespace smmu::sw {

using EventText = Text<192>;

/// The architecture's name of an event; nullptr for one that arch/event.h does not have.
const char* name(arch::EventId id);

/// "F_TRANSLATION StreamID 0x8: unprivileged write at 0x10000, stage 2, class IN, IPA 0x48001000"
EventText describe(const arch::Event& event);

}  // namespace smmu::sw
