// Context Descriptor: fields by bit number and the ILLEGAL conditions.  Arm IHI 0070 G.b, 5.4.
#pragma once
#include <cstdint>

#include "oracle/ste.h"

namespace oracle {

/// The fields of one half of the VA space.
struct CdHalf {
    unsigned txsz = 0;
    Granule granule{};
    uint64_t ir = 0, orgn = 0, sh = 0;
    bool epd = false;  ///< effective
    bool tbi = false, had = false, e0pd = false;
    uint64_t ttb = 0;  ///< bits [51:4]
};

struct Cd {
    uint64_t w[8] = {};

    uint64_t get(unsigned hi, unsigned lo) const { return field(w, hi, lo); }
    bool get(unsigned n) const { return field(w, n, n) != 0; }

    bool v() const { return get(31); }
    bool endi() const { return get(15); }
    uint64_t ips() const { return get(34, 32); }
    bool affd() const { return get(35); }
    bool wxn() const { return get(36); }
    bool pan() const { return get(40); }
    bool aa64() const { return get(41); }
    bool hd() const { return get(42); }
    bool ha() const { return get(43); }
    bool s() const { return get(44); }
    bool r() const { return get(45); }
    bool a() const { return get(46); }
    bool aset() const { return get(47); }
    uint64_t asid() const { return get(63, 48); }
    bool epan() const { return get(123); }
    bool ds() const { return get(186); }
    uint8_t mair_byte(unsigned n) const { return static_cast<uint8_t>(w[3] >> (8 * n)); }

    CdHalf low(StreamWorld world) const;
    CdHalf high(StreamWorld world) const;
};

/// EL2 without E2H: one table, no ASID, no privilege.
constexpr bool one_range(StreamWorld world) { return world == StreamWorld::El2; }

/// Features that the tables of a half may use.
TableFeatures stage1_features(const Cd& cd, const CdHalf& half, const Registers& r);

/// CdIllegal() of 5.4.2 for a CD found through this STE.
bool is_illegal(const Cd& cd, const Ste& ste, const Registers& r);

}  // namespace oracle
