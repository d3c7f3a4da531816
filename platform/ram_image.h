// A file whose bytes are in RAM before anything runs: --ram FILE@ADDR.
#pragma once
#include <string>

#include "boards/virt.h"
#include "platform/expected.h"
#include "platform/firmware.h"

namespace smmu::platform {

/// Refused: no address, a file that cannot be read or is empty, bytes that are not all inside
/// `ram`.
Expected<Segment> read_ram_image(const std::string& given, const virt::Range& ram);

}  // namespace smmu::platform
