// Page tables of every input and output size: what Linux asks of its own.  4 KiB granule.
#include <gtest/gtest.h>

#include "sw_stubs/driver/page_table.h"
#include "tests/sw/fake_smmu.h"

using namespace smmu;
using namespace smmu::sw;
using namespace smmu::test;

namespace {

constexpr uint64_t kib = 1024, mib = 1024 * kib, gib = 1024 * mib;
constexpr uint8_t sizes[] = {32, 36, 40, 42, 44, 48};

struct Shape {
    Stage stage;
    uint8_t input, output;
};
std::vector<Shape> shapes() {
    std::vector<Shape> all;
    for (const Stage stage : {Stage::One, Stage::Two})
        for (const uint8_t output : sizes)
            for (const uint8_t input : sizes)
                if (input <= output) all.push_back({stage, input, output});
    return all;
}

struct PageTableSizes : ::testing::TestWithParam<Shape>, Bench {
    PageTable table;

    void SetUp() override {
        const Shape s = GetParam();
        ASSERT_TRUE(table.allocate(arena, {s.stage, Stage2Types::Force, s.input, s.output}));
    }
    uint64_t end() const { return uint64_t{1} << GetParam().input; }
    void expect_nothing(uint64_t input) { EXPECT_FALSE(table.lookup(input).mapped) << input; }
    void expect_output(uint64_t input, uint64_t output) {
        EXPECT_TRUE(table.lookup(input).mapped) << input;
        EXPECT_EQ(table.lookup(input).output, output) << input;
    }
};
INSTANTIATE_TEST_SUITE_P(All, PageTableSizes, ::testing::ValuesIn(shapes()), [](const auto& p) {
    return std::string(p.param.stage == Stage::One ? "Stage1" : "Stage2") + "From" +
           std::to_string(p.param.input) + "To" + std::to_string(p.param.output);
});

TEST_P(PageTableSizes, NEST_20_10_AnEmptyTableTranslatesNothing) {
    for (const uint64_t at : {uint64_t{42}, gib + 42, 2 * gib + 42, end() - 1}) expect_nothing(at);
}

TEST_P(PageTableSizes, NEST_20_10_EachSizeIsMappedUnmappedAndMappedAgain) {
    const uint64_t each[] = {4 * kib, 2 * mib};
    for (unsigned round = 0; round < 2; ++round) {
        for (unsigned i = 0; i < 2; ++i) {
            const AddressRange range{(i + 1) * gib, each[i]};
            ASSERT_EQ(table.map(range, range.input, {}), MapResult::Done);
            EXPECT_EQ(table.map(range, range.input + gib, {}), MapResult::Occupied);
            EXPECT_EQ(table.map({range.input, 4 * kib}, 0, {}), MapResult::Occupied);
            expect_output(range.input + 42, range.input + 42);
            expect_output(range.input + each[i] - 1, range.input + each[i] - 1);
            expect_nothing(range.input - 1);
            expect_nothing(range.input + each[i]);
            EXPECT_EQ(table.lookup(range.input).level, i == 0 ? 3 : 2);
        }
        for (unsigned i = 0; i < 2; ++i) {
            ASSERT_EQ(table.unmap({(i + 1) * gib, each[i]}), MapResult::Done);
            expect_nothing((i + 1) * gib + 42);
            EXPECT_EQ(table.unmap({(i + 1) * gib, each[i]}), MapResult::NotMapped);
        }
    }
}

/// Tables side by side at the root begin to matter there.
TEST_P(PageTableSizes, NEST_20_10_TheLastBlockIsReachedAndNothingBehindIt) {
    for (const uint64_t size : {2 * mib, 4 * kib}) {
        const AddressRange last{end() - size, size};
        ASSERT_EQ(table.map(last, last.input, {}), MapResult::Done);
        expect_output(last.input, last.input);
        expect_output(end() - 1, end() - 1);
        expect_nothing(0);
        expect_nothing(end() / 2);
        ASSERT_EQ(table.unmap(last), MapResult::Done);
        expect_nothing(end() - 1);
    }
    EXPECT_EQ(table.map({end(), 4 * kib}, 0, {}), MapResult::OutOfRange);
    EXPECT_EQ(table.map({end() - 4 * kib, 8 * kib}, 0, {}), MapResult::OutOfRange);
    const uint64_t output_end = uint64_t{1} << GetParam().output;
    EXPECT_EQ(table.map({0, 4 * kib}, output_end, {}), MapResult::OutOfRange);
    EXPECT_EQ(table.map({0, 8 * kib}, output_end - 4 * kib, {}), MapResult::OutOfRange);
    ASSERT_EQ(table.map({0, 4 * kib}, output_end - 4 * kib, {}), MapResult::Done);
    expect_output(42, output_end - 4 * kib + 42);
}

}  // namespace
