// Names for the numbers that must not be mixed up.  Arm IHI 0070 G.b, 3.2, 3.3.2, 3.17.
#pragma once
#include <stdint.h>

namespace smmu::arch {

template <class Tag, class Raw>
struct Id {
    Raw value;
    constexpr bool operator==(Id o) const { return value == o.value; }
    constexpr bool operator!=(Id o) const { return value != o.value; }
};

using StreamId    = Id<struct StreamIdTag, uint32_t>;      ///< up to 32 bits
using SubstreamId = Id<struct SubstreamIdTag, uint32_t>;   ///< up to 20 bits; a PASID on PCIe
using Asid        = Id<struct AsidTag, uint16_t>;
using Vmid        = Id<struct VmidTag, uint16_t>;

/// Security state of a stream.  Only Non-secure streams exist while Secure and Realm state are not built.
enum class SecSid : uint8_t { NonSecure = 0, Secure = 1, Realm = 2 };

/// Memory system resource partitioning of a transaction.  Arm IHI 0070 G.b, 17.
struct Mpam {
    uint16_t partid = 0;
    uint8_t  pmg    = 0;
};

}  // namespace smmu::arch
