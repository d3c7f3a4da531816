// The addresses that the guest's devices use: one stage 1 for the SMMU, in the guest's own memory, and the SMMU itself,
// by the driver that its host uses for its own.
#pragma once
#include <stdint.h>

#include "sw_stubs/driver/smmu.h"
#include "sw_stubs/guest/jobs.h"

namespace smmu::sw::guest {

class DeviceSpace {
public:
    /// Brings the SMMU up, builds tables and context descriptor, and maps the buffers (jobs.h).
    SetUp create(Coherency coherency);

    /// Puts it behind a stream.  False when the SMMU did not follow.
    bool attach(arch::StreamId stream);

    /// Unmaps, and makes the SMMU forget it.
    bool unmap(AddressRange range);

    /// Puts a page of the buffers, or any other IPA, at `iova`, where nothing is.
    bool map(uint64_t iova, uint64_t ipa, MemoryUse use = MemoryUse::Cacheable);

    /// What attach() gives a stream.
    arch::Ste entry() const { return stage1_ste(cd_.pa, smmu_.features()); }
    Smmu& smmu() { return smmu_; }

    /// Waits for the next event of the SMMU, at most a millisecond.
    bool wait_for_event(arch::Event& event);
    unsigned interrupts() const { return interrupts_; }

private:
    bool build(const Features& features);
    static void on_event(void* self);

    Arena arena_{};
    Smmu smmu_{};
    PageTable table_{};
    Region cd_{};
    unsigned interrupts_ = 0;
    bool has_event_ = false;
    arch::Event event_{};
};

}  // namespace smmu::sw::guest
