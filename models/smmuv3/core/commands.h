// One command of the Command queue: decode and execute.  Arm IHI 0070 G.b, 4.
#pragma once
#include "smmuv3/arch/ats.h"
#include "smmuv3/arch/cmd.h"
#include "smmuv3/arch/regs.h"
#include "smmuv3/core/features.h"
#include "smmuv3/core/tlb.h"

namespace smmu::core {

/// What becomes of a stalled transaction.
enum class StallEnd : uint8_t { Retry, Abort, RazWi };

/// Everything a command may do to the rest of the SMMU.
class CommandTarget {
public:
    /// STEs of the StreamIDs first to last and everything found through them.
    virtual void invalidate_config(arch::StreamId first, arch::StreamId last) = 0;
    /// The CD of one substream.
    virtual void invalidate_context(arch::StreamId stream, arch::SubstreamId substream) = 0;
    virtual void invalidate_tlb(const TlbScope& scope) = 0;
    /// Nothing if no transaction of the stream is stalled under that STAG.
    virtual void resume(arch::StreamId stream, uint16_t stag, StallEnd end) = 0;
    /// Aborts every stalled transaction of the stream.
    virtual void terminate_stalls(arch::StreamId stream) = 0;
    // Outside of the SMMU, where there may be nobody, and hints.
    virtual void prefetch(const arch::Prefetch&) {}
    virtual void invalidate_atc(const arch::InvalidateRequest&) {}
    virtual void respond(const arch::PrgResponse&) {}

protected:
    ~CommandTarget() = default;
};

/// Registers that say what commands mean.
struct CommandControls {
    uint16_t vmid_mask = 0xFFFF;  ///< CR0.VMW: bits of a VMID that count
    bool e2h = false;             ///< CR2.E2H: EL2 translations have ASIDs
    bool smmu_enabled = true;     ///< CR0.SMMUEN: endpoints are told
};

/// Executes any command but CMD_SYNC, of which it only says whether it is legal.
arch::CommandError execute(const arch::Command& command, const Features& features,
                           const CommandControls& controls, CommandTarget& target);

}  // namespace smmu::core
