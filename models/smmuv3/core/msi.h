// Message-signalled interrupts of the SMMU itself: a 32-bit write each.  Arm IHI 0070 G.b, 3.18.1.
#pragma once
#include "smmuv3/arch/cmd.h"
#include "smmuv3/core/features.h"
#include "smmuv3/core/memory.h"

namespace smmu::core {

enum class MsiSource : uint8_t { EventQueue, PageRequestQueue, Gerror, CommandSync, CounterGroup };
constexpr unsigned msi_sources = 5;

struct Msi {
    bool is_wanted = false;
    uint64_t address = 0;
    uint32_t data = 0;
    arch::MemoryAttributes attributes{};

    explicit operator bool() const { return is_wanted; }
};

/// Address 0 means that none is wanted; any other is cut to OAS, and may then be 0.  `mem_attr` is
/// encoded as STE.MemAttr, whose reserved values are Device-nGnRnE.
Msi make_msi(uint64_t address, uint32_t data, uint8_t mem_attr, uint8_t sh,
             const Features& features);

/// What a CMD_SYNC asks for.
Msi msi_of(const arch::Sync& sync, const Features& features);

/// False if the write was aborted.
bool send(const Msi& msi, Memory& memory);

}  // namespace smmu::core
