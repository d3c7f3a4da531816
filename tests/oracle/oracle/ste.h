// Stream Table Entry: fields by bit number and the ILLEGAL conditions.  Arm IHI 0070 G.b, 5.2.
#pragma once
#include <cstdint>

#include "oracle/attributes.h"
#include "oracle/bits.h"
#include "oracle/geometry.h"
#include "oracle/registers.h"

namespace oracle {

/// 3.3.4, Non-secure.
enum class StreamWorld : uint8_t { El1, El2, El2E2h };

struct Ste {
    uint64_t w[8] = {};

    uint64_t get(unsigned hi, unsigned lo) const { return field(w, hi, lo); }
    bool get(unsigned n) const { return field(w, n, n) != 0; }

    bool v() const { return get(0); }
    uint64_t config() const { return get(3, 1); }
    bool aborts() const { return !get(3); }
    bool stage1() const { return get(3) && get(1); }  ///< Config 0b1x1
    bool stage2() const { return get(3) && get(2); }  ///< Config 0b11x
    uint64_t s1fmt() const { return get(5, 4); }
    uint64_t s1contextptr() const { return get(55, 6) << 6; }
    unsigned s1cdmax() const { return static_cast<unsigned>(get(63, 59)); }
    uint64_t s1dss() const { return get(65, 64); }
    uint64_t s1cir() const { return get(67, 66); }
    uint64_t s1cor() const { return get(69, 68); }
    uint64_t s1csh() const { return get(71, 70); }
    bool s2fwb() const { return get(89); }
    bool s1stalld() const { return get(91); }
    uint64_t strw() const { return get(95, 94); }
    uint64_t memattr() const { return get(99, 96); }
    bool mtcfg() const { return get(100); }
    uint64_t alloccfg() const { return get(104, 101); }
    uint64_t shcfg() const { return get(109, 108); }
    uint64_t privcfg() const { return get(113, 112); }
    uint64_t instcfg() const { return get(115, 114); }
    uint64_t s2vmid() const { return get(143, 128); }
    unsigned s2t0sz() const { return static_cast<unsigned>(get(165, 160)); }
    unsigned s2sl() const { return static_cast<unsigned>(get(194, 194) << 2 | get(167, 166)); }
    uint64_t s2ir0() const { return get(169, 168); }
    uint64_t s2or0() const { return get(171, 170); }
    uint64_t s2sh0() const { return get(173, 172); }
    uint64_t s2tg() const { return get(175, 174); }
    uint64_t s2ps() const { return get(178, 176); }
    bool s2aa64() const { return get(179); }
    bool s2endi() const { return get(180); }
    bool s2affd() const { return get(181); }
    bool s2ptw() const { return get(182); }
    bool s2hd() const { return get(183); }
    bool s2ha() const { return get(184); }
    bool s2s() const { return get(185); }
    bool s2r() const { return get(186); }
    bool s2ds() const { return get(195); }
    uint64_t s2ttb() const { return get(243, 196) << 4; }  ///< bits [51:4]
};

/// STE.STRW is not used (IgnoreSTESTRW).
bool ignores_strw(const Ste& ste, const Registers& r);
StreamWorld stream_world(const Ste& ste, const Registers& r);

/// Features that the stage-2 tables of the STE may use.
TableFeatures stage2_features(const Ste& ste, const Registers& r);

/// SteIllegal() of 5.2.2 for a Non-secure STE.
bool is_illegal(const Ste& ste, const Registers& r, Choosing& choosing);

/// The override fields, as far as IDR1.ATTR_*_OVR let them act.
Overrides overrides_of(const Ste& ste, const Registers& r);
/// Those of GBPA (6.3.14).
Overrides overrides_of_gbpa(const Registers& r);

}  // namespace oracle
