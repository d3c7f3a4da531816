// Compares an IORT that somebody wrote with the hardware that is there.
#pragma once
#include <string>
#include <vector>

#include "platform/acpi/tables.h"
#include "sw_stubs/iort/table.h"

namespace smmu::platform {

/// One sentence for each thing that the table says differently: SMMUs (base, coherence,
/// interrupts), root complexes (memory flags, address limit, StreamIDs).  Empty: the table is true.
std::vector<std::string> differences(const sw::iort::Iort& table, const acpi::Hardware& hardware);

}  // namespace smmu::platform
