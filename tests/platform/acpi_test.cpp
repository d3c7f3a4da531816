// The generated ACPI tables: bytes typed from DEN 0049 E.f and ACPI 6.4, and what iasl makes of
// them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>

#include "platform/acpi/tables.h"

namespace smmu::platform::acpi {
namespace {

const Hardware board{{0x0905'0000, true, {106, 0, 109, 108}},
                     {{virt::root_complex0, 64}, {virt::root_complex1, 48, true, true}},
                     {{0x0C08'0000, 0x0C09'0000, 110}}};

uint64_t load(const Bytes& bytes, size_t offset, size_t size) {
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;) value = value << 8 | bytes.at(offset + i);
    return value;
}

unsigned sum(const Bytes& bytes, size_t from, size_t count) {
    const auto first = bytes.begin() + static_cast<ptrdiff_t>(from);
    return std::accumulate(first, first + static_cast<ptrdiff_t>(count), 0u) & 0xFF;
}

std::string text(const Bytes& bytes, size_t offset, size_t size) {
    return {bytes.begin() + static_cast<ptrdiff_t>(offset),
            bytes.begin() + static_cast<ptrdiff_t>(offset + size)};
}

TEST(Iort, HeaderIsRevisionEfAndSumsToZero) {
    const Bytes t = build_iort(board);
    EXPECT_EQ(text(t, 0, 4), "IORT");
    EXPECT_EQ(load(t, 4, 4), t.size());
    EXPECT_EQ(t[8], 6);
    EXPECT_EQ(sum(t, 0, t.size()), 0u);
    EXPECT_EQ(load(t, 36, 4), 4u);   // nodes
    EXPECT_EQ(load(t, 40, 4), 48u);  // the first one
    EXPECT_EQ(t.size(), 48u + 68 + 2 * 60 + 40);
}

TEST(Iort, SmmuNodeSaysBaseCoherenceAndInterrupts) {
    const Bytes t = build_iort(board);
    constexpr size_t n = 48;
    EXPECT_EQ(t[n], 4);                 // SMMUv3
    EXPECT_EQ(load(t, n + 1, 2), 68u);  // length
    EXPECT_EQ(t[n + 3], 5);             // revision
    EXPECT_EQ(load(t, n + 8, 4), 0u);   // no mappings: there is no ITS
    EXPECT_EQ(load(t, n + 16, 8), 0x0905'0000u);
    EXPECT_EQ(load(t, n + 24, 4), 1u);    // COHACC override
    EXPECT_EQ(load(t, n + 40, 4), 0u);    // generic
    EXPECT_EQ(load(t, n + 44, 4), 106u);  // event
    EXPECT_EQ(load(t, n + 48, 4), 0u);    // PRI: not wired
    EXPECT_EQ(load(t, n + 52, 4), 109u);  // global error
    EXPECT_EQ(load(t, n + 56, 4), 108u);  // command sync
}

TEST(Iort, AnSmmuThatDoesNotSnoopSaysSo) {
    Hardware hardware = board;
    hardware.smmu.coherent = false;
    EXPECT_EQ(load(build_iort(hardware), 48 + 24, 4), 0u);
}

TEST(Iort, AtsAndPriAreApart) {
    Hardware hardware = board;
    hardware.root_complexes[0].ats = true;
    hardware.smmu.interrupts.pri = 107;
    const Bytes t = build_iort(hardware);
    EXPECT_EQ(load(t, 48 + 68 + 24, 4), 1u);
    EXPECT_EQ(load(t, 48 + 48, 4), 107u);
}

TEST(Iort, RootComplexesMapTheirRequesterIdsAndOnlyTheSecondHasCanwbs) {
    const Bytes t = build_iort(board);
    struct Expected {
        size_t at;
        uint64_t flags, ats, segment, limit, stream_base;
    };
    for (const Expected& e :
         {Expected{48 + 68, 3, 0, 0, 64, 0x000}, Expected{48 + 68 + 60, 7, 3, 1, 48, 0x100}}) {
        EXPECT_EQ(t[e.at], 2);                 // root complex
        EXPECT_EQ(load(t, e.at + 1, 2), 60u);  // length
        EXPECT_EQ(t[e.at + 3], 4);             // revision
        EXPECT_EQ(load(t, e.at + 8, 4), 1u);   // mappings
        EXPECT_EQ(load(t, e.at + 12, 4), 40u);
        EXPECT_EQ(load(t, e.at + 16, 4), 1u);       // fully coherent
        EXPECT_EQ(load(t, e.at + 23, 1), e.flags);  // CPM, DACS, CANWBS
        EXPECT_EQ(load(t, e.at + 24, 4), e.ats);    // ATS, PRI
        EXPECT_EQ(load(t, e.at + 28, 4), e.segment);
        EXPECT_EQ(load(t, e.at + 32, 1), e.limit);
        EXPECT_EQ(load(t, e.at + 40, 4), 0u);     // first requester ID
        EXPECT_EQ(load(t, e.at + 44, 4), 0xFFu);  // number of IDs minus 1
        EXPECT_EQ(load(t, e.at + 48, 4), e.stream_base);
        EXPECT_EQ(load(t, e.at + 52, 4), 48u);  // the SMMU node
        EXPECT_EQ(load(t, e.at + 56, 4), 0u);
    }
}

TEST(Iort, ACounterGroupSaysItsPagesItsInterruptAndItsSmmu) {
    const Bytes t = build_iort(board);
    constexpr size_t n = 48 + 68 + 2 * 60;
    EXPECT_EQ(t[n], 5);                 // PMCG
    EXPECT_EQ(load(t, n + 1, 2), 40u);  // length
    EXPECT_EQ(t[n + 3], 2);             // revision
    EXPECT_EQ(load(t, n + 4, 4), 3u);   // identifier
    EXPECT_EQ(load(t, n + 8, 4), 0u);   // no mappings: its interrupt is wired
    EXPECT_EQ(load(t, n + 16, 8), 0x0C08'0000u);
    EXPECT_EQ(load(t, n + 24, 4), 110u);
    EXPECT_EQ(load(t, n + 28, 4), 48u);  // the SMMU node
    EXPECT_EQ(load(t, n + 32, 8), 0x0C09'0000u);
    Hardware without = board;
    without.counter_groups.clear();
    EXPECT_EQ(load(build_iort(without), 36, 4), 3u);
}

TEST(Acpi, PointersLeadFromRsdpToIort) {
    const Bytes iort = build_iort(board);
    const Bytes image = build_acpi(0x4400'0000, iort);
    EXPECT_EQ(text(image, 0, 8), "RSD PTR ");
    EXPECT_EQ(sum(image, 0, 20), 0u);
    EXPECT_EQ(sum(image, 0, 36), 0u);
    EXPECT_EQ(image[15], 2);
    EXPECT_EQ(load(image, 20, 4), 36u);

    const size_t xsdt = load(image, 24, 8) - 0x4400'0000;
    EXPECT_EQ(text(image, xsdt, 4), "XSDT");
    EXPECT_EQ(load(image, xsdt + 4, 4), 44u);  // one entry
    EXPECT_EQ(sum(image, xsdt, 44), 0u);

    const size_t at = load(image, xsdt + 36, 8) - 0x4400'0000;
    EXPECT_EQ(at % 8, 0u);
    EXPECT_EQ(Bytes(image.begin() + static_cast<ptrdiff_t>(at), image.end()), iort);
}

TEST(Acpi, AReplacementIortIsHandedOverByteForByte) {
    const Bytes junk{1, 2, 3};
    const Bytes image = build_acpi(0, junk);
    EXPECT_EQ(Bytes(image.end() - 3, image.end()), junk);
}

/// The table as iasl prints it, without leading offsets: "Base Address : 0000000009050000" lines.
std::string disassembled(const Bytes& table) {
    const auto folder = std::filesystem::path(::testing::TempDir()) / "smmu_acpi_test";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "iort.bin", std::ios::binary)
        .write(reinterpret_cast<const char*>(table.data()),
               static_cast<std::streamsize>(table.size()));
    const std::string command =
        "cd " + folder.string() + " && rm -f iort.dsl && " SMMU_IASL " -d iort.bin >iasl.log 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0);
    std::stringstream all;
    all << std::ifstream(folder / "iasl.log").rdbuf() << std::ifstream(folder / "iort.dsl").rdbuf();
    return all.str();
}

size_t count(const std::string& in, const std::string& what) {
    size_t n = 0;
    for (size_t at = in.find(what); at != in.npos; at = in.find(what, at + 1)) ++n;
    return n;
}

TEST(Iasl, ReadsTheTableWithoutComplaint) {
    const std::string listing = disassembled(build_iort(board));
    for (const char* complaint : {"rror", "arning", "nvalid", "ncorrect", "nknown"})
        EXPECT_EQ(count(listing, complaint), 0u) << listing;
    for (const char* line : {
             "Revision : 06",
             "Node Count : 00000004",
             "Page 0 Base Address : 000000000C080000",
             "Overflow Interrupt GSIV : 0000006E",
             "Node Reference : 00000030",
             "Page 1 Base Address : 000000000C090000",
             "Base Address : 0000000009050000",
             "COHACC Override : 1",
             "Event GSIV : 0000006A",
             "PRI GSIV : 00000000",
             "GERR GSIV : 0000006D",
             "Sync GSIV : 0000006C",
             "ATS Attribute : 00000000",
             "ATS Attribute : 00000003",
             "PCI Segment Number : 00000000",
             "PCI Segment Number : 00000001",
             "Memory Size Limit : 40",
             "Memory Size Limit : 30",
             "Memory Flags (decoded below) : 03",
             "Memory Flags (decoded below) : 07",
             "Output Base : 00000000",
             "Output Base : 00000100",
         })
        EXPECT_EQ(count(listing, line), 1u) << line << "\n" << listing;
    EXPECT_EQ(count(listing, "ID Count : 000000FF"), 2u);
    EXPECT_EQ(count(listing, "Output Reference : 00000030"), 2u);
}

}  // namespace
}  // namespace smmu::platform::acpi
