// The addresses that the guest's devices use: one stage 1 for the SMMU, in the guest's own memory, and the SMMU itself,
// by the driver that its host uses for its own.
#pragma once
#include <stdint.h>

#include "sw_stubs/driver/invalidation_array.h"
#include "sw_stubs/driver/smmu.h"
#include "sw_stubs/driver/vm.h"
#include "sw_stubs/guest/jobs.h"

namespace smmu::sw::guest {

class DeviceSpace {
public:
    /// Brings the SMMU up, builds tables and context descriptor, and maps the buffers (jobs.h).
    SetUp create(Coherency coherency, Signals signals);

    /// Puts it behind a stream, whose device may use ATS or not.  False when the SMMU did not follow.
    bool attach(arch::StreamId stream, Ats ats = Ats::Off);

    /// Unmaps, and makes the SMMU forget it.
    bool unmap(AddressRange range);

    /// Puts a page of the buffers, or any other IPA, at `iova`, where nothing is.
    bool map(uint64_t iova, uint64_t ipa, MemoryUse use = MemoryUse::Cacheable);

    /// What attach() gives a stream.
    arch::Ste entry(Ats ats = Ats::Off) const {
        return stage1_ste(cd_.pa, smmu_.features()).set(arch::Ste::EATS, ats == Ats::On ? 1 : 0);
    }
    Smmu& smmu() { return smmu_; }

    /// Waits for the next event of the SMMU, at most a millisecond.
    bool wait_for_event(arch::Event& event);
    unsigned interrupts() const { return interrupts_; }

    /// What devices hear that ask for a page (device_pages.cpp).
    void answer_pages(Absent with) { absent_ = with; }
    unsigned pages_asked() const { return pages_asked_; }
    const arch::PageRequest& last_request() const { return request_; }

    /// A CMD_SYNC that interrupts by a message: waits for that, at most a millisecond.
    bool sync_by_message();

    // The sink of handle_page_requests().
    bool take(const arch::PageRequest& request);
    void log(const arch::PageRequest&) {}
    void lost() {}

private:
    bool build(const Features& features);
    bool connect(Signals signals);
    static void on_event(void* self);
    static void on_page_request(void* self);
    static void on_sync(void* self);

    Arena arena_{};
    Smmu smmu_{};
    PageTable table_{};
    Region cd_{};
    Tag tags_[2]{};  ///< who keeps translations of it: the SMMU, and the last device if it has ATS
    unsigned tag_count_ = 1;
    unsigned interrupts_ = 0;
    bool has_event_ = false;
    arch::Event event_{};
    Absent absent_ = Absent::Refused;
    unsigned pages_asked_ = 0;
    arch::PageRequest request_{};
    bool synced_ = false;
};

}  // namespace smmu::sw::guest
