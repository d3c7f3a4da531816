// What a PCI function is made of, before software has configured it.
//
// PCI Local Bus 3.0, 6.1 and 6.2; PCI Express Base 4.0, 7.5, 10.5 and 7.8.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace smmu {

/// A Conventional function has no PCI Express capability.
enum class PciKind { Conventional, RootComplexEndpoint };

enum class BarWidth { Bits32, Bits64 };

/// A range of memory addresses that a function answers.
struct PciBar {
    unsigned index;  ///< 0 to 5; one of 64 bits takes `index + 1` as well
    uint64_t size;   ///< bytes: a power of two, 16 or more
    BarWidth width = BarWidth::Bits32;
    bool prefetchable = false;
};

/// Where the MSI-X table and its pending bits lie: offsets into BARs, multiples of 8.
struct MsixParams {
    unsigned vectors = 0;  ///< up to 2048; 0: no MSI-X
    unsigned table_bar = 0;
    uint32_t table_offset = 0;
    unsigned pba_bar = 0;
    uint32_t pba_offset = 0;
};

/// Address Translation Services: the function keeps translations of its own.
struct AtsParams {
    bool present = false;
    unsigned invalidate_queue_depth = 32;  ///< invalidations that it takes at a time, 1 to 32
};

/// Page requests; they need ATS.
struct PriParams {
    uint32_t capacity = 0;  ///< most page requests outstanding; 0: none can be made
};

/// Process address spaces.
struct PasidParams {
    unsigned width = 0;  ///< bits of a PASID, 1 to 20; 0: none
    bool execute = true;
    bool privileged = true;
};

struct PciFunctionParams {
    uint16_t vendor = 0;
    uint16_t device = 0;
    uint8_t revision = 0;
    uint32_t class_code = 0;  ///< 24 bits: base class, sub-class, programming interface
    uint16_t subsystem_vendor = 0;
    uint16_t subsystem = 0;
    PciKind kind = PciKind::Conventional;
    std::vector<PciBar> bars{};
    unsigned interrupt_pin = 0;  ///< 1 is INTA, 4 is INTD; 0: none
    unsigned msi_vectors = 0;    ///< 1, 2, 4, 8, 16 or 32; 0: no MSI
    MsixParams msix{};
    /// The last three are for a RootComplexEndpoint.
    AtsParams ats{};
    PriParams pri{};
    PasidParams pasid{};
};

/// The sentence that says why no function can be built like that; empty: one can.
std::string refuse(const PciFunctionParams& params);

/// Bytes that the MSI-X table and the pending bits take.
constexpr uint32_t msix_table_size(unsigned vectors) { return 16 * vectors; }
constexpr uint32_t msix_pba_size(unsigned vectors) { return 8 * ((vectors + 63) / 64); }

}  // namespace smmu
