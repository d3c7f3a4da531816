// From the RSDP to one table: RSDP -> XSDT -> table.  ACPI 6.5, 5.2.5 to 5.2.8.
#pragma once
#include "sw_stubs/iort/bytes.h"
#include "sw_stubs/iort/problem.h"

namespace smmu::sw::iort {

/// The memory that holds the ACPI tables: `bytes` lie at physical address `base`.
///
/// Nothing outside is ever read.  The bound is needed: a table of a real machine claims a length of
/// 0x14BDBFEF.
struct AcpiRegion {
    uint64_t base = 0;
    Bytes bytes{};

    constexpr Bytes from(uint64_t address) const {
        return address < base ? Bytes{} : bytes.part(address - base, bytes.size);
    }
};

/// Everything from the start of the IORT to the end of the region: Iort::open() finds its end.
/// Errors: NoRsdp, NoXsdt, NoTable.
Result<Bytes> find_iort(const AcpiRegion& region, uint64_t rsdp_address);

}  // namespace smmu::sw::iort
