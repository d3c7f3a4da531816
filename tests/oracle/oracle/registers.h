// The registers of an SMMU as raw words, and what their fields say.  Arm IHI 0070 G.b, 6.3.
#pragma once
#include <algorithm>
#include <cstdint>

#include "oracle/bits.h"

namespace oracle {

struct Registers {
    uint32_t idr0 = 0, idr1 = 0, idr3 = 0, idr5 = 0, aidr = 0;  ///< as software reads them
    bool smmuen = false;                                        ///< CR0ACK.SMMUEN
    uint32_t cr1 = 0, cr2 = 0, gbpa = 0, strtab_base_cfg = 0;   ///< as software wrote them
    uint64_t strtab_base = 0;
    /// IMPLEMENTATION DEFINED and in no register (Arm ARM D8.6.2 RNSCNC): stage 1 hands Device and
    /// iNC-oNC to stage 2 as Outer Shareable.
    bool osh_at_stage1 = false;

    bool s2p() const { return bit(idr0, 0); }
    bool s1p() const { return bit(idr0, 1); }
    unsigned httu() const { return static_cast<unsigned>(bits(idr0, 7, 6)); }
    bool hyp() const { return bit(idr0, 9); }
    bool asid16() const { return bit(idr0, 12); }
    bool vmid16() const { return bit(idr0, 18); }
    bool cd2l() const { return bit(idr0, 19); }
    /// 0 stall and terminate, 1 terminate, 2 stall.
    unsigned stall_model() const { return static_cast<unsigned>(bits(idr0, 25, 24)); }
    bool term_model() const { return bit(idr0, 26); }
    bool two_level() const { return bits(idr0, 28, 27) != 0; }
    unsigned sidsize() const { return static_cast<unsigned>(bits(idr1, 5, 0)); }
    unsigned ssidsize() const { return static_cast<unsigned>(bits(idr1, 10, 6)); }
    bool perms_override() const { return bit(idr1, 26); }
    bool types_override() const { return bit(idr1, 27); }
    bool had() const { return bit(idr3, 2); }
    bool xnx() const { return bit(idr3, 4); }
    bool fwb() const { return bit(idr3, 8); }
    bool stt() const { return bit(idr3, 9); }
    bool e0pd() const { return bit(idr3, 13); }
    bool ptwnnc() const { return bit(idr3, 14); }
    bool epan() const { return bit(idr3, 17); }
    bool mteperm() const { return bit(idr3, 22); }
    bool gran4k() const { return bit(idr5, 4); }
    bool gran16k() const { return bit(idr5, 5); }
    bool gran64k() const { return bit(idr5, 6); }
    bool ds() const { return bit(idr5, 7); }
    unsigned vax() const { return static_cast<unsigned>(bits(idr5, 11, 10)); }
    unsigned minor() const { return static_cast<unsigned>(bits(aidr, 3, 0)); }
    bool e2h() const { return hyp() && bit(cr2, 0); }
    bool recinvsid() const { return bit(cr2, 1); }

    unsigned oas() const {
        constexpr unsigned size[] = {32, 36, 40, 42, 44, 48, 52, 56};
        return size[bits(idr5, 2, 0)];
    }
    /// 3.4: VMSAv8-32 would make it at least 40.
    unsigned ias() const { return bit(idr0, 2) ? std::max(40u, oas()) : oas(); }
    /// CD.IPS and STE.S2PS, capped to the OAS.
    unsigned effective_ps(uint64_t code) const {
        constexpr unsigned size[] = {32, 36, 40, 42, 44, 48, 52, 56};
        if (code == 7 && minor() < 4) code = 6;
        return std::min(size[code], oas());
    }

    /// The first thing in the ID registers that this oracle does not know, or nullptr.
    const char* unknown() const {
        if (bits(idr0, 3, 2) != 2) return "IDR0.TTF other than VMSAv8-64 alone";
        if (httu() == 3) return "IDR0.HTTU with Table descriptors";
        if (bit(idr0, 10)) return "IDR0.ATS";
        if (bits(idr0, 22, 21) != 2) return "IDR0.TTENDIAN other than little";
        if (bit(idr1, 30)) return "IDR1.TABLES_PRESET";
        if (bit(idr3, 3)) return "IDR3.PBHA";
        if (bit(idr3, 7)) return "IDR3.MPAM";
        if (bits(idr3, 21, 18) != 0) return "IDR3.{THE,S2PO,S2PI,S1PI}";
        if (bit(idr3, 23)) return "IDR3.AIE";
        if (bit(idr5, 8)) return "IDR5.D128";
        if (minor() == 0) return "SMMUv3.0";
        return nullptr;
    }
};

}  // namespace oracle
