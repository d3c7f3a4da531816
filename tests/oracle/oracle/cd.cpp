// The pseudocode of 5.4.2, for Non-secure CDs without VMSAv8-32 and VMSAv9-128.
#include "oracle/cd.h"

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

bool txsz_invalid(const CdHalf& h, const TableFeatures& f, const Registers& r) {
    unsigned max = 39;
    if (r.stt()) max = h.granule == Granule::K64 ? 47 : 48;
    unsigned min = 16;
    if (r.vax() >= 1 && (h.granule == Granule::K64 || f.ds)) min = 12;
    return h.txsz < min || h.txsz > max;
}

bool ttb_out_of_range(const CdHalf& h, const TableFeatures& f, const Cd& cd, const Registers& r) {
    if (exceeds(h.ttb, r.effective_ps(cd.ips()))) return true;
    return h.granule != Granule::K64 && !f.ds && exceeds(h.ttb, 48);
}

bool half_illegal(const CdHalf& h, const Cd& cd, const Registers& r) {
    if (h.epd) return false;
    if (!granule_supported(h.granule, r)) return true;
    const TableFeatures f = stage1_features(cd, h, r);
    return txsz_invalid(h, f, r) || ttb_out_of_range(h, f, cd, r);
}

}  // namespace

CdHalf Cd::low(StreamWorld world) const {
    CdHalf h;
    h.txsz = static_cast<unsigned>(get(5, 0));
    h.granule = granule_of_tg0(get(7, 6));
    h.ir = get(9, 8);
    h.orgn = get(11, 10);
    h.sh = get(13, 12);
    h.epd = get(14) && !one_range(world);
    h.tbi = get(38);
    h.had = get(65);
    h.e0pd = get(66) && !one_range(world);
    h.ttb = get(115, 68) << 4;
    return h;
}

CdHalf Cd::high(StreamWorld world) const {
    CdHalf h;
    h.epd = get(30) || one_range(world);  // TTB1 cannot be reached
    h.txsz = static_cast<unsigned>(get(21, 16));
    h.granule = granule_of_tg1(get(23, 22));
    h.ir = get(25, 24);
    h.orgn = get(27, 26);
    h.sh = get(29, 28);
    h.tbi = get(39);
    h.had = get(129);
    h.e0pd = get(130);
    h.ttb = get(179, 132) << 4;
    return h;
}

TableFeatures stage1_features(const Cd& cd, const CdHalf& half, const Registers& r) {
    TableFeatures f;
    f.ds = r.ds() && cd.ds() && half.granule != Granule::K64;
    f.lpa = r.oas() >= 52;
    f.ttst = r.stt();
    return f;
}

bool is_illegal(const Cd& cd, const Ste& ste, const Registers& r) {
    const StreamWorld world = stream_world(ste, r);
    const CdHalf low = cd.low(world), high = cd.high(world);
    if (!cd.v()) return true;
    if (ste.s1stalld() && cd.s()) return true;
    if (r.term_model() && !cd.a()) return true;
    if (r.stall_model() == 1 && cd.s()) return true;
    if (r.stall_model() == 2 && !cd.s()) return true;
    if ((!low.epd || !high.epd) && cd.endi()) return true;  // IDR0.TTENDIAN is little
    if (!cd.aa64()) return true;                            // IDR0.TTF[0] is 0
    if (cd.ha() && r.httu() == 0) return true;
    if (cd.hd() && r.httu() < 2) return true;
    if (!one_range(world) && !r.asid16() && bits(cd.asid(), 15, 8) != 0) return true;
    return half_illegal(low, cd, r) || half_illegal(high, cd, r);
}

}  // namespace oracle
