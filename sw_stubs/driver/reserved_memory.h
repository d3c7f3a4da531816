// What a device goes on reaching while the SMMU is configured (IORT RMR nodes), and the ranges of its
// address space that are not for mapping.
#pragma once
#include "sw_stubs/driver/smmu.h"

namespace smmu::sw {

/// StreamIDs first to last.
struct StreamSpan {
    uint32_t first = 0;
    uint32_t last = 0;
};

struct BypassResult {
    Status status = Status::Done;  ///< OutOfMemory: the rest was not looked at
    uint32_t bypassed = 0;
    uint64_t beyond_table = 0;  ///< StreamIDs that the SMMU cannot have
};

/// Gives every stream of the span a bypass STE.  Between Smmu::prepare() and reset(), so that the
/// devices' accesses never stop.  The work is bounded by the stream table, whatever the span says.
BypassResult bypass_reserved_streams(Smmu& smmu, StreamSpan span);

/// What a range of a device's addresses is reserved for.
enum class ReservedUse : uint8_t {
    Direct = 0,           ///< mapped to itself
    DirectRelaxable = 1,  ///< the same, until somebody gives the device away
    Reserved = 2,
    Msi = 3,    ///< doorbells of hardware
    SwMsi = 4,  ///< doorbells that software maps
};

struct ReservedRange {
    uint64_t start = 0;
    uint64_t length = 0;
    ReservedUse use = ReservedUse::Reserved;
};

/// Every device behind an SMMUv3 has this one: write, no execute, Device.
constexpr ReservedRange software_msi_window{0x0800'0000, 0x10'0000, ReservedUse::SwMsi};

}  // namespace smmu::sw
