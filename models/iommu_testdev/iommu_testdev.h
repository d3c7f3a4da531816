// The PCI device with which QEMU's own tests exercise an IOMMU: 1b36:0005.
//
// It writes a pattern to a device address, which goes through the SMMU, reads physical memory where
// the pattern should have arrived, and says what came of it.  The thread waits.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <array>
#include <cstdint>
#include <systemc>
#include <tlm>

#include "pcie/function.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu {

/// Registers of 32 bits in BAR 0, and their values.
namespace iommu_testdev {
constexpr uint64_t bar_size = 0x1000;
constexpr uint64_t triggering = 0x00;  ///< a read runs the DMA that has been armed
constexpr uint64_t gva_lo = 0x04;      ///< device address
constexpr uint64_t gva_hi = 0x08;
constexpr uint64_t len = 0x0C;  ///< bytes
constexpr uint64_t result = 0x10;
constexpr uint64_t dbell = 0x14;   ///< bit 0 arms, else disarms; reads as zero
constexpr uint64_t attrs = 0x18;   ///< 0 secure, 2:1 space, 3 the space is valid
constexpr uint64_t gpa_lo = 0x1C;  ///< physical address
constexpr uint64_t gpa_hi = 0x20;
constexpr unsigned registers = 9;

enum class Result : uint32_t {
    Good = 0,
    Idle = 0xFFFF'FFFF,
    Busy = 0xFFFF'FFFE,
    BadLength = 0xDEAD'0001,
    DmaFailed = 0xDEAD'0002,
    ReadBackFailed = 0xDEAD'0003,
    Mismatch = 0xDEAD'0004,
    NotArmed = 0xDEAD'0005,
    BadAttributes = 0xDEAD'0006,
};
}  // namespace iommu_testdev

class IommuTestdev : public sc_core::sc_module {
public:
    PciFunction pci;  ///< for a root complex
    tlm_utils::simple_target_socket<IommuTestdev, 32> regs{"regs"};
    tlm_utils::simple_initiator_socket<IommuTestdev, 32> dma{"dma"};
    /// Around the SMMU: bind it where reads see what CPUs see.
    tlm_utils::simple_initiator_socket<IommuTestdev, 32> physical{"physical"};

    explicit IommuTestdev(sc_core::sc_module_name name);
    ~IommuTestdev() override;

private:
    using Payload = tlm::tlm_generic_payload;
    using Result = iommu_testdev::Result;
    using Socket = tlm_utils::simple_initiator_socket<IommuTestdev, 32>;

    void access(Payload& payload, sc_core::sc_time& delay);
    unsigned peek(Payload& payload);
    void write(uint64_t offset, uint32_t value);
    void trigger(const sc_core::sc_time& delay);

    void serve();
    Result run();
    bool transfer(Socket& socket, tlm::tlm_command command, uint64_t address, unsigned length);
    template <class Each>
    bool in_beats(uint64_t address, uint64_t length, Each each);

    uint32_t& reg(uint64_t offset) { return registers_[offset / 4]; }
    uint64_t pair(uint64_t offset) {
        return reg(offset) | static_cast<uint64_t>(reg(offset + 4)) << 32;
    }
    void set_result(Result result) { reg(iommu_testdev::result) = static_cast<uint32_t>(result); }

    std::array<uint32_t, iommu_testdev::registers> registers_{};
    bool armed_ = false, running_ = false;
    sc_core::sc_event triggered_;

    std::array<uint8_t, 64> buffer_{};
    StreamExtension identity_;  ///< of the DMA; the read back has none
    Payload dma_payload_, physical_payload_;
};

}  // namespace smmu
