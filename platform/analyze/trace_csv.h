// Reads a trace of accesses: lines of time,sid,ssid,iova,size,rw.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "platform/analyze/traffic.h"
#include "platform/expected.h"

namespace smmu::platform::analyze {

struct TraceStream {
    arch::StreamId stream{0};
    std::vector<Request> requests;
};

/// What is replayed; no streams: nothing.
struct TraceFile {
    std::string name;  ///< for refusals
    std::vector<TraceStream> streams;
};

/// Fields: time in ps, in rising order for each stream; sid; ssid, which may be empty; iova; size,
/// 1 to 4096 bytes; rw, r or w.  Numbers are decimal or 0x-hexadecimal.  Empty lines, lines that
/// begin with #, and a heading are skipped.  Streams come in the order of their first access.
/// Refused: the first line that is none of these, by its number.
Expected<std::vector<TraceStream>> read_trace(std::string_view text);

}  // namespace smmu::platform::analyze
