// Whole files in and out.
#include "platform/files.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace smmu::platform {
namespace {

Refusal refusal(const char* verb, const std::filesystem::path& path, const std::string& reason) {
    return {std::string("cannot ") + verb + ' ' + path.string() + ": " + reason};
}

}  // namespace

Expected<std::vector<uint8_t>> read_file(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return refusal("read", path, "it is a folder");
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) return refusal("read", path, std::strerror(errno));
    std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
    if (file.bad()) return refusal("read", path, std::strerror(errno));
    return bytes;
}

std::optional<Refusal> write_file(const std::filesystem::path& path, std::string_view text) {
    std::error_code error;
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
    if (error) return refusal("make folder", path.parent_path(), error.message());
    errno = 0;
    std::ofstream file(path, std::ios::binary);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.close();
    if (!file) return refusal("write", path, std::strerror(errno));
    return std::nullopt;
}

std::filesystem::path own_folder() {
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
}

}  // namespace smmu::platform
