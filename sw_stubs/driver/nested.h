// The STE of a device whose stage 1 a guest owns: made from the first two words of the guest's STE
// and the VM's stage 2. The rules are those of Linux's nested domains, so a guest driver written
// for them finds the same answers.
#pragma once
#include "sw_stubs/driver/ste.h"
#include "sw_stubs/driver/vm.h"

namespace smmu::sw {

/// Words 0 and 1 of a guest's STE, as the guest wrote them.
struct GuestSte {
    uint64_t word[2] = {};
};

/// What a guest may set.  word 0: V, Config, S1Fmt, S1ContextPtr[51:6], S1CDMax; word 1: S1DSS,
/// S1CIR, S1COR, S1CSH, S1STALLD, EATS.
constexpr GuestSte guest_ste_mask{{0xF80F'FFFF'FFFF'FFFF, 0x3800'00FF}};

struct CheckedSte {
    bool legal = false;  ///< false: -EIO, nothing of the STE is used
    GuestSte ste{};      ///< without EATS; all zero when V was 0
    Ats ats = Ats::Off;  ///< what the guest asked for
};

/// In this order: V = 0 is legal whatever the rest says; then no bit outside the mask; then Config
/// is abort (0 only), bypass or stage 1; then EATS is 0 or 1.  What is left the SMMU checks
/// (C_BAD_STE, C_BAD_CD).
constexpr CheckedSte check(const GuestSte& guest) {
    using arch::Ste;
    using arch::SteConfig;
    const Ste ste{{{guest.word[0], guest.word[1]}}};
    if (!ste[Ste::V]) return {true, {}, Ats::Off};

    for (unsigned i = 0; i < 2; ++i)
        if ((guest.word[i] & ~guest_ste_mask.word[i]) != 0) return {};
    const SteConfig config = ste[Ste::Config];
    if (config != SteConfig::Abort && config != SteConfig::Bypass && config != SteConfig::S1)
        return {};
    if (ste[Ste::EATS] > 1) return {};

    const Ste kept = Ste{ste}.set(Ste::EATS, 0);
    const bool ats = ste[Ste::EATS] == 1 && config == SteConfig::S1;
    return {true, {{kept.word[0], kept.word[1]}}, ats ? Ats::On : Ats::Off};
}

/// `checked` must be legal.  `device_ats`: the device has ATS and the host allows it.
///
/// Abort, or V = 0, gives a valid abort; bypass gives the VM's stage 2; stage 1 gives both, with
/// events merged (MEV) so that a guest cannot flood the Event queue.
constexpr arch::Ste nested_ste(const CheckedSte& checked, const Stage2Config& stage2,
                               const Features& features, Ats device_ats = Ats::Off) {
    using arch::Ste;
    using arch::SteConfig;
    const Ste guest{{{checked.ste.word[0], checked.ste.word[1]}}};
    if (!guest[Ste::V] || guest[Ste::Config] == SteConfig::Abort) return abort_ste();
    if (guest[Ste::Config] == SteConfig::Bypass) return stage2_ste(stage2, features);

    const bool ats = device_ats == Ats::On && checked.ats == Ats::On;
    Ste ste = stage2_ste(stage2, features, ats ? Ats::On : Ats::Off);
    ste.word[0] = guest.word[0];
    ste.word[1] |= guest.word[1];
    return ste.set(Ste::Config, SteConfig::S1S2).set(Ste::MEV, true);
}

}  // namespace smmu::sw
