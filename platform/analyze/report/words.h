// Numbers and names as a person reads them.
#pragma once
#include <string>
#include <string_view>

#include "waveforms/transactions.h"

namespace smmu::platform::analyze {

/// "850 ps", "84.2 ns", "1.24 µs": three digits that count.
std::string time_text(double ps);
/// "40 000"
std::string count_text(uint64_t count);
/// "61 %", "0.4 %"; of: 0 gives "0 %".
std::string percent_text(double part, double of);
/// "−41 %", "+3 %": from `before` to `now`.
std::string change_text(double now, double before);
/// "64 MiB"
std::string size_text(uint64_t bytes);
/// For text between tags and in attributes.
std::string escaped(std::string_view text);

/// "Reading stage 2 tables", "Main TLB hit"
const char* label_of(Part part);
const char* label_of(AnsweredBy by);
/// Their colours, the same in every chart.
const char* colour_of(Part part);
const char* colour_of(AnsweredBy by);

}  // namespace smmu::platform::analyze
