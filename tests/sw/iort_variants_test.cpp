// Broken tables: whatever the bytes are, the answer is a table or an error, and nothing outside is
// read. (A read outside shows in `make test-asan`: every table is a block of memory of its own
// size.)
#include <algorithm>
#include <memory>
#include <sstream>

#include "platform/iort/print.h"
#include "tests/sw/iort_tables.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iort;

namespace {

const char* const stored[] = {"virt-smmuv3.bin", "virt-smmuv3-pxb-bypass.bin", "virt-none.bin",
                              "iasl-template-all-nodes.bin"};

/// Asks an opened table everything; returns how many walks found a target.
unsigned ask_everything(const Iort& iort) {
    unsigned found = 0;
    for (const Node node : iort.nodes())
        for (const uint32_t id : {0u, 1u, 0xFFu, 0x100u, 0xFFFFu, 0xFFFF'FFFFu}) {
            found += walk(iort, node, id, Target::Smmu).found();
            found += walk(iort, node, id, Target::ItsGroup).found();
            found += walk_single(iort, node, id, Target::ItsGroup).found();
        }
    for_each_reserved_range(iort, node_at(iort, 0x164).node,
                            [&](const MemoryRanges&, StreamRange) { ++found; });
    std::ostringstream text;
    platform::iort::print_text(iort, text);
    platform::iort::print_json(iort, text);
    return found;
}

/// Reads `bytes` from memory that ends where they end.  Returns the error, having asked the table
/// everything if there is none.
Error survive(const TableBytes& bytes) {
    const auto exact = std::make_unique<uint8_t[]>(bytes.size());
    std::copy(bytes.begin(), bytes.end(), exact.get());
    const auto result = Iort::open({exact.get(), bytes.size()});
    if (!result.ok()) {
        EXPECT_LE(result.problem.offset, bytes.size());
        return result.problem.error;
    }
    ask_everything(result.value);
    return Error::None;
}

TEST(IortVariants, EveryByteChanged) {
    unsigned refused = 0;
    for (const char* name : stored) {
        const TableBytes good = stored_table(name);
        ASSERT_EQ(survive(good), Error::None) << name;
        for (size_t at = 0; at < good.size(); ++at)
            for (const int value : {0x00, 0x01, 0x7F, 0xFF, good[at] ^ 0x80, good[at] + 1}) {
                TableBytes bad = good;
                bad[at] = static_cast<uint8_t>(value);
                refused += survive(bad) != Error::None;
            }
    }
    EXPECT_GT(refused, 100u);
}

TEST(IortVariants, EveryLengthThatIsShorterThanTheHeaderSays) {
    for (const char* name : stored) {
        const TableBytes good = stored_table(name);
        for (size_t size = 0; size < good.size(); ++size) {
            const Error error =
                survive({good.begin(), good.begin() + static_cast<ptrdiff_t>(size)});
            EXPECT_EQ(error, size < 48 ? Error::TooShort : Error::LengthBeyondEnd);
        }
    }
}

TEST(IortVariants, EveryLengthInTheHeader) {
    for (const char* name : stored) {
        const TableBytes good = stored_table(name);
        for (size_t size = 0; size < good.size(); ++size) {
            TableBytes cut = good;
            put(cut, 4, size, 4);
            EXPECT_NE(survive(cut), Error::None) << "the last node ends with the table: " << name;
        }
    }
}

TEST(IortVariants, EveryFieldOfFourBytesHuge) {
    for (const char* name : stored) {
        const TableBytes good = stored_table(name);
        for (size_t at = 0; at + 4 <= good.size(); ++at)
            for (const uint64_t value :
                 {0x7FFF'FFFFull, 0x8000'0000ull, 0xFFFF'FFF0ull, 0xFFFF'FFFFull}) {
                TableBytes bad = good;
                put(bad, at, value, 4);
                survive(bad);
            }
    }
}

struct Change {
    const char* what;
    size_t at;
    uint64_t value;
    unsigned size;
    Error expected;
    uint64_t where;
};

TEST(IortVariants, EachErrorNamesItsPlace) {
    // Offsets in virt-smmuv3.bin: nodes at 0x30 (ITS group), 0x48 (SMMUv3), 0xA0 (root complex).
    const Change changes[] = {
        {"signature", 0, 'J', 1, Error::WrongSignature, 0},
        {"length 47", 4, 47, 4, Error::LengthTooSmall, 4},
        {"length", 4, 0x14BD'BFEF, 4, Error::LengthBeyondEnd, 4},
        {"node offset in the header", 40, 47, 4, Error::NodesOutside, 40},
        {"node offset at the end", 40, 0xEC, 4, Error::NodesOutside, 40},
        {"node count", 36, 0xFFFF'FFFF, 4, Error::TooManyNodes, 36},
        {"node count, one too many", 36, 4, 4, Error::NodeBeyondTable, 0xEC},
        {"node length 0", 0x49, 0, 2, Error::NodeTooShort, 0x49},
        {"node length 15", 0x49, 15, 2, Error::NodeTooShort, 0x49},
        {"node length 0xFFFF", 0x49, 0xFFFF, 2, Error::NodeBeyondTable, 0x49},
        {"mapping count", 0x50, 2, 4, Error::MappingsOutside, 0x50},
        {"mapping count, overflowing", 0x50, 0xCCCC'CCCD, 4, Error::MappingsOutside, 0x50},
        {"mapping offset", 0x54, 0x45, 4, Error::MappingsOutside, 0x50},
        {"mapping offset in the node header", 0x54, 15, 4, Error::MappingsOutside, 0x50},
        {"mapping offset in the fields", 0x54, 59, 4, Error::NodeTooShort, 0x48},
        {"number of ITS", 0x40, 2, 4, Error::ArrayOutside, 0x40},
        {"number of ITS, overflowing", 0x40, 0x4000'0000, 4, Error::ArrayOutside, 0x40},
    };
    for (const Change& c : changes) {
        TableBytes bad = stored_table("virt-smmuv3.bin");
        put(bad, c.at, c.value, c.size);
        const auto result = Iort::open(view(bad));
        EXPECT_EQ(result.problem.error, c.expected) << c.what;
        EXPECT_EQ(result.problem.offset, c.where) << c.what;
    }
}

TEST(IortVariants, ArraysAndNamesMustEndInsideTheirNode) {
    // Offsets in iasl-template-all-nodes.bin.
    const Change changes[] = {
        {"context interrupts", 0x104 + 44, 6, 4, Error::ArrayOutside, 0x104 + 44},
        {"context interrupt offset", 0x104 + 48, 0xFFFF'FFFF, 4, Error::ArrayOutside, 0x104 + 44},
        {"PMU interrupts", 0x104 + 52, 0x2000'0001, 4, Error::ArrayOutside, 0x104 + 52},
        {"memory ranges", 0x1F8 + 20, 3, 4, Error::ArrayOutside, 0x1F8 + 20},
        {"memory range offset", 0x1F8 + 24, 49, 4, Error::ArrayOutside, 0x1F8 + 20},
        {"IWB name", 0x23C + 36, 'X', 1, Error::NameNotTerminated, 0x23C + 26},
    };
    for (const Change& c : changes) {
        TableBytes bad = stored_table("iasl-template-all-nodes.bin");
        put(bad, c.at, c.value, c.size);
        const auto result = Iort::open(view(bad));
        EXPECT_EQ(result.problem.error, c.expected) << c.what;
        EXPECT_EQ(result.problem.offset, c.where) << c.what;
    }
}

TEST(IortVariants, EveryErrorHasItsOwnPhrase) {
    std::vector<std::string> phrases;
    for (int e = 0; e <= static_cast<int>(Error::NameNotTerminated); ++e) {
        const std::string phrase = describe(static_cast<Error>(e));
        EXPECT_EQ(std::count(phrases.begin(), phrases.end(), phrase), 0) << phrase;
        phrases.push_back(phrase);
    }
}

TEST(IortVariants, AnEmptyTableIsATable) {
    const TableBytes bytes = TableBuilder().finish();
    EXPECT_EQ(survive(bytes), Error::None);
}

TEST(IortVariants, TheLargestNodeIsRead) {
    TableBuilder builder;
    const std::vector<IdMapping> mappings(3274, IdMapping{0, 0xFFFF'FFFF, 0, 48, 0});
    builder.add(NodeType::RootComplex, 1, 36, mappings);
    EXPECT_EQ(survive(builder.finish()), Error::None);
}

TEST(IortVariants, AsManyNodesAsFitAreRead) {
    TableBuilder builder;
    for (int i = 0; i < 2000; ++i) builder.add(static_cast<NodeType>(99), 0, 16);
    EXPECT_EQ(survive(builder.finish()), Error::None);
}

}  // namespace
