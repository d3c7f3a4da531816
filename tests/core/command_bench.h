// Commands that reach the caches of a core bench as they do in the SMMU.
#pragma once
#include "smmuv3/core/commands.h"
#include "tests/core/bench.h"

namespace smmu::test {

/// Base is a Bench: its features and registers decide what a command does.
template <class Base>
class CommandBench : public Base, private core::CommandTarget {
protected:
    arch::CommandError execute(uint64_t word0, uint64_t word1 = 0) {
        return core::execute({{{word0, word1}}}, this->features,
                             {this->registers.vmid_mask(), this->registers.e2h()}, *this);
    }
    void run(uint64_t word0, uint64_t word1 = 0) {
        EXPECT_EQ(execute(word0, word1), arch::CommandError::None);
    }

private:
    void invalidate_config(arch::StreamId first, arch::StreamId last) override {
        this->configs.invalidate(first, last);
    }
    void invalidate_context(arch::StreamId of, arch::SubstreamId ssid) override {
        this->configs.invalidate(of, ssid);
    }
    void resume(arch::StreamId, uint16_t, core::StallEnd) override {}
    void terminate_stalls(arch::StreamId) override {}
    void invalidate_tlb(const core::TlbScope& scope) override { this->tlb.invalidate(scope); }
};

}  // namespace smmu::test
