// Performance monitor counter groups: SystemC shell of core::CounterGroup, fed by the probe points.
// Arm IHI 0070 G.b, 10.
#pragma once
#include <tlm_utils/simple_target_socket.h>
#include <vector>

#include "smmuv3/core/pmcg.h"
#include "smmuv3/local_time_queue.h"
#include "smmuv3/params.h"
#include "smmuv3/pulse_pin.h"
#include "smmuv3/table_port.h"

namespace smmu {

/// Every group sees every stream of every TBU.  While none counts, none of them is a probe.
class CounterGroups final : public sc_core::sc_module, private Probe {
public:
    /// Group n from n * arch::pmcg_group_size on: page 0, then page 1.
    tlm_utils::simple_target_socket_optional<CounterGroups, 32> pmcg{"pmcg"};
    sc_core::sc_vector<PulsePin> irq_pmcg{"irq_pmcg"};  ///< bind `out` of each, or leave it unbound

    CounterGroups(sc_core::sc_module_name name, const Params& params, TablePort& port,
                  ProbeList& probes);

    void reset();

private:
    using Event = arch::PmcgEvent;
    /// A group, and its interrupts that are not out yet.
    struct Group {
        core::CounterGroup counters;
        unsigned interrupts = 0;
    };

    // pmcg_registers.cpp
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    unsigned transport_dbg(tlm::tlm_generic_payload& payload);
    void configured(Group& group);

    void hit(const Hit& h) override;
    void miss(const Miss& m) override;
    void translation_request(const TranslationRequest& t) override;
    void fetch(const Fetch& f) override;
    void count(Event event, arch::StreamId stream, sc_core::sc_time when);
    void count_request(arch::StreamId stream, const Missed& missed, sc_core::sc_time when);

    void count_cycles();
    void expect_overflow();
    void on_cycles();

    void interrupt_later(size_t group, sc_core::sc_time when);
    void interrupt_thread();
    void send_interrupt(Group& group, PulsePin& pin);

    const sc_core::sc_time clock_;
    TablePort& port_;
    ProbeList& probes_;
    std::vector<Group> groups_;
    bool attached_ = false;
    bool counts_cycles_ = false;     ///< some group counts event 0
    uint64_t cycles_ = 0;            ///< of the clock until now, as far as they are counted
    sc_core::sc_event cycles_work_;  ///< the next overflow of event 0
    LocalTimeQueue<size_t> interrupts_;
    sc_core::sc_event interrupt_work_;
    uint64_t resets_ = 0;
};

}  // namespace smmu
