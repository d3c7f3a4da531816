// Builds the ACPI tables from what the hardware is.
#include "platform/acpi/tables.h"

#include <cstddef>
#include <cstring>
#include <numeric>
#include <type_traits>

#include "platform/acpi/layout.h"

namespace smmu::platform::acpi {
namespace {

template <class T>
void append(Bytes& bytes, const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    const auto* from = reinterpret_cast<const uint8_t*>(&value);
    bytes.insert(bytes.end(), from, from + sizeof value);
}

void store32(Bytes& bytes, size_t offset, size_t value) {
    const U32 little(static_cast<uint32_t>(value));
    std::memcpy(bytes.data() + offset, &little, sizeof little);
}

/// Sets `checksum` so that the first `length` bytes add up to zero.
void seal(Bytes& bytes, size_t checksum, size_t length) {
    bytes[checksum] = 0;
    const auto end = bytes.begin() + static_cast<ptrdiff_t>(length);
    bytes[checksum] = static_cast<uint8_t>(-std::accumulate(bytes.begin(), end, 0u));
}

Bytes sealed_table(Bytes table) {
    store32(table, offsetof(TableHeader, length), table.size());
    seal(table, offsetof(TableHeader, checksum), table.size());
    return table;
}

NodeHeader node(NodeType type, uint8_t revision, uint32_t identifier) {
    return {U8(static_cast<uint8_t>(type)), {}, U8(revision), U32(identifier), {}, {}};
}

SmmuV3Node smmu_node(const SmmuHardware& smmu) {
    SmmuV3Node n{node(NodeType::SmmuV3, 5, 0), U64(smmu.base)};
    n.header.length = sizeof n;
    n.flags = smmu.coherent ? 1 : 0;
    n.event_gsiv = smmu.interrupts.event;
    n.pri_gsiv = smmu.interrupts.pri;
    n.gerr_gsiv = smmu.interrupts.gerror;
    n.sync_gsiv = smmu.interrupts.sync;
    return n;
}

RootComplexNode root_complex_node(const RootComplexHardware& rc, uint32_t identifier) {
    constexpr uint8_t cpm = 1, dacs = 2, canwbs = 4;
    constexpr uint32_t ats = 1, pri = 2;
    RootComplexNode n{node(NodeType::RootComplex, 4, identifier)};
    n.header.length = sizeof n + sizeof(IdMapping);
    n.header.mapping_count = 1;
    n.header.mapping_offset = sizeof n;
    n.memory_flags = static_cast<uint8_t>(cpm | dacs | (rc.map.canwbs ? canwbs : 0));
    n.ats_attribute = (rc.ats ? ats : 0) | (rc.pri ? pri : 0);
    n.segment = rc.map.segment;
    n.address_limit = rc.address_bits;
    return n;
}

PmcgNode pmcg_node(const PmcgHardware& group, uint32_t identifier, U32 smmu_offset) {
    PmcgNode n{node(NodeType::Pmcg, 2, identifier), U64(group.page0), U32(group.interrupt),
               smmu_offset, U64(group.page1)};
    n.header.length = sizeof n;
    return n;
}

}  // namespace

Bytes build_iort(const Hardware& hardware) {
    Iort table;
    table.node_count =
        static_cast<uint32_t>(1 + hardware.root_complexes.size() + hardware.counter_groups.size());
    table.node_offset = sizeof table;

    Bytes bytes;
    append(bytes, table);
    const U32 smmu_offset(static_cast<uint32_t>(bytes.size()));
    append(bytes, smmu_node(hardware.smmu));
    uint32_t identifier = 0;
    for (const RootComplexHardware& rc : hardware.root_complexes) {
        append(bytes, root_complex_node(rc, ++identifier));
        append(bytes,
               IdMapping{U32(0), U32(rc.map.rid_count - 1), U32(rc.map.stream_base), smmu_offset});
    }
    for (const PmcgHardware& group : hardware.counter_groups)
        append(bytes, pmcg_node(group, ++identifier, smmu_offset));
    return sealed_table(bytes);
}

Bytes build_acpi(uint64_t base, const Bytes& iort) {
    constexpr size_t alignment = 8;
    constexpr size_t xsdt_offset = (sizeof(Rsdp) + alignment - 1) / alignment * alignment;
    constexpr size_t iort_offset =
        (xsdt_offset + sizeof(TableHeader) + sizeof(U64) + alignment - 1) / alignment * alignment;

    Rsdp rsdp;
    rsdp.xsdt_address = base + xsdt_offset;
    Bytes image;
    append(image, rsdp);
    seal(image, offsetof(Rsdp, checksum), 20);
    seal(image, offsetof(Rsdp, extended_checksum), sizeof rsdp);
    image.resize(xsdt_offset);

    Bytes xsdt;
    append(xsdt, TableHeader{{'X', 'S', 'D', 'T'}, {}, U8(1)});
    append(xsdt, U64(base + iort_offset));
    xsdt = sealed_table(xsdt);
    image.insert(image.end(), xsdt.begin(), xsdt.end());
    image.resize(iort_offset);

    image.insert(image.end(), iort.begin(), iort.end());
    return image;
}

}  // namespace smmu::platform::acpi
