// Every register of configuration space: its reset value and its writable bits.
#include "pcie/config_space.h"

namespace smmu {
namespace {

constexpr uint8_t id_msi = 0x05, id_express = 0x10, id_msix = 0x11;

unsigned log2(unsigned power_of_two) {
    unsigned result = 0;
    while (power_of_two >> (result + 1) != 0) ++result;
    return result;
}

}  // namespace

ConfigSpace::ConfigSpace(const PciFunctionParams& params) {
    define(0x00, 2, params.vendor);
    define(0x02, 2, params.device);
    // I/O space, memory space, bus master, parity error response, SERR#, INTx disable.  I/O space
    // may be hardwired to 0 in a function without any, but stock software insists that it sticks.
    define(pci::command, 2, 0, 0x0547);
    define(0x08, 4, params.class_code << 8 | params.revision);
    define(0x0C, 1, 0, 0xFF);  // cache line size: no effect, but writable in PCI Express too
    for (const PciBar& bar : params.bars) define_bar(bar);
    define(0x2C, 2, params.subsystem_vendor);
    define(0x2E, 2, params.subsystem);
    define(0x3C, 1, 0, 0xFF);  // interrupt line: software's note to itself
    define(0x3D, 1, params.interrupt_pin);

    last_link_ = 0x34;
    if (params.kind == PciKind::RootComplexEndpoint) define_express();
    if (params.msi_vectors != 0) define_msi(params.msi_vectors);
    if (params.msix.vectors != 0) define_msix(params.msix);
    if (params.ats.present) define_ats(params);
    if (params.pri.capacity != 0) define_pri(params);
    if (params.pasid.width != 0) define_pasid(params.pasid);
    constexpr uint16_t capabilities_list = 1u << 4;
    if (bytes_[0x34] != 0) define(pci::status, 2, capabilities_list);
}

void ConfigSpace::define(unsigned offset, unsigned bytes, uint32_t value, uint32_t writable) {
    for (unsigned i = 0; i < bytes; ++i) {
        bytes_[offset + i] = static_cast<uint8_t>(value >> 8 * i);
        writable_[offset + i] = static_cast<uint8_t>(writable >> 8 * i);
    }
}

// 3 prefetchable, 2:1 width, 0 memory; the address bits below the size read as zero, which is how
// software finds the size (PCI Local Bus 3.0, 6.2.5.1).
void ConfigSpace::define_bar(const PciBar& bar) {
    const uint64_t address_bits = ~(bar.size - 1);
    const uint32_t type =
        (bar.width == BarWidth::Bits64 ? 0b100u : 0u) | (bar.prefetchable ? 0b1000u : 0u);
    define(pci::bar(bar.index), 4, type, static_cast<uint32_t>(address_bits));
    if (bar.width == BarWidth::Bits64)
        define(pci::bar(bar.index + 1), 4, 0, static_cast<uint32_t>(address_bits >> 32));
}

unsigned ConfigSpace::define_capability(uint8_t id, unsigned bytes) {
    const unsigned at = next_capability_;
    next_capability_ += (bytes + 15) & ~15u;
    bytes_[last_link_] = static_cast<uint8_t>(at);
    last_link_ = at + 1;
    define(at, 2, id);
    return at;
}

// Version 2, Root Complex Integrated Endpoint: no link and no slot, those registers read as zero.
// Only payloads of 128 bytes, so that field is hardwired to 0, as are extended tags, phantom
// functions, auxiliary power and function-level reset, which the function does not have.
void ConfigSpace::define_express() {
    express_ = define_capability(id_express, 0x3C);
    define(express_ + 0x02, 2, 9u << 4 | 2);
    constexpr uint32_t role_based_error_reporting = 1u << 15;
    define(express_ + 0x04, 4, role_based_error_reporting);
    // 14:12 largest read request, 11 No Snoop, 4 relaxed ordering, 3:0 error reporting
    define(express_ + pci::express_device_control, 2, 0x2810, 0x781F);
}

// 64-bit address, per-vector masking.
void ConfigSpace::define_msi(unsigned vectors) {
    msi_ = define_capability(id_msi, 0x18);
    define(msi_ + pci::msi_control, 2, 1u << 8 | 1u << 7 | log2(vectors) << 1, 0x0071);
    define(msi_ + pci::msi_address, 4, 0, 0xFFFF'FFFC);
    define(msi_ + pci::msi_address + 4, 4, 0, 0xFFFF'FFFF);
    define(msi_ + pci::msi_data, 2, 0, 0xFFFF);
    define(msi_ + pci::msi_mask, 4, 0, vectors == 32 ? ~0u : (1u << vectors) - 1);
}

void ConfigSpace::define_msix(const MsixParams& msix) {
    msix_ = define_capability(id_msix, 0x0C);
    define(msix_ + pci::msix_control, 2, msix.vectors - 1, 0xC000);
    define(msix_ + 0x04, 4, msix.table_offset | msix.table_bar);
    define(msix_ + 0x08, 4, msix.pba_offset | msix.pba_bar);
}

// --- Extended capabilities

// Header: 31:20 offset of the next, 19:16 version 1, 15:0 ID.
unsigned ConfigSpace::define_extended(uint16_t id, unsigned bytes) {
    const unsigned at = next_extended_;
    next_extended_ += (bytes + 15) & ~15u;
    define(at, 4, 1u << 16 | id);
    if (last_extended_ != 0) define(last_extended_, 4, get32(last_extended_) | at << 20);
    last_extended_ = at;
    return at;
}

// A queue depth of 32 is written as 0.  Requests are for whole pages.
void ConfigSpace::define_ats(const PciFunctionParams& params) {
    ats_ = define_extended(pci::id_ats, 0x08);
    const uint32_t global = params.pasid.width != 0 ? pci::ats_global_invalidate : 0u;
    define(ats_ + pci::ats_capability, 2,
           (params.ats.invalidate_queue_depth & 0x1F) | pci::ats_page_aligned | global);
    define(ats_ + pci::ats_control, 2, 0, pci::ats_enable | pci::ats_stu);
}

void ConfigSpace::define_pri(const PciFunctionParams& params) {
    pri_ = define_extended(pci::id_pri, 0x10);
    define(pri_ + pci::pri_control, 2, 0, pci::pri_enable | pci::pri_reset);
    const uint32_t with_pasid = params.pasid.width != 0 ? pci::pri_pasid_required : 0u;
    define(pri_ + pci::pri_status, 2, pci::pri_stopped | with_pasid);
    cleared_by_one_[pri_ + pci::pri_status] = pci::pri_response_failure | pci::pri_unexpected_index;
    define(pri_ + pci::pri_capacity, 4, params.pri.capacity);
    define(pri_ + pci::pri_allocation, 4, 0, ~0u);
}

void ConfigSpace::define_pasid(const PasidParams& pasid) {
    pasid_ = define_extended(pci::id_pasid, 0x08);
    const uint32_t features =
        (pasid.execute ? pci::pasid_execute : 0u) | (pasid.privileged ? pci::pasid_privileged : 0u);
    define(pasid_ + pci::pasid_capability, 2, features | pasid.width << 8);
    define(pasid_ + pci::pasid_control, 2, 0, pci::pasid_enable | features);
}

uint32_t ConfigSpace::read(unsigned offset, unsigned bytes) const {
    uint32_t value = 0;
    for (unsigned i = 0; i < bytes && offset + i < bytes_.size(); ++i)
        value |= static_cast<uint32_t>(bytes_[offset + i]) << 8 * i;
    return value;
}

void ConfigSpace::write(unsigned offset, unsigned bytes, uint32_t value) {
    for (unsigned i = 0; i < bytes && offset + i < bytes_.size(); ++i) {
        const uint8_t mask = writable_[offset + i];
        uint8_t& byte = bytes_[offset + i];
        const uint32_t given = value >> 8 * i;
        byte = static_cast<uint8_t>((byte & ~mask & ~(given & cleared_by_one_[offset + i])) |
                                    (given & mask));
    }
}

void ConfigSpace::set(unsigned offset, unsigned bytes, uint32_t value) {
    for (unsigned i = 0; i < bytes; ++i) bytes_[offset + i] = static_cast<uint8_t>(value >> 8 * i);
}

}  // namespace smmu
