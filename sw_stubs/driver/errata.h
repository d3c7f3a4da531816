// What an implementation must not be asked to do although its ID registers offer it.
#pragma once
#include "sw_stubs/driver/probe.h"

namespace smmu::sw {

/// SMMU_IIDR (6.3.7): who made it, and which one it is.
struct Implementation {
    uint16_t implementer = 0;  ///< JEP106
    uint16_t product = 0;
    uint8_t variant = 0;
    uint8_t revision = 0;
};
constexpr uint16_t implementer_arm = 0x43B;

constexpr Implementation implementation(arch::Iidr iidr) {
    using arch::Iidr;
    return {iidr[Iidr::Implementer], iidr[Iidr::ProductID], iidr[Iidr::Variant],
            iidr[Iidr::Revision]};
}

/// Takes from the features what errata of this implementation and this model (the IORT's word for
/// implementations older than IIDR) forbid.
void apply_errata(Features& features, const Implementation& which, SmmuModel model);

}  // namespace smmu::sw
