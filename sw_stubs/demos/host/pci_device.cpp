// Walks the list of extended capabilities, and writes their control registers.
#include "sw_stubs/demos/host/pci_device.h"

#include "sw_stubs/port/port.h"

namespace smmu::sw::demo {

using namespace port;

namespace {

constexpr uint16_t ats_capability = 0x000F, pri_capability = 0x0013;
constexpr uint64_t first_extended = 0x100;

// The upper half of the second word of ATS is Control; the second word of PRI is Control, and Status,
// where a one clears.
constexpr uint64_t ats_word = 4, pri_word = 4, pri_allocation = 0xC;
constexpr uint32_t ats_enable = 1u << 31, pri_enable = 1u << 0, pri_reset = 1u << 1;
constexpr unsigned stu_shift = 16, page_shift = 12;

}  // namespace

PciDevice::PciDevice(uint64_t config)
    : config_(config), ats_(find(ats_capability)), pri_(find(pri_capability)) {}

/// 0 when the function does not have it.  A list is at most as long as it has room.
uint64_t PciDevice::find(uint16_t id) const {
    uint64_t at = first_extended;
    for (unsigned i = 0; i < 64 && at >= first_extended; ++i) {
        const uint32_t header = mmio_read32(config_ + at);
        if (header == ~0u) return 0;
        if ((header & 0xFFFF) == id) return config_ + at;
        at = header >> 20 & ~3u;
    }
    return 0;
}

void PciDevice::enable_ats(unsigned stu) {
    if (ats_ != 0) mmio_write32(ats_ + ats_word, ats_enable | (stu - page_shift) << stu_shift);
}

void PciDevice::disable_ats() {
    if (ats_ != 0) mmio_write32(ats_ + ats_word, 0);
}

void PciDevice::enable_page_requests(unsigned most) {
    if (pri_ == 0) return;
    mmio_write32(pri_ + pri_allocation, most);
    mmio_write32(pri_ + pri_word, pri_enable);
}

void PciDevice::disable_page_requests() {
    if (pri_ != 0) mmio_write32(pri_ + pri_word, pri_reset);
}

bool PciDevice::ats_enabled() const {
    return ats_ != 0 && (mmio_read32(ats_ + ats_word) & ats_enable) != 0;
}

bool PciDevice::page_requests_enabled() const {
    return pri_ != 0 && (mmio_read32(pri_ + pri_word) & pri_enable) != 0;
}

}  // namespace smmu::sw::demo
