// Configuration space of one PCI function: which bits are there, and which of them can be written.
//
// PCI Local Bus 3.0, 6.1 to 6.8; PCI Express Base 4.0, 7.5.1 to 7.5.3 and 7.7.
// No SystemC.
#pragma once
#include <array>
#include <cstdint>

#include "pcie/function_params.h"

namespace smmu {

/// Offsets and bits that software and hardware agree on.
namespace pci {
constexpr unsigned command = 0x04;
constexpr uint16_t command_memory = 1u << 1;
constexpr uint16_t command_bus_master = 1u << 2;
constexpr uint16_t command_intx_disable = 1u << 10;
constexpr unsigned status = 0x06;
constexpr uint16_t status_interrupt = 1u << 3;
constexpr unsigned header_type = 0x0E;
constexpr uint8_t header_multi_function = 1u << 7;
constexpr unsigned bar(unsigned index) { return 0x10 + 4 * index; }

/// From the start of the capability.
constexpr unsigned express_device_control = 0x08;
constexpr uint16_t device_control_no_snoop = 1u << 11;
constexpr unsigned msi_control = 0x02, msi_address = 0x04, msi_data = 0x0C;
constexpr unsigned msi_mask = 0x10, msi_pending = 0x14;
constexpr uint16_t msi_enable = 1u << 0;
constexpr unsigned msix_control = 0x02;
constexpr uint16_t msix_function_mask = 1u << 14, msix_enable = 1u << 15;

/// Extended capabilities (PCI Express Base 5.0, 7.8.8, 10.5.1, 10.5.2).
constexpr uint16_t id_ats = 0x000F, id_pri = 0x0013, id_pasid = 0x001B;
constexpr unsigned ats_capability = 0x04, ats_control = 0x06;
constexpr uint16_t ats_page_aligned = 1u << 5, ats_global_invalidate = 1u << 6;
constexpr uint16_t ats_enable = 1u << 15, ats_stu = 0x1F;  ///< STU: log2 of 4 KiB units
constexpr unsigned pri_control = 0x04, pri_status = 0x06, pri_capacity = 0x08;
constexpr unsigned pri_allocation = 0x0C;
constexpr uint16_t pri_enable = 1u << 0, pri_reset = 1u << 1;
constexpr uint16_t pri_response_failure = 1u << 0, pri_unexpected_index = 1u << 1;
constexpr uint16_t pri_stopped = 1u << 8, pri_pasid_required = 1u << 15;
constexpr unsigned pasid_capability = 0x04, pasid_control = 0x06;
constexpr uint16_t pasid_enable = 1u << 0, pasid_execute = 1u << 1, pasid_privileged = 1u << 2;
}  // namespace pci

class ConfigSpace {
public:
    static constexpr unsigned size = 0x1000;  ///< with the extended space

    /// `params` must be such that refuse(params) is empty.
    explicit ConfigSpace(const PciFunctionParams& params);

    /// What software reads and writes: 1, 2 or 4 bytes, naturally aligned, below `size`.
    uint32_t read(unsigned offset, unsigned bytes) const;
    void write(unsigned offset, unsigned bytes, uint32_t value);

    /// What the function itself sees and sets, whether software may write it or not.
    uint16_t get16(unsigned offset) const { return static_cast<uint16_t>(read(offset, 2)); }
    uint32_t get32(unsigned offset) const { return read(offset, 4); }
    uint64_t get64(unsigned offset) const {
        return get32(offset) | static_cast<uint64_t>(get32(offset + 4)) << 32;
    }
    void set(unsigned offset, unsigned bytes, uint32_t value);

    /// Where a capability starts; 0: the function has none.
    unsigned express() const { return express_; }
    unsigned msi() const { return msi_; }
    unsigned msix() const { return msix_; }
    unsigned ats() const { return ats_; }
    unsigned pri() const { return pri_; }
    unsigned pasid() const { return pasid_; }

private:
    /// A register and those of its bits that software may write.
    void define(unsigned offset, unsigned bytes, uint32_t value, uint32_t writable = 0);
    void define_bar(const PciBar& bar);
    unsigned define_capability(uint8_t id, unsigned bytes);
    void define_express();
    void define_msi(unsigned vectors);
    void define_msix(const MsixParams& msix);
    unsigned define_extended(uint16_t id, unsigned bytes);
    void define_ats(const PciFunctionParams& params);
    void define_pri(const PciFunctionParams& params);
    void define_pasid(const PasidParams& pasid);

    std::array<uint8_t, size> bytes_{};
    std::array<uint8_t, size> writable_{};
    std::array<uint8_t, size> cleared_by_one_{};
    unsigned express_ = 0, msi_ = 0, msix_ = 0, ats_ = 0, pri_ = 0, pasid_ = 0;
    unsigned last_link_ = 0;           ///< where the offset of the next capability goes
    unsigned next_capability_ = 0x40;  ///< the first free byte
    unsigned last_extended_ = 0;       ///< 0: none yet
    unsigned next_extended_ = 0x100;
};

}  // namespace smmu
