// The socket `pmcg`.  May wait(): counters are as of the caller's local time.
#include <cstring>

#include "smmuv3/pmcg.h"
#include "smmuv3/register_access.h"

namespace smmu {

void CounterGroups::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (!reaches_a_register(payload, groups_.size() * arch::pmcg_group_size)) {
        if (payload.is_read()) read_as_zero(payload);
        return;
    }
    if (delay > sc_core::SC_ZERO_TIME) sc_core::wait(delay);
    delay = sc_core::SC_ZERO_TIME;
    count_cycles();

    const unsigned size = payload.get_data_length();
    const auto offset = static_cast<uint32_t>(payload.get_address() % arch::pmcg_group_size);
    Group& group = groups_[payload.get_address() / arch::pmcg_group_size];
    uint64_t value = 0;
    if (payload.is_read()) {
        value = group.counters.read(offset, size);
        std::memcpy(payload.get_data_ptr(), &value, size);
    } else if (payload.is_write()) {
        std::memcpy(&value, payload.get_data_ptr(), size);
        group.counters.write(offset, size, value);
        configured(group);
    }
}

/// A debugger cannot write.  Cycles that it makes the group count have passed already.
unsigned CounterGroups::transport_dbg(tlm::tlm_generic_payload& payload) {
    if (!payload.is_read() || !reaches_a_register(payload, groups_.size() * arch::pmcg_group_size))
        return 0;
    count_cycles();
    const Group& group = groups_[payload.get_address() / arch::pmcg_group_size];
    const uint64_t value =
        group.counters.read(static_cast<uint32_t>(payload.get_address() % arch::pmcg_group_size),
                            payload.get_data_length());
    std::memcpy(payload.get_data_ptr(), &value, payload.get_data_length());
    return payload.get_data_length();
}

/// What follows from a register that may have changed.
void CounterGroups::configured(Group& group) {
    if (group.interrupts == 0) group.counters.acknowledge_interrupt_enable();

    bool counts = false;
    const bool counted_cycles = counts_cycles_;
    counts_cycles_ = false;
    for (const Group& g : groups_) {
        counts |= g.counters.counts_anything();
        counts_cycles_ |= g.counters.counts(Event::ClockCycle);
    }
    if (counts != attached_) counts ? probes_.attach(*this) : probes_.detach(*this);
    attached_ = counts;
    // Those that passed while nobody counted are nobody's.
    if (counts_cycles_ && !counted_cycles)
        cycles_ = sc_core::sc_time_stamp().value() / clock_.value();
    expect_overflow();
}

}  // namespace smmu
