// Opcodes 0x44 and 0x45.
#include "oracle/stall.h"

namespace oracle {

bool StallCommand::is_illegal(const Registers& r) const {
    const bool secure = bit(low, 10);  // SSec
    return secure || r.stall_model() == 1;
}

End StallCommand::end_of(const Registers& r, uint32_t stream, uint16_t stag) const {
    if (is_illegal(r) || bits(low, 63, 32) != stream) return End::None;
    if (bits(low, 7, 0) == 0x45) return End::Abort;
    if (bits(high, 15, 0) != stag) return End::None;
    const bool retry = bit(low, 12), abort = bit(low, 13) || r.term_model();
    if (retry) return End::Retry;
    return abort ? End::Abort : End::RazWi;
}

}  // namespace oracle
