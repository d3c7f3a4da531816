// Reads the program that the CPU starts with.
#include "platform/firmware.h"

#include <elf.h>

#include <cstdio>
#include <cstring>
#include <optional>

#include "boards/virt.h"

namespace smmu::platform {
namespace {

template <class T>
std::optional<T> at(const std::vector<uint8_t>& file, uint64_t offset) {
    if (offset > file.size() || sizeof(T) > file.size() - offset) return std::nullopt;
    T value;
    std::memcpy(&value, file.data() + offset, sizeof value);
    return value;
}

bool overlap(uint64_t address, uint64_t size, const virt::Range& range) {
    return address < range.end() && range.base < address + size;
}

bool inside(uint64_t address, uint64_t size, const virt::Range& range) {
    return address >= range.base && size <= range.size && address - range.base <= range.size - size;
}

std::string hex(uint64_t value) {
    char text[19];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

/// Why `size` bytes cannot be loaded to `address`.
std::optional<Refusal> misplaced(uint64_t address, uint64_t size) {
    if (!inside(address, size, virt::ram))
        return Refusal{"the firmware wants " + std::to_string(size) + " bytes at " + hex(address) +
                       ", outside RAM (" + hex(virt::ram.base) + " to " + hex(virt::ram.end() - 1) +
                       ")"};
    if (overlap(address, size, virt::acpi))
        return Refusal{"the firmware lies over the ACPI tables at " + hex(virt::acpi.base)};
    return std::nullopt;
}

Expected<Firmware> read_elf(const std::vector<uint8_t>& file) {
    const auto header = at<Elf64_Ehdr>(file, 0);
    if (!header || header->e_ident[EI_CLASS] != ELFCLASS64 ||
        header->e_ident[EI_DATA] != ELFDATA2LSB || header->e_machine != EM_AARCH64)
        return Refusal{"the firmware is an ELF file, but not one for little-endian AArch64"};
    if (header->e_type != ET_EXEC)
        return Refusal{"the firmware is no static executable: link it with a fixed address"};

    Firmware firmware{header->e_entry, {}};
    for (uint64_t i = 0; i < header->e_phnum; ++i) {
        const auto program = at<Elf64_Phdr>(file, header->e_phoff + i * sizeof(Elf64_Phdr));
        if (!program)
            return Refusal{"the firmware is cut off: its program headers are not all there"};
        if (program->p_type != PT_LOAD || program->p_memsz == 0) continue;
        if (const auto refusal = misplaced(program->p_paddr, program->p_memsz)) return *refusal;
        if (program->p_filesz > program->p_memsz || program->p_offset > file.size() ||
            program->p_filesz > file.size() - program->p_offset)
            return Refusal{"the firmware is cut off: a segment is not all there"};
        Segment segment{program->p_paddr, std::vector<uint8_t>(program->p_memsz)};
        std::memcpy(segment.bytes.data(), file.data() + program->p_offset, program->p_filesz);
        firmware.segments.push_back(std::move(segment));
    }
    if (firmware.segments.empty())
        return Refusal{"the firmware is an ELF file with nothing to load"};
    return firmware;
}

}  // namespace

Expected<Firmware> read_firmware(const std::vector<uint8_t>& file) {
    if (file.size() >= SELFMAG && std::memcmp(file.data(), ELFMAG, SELFMAG) == 0)
        return read_elf(file);
    if (file.empty()) return Refusal{"the firmware is empty"};
    if (const auto refusal = misplaced(virt::firmware_base, file.size())) return *refusal;
    return Firmware{virt::firmware_base, {{virt::firmware_base, file}}};
}

}  // namespace smmu::platform
