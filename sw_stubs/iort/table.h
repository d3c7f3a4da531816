// The IORT: a header and a chain of nodes, each with an array of ID mappings.  Arm DEN0049.
//
//     Result<Iort> iort = Iort::open(bytes);
//     if (iort.ok()) for (Node node : iort.value.nodes()) ...
//
// open() looks at every node once; after that nothing can fail, and nothing outside the table is
// read.
#pragma once
#include "sw_stubs/iort/bytes.h"
#include "sw_stubs/iort/problem.h"

namespace smmu::sw::iort {

enum class NodeType : uint8_t {
    ItsGroup = 0,
    NamedComponent = 1,
    RootComplex = 2,
    SmmuV2 = 3,  ///< SMMUv1 and SMMUv2
    SmmuV3 = 4,
    Pmcg = 5,         ///< performance monitor counter group
    MemoryRange = 6,  ///< reserved memory range (RMR)
    Iwb = 7,          ///< GICv5 interrupt wire bridge
};                    // other values occur: newer tables

/// "The IDs first..last, seen by the node above, leave as output_base... towards output_reference."
struct IdMapping {
    uint32_t input_base = 0;
    uint32_t id_count = 0;  ///< number of IDs minus 1, as it stands in the table
    uint32_t output_base = 0;
    uint32_t output_reference = 0;  ///< offset of a node from the start of the table
    uint32_t flags = 0;

    constexpr bool single() const { return (flags & 1) != 0; }
    constexpr uint64_t last() const {
        return uint64_t{input_base} + id_count;
    }  ///< may pass 32 bits
    constexpr bool covers(uint64_t id) const { return input_base <= id && id <= last(); }
};

/// One node.  A value: it stays good as long as the bytes of the table do.
class Node {
public:
    constexpr Node() = default;
    constexpr Node(Bytes bytes, uint32_t offset) : bytes_(bytes), offset_(offset) {}

    constexpr uint32_t offset() const { return offset_; }  ///< from the start of the table
    constexpr NodeType type() const { return static_cast<NodeType>(bytes_.u8(0)); }
    constexpr uint16_t length() const { return bytes_.u16(1); }
    constexpr uint8_t revision() const { return bytes_.u8(3); }
    constexpr uint32_t identifier() const { return bytes_.u32(4); }
    constexpr uint32_t mapping_count() const { return bytes_.u32(8); }
    constexpr uint32_t mapping_offset() const { return bytes_.u32(12); }

    /// The whole node.
    constexpr Bytes bytes() const { return bytes_; }
    /// The node without its mappings: a field that is not in here is not in the node.
    constexpr Bytes fields() const {
        return mapping_count() == 0 ? bytes_ : bytes_.up_to(mapping_offset());
    }
    constexpr IdMapping mapping(uint32_t index) const {
        const uint64_t at = mapping_offset() + uint64_t{index} * mapping_size;
        return {bytes_.u32(at), bytes_.u32(at + 4), bytes_.u32(at + 8), bytes_.u32(at + 12),
                bytes_.u32(at + 16)};
    }

    static constexpr uint32_t header_size = 16;
    static constexpr uint32_t mapping_size = 20;

private:
    Bytes bytes_{};
    uint32_t offset_ = 0;
};

/// The nodes of a table in their order.
class Nodes {
public:
    class Iterator {
    public:
        constexpr Iterator(Bytes table, uint32_t offset, uint32_t left)
            : table_(table), offset_(offset), left_(left) {}
        constexpr Node operator*() const {
            return {table_.part(offset_, table_.u16(offset_ + uint64_t{1})), offset_};
        }
        constexpr Iterator& operator++() {
            offset_ += table_.u16(offset_ + uint64_t{1});
            --left_;
            return *this;
        }
        constexpr bool operator!=(const Iterator& o) const { return left_ != o.left_; }

    private:
        Bytes table_;
        uint32_t offset_;
        uint32_t left_;
    };
    constexpr Nodes(Bytes table, uint32_t first, uint32_t count)
        : table_(table), first_(first), count_(count) {}
    constexpr Iterator begin() const { return {table_, first_, count_}; }
    constexpr Iterator end() const { return {table_, first_, 0}; }

private:
    Bytes table_;
    uint32_t first_;
    uint32_t count_;
};

class Iort {
public:
    /// `bytes` may be longer than the table, never shorter.  Errors: all but NoRsdp, NoXsdt,
    /// NoTable.
    static Result<Iort> open(Bytes bytes);

    constexpr Bytes bytes() const { return bytes_; }
    constexpr uint8_t revision() const { return bytes_.u8(8); }
    constexpr uint32_t node_count() const { return bytes_.u32(36); }
    constexpr uint32_t node_offset() const { return bytes_.u32(40); }
    /// Real tables have wrong checksums, so a wrong one is for a warning, not a reason to refuse.
    constexpr bool checksum_right() const { return bytes_.sum() == 0; }
    constexpr Nodes nodes() const { return {bytes_, node_offset(), node_count()}; }

    static constexpr uint32_t header_size = 48;

private:
    Bytes bytes_{};
};

}  // namespace smmu::sw::iort
