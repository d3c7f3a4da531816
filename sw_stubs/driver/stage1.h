// Stage 1 of a stream: its context descriptor, and the STE that leads to it.  Arm IHI 0070
// G.b, 5.2, 5.4.
//
// A host writes the STE into its stream table; a guest hands its first two words to the host
// (nested.h).
#pragma once
#include "smmuv3/arch/cd.h"
#include "smmuv3/arch/types.h"
#include "sw_stubs/driver/page_table.h"
#include "sw_stubs/driver/probe.h"
#include "sw_stubs/driver/ste.h"

namespace smmu::sw {

/// How an SMMU reads tables: attributes of its own accesses as CD and STE encode them.
struct WalkAttributes {
    uint8_t inner = 0;  ///< 0 Non-cacheable, 1 write-back allocate
    uint8_t outer = 0;
    uint8_t shareability = 0b10;  ///< 2 outer, 3 inner
};
constexpr WalkAttributes walk_attributes(Coherency coherency) {
    return coherency == Coherency::Coherent ? WalkAttributes{1, 1, 0b11} : WalkAttributes{};
}

/// TTBR0 only; the fields are those of the CD.
struct Stage1Config {
    uint64_t ttb = 0;
    arch::Asid asid{0};
    uint64_t mair = stage1_mair;
    WalkAttributes walk{};
    uint8_t t0sz = 16;
    uint8_t granule = 0;           ///< TG0: 0 4K, 1 64K, 2 16K
    uint8_t output_size_code = 0;  ///< IPS
};

constexpr arch::Cd make_cd(const Stage1Config& c) {
    using arch::Cd;
    return Cd{}
        .set(Cd::T0SZ, c.t0sz)
        .set(Cd::TG0, c.granule)
        .set(Cd::IR0, c.walk.inner)
        .set(Cd::OR0, c.walk.outer)
        .set(Cd::SH0, c.walk.shareability)
        .set(Cd::EPD1, true)
        .set(Cd::V, true)
        .set(Cd::IPS, c.output_size_code)
        .set(Cd::AA64, true)
        .set(Cd::R, true)
        .set(Cd::A, true)
        .set(Cd::ASET, true)
        .set(Cd::ASID, c.asid.value)
        .set(Cd::TTB0, c.ttb)
        .set(Cd::MAIR, c.mair);
}

/// The CD for a table; `size_code` is that of its output addresses (Features::address_size_code).
inline Stage1Config stage1_config(const PageTable& table, arch::Asid asid, uint8_t size_code) {
    Stage1Config c;
    c.ttb = table.root();
    c.asid = asid;
    c.walk = walk_attributes(table.coherency());
    c.t0sz = static_cast<uint8_t>(64 - table.format().input_bits);
    c.output_size_code = size_code;
    return c;
}

/// Where STE.S1ContextPtr leads.
struct CdTablePlace {
    uint64_t pa = 0;
    arch::S1Format format = arch::S1Format::Linear;
    uint8_t log2count = 0;  ///< S1CDMax; 0: one CD, no substreams
};

/// Stage 1 by a table of CDs; what comes without a SubstreamID uses the first.
constexpr arch::Ste stage1_ste(const CdTablePlace& cds, const Features& features) {
    using arch::Ste;
    const WalkAttributes walk = walk_attributes(features.coherency);
    return Ste{}
        .set(Ste::V, true)
        .set(Ste::Config, arch::SteConfig::S1)
        .set(Ste::S1Fmt, cds.format)
        .set(Ste::S1ContextPtr, cds.pa)
        .set(Ste::S1CDMax, cds.log2count)
        .set(Ste::S1DSS, arch::S1Default::Substream0)
        .set(Ste::S1CIR, walk.inner)
        .set(Ste::S1COR, walk.outer)
        .set(Ste::S1CSH, walk.shareability)
        .set(Ste::S1STALLD, features.stall && !features.stall_forced);
}
/// The same by one CD at `cd`.
constexpr arch::Ste stage1_ste(uint64_t cd, const Features& features) {
    return stage1_ste(CdTablePlace{cd, arch::S1Format::Linear, 0}, features);
}

}  // namespace smmu::sw
