// FILE@ADDR: the last @ is the one that counts.
#include "platform/ram_image.h"

#include <charconv>
#include <cstdio>
#include <optional>

#include "platform/files.h"

namespace smmu::platform {
namespace {

std::optional<uint64_t> address_in(std::string_view text) {
    const bool hexadecimal = text.substr(0, 2) == "0x";
    if (hexadecimal) text.remove_prefix(2);
    uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value, hexadecimal ? 16 : 10);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return value;
}

std::string hex(uint64_t value) {
    char text[24];
    std::snprintf(text, sizeof text, "%#llx", static_cast<unsigned long long>(value));
    return text;
}

}  // namespace

Expected<Segment> read_ram_image(const std::string& given, const virt::Range& ram) {
    const size_t at = given.rfind('@');
    const auto address =
        at == given.npos ? std::nullopt : address_in(std::string_view(given).substr(at + 1));
    if (!address || at == 0) return Refusal{"--ram takes FILE@ADDR, not " + given};
    const auto file = read_file(given.substr(0, at));
    if (!file) return Refusal{"--ram: " + file.refusal()};
    if (file->empty()) return Refusal{"--ram " + given + ": the file is empty"};
    if (!ram.contains(*address) || file->size() > ram.end() - *address)
        return Refusal{"--ram " + given + ": its " + std::to_string(file->size()) +
                       " bytes are not inside RAM, which is " + hex(ram.base) + " to " +
                       hex(ram.end() - 1)};
    return Segment{*address, *file};
}

}  // namespace smmu::platform
