// What is odd in an IORT that can be read nevertheless.
#include <set>

#include "platform/iort/print.h"
#include "platform/iort/ranges.h"

namespace smmu::platform::iort {
namespace {

using namespace sw::iort;

std::string where(const Node& node) { return title(node) + " (" + hex(node.offset()) + "): "; }

void mapping_warnings(const Iort& iort, const Node& node, std::vector<std::string>& list) {
    std::set<uint32_t> bad;
    bool ignored_single = false;
    bool overflow = false;
    const bool may_be_single = node.type() == NodeType::RootComplex ||
                               node.type() == NodeType::NamedComponent ||
                               node.type() == NodeType::MemoryRange;
    const OwnMapping own = own_mapping(node);
    for (uint32_t i = 0; i < node.mapping_count(); ++i) {
        const IdMapping m = node.mapping(i);
        if (!node_at(iort, m.output_reference)) bad.insert(m.output_reference);
        const bool is_own = own.present && own.index == i;
        ignored_single = ignored_single || (m.single() && !may_be_single && !is_own);
        overflow =
            overflow || m.last() > UINT32_MAX || uint64_t{m.output_base} + m.id_count > UINT32_MAX;
    }
    for (const uint32_t reference : bad)
        list.push_back(where(node) + "a mapping leads to " + hex(reference) +
                       ", where no node starts");
    if (ignored_single)
        list.push_back(where(node) +
                       "a single mapping counts on root complexes and named components only");
    if (overflow && node.type() != NodeType::MemoryRange)
        list.push_back(where(node) + "a range of IDs passes 32 bits; what is beyond is not mapped");
    for (const IdRange& range : id_ranges(node))
        if (range.conflict)
            list.push_back(where(node) + "more than one mapping gives ID " + hex(range.first) +
                           (range.last == range.first ? "" : " to " + hex(range.last)));
}

void memory_range_warnings(const Node& node, std::vector<std::string>& list) {
    constexpr uint64_t granule = 0x1'0000;
    const MemoryRanges ranges = memory_ranges(node);
    if (node.mapping_count() == 0) list.push_back(where(node) + "it names no device");
    for (uint32_t i = 0; i < ranges.count(); ++i) {
        const MemoryRange r = ranges.range(i);
        if (r.length == 0) list.push_back(where(node) + "an empty range at " + hex(r.base));
        if ((r.base | r.length) % granule != 0)
            list.push_back(where(node) + "the range at " + hex(r.base) + " is not 64 KiB aligned");
        for (uint32_t j = 0; j < i; ++j) {
            const MemoryRange other = ranges.range(j);
            if (r.base - other.base >= other.length && other.base - r.base >= r.length) continue;
            list.push_back(where(node) + "the ranges at " + hex(other.base) + " and " +
                           hex(r.base) + " overlap");
            break;  // one sentence for each range is enough
        }
    }
}

}  // namespace

std::vector<std::string> warnings(const Iort& iort) {
    std::vector<std::string> list;
    if (!iort.checksum_right()) list.push_back("the checksum of the table is wrong");
    std::set<uint32_t> segments;
    for (const Node node : iort.nodes()) {
        mapping_warnings(iort, node, list);
        if (node.type() == NodeType::MemoryRange) memory_range_warnings(node, list);
        if (node.type() == NodeType::RootComplex &&
            !segments.insert(root_complex(node).segment).second)
            list.push_back(where(node) + "an earlier root complex has the same segment and wins");
    }
    return list;
}

}  // namespace smmu::platform::iort
