// Stream table entries that the driver makes, and the one way to put an entry into a table that the
// SMMU reads. Arm IHI 0070 G.b, 5.2, 3.21.3.
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

/// Makes `to` what the SMMU sees in `live`, which it never sees as a mixture: at every sync the
/// entry is invalid or whole.
///
/// The breaking form: while it lasts, transactions of the stream fail.  `sync` makes the SMMU read
/// the entry again (CFGI, CMD_SYNC) and waits for that.  Entry is Ste, or Cd: both have their V in
/// word 0.
template <class Entry, class Sync>
void replace(volatile Entry& live, const Entry& to, Sync sync) {
    live.word[0] = 0;
    port::dma_barrier();
    sync();
    for (unsigned i = 1; i < Entry::words; ++i) live.word[i] = to.word[i];
    port::dma_barrier();
    sync();
    live.word[0] = to.word[0];
    port::dma_barrier();
    sync();
}

}  // namespace smmu::sw
