// Names of what the probe points tell, as they stand in result files.
#pragma once
#include <string>

#include "smmuv3/probe.h"

namespace smmu {

const char* name_of(core::Purpose purpose);   ///< "ste", "stage1_table", ...
const char* name_of(core::MsiSource source);  ///< "event_queue", ...
std::string name_of(
    arch::EventId id);  ///< the specification's; "0x2a" where it has none that is built
std::string name_of(arch::Opcode opcode);  ///< the same

/// For a person: "STE", "stage 2 level 3 for stage 1".
std::string title(const core::MemoryAccess& access);
/// The same without the level: "stage 2 for stage 1".
std::string kind_title(const core::MemoryAccess& access);
bool is_table(core::Purpose purpose);

}  // namespace smmu
