// Decoding of the node types, and the check that what a node states is inside it.
#include "sw_stubs/iort/nodes.h"

namespace smmu::sw::iort {
namespace {

constexpr uint64_t its_ids = 20;
constexpr uint64_t component_name = 29;
constexpr uint64_t iwb_name = 26;
constexpr uint64_t memory_range_size = 20;
constexpr uint64_t smmu_v2_interrupt_size = 8;

bool bit(uint64_t value, unsigned n) { return ((value >> n) & 1) != 0; }

MemoryProperties memory_properties(const Bytes& fields, uint64_t at) {
    const uint8_t flags = fields.u8(at + 7);
    return {fields.u32(at) == 1, fields.u8(at + 4), bit(flags, 0), bit(flags, 1), bit(flags, 2)};
}

/// The characters up to the end mark; all that are there if there is none.
Name name(const Bytes& fields, uint64_t at) {
    if (at >= fields.size) return {};
    uint32_t length = 0;
    while (fields.u8(at + length) != 0) ++length;
    return {reinterpret_cast<const char*>(fields.data + at), length};
}

bool has_end_mark(const Bytes& fields, uint64_t at) {
    return fields.holds(at, name(fields, at).length + uint64_t{1});
}

/// What every node of this type has, in all revisions.
uint64_t smallest(NodeType type) {
    switch (type) {
        case NodeType::ItsGroup: return its_ids;
        case NodeType::NamedComponent: return component_name + 1;
        case NodeType::RootComplex: return 32;
        case NodeType::SmmuV2: return 60;
        case NodeType::SmmuV3: return 60;
        case NodeType::Pmcg: return 32;
        case NodeType::MemoryRange: return 28;
        case NodeType::Iwb: return iwb_name + 1;
    }
    return Node::header_size;
}

struct Array {
    uint64_t field;  ///< where the node states how many elements there are
    uint64_t offset;
    uint64_t count;
    uint64_t element;
};

Problem check(const Node& node, const Array& array) {
    if (node.bytes().holds(array.offset, array.count * array.element)) return {};
    return {Error::ArrayOutside, node.offset() + array.field, array.count};
}

/// Arrays and names: the parts whose size the node itself states.
Problem check_contents(const Node& node) {
    const Bytes fields = node.fields();
    const auto name_at = [&](uint64_t at) {
        return has_end_mark(fields, at) ? Problem{}
                                        : Problem{Error::NameNotTerminated, node.offset() + at, 0};
    };
    switch (node.type()) {
        case NodeType::ItsGroup:
            if (fields.holds(its_ids, uint64_t{fields.u32(16)} * 4)) return {};
            return {Error::ArrayOutside, node.offset() + uint64_t{16}, fields.u32(16)};
        case NodeType::NamedComponent: return name_at(component_name);
        case NodeType::Iwb: return name_at(iwb_name);
        case NodeType::SmmuV2: {
            const Problem context =
                check(node, {44, fields.u32(48), fields.u32(44), smmu_v2_interrupt_size});
            return context
                       ? context
                       : check(node, {52, fields.u32(56), fields.u32(52), smmu_v2_interrupt_size});
        }
        case NodeType::MemoryRange:
            return check(node, {20, fields.u32(24), fields.u32(20), memory_range_size});
        case NodeType::RootComplex:
        case NodeType::SmmuV3:
        case NodeType::Pmcg: return {};
    }
    return {};  // a type of a newer table: nothing is read from it
}

}  // namespace

Problem check(const Node& node) {
    const uint32_t count = node.mapping_count();
    const uint32_t first = node.mapping_offset();
    if (count != 0) {
        const bool inside = first >= Node::header_size &&
                            node.bytes().holds(first, uint64_t{count} * Node::mapping_size);
        if (!inside) return {Error::MappingsOutside, node.offset() + uint64_t{8}, count};
    }
    if (node.fields().size < smallest(node.type()))
        return {Error::NodeTooShort, node.offset(), node.fields().size};
    return check_contents(node);
}

ItsGroup its_group(const Node& node) {
    const Bytes fields = node.fields();
    return {fields.part(its_ids, uint64_t{fields.u32(16)} * 4)};
}

NamedComponent named_component(const Node& node) {
    const Bytes fields = node.fields();
    const uint32_t flags = fields.u32(16);
    return {bit(flags, 0), static_cast<uint8_t>((flags >> 1) & 0x1F), memory_properties(fields, 20),
            fields.u8(28), name(fields, component_name)};
}

RootComplex root_complex(const Node& node) {
    const Bytes fields = node.fields();
    const uint32_t ats = fields.u32(24);
    return {memory_properties(fields, 16),
            bit(ats, 0),
            bit(ats, 1),
            bit(ats, 2),
            fields.u32(28),
            fields.u8(32),
            static_cast<uint8_t>(fields.u16(33) & 0x1F)};
}

SmmuV2 smmu_v2(const Node& node) {
    const Bytes f = node.fields();
    return {f.u64(16), f.u64(24), f.u32(32), f.u32(36), f.u32(44), f.u32(52)};
}

SmmuV3 smmu_v3(const Node& node) {
    const Bytes f = node.fields();
    const uint32_t flags = f.u32(24);
    return {f.u64(16), bit(flags, 0), static_cast<uint8_t>((flags >> 1) & 3),       bit(flags, 3),
            f.u64(32), f.u32(40),     {f.u32(44), f.u32(48), f.u32(52), f.u32(56)}, f.u32(60)};
}

Pmcg pmcg(const Node& node) {
    const Bytes f = node.fields();
    return {f.u64(16), f.u64(32), f.u32(24), f.u32(28)};
}

MemoryRanges memory_ranges(const Node& node) {
    const Bytes f = node.fields();
    const uint32_t flags = f.u32(16);
    return {bit(flags, 0), bit(flags, 1), static_cast<uint8_t>(flags >> 2),
            node.bytes().part(f.u32(24), f.u32(20) * memory_range_size)};
}

Iwb iwb(const Node& node) {
    const Bytes f = node.fields();
    return {f.u64(16), f.u16(24), name(f, iwb_name)};
}

/// SMMUv3: revision 0 has no index; 1 to 4 have one when an interrupt is not wired; from 5 a flag
/// says so. PMCG: the first mapping, unless the overflow interrupt is wired.
OwnMapping own_mapping(const Node& node) {
    if (node.type() == NodeType::Pmcg)
        return {pmcg(node).overflow_interrupt == 0 && node.mapping_count() != 0, 0};
    if (node.type() != NodeType::SmmuV3 || node.revision() == 0) return {};

    const Bytes fields = node.fields();
    const SmmuInterrupts wired = smmu_v3(node).interrupts;
    const bool all_wired = wired.event && wired.pri && wired.gerror && wired.sync;
    const bool used = node.revision() >= 5 ? bit(fields.u32(24), 4) : !all_wired;
    const uint32_t index = fields.u32(64);
    return {used && fields.holds(64, 4) && index < node.mapping_count(), index};
}

}  // namespace smmu::sw::iort
