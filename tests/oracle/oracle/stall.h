// What CMD_RESUME and CMD_STALL_TERM make of a stalled transaction.  Arm IHI 0070 G.b, 4.7.1, 4.7.2.
#pragma once
#include "oracle/registers.h"

namespace oracle {

enum class End : uint8_t { None, Retry, Abort, RazWi };

/// The two commands, as two 64-bit words of a Non-secure Command queue.
struct StallCommand {
    uint64_t low = 0, high = 0;

    /// CERROR_ILL.
    bool is_illegal(const Registers& r) const;
    /// What becomes of the transaction that `stream` has stalled under `stag`.
    End end_of(const Registers& r, uint32_t stream, uint16_t stag) const;
};

}  // namespace oracle
