// The model under test: core::translate with registers and caches as a TCU has them.
#pragma once
#include <map>
#include <optional>
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
    std::vector<core::MemoryAccess> updates{};  ///< compare-and-swaps that found what they expected
    std::map<uint64_t, uint64_t> written{};     ///< what they left: address, word
    bool beyond_memory = false;  ///< some read had an address of more bits than there are
    bool tlb_hit = false, config_hit = false;
    uint16_t stag = 0;  ///< with Outcome::Action::Stall
};

/// A transaction that waits for software.
struct Stalled {
    oracle::Access access{};
    uint16_t stag = 0;
    std::optional<core::StallEnd> end{};  ///< what a command made of it
};

class Model final : private core::CommandTarget {
public:
    /// `caches`: keep what translations leave behind.  The world must outlive the model.
    Model(World& world, bool caches);

    /// Takes over the world's control values, with all updates acknowledged.
    void write_control();
    /// What the oracle may know of the SMMU.
    oracle::Registers registers() const;

    /// Memory is not changed: commit() does that.
    Observed translate(const oracle::Access& access);
    void commit(const Observed& seen);
    arch::CommandError execute(const arch::Command& command);

    std::vector<Stalled> stalled{};

private:
    core::View view() const;
    void invalidate_config(arch::StreamId first, arch::StreamId last) override;
    void invalidate_context(arch::StreamId stream, arch::SubstreamId substream) override;
    void invalidate_tlb(const core::TlbScope& scope) override;
    void resume(arch::StreamId stream, uint16_t stag, core::StallEnd end) override;
    void terminate_stalls(arch::StreamId stream) override;

    World& world_;
    const bool caches_;
    core::RegisterFile file_;
    core::ConfigCache configs_;
    core::Tlb tlb_;
    core::WalkCaches walk_caches_;
    uint16_t next_stag_ = 0;
};

oracle::Attributes attributes_of(const arch::MemoryAttributes& a);

}  // namespace smmu::differential
