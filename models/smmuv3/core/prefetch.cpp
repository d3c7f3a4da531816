// Prefetches are speculative reads: they may set access flags, and never make a page dirty (3.14).
#include "smmuv3/core/prefetch.h"

#include <algorithm>

#include "smmuv3/core/lookup.h"

namespace smmu::core {

using arch::Prefetch;

namespace {

/// True if the configuration was found.
bool prefetch_one(const View& smmu, const Access& access, bool translates, Memory& memory,
                  Recorder& recorder) {
    Lookup lookup(smmu, access, memory, recorder);
    if (!lookup.find_stream() || !lookup.find_context()) return false;
    const bool has_translations = lookup.stages().first || lookup.stages().second;
    if (translates && has_translations && lookup.check_bypassed_input())
        lookup.find_translation({Permissions::All, true, false});
    return true;
}

}  // namespace

void prefetch(const View& smmu, const Prefetch& command, Memory& memory, Recorder& recorder) {
    if (!smmu.enabled) return;
    Access access;
    access.stream = {command[Prefetch::StreamID]};
    access.substream = {command[Prefetch::SubstreamID]};
    access.substream_valid = command[Prefetch::SSV] && smmu.features.substream_id_bits != 0;
    access.privileged = true;  // E0PD is no reason to leave a page out

    const bool is_address = command[Prefetch::Op] == arch::Opcode::PREFETCH_ADDR;
    const unsigned log2pages = is_address ? command[Prefetch::Size] : 0;
    const unsigned pages = 1u << std::min(log2pages, 31u);
    for (unsigned n = 0; n < std::min(pages, most_prefetched_pages); ++n) {
        access.address = command[Prefetch::Address] +
                         (uint64_t{n} << (arch::page_shift + command[Prefetch::Stride]));
        if (!prefetch_one(smmu, access, is_address, memory, recorder)) return;
    }
}

}  // namespace smmu::core
