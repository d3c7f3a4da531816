// Faults that wait for an answer: accesses of a device that the SMMU holds until somebody says
// whether to try again, and pages that a device with ATS asks for.  Arm IHI 0070 G.b, 3.12.2, 4.5.2,
// 4.7.1, 8.
#pragma once
#include "smmuv3/arch/ats.h"
#include "smmuv3/arch/event.h"
#include "sw_stubs/driver/events.h"
#include "sw_stubs/iommu_api/device.h"
#include "sw_stubs/iommu_api/hwpt.h"
#include "sw_stubs/iommu_api/uapi_data.h"

namespace smmu::sw::iommu_api {

/// One record.  A stall is a group of its own; page requests are read and answered as the groups
/// that the device makes of them.
struct Fault {
    enum class State : uint8_t {
        Free,
        Partial,  ///< a page request whose group has not had its last
        Pending,
        Delivered
    };
    State state = State::Free;
    Device* device = nullptr;
    Hwpt* hwpt = nullptr;
    uint32_t pasid = 0;  ///< that is attached by itself; 0: the stream's HWPT took it
    arch::StreamId stream{0};
    uint32_t order = 0;  ///< of arrival
    uint32_t group = 0;  ///< `order` of the record that made it whole
    PageFault record{};

    bool is_page_request() const { return (record.flags & fault_page_request) != 0; }
    /// No: a Stop Marker.
    bool wants_answer() const {
        constexpr uint32_t marker = fault_page_request | fault_last_page | fault_pasid_valid;
        return record.flags != marker || record.perm != 0;
    }
};

struct FaultQueue : Object {
    bool open = false;  ///< its file: while closed, nobody can answer
    Fault faults[most_faults]{};
    uint32_t arrivals = 0;

    Fault* free_place();
    /// Of all groups that are whole the oldest: its first record.
    Fault* oldest_pending();
    /// The record of the same group and state that came after `fault`.
    Fault* next_of_group(const Fault& fault);
    unsigned group_size(const Fault& first);
    Fault* delivered(uint32_t cookie);
    uint32_t free_cookie() const;  ///< the lowest, from 1
};

/// What user space is told of a stalled access, and of a page request.
PageFault page_fault(const StalledAccess& access, uint32_t dev_id);
PageFault page_fault(const arch::PageRequest& request, uint32_t dev_id);

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
/// The same for a page request: false when the queue is closed.  What finds no room is lost, and its
/// group answered as the SMMU's own queue would (8.1): the device may ask again.
bool put(const FaultSource& source, const arch::PageRequest& request);
/// Forgets page requests of an SMMU whose group is not whole: the rest was lost on the way.
void drop_partial(FaultQueue& queue, const Instance& instance);

enum class Answer : uint8_t { Success, Invalid };
/// Answers one fault with all of its group, and forgets them.
void answer(FaultQueue& queue, Fault& fault, Answer how);
/// Ends what waits: everything in a queue, or what came from a source, if its HWPT has a queue.
void abort_all(FaultQueue& queue);
void abort_all(const FaultSource& source);

}  // namespace smmu::sw::iommu_api
