// What can be wrong with a table, and where: one value from which one clear sentence can be
// printed.
#pragma once
#include <stdint.h>

namespace smmu::sw::iort {

enum class Error : uint8_t {
    None,
    NoRsdp,           ///< no RSDP where it should be, or one without an XSDT
    NoXsdt,           ///< the RSDP points to no XSDT inside the ACPI region
    NoTable,          ///< the XSDT lists no such table inside the ACPI region
    TooShort,         ///< fewer bytes than the header of the table
    WrongSignature,   ///< it does not begin with "IORT"
    LengthTooSmall,   ///< the length in the header does not cover the header
    LengthBeyondEnd,  ///< the length in the header is more than there is
    NodesOutside,     ///< the nodes begin inside the header or beyond the table
    TooManyNodes,     ///< more nodes than fit into the table
    NodeBeyondTable,  ///< a node begins or ends beyond the table
    NodeTooShort,     ///< a node is shorter than what its type always has
    MappingsOutside,  ///< ID mappings overlap the node's fields or pass its end
    ArrayOutside,  ///< an array inside a node (ITS identifiers, interrupts, memory ranges) passes
                   ///< its end
    NameNotTerminated,  ///< a device name without end mark
};

/// `offset` counts from the start of the table (for NoRsdp, NoXsdt and NoTable it is a physical
/// address); `value` is what stood there.
struct Problem {
    Error error = Error::None;
    uint64_t offset = 0;
    uint64_t value = 0;
    constexpr explicit operator bool() const { return error != Error::None; }
};

/// What is wrong, in words that continue "the table is refused: ".
const char* describe(Error error);

/// A value, or the reason why there is none.
template <class T>
struct Result {
    T value{};
    Problem problem{};
    constexpr bool ok() const { return !problem; }
};

}  // namespace smmu::sw::iort
