// From the syndrome of an abort to a device and back.  Arm ARM D24.2.40, ISS of a Data Abort.
#include "sw_stubs/vmm/mmio.h"

namespace smmu::sw::vmm {
namespace {

constexpr unsigned zero_register = 31;

uint64_t low_bytes(uint64_t value, unsigned size) {
    return size == 8 ? value : value & ((uint64_t{1} << size * 8) - 1);
}

/// What a load leaves in its register.
uint64_t loaded(const MmioAccess& access, uint64_t value) {
    value = low_bytes(value, access.size);
    if (access.sign_extended && access.size < 8) {
        const uint64_t sign = uint64_t{1} << (access.size * 8 - 1);
        value = (value ^ sign) - sign;
    }
    return access.wide_register ? value : low_bytes(value, 4);
}

}  // namespace

MmioAccess decode(const Abort& abort) {
    constexpr uint64_t data_abort_of_a_guest = 0x24;
    constexpr uint64_t isv = 1 << 24, fnv = 1 << 10, cm = 1 << 8, s1ptw = 1 << 7;
    constexpr uint64_t translation_fault = 0x04, level_mask = 0x3, status_mask = 0x3F;
    const uint64_t esr = abort.syndrome;
    MmioAccess access;
    access.decoded = esr >> 26 == data_abort_of_a_guest && (esr & isv) != 0 &&
                     (esr & (fnv | cm | s1ptw)) == 0 &&
                     (esr & status_mask & ~level_mask) == translation_fault;
    if (!access.decoded) return access;
    access.size = static_cast<uint8_t>(1u << (esr >> 22 & 3));
    access.sign_extended = (esr >> 21 & 1) != 0;
    access.target = esr >> 16 & 0x1F;
    access.wide_register = (esr >> 15 & 1) != 0;
    access.write = (esr >> 6 & 1) != 0;
    access.ipa = abort.ipa();
    return access;
}

bool MmioMap::add(uint64_t ipa, uint64_t size, VirtualDevice& device) {
    if (count_ == most_devices || size == 0 || ipa + size < ipa) return false;
    for (unsigned i = 0; i < count_; ++i)
        if (ranges_[i].contains(ipa) || Range{ipa, size, nullptr}.contains(ranges_[i].ipa))
            return false;
    ranges_[count_++] = {ipa, size, &device};
    return true;
}

bool MmioMap::perform(const MmioAccess& access, uint64_t (&x)[31]) const {
    if (access.ipa % access.size != 0) return false;
    for (unsigned i = 0; i < count_; ++i) {
        const Range& range = ranges_[i];
        const uint64_t offset = access.ipa - range.ipa;
        if (!range.contains(access.ipa)) continue;
        if (range.size - offset < access.size) return false;
        const bool named = access.target != zero_register;
        if (access.write) {
            const uint64_t value = named ? x[access.target] : 0;
            range.device->write(offset, access.size, low_bytes(value, access.size));
        } else {
            const uint64_t value = loaded(access, range.device->read(offset, access.size));
            if (named) x[access.target] = value;
        }
        return true;
    }
    return false;
}

}  // namespace smmu::sw::vmm
