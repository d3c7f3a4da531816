// One incoming transaction as the architecture sees it.  Arm IHI 0070 G.b, 2.4 and 13.1.1.
#pragma once
#include "smmuv3/arch/attributes.h"
#include "smmuv3/arch/types.h"

namespace smmu::core {

struct Access {
    arch::StreamId stream{0};
    arch::SubstreamId substream{0};  ///< counts only with substream_valid
    bool substream_valid = false;
    bool write = false;
    bool translated = false;  ///< ATS Translated: the address is a PA, or an IPA (3.9.1.3)
    bool privileged = false;
    bool instruction = false;  ///< counts only for reads: a write is always Data (13.1.2)
    uint64_t address = 0;      ///< as received, 64 bits, never masked
    arch::MemoryAttributes attributes = arch::default_attributes;
};

}  // namespace smmu::core
