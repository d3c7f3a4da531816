// The table of models/interconnect/README.md, row by row: what each operation does to a line in
// each state.
#include "interconnect/coherent_ram.h"

#include <gtest/gtest.h>

#include <ostream>
#include <vector>

namespace smmu {
namespace {

constexpr uint64_t line = 0x40;  // any line but the first
constexpr uint64_t line_size = CoherentRam::line_size;

// Who wrote the bytes that a view holds.
constexpr uint8_t loaded = 0x11, by_cpu = 0x22, by_device = 0x33, by_operation = 0x44;

std::vector<uint8_t> line_of(uint8_t value) { return std::vector<uint8_t>(line_size, value); }

void cpu_write(CoherentRam& ram, uint64_t offset, uint8_t value, uint64_t length) {
    std::memset(ram.coherent_view() + offset, value, length);
}

/// A RAM whose line `line` is in the given state.
struct Bench {
    explicit Bench(LineState state, CleanLines clean_lines = CleanLines::Kept)
        : ram(0x1000, Views::CoherentAndDram, clean_lines) {
        ram.debug_write(line, line_of(loaded).data(), line_size);
        if (state == LineState::Dirty || state == LineState::DirtyOverDeviceData)
            cpu_write(ram, line, by_cpu, line_size);
        if (state == LineState::Stale || state == LineState::DirtyOverDeviceData)
            ram.non_coherent_write(line, line_of(by_device).data(), line_size);
        EXPECT_EQ(ram.state(line), state);
    }
    CoherentRam ram;
};

struct Row {
    LineState before;
    uint8_t coherent;  ///< every byte of the view afterwards
    uint8_t dram;
    LineState after;
};

template <class Operation>
void check(const std::vector<Row>& rows, Operation operation,
           CleanLines clean_lines = CleanLines::Kept) {
    for (const Row& row : rows) {
        SCOPED_TRACE("state before: " + std::to_string(static_cast<int>(row.before)));
        Bench bench(row.before, clean_lines);
        operation(bench.ram);
        EXPECT_EQ(
            std::memcmp(bench.ram.coherent_view() + line, line_of(row.coherent).data(), line_size),
            0);
        EXPECT_EQ(std::memcmp(bench.ram.dram_view() + line, line_of(row.dram).data(), line_size),
                  0);
        EXPECT_EQ(bench.ram.state(line), row.after);
        EXPECT_EQ(bench.ram.coherent_view()[line - 1], 0) << "the line before is another line";
        EXPECT_EQ(bench.ram.coherent_view()[line + line_size], 0) << "and so is the line after";
    }
}

using S = LineState;

TEST(CoherentRam, CoherentReadSeesWhatTheCpuSees) {
    check({{S::Clean, loaded, loaded, S::Clean},
           {S::Dirty, by_cpu, loaded, S::Dirty},
           {S::Stale, loaded, by_device, S::Stale},
           {S::DirtyOverDeviceData, by_cpu, by_device, S::DirtyOverDeviceData}},
          [](CoherentRam& ram) {
              uint8_t seen = 0;
              ram.coherent_read(line + 5, &seen, 1);
              EXPECT_EQ(seen, ram.coherent_view()[line + 5]);
          });
}

TEST(CoherentRam, NonCoherentReadSeesDram) {
    check({{S::Clean, loaded, loaded, S::Clean},
           {S::Dirty, by_cpu, loaded, S::Dirty},
           {S::Stale, loaded, by_device, S::Stale},
           {S::DirtyOverDeviceData, by_cpu, by_device, S::DirtyOverDeviceData}},
          [](CoherentRam& ram) {
              uint8_t seen = 0;
              ram.non_coherent_read(line + 5, &seen, 1);
              EXPECT_EQ(seen, ram.dram_view()[line + 5]);
          });
}

TEST(CoherentRam, CoherentWriteGoesIntoTheCache) {
    check({{S::Clean, by_operation, loaded, S::Dirty},
           {S::Dirty, by_operation, loaded, S::Dirty},
           {S::Stale, by_operation, by_device, S::DirtyOverDeviceData},
           {S::DirtyOverDeviceData, by_operation, by_device, S::DirtyOverDeviceData}},
          [](CoherentRam& ram) {
              ram.coherent_write(line, line_of(by_operation).data(), line_size);
          });
}

TEST(CoherentRam, CoherentWriteOfTheSameBytesStillDirtiesAStaleLine) {
    check({{S::Stale, loaded, by_device, S::DirtyOverDeviceData}},
          [](CoherentRam& ram) { ram.coherent_write(line, line_of(loaded).data(), line_size); });
}

TEST(CoherentRam, NonCoherentWriteGoesBehindTheCache) {
    check({{S::Clean, loaded, by_operation, S::Stale},
           {S::Dirty, by_cpu, by_operation, S::DirtyOverDeviceData},
           {S::Stale, loaded, by_operation, S::Stale},
           {S::DirtyOverDeviceData, by_cpu, by_operation, S::DirtyOverDeviceData}},
          [](CoherentRam& ram) {
              ram.non_coherent_write(line, line_of(by_operation).data(), line_size);
          });
}

TEST(CoherentRam, DroppedCleanLinesNeverHideWhatADeviceWrote) {
    check(
        {{S::Clean, by_operation, by_operation, S::Clean},
         {S::Dirty, by_cpu, by_operation, S::DirtyOverDeviceData},
         {S::DirtyOverDeviceData, by_cpu, by_operation, S::DirtyOverDeviceData}},
        [](CoherentRam& ram) {
            ram.non_coherent_write(line, line_of(by_operation).data(), line_size);
        },
        CleanLines::Dropped);
}

TEST(CoherentRam, CleanWritesADirtyLineToDram) {
    check({{S::Clean, loaded, loaded, S::Clean},
           {S::Dirty, by_cpu, by_cpu, S::Clean},
           {S::Stale, loaded, by_device, S::Stale},
           {S::DirtyOverDeviceData, by_cpu, by_cpu, S::Clean}},
          [](CoherentRam& ram) { ram.clean(line + 63); });
}

constexpr auto after_clean_and_invalidate = [] {
    return std::vector<Row>{{S::Clean, loaded, loaded, S::Clean},
                            {S::Dirty, by_cpu, by_cpu, S::Clean},
                            {S::Stale, by_device, by_device, S::Clean},
                            {S::DirtyOverDeviceData, by_cpu, by_cpu, S::Clean}};
};

TEST(CoherentRam, CleanAndInvalidateShowsDeviceDataOfAStaleLine) {
    check(after_clean_and_invalidate(),
          [](CoherentRam& ram) { ram.clean_and_invalidate(line + 63); });
}

TEST(CoherentRam, AnEvictionIsACleanAndInvalidate) {
    check(after_clean_and_invalidate(), [](CoherentRam& ram) { ram.evict(line + 63); });
}

TEST(CoherentRam, InvalidateLosesWhatTheCpuWrote) {
    check({{S::Clean, loaded, loaded, S::Clean},
           {S::Dirty, loaded, loaded, S::Clean},
           {S::Stale, by_device, by_device, S::Clean},
           {S::DirtyOverDeviceData, by_device, by_device, S::Clean}},
          [](CoherentRam& ram) { ram.invalidate(line + 63); });
}

TEST(CoherentRam, DebugWriteReachesBothViews) {
    check({{S::Clean, by_operation, by_operation, S::Clean},
           {S::Dirty, by_operation, by_operation, S::Clean},
           {S::Stale, by_operation, by_operation, S::Clean},
           {S::DirtyOverDeviceData, by_operation, by_operation, S::Clean}},
          [](CoherentRam& ram) { ram.debug_write(line, line_of(by_operation).data(), line_size); });
}

TEST(CoherentRam, DebugWriteOfAByteCleansAndInvalidatesTheRestOfTheLine) {
    const struct {
        LineState before;
        uint8_t rest;
    } rows[] = {{S::Clean, loaded},
                {S::Dirty, by_cpu},
                {S::Stale, by_device},
                {S::DirtyOverDeviceData, by_cpu}};
    for (const auto& row : rows) {
        Bench bench(row.before);
        bench.ram.debug_write(line, &by_operation, 1);
        EXPECT_EQ(bench.ram.coherent_view()[line], by_operation);
        EXPECT_EQ(bench.ram.coherent_view()[line + 1], row.rest);
        EXPECT_EQ(bench.ram.state(line), LineState::Clean);
    }
}

TEST(CoherentRam, AStoreOfTheCpuMakesAStaleLineDirty) {
    Bench bench(LineState::Stale);
    cpu_write(bench.ram, line + 7, by_cpu, 1);
    EXPECT_EQ(bench.ram.state(line), LineState::DirtyOverDeviceData);
    bench.ram.clean(line);
    EXPECT_EQ(bench.ram.dram_view()[line], loaded)
        << "the write-back takes the device's data with it";
    EXPECT_EQ(bench.ram.dram_view()[line + 7], by_cpu);
}

// The limit of CleanLines::Kept: CPU stores go by pointer, so one that changes nothing leaves no
// trace.
TEST(CoherentRam, AStoreThatChangesNothingIsNotSeenOnAStaleLine) {
    Bench bench(LineState::Stale);
    cpu_write(bench.ram, line + 7, loaded, 1);
    EXPECT_EQ(bench.ram.state(line), LineState::Stale);
}

TEST(CoherentRam, AWriteOverSeveralLinesTreatsEachByItsOwnState) {
    CoherentRam ram(0x1000, Views::CoherentAndDram, CleanLines::Kept);
    cpu_write(ram, 0x40, by_cpu, 1);
    const std::vector<uint8_t> data(0x80, by_device);
    ram.non_coherent_write(0x20, data.data(),
                           data.size());  // half of line 0, line 1, half of line 2

    EXPECT_EQ(ram.state(0x00), LineState::Stale);
    EXPECT_EQ(ram.state(0x40), LineState::DirtyOverDeviceData);
    EXPECT_EQ(ram.state(0x80), LineState::Stale);
    EXPECT_EQ(ram.dram_view()[0x1F], 0);
    EXPECT_EQ(ram.dram_view()[0x20], by_device);
    EXPECT_EQ(ram.dram_view()[0x9F], by_device);
    EXPECT_EQ(ram.dram_view()[0xA0], 0);

    ram.coherent_write(0x20, data.data(), data.size());
    for (const uint64_t each : {0x00u, 0x40u, 0x80u})
        EXPECT_EQ(ram.state(each), LineState::DirtyOverDeviceData);
    EXPECT_EQ(ram.noted_lines(), 3u);
    for (const uint64_t each : {0x00u, 0x40u, 0x80u}) ram.clean(each);
    EXPECT_EQ(ram.noted_lines(), 0u);
}

TEST(CoherentRam, ASingleViewHasNoCache) {
    CoherentRam ram(0x1000, Views::Single, CleanLines::Kept);
    ram.non_coherent_write(line, &by_device, 1);
    EXPECT_EQ(ram.coherent_view()[line], by_device);
    cpu_write(ram, line, by_cpu, 1);
    uint8_t seen = 0;
    ram.non_coherent_read(line, &seen, 1);
    EXPECT_EQ(seen, by_cpu);
    ram.invalidate(line);
    ram.clean_and_invalidate(line);
    EXPECT_EQ(ram.coherent_view()[line], by_cpu);
    ram.debug_write(line, &by_operation, 1);
    EXPECT_EQ(ram.dram_view()[line], by_operation);
    EXPECT_EQ(ram.state(line), LineState::Clean);
}

TEST(CoherentRam, LargeMemoryIsReadableEverywhere) {
    CoherentRam ram(uint64_t{1} << 34, Views::CoherentAndDram, CleanLines::Kept);
    const uint64_t last = ram.size() - 1;
    ram.non_coherent_write(last, &by_device, 1);
    EXPECT_EQ(ram.state(last), LineState::Stale);
    EXPECT_TRUE(ram.contains(last, 1));
    EXPECT_FALSE(ram.contains(last, 2));
    EXPECT_FALSE(ram.contains(~uint64_t{0}, 2));
}

}  // namespace
}  // namespace smmu
