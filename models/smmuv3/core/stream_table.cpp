// StreamID to STE, one or two reads.  Arm IHI 0070 G.b, 3.3.1, 5.1, 6.3.24, 6.3.25.
#include "smmuv3/core/stream_table.h"

#include <algorithm>

namespace smmu::core {

using arch::EventId;
using arch::L1Std;
using arch::low_mask;
using arch::split_of;
using arch::Ste;
using arch::StrtabBase;
using arch::StrtabBaseCfg;

namespace {

constexpr bool is_two_level(const StreamTable& table, const Features& features) {
    return features.two_level_stream_table &&
           table.config[StrtabBaseCfg::FMT] == arch::StreamTableFormat::TwoLevel;
}

Fault ste_fetch(const MemoryResult& aborted) {
    Fault f = fault(EventId::F_STE_FETCH);
    f.fetch_address = aborted.address;
    return f;
}

/// Addresses beyond OAS are truncated (3.4.3 leaves the choice).
MemoryAccess fetch(const StreamTable& table, const Features& features, uint64_t address,
                   arch::StreamId stream) {
    MemoryAccess a;
    a.address = address & low_mask(features.output_address_bits);
    a.attributes = table.attributes;
    a.stream = stream;
    return a;
}

/// Where the STE of a stream lies in a two-level table; one descriptor is read to know it.
Result<uint64_t> second_level(const StreamTable& table, const Features& features,
                              arch::StreamId stream, Memory& memory) {
    const unsigned split = split_of(table.config);
    const unsigned size = table.config[StrtabBaseCfg::LOG2SIZE];

    // The table is aligned to its size: 8 bytes for each of 2^(LOG2SIZE - SPLIT) descriptors, 64
    // bytes at least.
    const unsigned align = std::max(6u, size > split ? size - split + 3 : 0);
    const uint64_t base = table.base[StrtabBase::ADDR] & ~low_mask(align);

    MemoryAccess access =
        fetch(table, features, base + (uint64_t{stream.value} >> split) * 8, stream);
    access.purpose = Purpose::L1Std;
    access.size = sizeof(L1Std);
    L1Std descriptor{};
    if (const auto read = memory.read(access, descriptor.word); !read.done())
        return ste_fetch(read);

    const unsigned span = descriptor[L1Std::Span];
    const uint64_t index = stream.value & low_mask(split);
    if (span == 0 || span > 11 || span > split + 1 || index >= (uint64_t{1} << (span - 1)))
        return fault(EventId::C_BAD_STREAMID);
    return (descriptor[L1Std::L2Ptr] & ~low_mask(5 + span)) + index * sizeof(Ste);
}

}  // namespace

Result<Ste> find_ste(const StreamTable& table, const Features& features, arch::StreamId stream,
                     Memory& memory) {
    const unsigned size = table.config[StrtabBaseCfg::LOG2SIZE];
    if (uint64_t{stream.value} > low_mask(std::min(size, features.stream_id_bits)))
        return fault(EventId::C_BAD_STREAMID);

    uint64_t address =
        (table.base[StrtabBase::ADDR] & ~low_mask(size + 6)) + uint64_t{stream.value} * sizeof(Ste);
    if (is_two_level(table, features)) {
        const auto found = second_level(table, features, stream, memory);
        if (!found) return found.fault;
        address = found.value;
    }

    MemoryAccess access = fetch(table, features, address, stream);
    access.purpose = Purpose::Ste;
    access.size = sizeof(Ste);
    Ste ste{};
    if (const auto read = memory.read(access, ste.word); !read.done()) return ste_fetch(read);
    return ste;
}

}  // namespace smmu::core
