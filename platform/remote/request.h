// One line of the qtest protocol as a request: understood and checked, nothing done yet.
//
// The protocol is QEMU's (docs/remote.md has all requests).  Pure: no socket, no machine.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "platform/expected.h"
#include "platform/remote/bytes.h"

namespace smmu::platform::remote {

/// Most bytes that one request moves; also what bounds the length of a line.
constexpr uint64_t max_bytes = 16 << 20;
constexpr uint64_t max_line = 2 * max_bytes + 128;

enum class Encoding : uint8_t { Hex, Base64 };
enum class Pins : uint8_t { In, Out };

struct AskEndianness {};
struct ReadValue {  ///< readb, readw, readl, readq
    uint64_t address;
    unsigned size;
};
struct WriteValue {  ///< writeb, writew, writel, writeq
    uint64_t address;
    unsigned size;
    uint64_t value;  ///< bits above the size do not count
};
struct ReadBytes {  ///< read, b64read
    uint64_t address;
    uint64_t size;  ///< 1 to max_bytes
    Encoding encoding;
};
struct WriteBytes {  ///< write, b64write, memset
    uint64_t address;
    Bytes bytes;  ///< at most max_bytes
};
struct StepClock {
    std::optional<uint64_t> ns;  ///< nullopt: to the next thing that happens
};
struct SetClock {
    uint64_t ns;
};
struct InterceptIrqs {
    Pins pins;
    std::string device;
};
struct SetIrqIn {
    std::string device;
    uint64_t number;
    bool level;
};
struct ReadPort {  ///< inb, inw, inl: there are no I/O ports here
    unsigned size;
};
struct WritePort {};  ///< outb, outw, outl

using Request = std::variant<AskEndianness, ReadValue, WriteValue, ReadBytes, WriteBytes, StepClock,
                             SetClock, InterceptIrqs, SetIrqIn, ReadPort, WritePort>;

/// `line` without its newline.  Refused, with a sentence for the answer: an unknown request, words
/// missing or too many, what is no number, a range over the end of the address space, too many
/// bytes.
Expected<Request> read_request(std::string_view line);

}  // namespace smmu::platform::remote
