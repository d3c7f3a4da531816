// Builds the ACPI tables from what the hardware is: RSDP, XSDT and IORT.
#pragma once
#include <cstdint>
#include <vector>

#include "boards/virt.h"

namespace smmu::platform::acpi {

using Bytes = std::vector<uint8_t>;

/// Interrupts by INTID; 0: not wired.
struct SmmuInterrupts {
    uint32_t event = 0;
    uint32_t pri = 0;
    uint32_t gerror = 0;
    uint32_t sync = 0;
};

struct SmmuHardware {
    uint64_t base;
    bool coherent;  ///< table and queue accesses are coherent with CPU caches (COHACC)
    SmmuInterrupts interrupts;
};

struct RootComplexHardware {
    virt::RootComplex map;
    uint8_t address_bits;  ///< that its devices can emit
    bool ats = false;      ///< it passes translation requests to the SMMU, which answers them
    bool pri = false;      ///< the same for page requests
};

/// A counter group of the SMMU.
struct PmcgHardware {
    uint64_t page0, page1;  ///< page 1 is 0 where there is none
    uint32_t interrupt;     ///< INTID
};

/// What the IORT speaks about.
struct Hardware {
    SmmuHardware smmu;
    std::vector<RootComplexHardware> root_complexes;
    std::vector<PmcgHardware> counter_groups{};
};

/// An IORT of revision 6 (DEN 0049 E.f): the SMMU, one root complex node each with one mapping onto it,
/// and its counter groups.
Bytes build_iort(const Hardware& hardware);

/// RSDP at `base`, then XSDT, then `iort` as it is (8-byte aligned, as far as the bytes go): a
/// memory image for `base`.
Bytes build_acpi(uint64_t base, const Bytes& iort);

}  // namespace smmu::platform::acpi
