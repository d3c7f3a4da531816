// IORT bytes for tests: files, and tables put together in the test.
#pragma once
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "sw_stubs/iort/map.h"

namespace smmu::test {

using TableBytes = std::vector<uint8_t>;

inline TableBytes read_table(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in) << path;
    return {std::istreambuf_iterator<char>(in), {}};
}

/// One of the four tables that come with the tests.
inline TableBytes stored_table(const std::string& name) {
    return read_table(std::string(SMMU_IORT_TABLES) + "/" + name);
}

inline sw::Bytes view(const TableBytes& bytes) { return {bytes.data(), bytes.size()}; }

inline void put(TableBytes& bytes, size_t offset, uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i)
        bytes.at(offset + i) = static_cast<uint8_t>(value >> (8 * i));
}

/// Puts a table together node by node.
class TableBuilder {
public:
    explicit TableBuilder(uint8_t revision = 5) : bytes_(48) {
        const std::string signature = "IORT";
        std::copy(signature.begin(), signature.end(), bytes_.begin());
        bytes_[8] = revision;
        put(bytes_, 40, 48, 4);
    }

    /// A node of `fields` bytes and then its mappings; returns its offset.
    uint32_t add(sw::iort::NodeType type, uint8_t revision, uint32_t fields,
                 const std::vector<sw::iort::IdMapping>& mappings = {}) {
        const size_t at = bytes_.size();
        const size_t length = fields + 20 * mappings.size();
        bytes_.resize(at + length);
        bytes_[at] = static_cast<uint8_t>(type);
        put(bytes_, at + 1, length, 2);
        bytes_[at + 3] = revision;
        put(bytes_, at + 8, mappings.size(), 4);
        put(bytes_, at + 12, fields, 4);
        for (size_t i = 0; i < mappings.size(); ++i) {
            const auto& m = mappings[i];
            const uint32_t words[] = {m.input_base, m.id_count, m.output_base, m.output_reference,
                                      m.flags};
            for (size_t w = 0; w < 5; ++w) put(bytes_, at + fields + 20 * i + 4 * w, words[w], 4);
        }
        ++count_;
        return static_cast<uint32_t>(at);
    }
    void set(uint32_t node, uint32_t field, uint64_t value, unsigned size) {
        put(bytes_, node + field, value, size);
    }

    /// With the length, the number of nodes and the checksum in place.
    TableBytes finish() const {
        TableBytes table = bytes_;
        put(table, 4, table.size(), 4);
        put(table, 36, count_, 4);
        table[9] = static_cast<uint8_t>(-view(table).sum());
        return table;
    }

private:
    TableBytes bytes_;
    uint32_t count_ = 0;
};

/// Opens bytes that must be a good table.  They must outlive the result.
inline sw::iort::Iort open(const TableBytes& bytes) {
    const auto result = sw::iort::Iort::open(view(bytes));
    EXPECT_TRUE(result.ok()) << describe(result.problem.error) << " at " << result.problem.offset;
    return result.value;
}

/// The node at `offset`, which must exist.
inline sw::iort::Node node_of(const sw::iort::Iort& iort, uint32_t offset) {
    const auto node = node_at(iort, offset);
    EXPECT_TRUE(node.present) << "no node at " << offset;
    return node.node;
}

}  // namespace smmu::test
