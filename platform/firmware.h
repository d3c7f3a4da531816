// The program that the CPU starts with: an AArch64 ELF file, or a flat binary for
// virt::firmware_base.
#pragma once
#include <cstdint>
#include <vector>

#include "platform/expected.h"

namespace smmu::platform {

struct Segment {
    uint64_t address;            ///< physical
    std::vector<uint8_t> bytes;  ///< with the zeros that the file leaves out
};

struct Firmware {
    uint64_t entry;
    std::vector<Segment> segments;  ///< each of them inside virt::ram
};

/// Refused: an ELF file for another machine or with contents outside itself; a segment outside RAM
/// or over the ACPI tables; nothing to load.
Expected<Firmware> read_firmware(const std::vector<uint8_t>& file);

}  // namespace smmu::platform
