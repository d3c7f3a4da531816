// One DMA channel, as a guest may use it: the user part of a test engine frame.
#pragma once
#include <stdint.h>

#include "sw_stubs/guest/jobs.h"

namespace smmu::sw::guest {

/// Addresses are what the device uses: they go through the SMMU.
struct Transfer {
    uint64_t source = 0;
    uint64_t destination = 0;
    uint64_t size = 0;  ///< bytes, at least 1
    Snoop snoop = Snoop::Asked;
};

/// Copies, and waits for the end: at most 10 ms.  `frame` is where the CPU finds the registers.
Outcome copy(uint64_t frame, const Transfer& transfer);

}  // namespace smmu::sw::guest
