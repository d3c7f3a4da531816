// Stream table entries that need no table behind them.  Arm IHI 0070 G.b, 5.2.
#pragma once
#include "smmuv3/arch/ste.h"
#include "sw_stubs/driver/probe.h"

namespace smmu::sw {

/// Every transaction is aborted, without an event.
constexpr arch::Ste abort_ste() {
    return arch::Ste{}.set(arch::Ste::V, true).set(arch::Ste::Config, arch::SteConfig::Abort);
}

/// STE.SHCFG: the shareability that comes in is kept.
constexpr uint8_t shcfg_incoming = 1;

/// No translation.  SHCFG counts where the SMMU can override attributes, and is given everywhere
/// else too.
constexpr arch::Ste bypass_ste() {
    return arch::Ste{}
        .set(arch::Ste::V, true)
        .set(arch::Ste::Config, arch::SteConfig::Bypass)
        .set(arch::Ste::SHCFG, shcfg_incoming);
}

}  // namespace smmu::sw
