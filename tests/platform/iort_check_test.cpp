// A table that differs from the hardware is named; a true one is not.
#include "platform/iort_check.h"

#include <gtest/gtest.h>

namespace smmu::platform {
namespace {

acpi::Hardware board() {
    return {{0x0905'0000, true, {106, 0, 109, 108}},
            {{virt::root_complex0, 64}, {virt::root_complex1, 64}},
            {{0x0C08'0000, 0x0C09'0000, 110}}};
}

using Sentences = std::vector<std::string>;

/// What is said about a table made for `claimed` on the board.
Sentences said(const acpi::Hardware& claimed) {
    const acpi::Bytes bytes = build_iort(claimed);
    const auto table = sw::iort::Iort::open({bytes.data(), bytes.size()});
    EXPECT_TRUE(table.ok());
    return differences(table.value, board());
}

TEST(IortCheck, TheGeneratedTableIsTrue) { EXPECT_EQ(said(board()), Sentences{}); }

TEST(IortCheck, AnotherBaseIsAnSmmuThatDoesNotExist) {
    acpi::Hardware claimed = board();
    claimed.smmu.base = 0x0904'0000;
    const Sentences sentences = said(claimed);
    ASSERT_GE(sentences.size(), 2u);
    EXPECT_EQ(sentences[0], "the SMMUv3 at 0x9040000 does not exist");
    EXPECT_EQ(sentences[1], "the SMMUv3 at 0x9050000 is not in the table");
}

TEST(IortCheck, EachInterruptAndCoherenceIsNamed) {
    acpi::Hardware claimed = board();
    claimed.smmu.coherent = false;
    claimed.smmu.interrupts = {1, 107, 3, 4};
    EXPECT_EQ(said(claimed),
              (Sentences{
                  "the SMMUv3 at 0x9050000 has COHACC override 0, the hardware 1",
                  "the SMMUv3 at 0x9050000 has event interrupt 1, the hardware 106",
                  "the SMMUv3 at 0x9050000 has PRI interrupt 107, the hardware 0",
                  "the SMMUv3 at 0x9050000 has global error interrupt 3, the hardware 109",
                  "the SMMUv3 at 0x9050000 has command sync interrupt 4, the hardware 108",
              }));
}

TEST(IortCheck, PagesAndInterruptOfACounterGroupAreNamed) {
    acpi::Hardware claimed = board();
    claimed.counter_groups[0].page1 = 0;
    claimed.counter_groups[0].interrupt = 9;
    claimed.counter_groups.push_back({0x0D00'0000, 0, 9});
    EXPECT_EQ(said(claimed),
              (Sentences{
                  "the counter group at 0xc080000 has page 1 at 0x0, the hardware at 0xc090000",
                  "the counter group at 0xc080000 has overflow interrupt 9, the hardware 110",
                  "the counter group at 0xd000000 does not exist",
              }));
    claimed.counter_groups.clear();
    EXPECT_EQ(said(claimed), Sentences{}) << "software need not know of them";
}

TEST(IortCheck, FlagsLimitAndStreamsOfARootComplexAreNamed) {
    acpi::Hardware claimed = board();
    claimed.root_complexes[0].map.canwbs = true;
    claimed.root_complexes[0].address_bits = 32;
    claimed.root_complexes[0].ats = claimed.root_complexes[0].pri = true;
    claimed.root_complexes[1].map.stream_base = 0x200;
    EXPECT_EQ(said(claimed),
              (Sentences{
                  "the root complex of segment 0 has CANWBS 1, the hardware 0",
                  "the root complex of segment 0 has ATS 1, the hardware 0",
                  "the root complex of segment 0 has PRI 1, the hardware 0",
                  "the root complex of segment 0 has an address limit of 32, the hardware 64",
                  "the root complex of segment 1 maps requester ID 0x0 to StreamID 0x200, the "
                  "hardware to StreamID 0x100",
              }));
}

TEST(IortCheck, ARangeThatEndsTooEarlyIsNamedByItsFirstMissingId) {
    acpi::Hardware claimed = board();
    claimed.root_complexes[0].map.rid_count = 0x80;
    EXPECT_EQ(
        said(claimed),
        (Sentences{"the root complex of segment 0 maps requester ID 0x80 to no StreamID of this "
                   "SMMU, the hardware to StreamID 0x80"}));
}

TEST(IortCheck, MissingAndInventedRootComplexesAreNamed) {
    acpi::Hardware claimed = board();
    claimed.root_complexes[1].map.segment = 5;
    EXPECT_EQ(said(claimed), (Sentences{"the root complex of segment 1 is not in the table",
                                        "the root complex of segment 5 does not exist"}));
}

}  // namespace
}  // namespace smmu::platform
