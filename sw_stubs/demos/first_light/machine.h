// What the demonstration finds and builds, one section after the other.
#pragma once
#include "sw_stubs/demos/host/guest_vm.h"
#include "sw_stubs/driver/pmcg.h"

namespace smmu::sw::demo {

/// The host and its only guest, which has both engines.
struct Machine : Host, GuestVm {
    Pmcg counters{};
    uint32_t counter_interrupt = 0;
    bool counts = false;             ///< `counters` is there, and counts all of the run
    const Engine* worker = nullptr;  ///< the first engine that the guest may use
};

// --- The sections; false: what follows makes no sense ---------------------------------------------
void start_counters(Report& report, Machine& machine);
void show_gate(Report& report, Machine& machine);
bool start_guest(Report& report, Machine& machine);
void copy_through_both_stages(Report& report, Machine& machine);
void count_a_walk(Report& report, Machine& machine);
void fault(Report& report, Machine& machine);
void show_coherence(Report& report, Machine& machine);
void show_counters(Report& report, Machine& machine);
void show_isolation(Report& report, Machine& machine);

}  // namespace smmu::sw::demo
