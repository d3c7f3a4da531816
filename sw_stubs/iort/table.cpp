// Opening an IORT: everything that could lead a reader outside the table is looked at here, once.
#include "sw_stubs/iort/table.h"

#include "sw_stubs/iort/nodes.h"

namespace smmu::sw::iort {

Result<Iort> Iort::open(Bytes bytes) {
    const auto fail = [](Error error, uint64_t offset, uint64_t value) {
        return Result<Iort>{{}, {error, offset, value}};
    };
    if (bytes.size < header_size) return fail(Error::TooShort, 0, bytes.size);
    if (!bytes.starts_with("IORT")) return fail(Error::WrongSignature, 0, bytes.u32(0));
    const uint32_t length = bytes.u32(4);
    if (length < header_size) return fail(Error::LengthTooSmall, 4, length);
    if (length > bytes.size) return fail(Error::LengthBeyondEnd, 4, length);

    Iort iort;
    iort.bytes_ = bytes.up_to(length);
    if (iort.node_count() == 0) return {iort, {}};
    if (iort.node_offset() < header_size || iort.node_offset() >= length)
        return fail(Error::NodesOutside, 40, iort.node_offset());
    if (iort.node_count() > (length - iort.node_offset()) / Node::header_size)
        return fail(Error::TooManyNodes, 36, iort.node_count());

    uint64_t offset = iort.node_offset();
    for (uint32_t i = 0; i < iort.node_count(); ++i) {
        if (!iort.bytes_.holds(offset, Node::header_size))
            return fail(Error::NodeBeyondTable, offset, length);
        const uint16_t node_length = iort.bytes_.u16(offset + 1);
        if (node_length < Node::header_size)
            return fail(Error::NodeTooShort, offset + 1, node_length);
        if (!iort.bytes_.holds(offset, node_length))
            return fail(Error::NodeBeyondTable, offset + 1, node_length);
        const Node node{iort.bytes_.part(offset, node_length), static_cast<uint32_t>(offset)};
        if (const Problem problem = check(node)) return {{}, problem};
        offset += node_length;
    }
    return {iort, {}};
}

}  // namespace smmu::sw::iort
