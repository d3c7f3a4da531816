// The choice of a CD, and one or two reads to fetch it.
#include "smmuv3/core/context.h"

#include <algorithm>

#include "smmuv3/core/attributes.h"

namespace smmu::core {

using arch::beyond;
using arch::Cd;
using arch::EventId;
using arch::L1Cd;
using arch::low_mask;
using arch::S1Default;
using arch::S1Format;
using arch::Ste;

namespace {

/// S1CDMax, which does not exist without substreams.
unsigned cd_bits(const Ste& ste, const Features& features) {
    return features.substream_id_bits == 0 ? 0 : ste[Ste::S1CDMax];
}

/// log2 of the CDs in one level 2 table; 0 for a linear table.
unsigned split_of(const Ste& ste) {
    switch (ste[Ste::S1Fmt]) {
        case S1Format::TwoLevel4K: return 6;
        case S1Format::TwoLevel64K: return 10;
        case S1Format::Linear: break;
    }
    return 0;
}

Fault cd_fetch(const MemoryResult& result, const Memory& memory) {
    if (result.status == MemoryResult::Status::Faulted) return memory.refusal();
    Fault f = fault(EventId::F_CD_FETCH);
    f.fetch_address = result.address;
    return f;
}

/// Address of the CD in a two-level table; one descriptor is read to know it.
Result<uint64_t> second_level(const Ste& ste, const Features& features, unsigned split,
                              arch::SubstreamId substream, MemoryAccess access, Memory& memory) {
    const unsigned bits = cd_bits(ste, features);
    // The table is aligned to its size: 8 bytes for each descriptor, 64 bytes at least.
    const unsigned align = std::max(6u, bits > split ? bits - split + 3 : 0);
    access.purpose = Purpose::L1Cd;
    access.address = (ste[Ste::S1ContextPtr] & ~low_mask(align)) + (substream.value >> split) * 8;
    access.size = sizeof(L1Cd);
    L1Cd descriptor{};
    if (const auto read = memory.read(access, descriptor.word); !read.done())
        return cd_fetch(read, memory);

    const uint64_t table = descriptor[L1Cd::L2Ptr] & ~low_mask(split + 6);
    const bool too_high =
        !has_stage2(ste[Ste::Config]) && beyond(table, features.output_address_bits);
    if (!descriptor[L1Cd::V] || too_high) return fault(EventId::C_BAD_SUBSTREAMID);
    return table + (substream.value & low_mask(split)) * sizeof(Cd);
}

}  // namespace

Result<ContextChoice> choose_context(const Ste& ste, const Features& features,
                                     const Access& access) {
    ContextChoice choice;
    const bool stage1 = has_stage1(ste[Ste::Config]);
    const unsigned bits = stage1 ? cd_bits(ste, features) : 0;
    const auto s1dss = ste[Ste::S1DSS];
    if (access.substream_valid) {
        if (bits == 0 || access.substream.value >> bits) return fault(EventId::C_BAD_SUBSTREAMID);
        if (s1dss == S1Default::Substream0 && access.substream.value == 0)
            return fault(EventId::F_STREAM_DISABLED);
        choice.substream = access.substream;
    } else if (bits != 0 && s1dss == S1Default::Bypass) {
        choice.bypass_stage1 = true;
    } else if (bits != 0 && s1dss != S1Default::Substream0) {
        return fault(EventId::F_STREAM_DISABLED);
    }
    return choice;
}

Result<Cd> find_cd(const Ste& ste, const Features& features, arch::SubstreamId substream,
                   arch::StreamId stream, Memory& memory) {
    MemoryAccess access;
    access.on_behalf = arch::FaultClass::Cd;
    access.attributes = cd_attributes(ste[Ste::S1CIR], ste[Ste::S1COR], ste[Ste::S1CSH]);
    access.stream = stream;

    const unsigned bits = cd_bits(ste, features);
    const unsigned split = bits == 0 ? 0 : split_of(ste);
    uint64_t address =
        (ste[Ste::S1ContextPtr] & ~low_mask(bits + 6)) + uint64_t{substream.value} * sizeof(Cd);
    if (split != 0) {
        const auto found = second_level(ste, features, split, substream, access, memory);
        if (!found) return found.fault;
        address = found.value;
    }

    access.purpose = Purpose::Cd;
    access.address = address;
    access.size = sizeof(Cd);
    Cd cd{};
    if (const auto read = memory.read(access, cd.word); !read.done()) return cd_fetch(read, memory);
    return cd;
}

}  // namespace smmu::core
