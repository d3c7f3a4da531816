// `smmu-vp iort FILE [--json]`: what an IORT says, for a person or for a program.
#pragma once
#include <ostream>
#include <string>

namespace smmu::platform {

/// Prints the table in `file` (raw bytes as in /sys/firmware/acpi/tables/IORT) on `out`.
/// Returns the exit status: 0, or 1 after one line on `err` that says why the file is refused.
int iort_command(const std::string& file, bool json, std::ostream& out, std::ostream& err);

}  // namespace smmu::platform
