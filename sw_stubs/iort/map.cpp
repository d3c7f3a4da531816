// ID mapping and the walk from node to node.  Nothing here trusts the table: every loop is bounded
// by its size.
#include "sw_stubs/iort/map.h"

namespace smmu::sw::iort {
namespace {

bool may_be_single(NodeType type) {
    return type == NodeType::NamedComponent || type == NodeType::RootComplex;
}

}  // namespace

MaybeNode node_at(const Iort& iort, uint32_t offset) {
    for (const Node node : iort.nodes())
        if (node.offset() == offset) return {true, node};
    return {};
}

MaybeNode find(const Iort& iort, NodeType type, uint32_t index) {
    for (const Node node : iort.nodes())
        if (node.type() == type && index-- == 0) return {true, node};
    return {};
}

MaybeNode find_root_complex(const Iort& iort, uint32_t segment) {
    for (const Node node : iort.nodes())
        if (node.type() == NodeType::RootComplex && root_complex(node).segment == segment)
            return {true, node};
    return {};
}

Step map_id(const Node& node, uint32_t id) {
    const OwnMapping own = own_mapping(node);
    Step provisional;  // a match on the last ID of a range: a later one may be better
    for (uint32_t i = 0; i < node.mapping_count(); ++i) {
        if (own.present && i == own.index)
            continue;  // for the node's own interrupts, not for what is above it
        const IdMapping m = node.mapping(i);
        if (m.single()) {
            if (may_be_single(node.type()))
                return {true, m.output_base, m.output_reference, true, provisional.found};
            continue;
        }
        if (!m.covers(id)) continue;
        if (provisional.found) {
            provisional.conflict = true;
            if (id != m.input_base) continue;  // really overlapping: the earlier one stays
        }
        const uint64_t output = uint64_t{m.output_base} + (id - m.input_base);
        if (output > UINT32_MAX) continue;
        const Step step{true, static_cast<uint32_t>(output), m.output_reference, false,
                        provisional.conflict};
        const bool is_last_of_several = m.id_count > 0 && id == m.last();
        if (!is_last_of_several) return step;
        provisional = step;
    }
    return provisional;
}

Walk walk(const Iort& iort, const Node& start, uint32_t id, Target wanted) {
    Node node = start;
    uint32_t current = id;
    for (uint32_t hops = 0; hops <= iort.node_count(); ++hops) {
        if (is_target(node.type(), wanted)) return {WalkEnd::Found, current, node};
        if (node.mapping_count() == 0) return {WalkEnd::NotMapped, id, node};
        if (node.mapping(0).output_reference == 0) return {WalkEnd::NullReference, id, node};
        const Step step = map_id(node, current);
        if (!step.found) return {WalkEnd::NotMapped, id, node};
        const MaybeNode next = node_at(iort, step.reference);
        if (!next) return {WalkEnd::BadReference, id, node};
        node = next.node;
        current = step.id;
    }
    return {WalkEnd::Cycle, id, node};
}

Walk walk_single(const Iort& iort, const Node& start, uint32_t index, Target wanted) {
    if (index >= start.mapping_count()) return {WalkEnd::NoNode, 0, start};
    const IdMapping m = start.mapping(index);
    if (m.output_reference == 0) return {WalkEnd::NullReference, 0, start};
    if (!m.single()) return {WalkEnd::NotMapped, 0, start};
    const MaybeNode next = node_at(iort, m.output_reference);
    if (!next) return {WalkEnd::BadReference, 0, start};
    return walk(iort, next.node, m.output_base, wanted);
}

Walk stream_of(const Iort& iort, uint32_t segment, uint32_t requester_id) {
    const MaybeNode root = find_root_complex(iort, segment);
    if (!root) return {WalkEnd::NoNode, requester_id, {}};
    return walk(iort, root.node, requester_id, Target::Smmu);
}

}  // namespace smmu::sw::iort
