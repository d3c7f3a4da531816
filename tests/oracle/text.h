// Outcomes and events as text, for reports.
#pragma once
#include <string>

#include "oracle/translate.h"

namespace smmu::differential {

const char* event_name(uint8_t id);
const char* action_name(oracle::Action action);
std::string hex(uint64_t value);
std::string to_string(const oracle::Attributes& a);

}  // namespace smmu::differential
