// Guest accesses that stage 2 stopped: what the guest wanted, and which emulated device answers.
#pragma once
#include <stdint.h>

#include "sw_stubs/vmm/virtual_device.h"

namespace smmu::sw::vmm {

/// What the CPU says about an abort of a guest: ESR_EL2, FAR_EL2, HPFAR_EL2.
struct Abort {
    uint64_t syndrome = 0;
    uint64_t far = 0;
    uint64_t hpfar = 0;

    /// Where stage 1 led to (IPA).
    uint64_t ipa() const { return (hpfar >> 4 & 0xFF'FFFF'FFFF) << 12 | (far & 0xFFF); }
};

/// One load or store of one general purpose register.
struct MmioAccess {
    /// False: the CPU does not say what the instruction does (a pair, a write-back form, a fetch, a
    /// table walk), or nothing is missing in stage 2.  The rest means nothing then.
    bool decoded = false;
    bool write = false;
    bool sign_extended = false;
    bool wide_register = false;  ///< Xt, otherwise Wt
    uint8_t size = 0;            ///< bytes
    uint8_t target = 0;          ///< t; 31 is the zero register
    uint64_t ipa = 0;
};
MmioAccess decode(const Abort& abort);

/// The emulated devices of a guest, by address.
class MmioMap {
public:
    /// Devices stay where they are.  False when the range overlaps another, or eight are there.
    bool add(uint64_t ipa, uint64_t size, VirtualDevice& device);

    /// Does what the instruction would have done to the device and to `x`, the guest's registers.
    /// False when no device is there, or the access is not aligned.
    bool perform(const MmioAccess& access, uint64_t (&x)[31]) const;

private:
    struct Range {
        uint64_t ipa = 0;
        uint64_t size = 0;
        VirtualDevice* device = nullptr;
        bool contains(uint64_t address) const { return address - ipa < size; }
    };
    static constexpr unsigned most_devices = 8;

    Range ranges_[most_devices]{};
    unsigned count_ = 0;
};

}  // namespace smmu::sw::vmm
