// From the RSDP to one table.  A wrong checksum on the way is tolerated: what matters is checked
// where it is used.
#include "sw_stubs/iort/acpi.h"

namespace smmu::sw::iort {
namespace {

constexpr uint64_t rsdp_size = 36;  // of ACPI 2.0 and later
constexpr uint64_t header_size = 36;

}  // namespace

Result<Bytes> find_iort(const AcpiRegion& region, uint64_t rsdp_address) {
    const auto fail = [](Error error, uint64_t address) {
        return Result<Bytes>{{}, {error, address, 0}};
    };
    const Bytes rsdp = region.from(rsdp_address);
    const bool is_rsdp = rsdp.size >= rsdp_size && rsdp.starts_with("RSD PTR ");
    if (!is_rsdp || rsdp.u8(15) < 2) return fail(Error::NoRsdp, rsdp_address);

    const uint64_t xsdt_address = rsdp.u64(24);
    Bytes xsdt = region.from(xsdt_address);
    if (xsdt.size < header_size || !xsdt.starts_with("XSDT"))
        return fail(Error::NoXsdt, xsdt_address);
    xsdt = xsdt.up_to(xsdt.u32(4));

    for (uint64_t entry = header_size; xsdt.holds(entry, 8); entry += 8) {
        const Bytes table = region.from(xsdt.u64(entry));
        if (table.starts_with("IORT")) return {table, {}};
    }
    return fail(Error::NoTable, xsdt_address);
}

}  // namespace smmu::sw::iort
