// The Event queue, the driver's side.  Arm IHI 0070 G.b, 7.2.
#pragma once
#include "smmuv3/arch/event.h"
#include "sw_stubs/driver/input_queue.h"

namespace smmu::sw {

using EventQueue = InputQueue<arch::Event, arch::EventqBase, arch::EventqProd, arch::EventqCons>;

}  // namespace smmu::sw
