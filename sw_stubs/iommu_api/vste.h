// A guest's STE: which ones are taken, and which STE the SMMU then gets.
#pragma once
#include "sw_stubs/driver/nested.h"
#include "sw_stubs/iommu_api/error.h"

namespace smmu::sw::iommu_api {

/// The API was posted in one form and merged in another.
enum class Form : uint8_t {
    Merged,    ///< nested HWPTs are made for a vIOMMU; the guest's STE.EATS decides about ATS
    Original,  ///< nested HWPTs are made for their parent; EATS is not the guest's, ATS is off
};

/// Io, or None and what is kept of it.  The order is that of check() in driver/nested.h.
constexpr Errno check_vste(const GuestSte& guest, Form form, CheckedSte& kept) {
    const arch::Ste ste{{{guest.word[0], guest.word[1]}}};
    if (form == Form::Original && ste[arch::Ste::V] && ste[arch::Ste::EATS] != 0) return Errno::Io;
    kept = check(guest);
    return kept.legal ? Errno::None : Errno::Io;
}

/// Does the STE take part in stage 1?  One that does not needs no StreamID of the guest: events of
/// stage 1 cannot come.
constexpr bool translates(const CheckedSte& kept) {
    const arch::Ste ste{{{kept.ste.word[0], kept.ste.word[1]}}};
    return ste[arch::Ste::V] && ste[arch::Ste::Config] == arch::SteConfig::S1;
}

}  // namespace smmu::sw::iommu_api
