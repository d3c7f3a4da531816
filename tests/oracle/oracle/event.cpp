// The figures of 7.3.3 to 7.3.16.
#include "oracle/event.h"

#include "oracle/bits.h"

namespace oracle {

std::array<uint64_t, 4> event_record(const Fault& f, const Reported& a, bool stall) {
    uint64_t w0 = f.id, w1 = 0, w2 = 0, w3 = 0;
    w0 |= uint64_t{a.stream} << 32;

    if (f.id == F_STREAM_DISABLED) return {w0, 0, 0, 0};  // StreamID alone
    if (f.id == C_BAD_SUBSTREAMID) {                      // has no SSV
        w0 |= uint64_t{a.ssv ? a.substream : 0} << 12;
        return {w0, 0, 0, 0};
    }
    if (a.ssv) w0 |= 1u << 11 | uint64_t{a.substream} << 12;
    if (f.id == C_BAD_STREAMID || f.id == C_BAD_STE || f.id == C_BAD_CD) return {w0, 0, 0, 0};

    const uint64_t fetch = bits(f.fetch, 55, 3) << 3;
    if (f.id == F_STE_FETCH || f.id == F_CD_FETCH) return {w0, 0, 0, fetch};

    if (a.privileged) w1 |= uint64_t{1} << 33;
    if (a.instruction && !a.write) w1 |= uint64_t{1} << 34;
    if (!a.write) w1 |= uint64_t{1} << 35;
    if (f.s2) w1 |= uint64_t{1} << 39;
    w1 |= uint64_t{f.cls} << 40;
    w2 = a.address;
    if (f.id == F_WALK_EABT) return {w0, w1, w2, fetch};

    if (stall) w1 |= uint64_t{1} << 31;
    if (f.id == F_PERMISSION && f.ttrnw) w1 |= uint64_t{1} << 44;
    if (f.s2) w3 = bits(f.ipa, 55, 12) << 12;
    return {w0, w1, w2, w3};
}

}  // namespace oracle
