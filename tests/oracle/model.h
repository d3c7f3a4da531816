// The model under test: core::translate with registers and caches as a TCU has them.
#pragma once
#include <vector>

#include "smmuv3/core/commands.h"
#include "smmuv3/core/register_file.h"
#include "smmuv3/core/translate.h"
#include "world.h"

namespace smmu::differential {

/// What one access made the model do.
struct Observed {
    core::Outcome outcome{};
    std::vector<arch::Event> events{};
    std::vector<core::MemoryAccess> reads{};
    bool beyond_memory = false;  ///< some read had an address of more bits than there are
    bool tlb_hit = false, config_hit = false;
};

class Model final : private core::CommandTarget {
public:
    /// `caches`: keep what translations leave behind.  The world must outlive the model.
    Model(World& world, bool caches);

    /// Takes over the world's control values, with all updates acknowledged.
    void write_control();
    /// What the oracle may know of the SMMU.
    oracle::Registers registers() const;

    Observed translate(const oracle::Access& access);
    arch::CommandError execute(const arch::Command& command);

private:
    core::View view() const;
    void invalidate_config(arch::StreamId first, arch::StreamId last) override;
    void invalidate_context(arch::StreamId stream, arch::SubstreamId substream) override;
    void invalidate_tlb(const core::TlbScope& scope) override;
    void resume(arch::StreamId, uint16_t, core::StallEnd) override {}  // nothing stalls
    void terminate_stalls(arch::StreamId) override {}

    World& world_;
    const bool caches_;
    core::RegisterFile file_;
    core::ConfigCache configs_;
    core::Tlb tlb_;
};

oracle::Attributes attributes_of(const arch::MemoryAttributes& a);

}  // namespace smmu::differential
