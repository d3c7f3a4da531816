// The pseudocode of 5.2.2, in its order, for Non-secure STEs without VMSAv8-32 and VMSAv9-128.
#include "oracle/ste.h"

#include <algorithm>

namespace oracle {

namespace {

bool granule_supported(Granule g, const Registers& r) {
    switch (g) {
        case Granule::K4: return r.gran4k();
        case Granule::K16: return r.gran16k();
        case Granule::K64: return r.gran64k();
        case Granule::None: break;
    }
    return false;
}

bool s2ttb_out_of_range(const Ste& ste, const TableFeatures& f, Granule g, const Registers& r) {
    if (exceeds(ste.s2ttb(), r.effective_ps(ste.s2ps()))) return true;
    return g != Granule::K64 && !f.ds && exceeds(ste.s2ttb(), 48);
}

bool s2t0sz_invalid(const Ste& ste, const TableFeatures& f, Granule g, const Registers& r) {
    unsigned max = 39;
    if (r.stt()) max = g == Granule::K64 ? 47 : 48;
    const unsigned by_ias = 64 - r.ias();
    const unsigned min = std::max(g == Granule::K64 || f.ds ? 12u : 16u, by_ias);
    return ste.s2t0sz() < min || ste.s2t0sz() > max;
}

bool stage2_illegal(const Ste& ste, const Registers& r, Choosing& choosing) {
    if (r.stall_model() == 1 && ste.s2s()) return true;
    if (r.stall_model() == 2 && !ste.s2s()) return true;
    if (!ste.s2aa64()) return true;  // VMSAv8-32: IDR0.TTF[0] is 0
    if (ste.s2ha() && r.httu() == 0) return true;
    if (ste.s2hd() && r.httu() < 2) return true;
    const Granule g = granule_of_tg0(ste.s2tg());
    if (!granule_supported(g, r)) return true;
    const TableFeatures f = stage2_features(ste, r);
    if (s2ttb_out_of_range(ste, f, g, r)) return true;
    if (s2t0sz_invalid(ste, f, g, r)) return true;
    const int level = stage2_start_level(g, ste.s2sl(), ste.s2t0sz(), f);
    if (level == no_level) return true;
    if (ste.s2endi()) return true;  // IDR0.TTENDIAN is little
    return !level_fits_physical_size(g, level, r.oas()) && choosing.pick(Choice::STE_65) == 1;
}

}  // namespace

bool ignores_strw(const Ste& ste, const Registers& r) {
    return !r.s1p() || !r.hyp() || ste.stage2() || ste.config() == 0b100;
}

StreamWorld stream_world(const Ste& ste, const Registers& r) {
    if (ignores_strw(ste, r) || ste.strw() == 0b00) return StreamWorld::El1;
    return r.e2h() ? StreamWorld::El2E2h : StreamWorld::El2;
}

TableFeatures stage2_features(const Ste& ste, const Registers& r) {
    TableFeatures f;
    f.ds = r.ds() && ste.s2ds() && granule_of_tg0(ste.s2tg()) != Granule::K64;
    f.lpa = r.oas() >= 52;
    f.ttst = r.stt();
    return f;
}

bool is_illegal(const Ste& ste, const Registers& r, Choosing& choosing) {
    if (!ste.v()) return true;
    if (ste.aborts()) return false;
    if (ste.stage1() && !r.s1p()) return true;
    if (ste.stage2() && !r.s2p()) return true;
    if (!ignores_strw(ste, r) && bit(ste.strw(), 0)) return true;
    if (ste.stage1()) {
        if (ste.s1stalld() && r.stall_model() != 0) return true;
        if (r.ssidsize() != 0) {
            if (ste.s1cdmax() > r.ssidsize()) return true;
            if (ste.s1cdmax() != 0 && !r.cd2l() && (ste.s1fmt() == 0b01 || ste.s1fmt() == 0b10))
                return true;
        }
        if (!ste.stage2() && exceeds(ste.s1contextptr(), r.oas())) return true;
        if (ste.stage2() && exceeds(ste.s1contextptr(), r.ias()) &&
            choosing.pick(Choice::STE_10) == 1)
            return true;
    }
    if (ste.stage2() && stage2_illegal(ste, r, choosing)) return true;
    const bool s2vmid_ignored =
        !r.s2p() || ste.config() == 0b100 || (ste.strw() != 0b00 && !ignores_strw(ste, r));
    return !s2vmid_ignored && !r.vmid16() && bits(ste.s2vmid(), 15, 8) != 0;
}

Overrides overrides_of(const Ste& ste, const Registers& r) {
    Overrides o;
    o.from_ste = true;
    if (r.types_override()) {
        o.mtcfg = ste.mtcfg();
        o.memattr = ste.memattr();
        o.alloccfg = ste.alloccfg();
        o.shcfg = ste.shcfg();
    }
    if (r.perms_override()) {
        o.privcfg = ste.privcfg();
        o.instcfg = ste.instcfg();
    }
    return o;
}

Overrides overrides_of_gbpa(const Registers& r) {
    Overrides o;
    if (r.types_override()) {
        o.memattr = bits(r.gbpa, 3, 0);
        o.mtcfg = bit(r.gbpa, 4);
        o.alloccfg = bits(r.gbpa, 11, 8);
        o.shcfg = bits(r.gbpa, 13, 12);
    }
    if (r.perms_override()) {
        o.privcfg = bits(r.gbpa, 17, 16);
        o.instcfg = bits(r.gbpa, 19, 18);
    }
    return o;
}

}  // namespace oracle
