// Registers of the probe window: what the SMMU did, counted, for firmware that wants to tell it.
//
// Not part of any real machine.  64-bit registers at virt::probe_window; an access is 4 or 8 bytes,
// aligned.  The counter registers show the snapshot taken last, so that reading them does not
// disturb what is counted. Freestanding: shared by the platform (host) and the firmware (AArch64).
#pragma once
#include <stdint.h>

namespace smmu::virt::probe {

/// RO: `id_value`; what is not there reads as zero.
constexpr uint64_t id = 0x000;
constexpr uint64_t id_value = 0x3045'424F'5250'4D53;  // "SMPROBE0"

/// WO: the actions to take, in this order.
constexpr uint64_t control = 0x008;
constexpr uint64_t snapshot = 1u << 0;  // copies the running counters to the counter registers
constexpr uint64_t clear = 1u << 1;     // sets the running counters to zero; the snapshot stays

/// RO: what the SMMU has that counters depend on.
constexpr uint64_t traits = 0x010;
constexpr uint64_t has_walk_caches = 1u << 0;  // walks read fewer tables than the architecture asks for

/// The counters, RO.  "Table accesses" are those that walks made through the SMMU's table port.
enum class Counter : uint32_t {
    Translations,  // transactions (after splitting: pieces) that asked for a translation, SMMU
                   // enabled
    Hits,          // of these: answered by a TLB
    Misses,        // of these: not answered by a TLB
    Walks,         // configuration and table walks made for them
    Faults,        // transactions that ended with an event or an abort
    ReadsL1Std,    // table accesses: level-1 stream table descriptors
    ReadsSte,      // table accesses: stream table entries
    ReadsL1Cd,     // table accesses: level-1 context descriptors
    ReadsCd,       // table accesses: context descriptors
    ReadsStage1,   // table accesses: stage 1 descriptors, all levels
    ReadsStage2,   // table accesses: stage 2 descriptors, all levels, whatever they were needed for
};
constexpr uint32_t counters = 11;

constexpr uint64_t offset(Counter c) { return 0x100 + 8 * static_cast<uint64_t>(c); }

}  // namespace smmu::virt::probe
