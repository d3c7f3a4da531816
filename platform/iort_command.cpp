// Reads the file and hands the table to one of the two printers.
#include "platform/iort_command.h"

#include <cstdint>
#include <fstream>
#include <optional>
#include <vector>

#include "platform/iort/print.h"
#include "sw_stubs/iort/table.h"

namespace smmu::platform {
namespace {

constexpr size_t largest_file = 1 << 20;  // real ones have a few KiB; a device file never ends

/// The bytes of `file`, or nothing after saying why on `err`.
std::optional<std::vector<uint8_t>> read(const std::string& file, std::ostream& err) {
    std::ifstream in(file, std::ios::binary);
    std::vector<uint8_t> bytes(largest_file + 1);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!in.is_open() || in.bad()) {
        err << "iort: cannot read " << file << ": give the path of a raw IORT table\n";
        return {};
    }
    const auto count = static_cast<size_t>(in.gcount());
    if (count > largest_file) {
        err << "iort: " << file << " is larger than 1 MiB: give the path of a raw IORT table\n";
        return {};
    }
    bytes.resize(count);
    return bytes;
}

}  // namespace

int iort_command(const std::string& file, bool json, std::ostream& out, std::ostream& err) {
    const auto bytes = read(file, err);
    if (!bytes) return 1;
    const auto table = sw::iort::Iort::open({bytes->data(), bytes->size()});
    if (!table.ok()) {
        const auto& p = table.problem;
        err << "iort: " << file << " is refused: " << describe(p.error) << " ("
            << iort::hex(p.value) << " at offset " << iort::hex(p.offset) << ", file of "
            << iort::hex(bytes->size()) << " bytes)\n";
        return 1;
    }
    if (json)
        iort::print_json(table.value, out);
    else
        iort::print_text(table.value, out);
    return 0;
}

}  // namespace smmu::platform
