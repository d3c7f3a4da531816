// Why a translation stopped, with everything its event record needs beyond the access itself.
// Arm IHI 0070 G.b, 7.3.
#pragma once
#include "smmuv3/arch/event.h"

namespace smmu::core {

struct Fault {
    arch::EventId id{};                           ///< the event; no fault when zero
    bool stage2 = false;                          ///< S2
    arch::FaultClass why = arch::FaultClass::In;  ///< CLASS
    bool table_read = false;                      ///< TTRnW: F_PERMISSION on a stage-1 table access
    bool always_aborts = false;  ///< whatever A, R and S2R say (F_ADDR_SIZE of a bypassed stage 1)
    uint64_t ipa = 0;            ///< stage-2 faults: the IPA that was being translated
    uint64_t fetch_address = 0;  ///< fetch and walk aborts: PA of the structure or descriptor

    constexpr explicit operator bool() const { return id != arch::EventId{}; }
};

constexpr Fault fault(arch::EventId id) {
    Fault f;
    f.id = id;
    return f;
}

/// The access to a descriptor, at that PA, was aborted.
constexpr Fault walk_abort(uint64_t address) {
    Fault f = fault(arch::EventId::F_WALK_EABT);
    f.fetch_address = address;
    return f;
}

/// The four faults that CD.{A,R,S} and STE.{S2R,S2S} govern (5.5).
constexpr bool is_translation_related(arch::EventId id) {
    return id >= arch::EventId::F_TRANSLATION && id <= arch::EventId::F_PERMISSION;
}

/// A value, or the fault that kept it from being found.
template <class T>
struct Result {
    T value{};
    Fault fault{};

    Result(const T& found) : value(found) {}
    Result(const Fault& stopped) : fault(stopped) {}
    explicit operator bool() const { return !fault; }
};

}  // namespace smmu::core
