// Faults that wait for an answer: accesses of a device that the SMMU holds until somebody says
// whether to try again.  Arm IHI 0070 G.b, 3.12.2, 4.7.1.
#pragma once
#include "smmuv3/arch/event.h"
#include "sw_stubs/driver/events.h"
#include "sw_stubs/iommu_api/device.h"
#include "sw_stubs/iommu_api/hwpt.h"
#include "sw_stubs/iommu_api/uapi_data.h"

namespace smmu::sw::iommu_api {

/// A group of one page request: SMMUv3 stalls know no larger ones.
struct Fault {
    enum class State : uint8_t { Free, Pending, Delivered };
    State state = State::Free;
    Device* device = nullptr;
    Hwpt* hwpt = nullptr;
    uint32_t pasid = 0;  ///< that is attached by itself; 0: the stream's HWPT took it
    arch::StreamId stream{0};
    uint16_t stag = 0;
    uint32_t order = 0;  ///< of arrival
    uint32_t cookie = 0;
    PageFault record{};
};

struct FaultQueue : Object {
    bool open = false;  ///< its file: while closed, nobody can answer
    Fault faults[most_faults]{};
    uint32_t arrivals = 0;

    Fault* oldest_pending();
    Fault* delivered(uint32_t cookie);
    uint32_t free_cookie() const;  ///< the lowest, from 1
};

/// What user space is told of a stalled access.
PageFault page_fault(const StalledAccess& access, uint32_t dev_id);

/// Ends a stall.  Nothing waits for it: the access goes on, or fails, some time after.
void resume(Instance& instance, arch::StreamId stream, uint16_t stag, commands::Resumption how);

/// Where a fault comes from: a device, through a HWPT with a queue, perhaps as one of its PASIDs.
struct FaultSource {
    Device* device = nullptr;
    Hwpt* hwpt = nullptr;
    uint32_t pasid = 0;
};
/// Gives a stalled event to the queue of the HWPT.  False when it is closed or full.
bool put(const FaultSource& source, const arch::Event& event);
/// Answers one fault and forgets it.
void answer(Fault& fault, commands::Resumption how);
/// Aborts what waits: everything in a queue, or what came from a source, if its HWPT has a queue.
void abort_all(FaultQueue& queue);
void abort_all(const FaultSource& source);

}  // namespace smmu::sw::iommu_api
