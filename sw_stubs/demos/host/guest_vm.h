// A guest of the demonstrations on the host's side: its memory, its VM, and the SMMU that it sees.
#pragma once
#include <stdint.h>

#include "sw_stubs/demos/host/host.h"
#include "sw_stubs/guest/jobs.h"
#include "sw_stubs/vmm/guest_memory.h"
#include "sw_stubs/vmm/guest_messages.h"
#include "sw_stubs/vmm/iommu.h"
#include "sw_stubs/vmm/vm.h"
#include "sw_stubs/vmm/vsmmu.h"

namespace smmu::sw::demo {

struct GuestVm {
    vmm::MemoryMap memory{};
    vmm::Iommu iommu{};
    vmm::Vm vm{};
    vmm::VirtualSmmu vsmmu{};
    vmm::MappedMemory ram{};  ///< `memory`, as the virtual SMMU reaches it
    vmm::VgicLine
        lines[4]{};  ///< of the virtual SMMU: event, global error, CMD_SYNC, page requests
    vmm::GuestMessages messages{};  ///< the same, for a guest that likes them better
};

/// Copies the guest's image to where it lies in physical memory.
void load_guest_image(uint64_t pa);

/// An SMMU of its own for the guest, trapped, at the board's address; what the real one reports of
/// its devices reaches it.  The VM is created and its devices are assigned.
bool add_virtual_smmu(GuestVm& guest, EventLog& events);

/// What came of a job of the guest.
struct JobEnd {
    bool finished = false;  ///< it came back; if not, the report has the reason
    uint64_t result[2] = {};
    guest::Outcome outcome() const { return static_cast<guest::Outcome>(result[0]); }
};

struct JobArguments {
    uint64_t value[4] = {};
};

/// Tells the guest its next job; it begins when it runs.
void give_job(GuestVm& guest, guest::Job job, const JobArguments& arguments);
/// What the guest's last exit means.
JobEnd end_of_job(Report& report, const vmm::VmExit& exit);
/// Both, and lets it run until the job is done.
JobEnd run_job(Report& report, GuestVm& guest, guest::Job job, const JobArguments& arguments);

/// The record that Job::TakeEvent left in the guest's memory, and that of Job::AnswerPages.
arch::Event event_record_of(const GuestVm& guest);
arch::PageRequest page_request_of(const GuestVm& guest);

}  // namespace smmu::sw::demo
