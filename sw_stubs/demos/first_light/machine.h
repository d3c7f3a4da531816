// What the demonstration finds and builds, one section after the other.
#pragma once
#include <stdint.h>

#include "boards/virt.h"
#include "sw_stubs/demos/first_light/event_log.h"
#include "sw_stubs/demos/first_light/report.h"
#include "sw_stubs/driver/pmcg.h"
#include "sw_stubs/driver/smmu.h"
#include "sw_stubs/guest/jobs.h"
#include "sw_stubs/iommu_api/smmu_instance.h"
#include "sw_stubs/iort/acpi.h"
#include "sw_stubs/iort/map.h"
#include "sw_stubs/vmm/iommu.h"
#include "sw_stubs/vmm/vm.h"
#include "sw_stubs/vmm/vsmmu.h"

namespace smmu::sw::demo {

/// The DMA engine of a root complex; the demonstration uses its frame 0.
struct Engine {
    uint64_t registers;  ///< physical address
    uint64_t user_ipa;   ///< where the guest finds the user page
    uint32_t segment;
    uint32_t virtual_stream;  ///< the StreamID by which the guest knows it
    bool described = false;   ///< the IORT leads from it to the SMMU
    bool nested = false;      ///< the guest owns its stage 1
    bool canwbs = false;      ///< what the IORT says of its root complex
    arch::StreamId stream{0};
};

struct Machine {
    iort::Iort iort{};
    iort::Node smmu_node{};
    iort::SmmuV3 smmu_says{};  ///< the IORT's view of the SMMU that the engines are behind
    Engine engines[2] = {{virt::test_engine0.base, 0x0A00'0000, virt::root_complex0.segment, 1},
                         {virt::test_engine1.base, 0x0B00'0000, virt::root_complex1.segment, 2}};

    Arena arena{};
    Smmu smmu{};
    EventLog events{};
    Pmcg counters{};
    uint32_t counter_interrupt = 0;
    bool counts = false;             ///< `counters` is there, and counts all of the run
    const Engine* worker = nullptr;  ///< the first engine that the guest may use

    vmm::MemoryMap memory{};
    iommu_api::SmmuInstance instance{};
    vmm::Iommu iommu{};
    vmm::Vm vm{};
    vmm::VirtualSmmu vsmmu{};
    vmm::VgicLine lines[3]{};  ///< of the virtual SMMU: event, global error, CMD_SYNC
};

/// What came of a job of the guest.
struct JobEnd {
    bool finished = false;  ///< it came back; if not, the report has the reason
    uint64_t result[2] = {};
    guest::Outcome outcome() const { return static_cast<guest::Outcome>(result[0]); }
};

struct JobArguments {
    uint64_t value[4] = {};
};
/// Lets the guest do a job, and waits for its end.
JobEnd run_job(Report& report, Machine& machine, guest::Job job, const JobArguments& arguments);

/// Where the guest finds the frame that it may use.
inline uint64_t frame_of(const Engine& engine) { return engine.user_ipa; }

// --- The sections; false: what follows makes no sense ---------------------------------------------
bool read_tables(Report& report, Machine& machine, const iort::AcpiRegion& acpi);
bool bring_up(Report& report, Machine& machine);
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
