// From a device to its SMMU: ID mapping, and the walk from node to node.  Arm DEN0049, 3.1.1.3.
//
//     const Walk stream = stream_of(iort, segment, requester_id);
//     if (stream.found()) ... stream.id is the StreamID, stream.node the SMMU
#pragma once
#include "sw_stubs/iort/nodes.h"

namespace smmu::sw::iort {

struct MaybeNode {
    bool present = false;
    Node node{};
    constexpr explicit operator bool() const { return present; }
};

/// The node that starts exactly at `offset`, if there is one: where an output reference leads.
MaybeNode node_at(const Iort& iort, uint32_t offset);

/// The `index`-th node of a type, in table order.
MaybeNode find(const Iort& iort, NodeType type, uint32_t index = 0);

/// The root complex of a PCI segment; of several with the same number the first.
MaybeNode find_root_complex(const Iort& iort, uint32_t segment);

/// What one node makes of an ID.
struct Step {
    bool found = false;
    uint32_t id = 0;
    uint32_t reference = 0;  ///< where the ID goes next: an offset in the table
    bool single = false;     ///< by a single mapping: every ID becomes this one
    bool conflict = false;   ///< more than one range claims the ID: a bug of the table
};

/// One step of the walk.
///
/// A single mapping of a root complex or named component takes every ID; on other nodes it does not
/// count.  The last ID of a range is given up to a later range that starts with it: many tables
/// count IDs where the format wants one less.  An ID that would leave beyond 32 bits is not mapped.
Step map_id(const Node& node, uint32_t id);

enum class Target : uint8_t { Smmu, ItsGroup };
constexpr bool is_target(NodeType type, Target wanted) {
    const bool is_smmu = type == NodeType::SmmuV2 || type == NodeType::SmmuV3;
    return wanted == Target::Smmu ? is_smmu : type == NodeType::ItsGroup;
}

enum class WalkEnd : uint8_t {
    Found,
    NoNode,         ///< no root complex with this segment, no such mapping
    NotMapped,      ///< a node on the way maps no such ID
    NullReference,  ///< the mappings of a node lead nowhere
    BadReference,   ///< a mapping leads to where no node starts
    Cycle,          ///< more steps than there are nodes
};

struct Walk {
    WalkEnd end = WalkEnd::NoNode;
    uint32_t id = 0;  ///< what the target sees; without target, the ID asked for
    Node node{};      ///< the target; without target, where the walk ended
    constexpr bool found() const { return end == WalkEnd::Found; }
};

/// Follows `id` from `start` until a node is what is wanted.  At most as many steps as there are
/// nodes.
Walk walk(const Iort& iort, const Node& start, uint32_t id, Target wanted);

/// The same, beginning with mapping `index` of `start`, which must be single: how a device without
/// IDs of its own is found.  NotMapped when it is not single.
Walk walk_single(const Iort& iort, const Node& start, uint32_t index, Target wanted);

/// The StreamID, and the SMMU, of a PCI function.
Walk stream_of(const Iort& iort, uint32_t segment, uint32_t requester_id);

/// StreamIDs that a reserved memory range speaks about.
struct StreamRange {
    uint32_t first = 0;
    uint32_t last = 0;
};

/// Calls visit(MemoryRanges, StreamRange) for every reserved memory range of this SMMU.  Tables
/// before revision 5 (E.d) have none that count.
template <class Visit>
void for_each_reserved_range(const Iort& iort, const Node& smmu, Visit visit) {
    if (iort.revision() < 5) return;
    for (const Node node : iort.nodes()) {
        if (node.type() != NodeType::MemoryRange) continue;
        for (uint32_t i = 0; i < node.mapping_count(); ++i) {
            const IdMapping m = node.mapping(i);
            if (m.output_reference != smmu.offset()) continue;
            const uint64_t last = uint64_t{m.output_base} + m.id_count;
            visit(memory_ranges(node),
                  StreamRange{m.output_base,
                              last > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(last)});
        }
    }
}

}  // namespace smmu::sw::iort
