// Reading firmware: flat binaries, ELF files built by hand, and files that must be refused.
#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>

#include "boards/virt.h"
#include "platform/firmware.h"

namespace smmu::platform {
namespace {

struct Elf {
    Elf64_Ehdr header{};
    Elf64_Phdr program{};
    std::vector<uint8_t> contents = std::vector<uint8_t>(16, 0xAB);

    Elf() {
        std::memcpy(header.e_ident, ELFMAG, SELFMAG);
        header.e_ident[EI_CLASS] = ELFCLASS64;
        header.e_ident[EI_DATA] = ELFDATA2LSB;
        header.e_type = ET_EXEC;
        header.e_machine = EM_AARCH64;
        header.e_entry = 0x4000'0008;
        header.e_phoff = sizeof header;
        header.e_phnum = 1;
        program.p_type = PT_LOAD;
        program.p_offset = sizeof header + sizeof program;
        program.p_vaddr = 0xFFFF'0000'0000'0000;
        program.p_paddr = 0x4000'0000;
        program.p_filesz = 16;
        program.p_memsz = 64;
    }
    std::vector<uint8_t> bytes() const {
        std::vector<uint8_t> file(sizeof header + sizeof program + contents.size());
        std::memcpy(file.data(), &header, sizeof header);
        std::memcpy(file.data() + sizeof header, &program, sizeof program);
        std::memcpy(file.data() + sizeof header + sizeof program, contents.data(), contents.size());
        return file;
    }
};

TEST(FirmwareFile, AFlatBinaryGoesToTheStartOfRam) {
    const auto firmware = read_firmware({1, 2, 3, 4});
    ASSERT_TRUE(firmware) << firmware.refusal();
    EXPECT_EQ(firmware->entry, 0x4000'0000u);
    ASSERT_EQ(firmware->segments.size(), 1u);
    EXPECT_EQ(firmware->segments[0].address, 0x4000'0000u);
    EXPECT_EQ(firmware->segments[0].bytes, (std::vector<uint8_t>{1, 2, 3, 4}));
}

TEST(FirmwareFile, AnElfSegmentGoesToItsPhysicalAddressWithItsZeros) {
    const auto firmware = read_firmware(Elf{}.bytes());
    ASSERT_TRUE(firmware) << firmware.refusal();
    EXPECT_EQ(firmware->entry, 0x4000'0008u);
    ASSERT_EQ(firmware->segments.size(), 1u);
    EXPECT_EQ(firmware->segments[0].address, 0x4000'0000u);
    std::vector<uint8_t> expected(64, 0);
    std::fill_n(expected.begin(), 16, uint8_t{0xAB});
    EXPECT_EQ(firmware->segments[0].bytes, expected);
}

/// The refusal of an ELF file after `break_it` changed it.
template <class Break>
std::string refusal_of(Break break_it) {
    Elf elf;
    break_it(elf);
    const auto firmware = read_firmware(elf.bytes());
    return firmware ? "" : firmware.refusal();
}

TEST(FirmwareFile, AnElfFileThatCannotRunHereIsRefused) {
    const std::string other = "the firmware is an ELF file, but not one for little-endian AArch64";
    EXPECT_EQ(refusal_of([](Elf& e) { e.header.e_machine = EM_X86_64; }), other);
    EXPECT_EQ(refusal_of([](Elf& e) { e.header.e_ident[EI_CLASS] = ELFCLASS32; }), other);
    EXPECT_EQ(refusal_of([](Elf& e) { e.header.e_ident[EI_DATA] = ELFDATA2MSB; }), other);
    EXPECT_EQ(refusal_of([](Elf& e) { e.header.e_type = ET_DYN; }),
              "the firmware is no static executable: link it with a fixed address");
    EXPECT_EQ(refusal_of([](Elf& e) { e.program.p_type = PT_NOTE; }),
              "the firmware is an ELF file with nothing to load");
}

TEST(FirmwareFile, ASegmentOutsideRamIsRefusedWithItsAddress) {
    const auto outside = [](uint64_t address, uint64_t size) {
        return refusal_of([=](Elf& e) {
            e.program.p_paddr = address;
            e.program.p_memsz = size;
        });
    };
    EXPECT_EQ(outside(0x3FFF'FFFF, 16),
              "the firmware wants 16 bytes at 0x3fffffff, outside RAM (0x40000000 to 0x5fffffff)");
    EXPECT_NE(outside(0x5FFF'FFF8, 16), "");
    EXPECT_NE(outside(0xFFFF'FFFF'FFFF'FFF8, 16), "");
    EXPECT_NE(outside(0x4000'0000, ~uint64_t{0}), "");
    EXPECT_EQ(outside(0x43FF'FFF8, 16), "the firmware lies over the ACPI tables at 0x44000000");
}

TEST(FirmwareFile, ContentsThatAreNotThereAreRefused) {
    const std::string segment = "the firmware is cut off: a segment is not all there";
    EXPECT_EQ(refusal_of([](Elf& e) { e.contents.resize(15); }), segment);
    EXPECT_EQ(refusal_of([](Elf& e) { e.program.p_offset = ~uint64_t{0}; }), segment);
    EXPECT_EQ(refusal_of([](Elf& e) { e.program.p_filesz = 65; }), segment);
    const std::string headers = "the firmware is cut off: its program headers are not all there";
    EXPECT_EQ(refusal_of([](Elf& e) { e.header.e_phnum = 100; }), headers);
    EXPECT_EQ(refusal_of([](Elf& e) { e.header.e_phoff = ~uint64_t{0}; }), headers);
}

TEST(FirmwareFile, AnEmptyFileIsRefused) {
    const auto firmware = read_firmware({});
    ASSERT_FALSE(firmware);
    EXPECT_EQ(firmware.refusal(), "the firmware is empty");
}

}  // namespace
}  // namespace smmu::platform
