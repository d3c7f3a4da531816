// One open instance of the API: its objects, and the calls on them.
//
//     Context context{caller, {}};
//     bind(context, setup, dev_id);                                     the platform gives a device
//     ioas_alloc, ioas_map                                              what the guest's memory is
//     hwpt_alloc(dev, ioas, NEST_PARENT); viommu_alloc; vdevice_alloc   its stage 2, its SMMU
//     hwpt_alloc(dev, viommu, STE); attach(context, dev_id, hwpt_id)    the guest's stage 1
//
// Nothing here locks: one call at a time.  Calls take the structs of uapi.h; ioctl() takes them by
// address, as a file would.
#pragma once
#include "sw_stubs/iommu_api/caller.h"
#include "sw_stubs/iommu_api/fault_queue.h"
#include "sw_stubs/iommu_api/hwpt.h"
#include "sw_stubs/iommu_api/uapi.h"
#include "sw_stubs/iommu_api/viommu.h"

namespace smmu::sw::iommu_api {

struct Policy {
    Form form = Form::Merged;
    bool arm_nesting = true;         ///< hardware information and nested HWPTs are built in
    bool stall_faults = true;        ///< fault queues are built in
    bool unsafe_interrupts = false;  ///< devices without isolated MSIs may be bound
    /// Nest parents made now are not written for S2FWB: for showing what happens without.  The gate
    /// stays as it is.
    bool test_without_fwb = false;
};

/// An open file of a queue.
struct File {
    Veventq* events = nullptr;
    FaultQueue* faults = nullptr;
    bool used() const { return events != nullptr || faults != nullptr; }
};

/// A doorbell that devices reach through the software MSI window.
struct MsiPage {
    bool used = false;
    uint64_t window = 0;
    uint64_t doorbell = 0;  ///< physical, a page
    uint32_t offset = 0;    ///< in pages, inside the window
};

struct Context {
    constexpr explicit Context(Caller& memory, const Policy& p = {}) : caller(&memory), policy(p) {}

    Caller* caller;
    Policy policy;
    Ids ids{};
    Pool<Device, most_devices> devices{};
    Pool<Ioas, most_ioas> ioases{};
    Pool<Hwpt, most_hwpts> hwpts{};
    Pool<Viommu, most_viommus> viommus{};
    Pool<Vdevice, most_vdevices> vdevices{};
    Pool<Veventq, most_veventqs> veventqs{};
    Pool<FaultQueue, most_fault_queues> fault_queues{};
    File files[most_files]{};
    MsiPage msi_pages[most_msi_pages]{};
};

/// Takes an id and a place in a pool; null when there is none of one of them.
template <class T, unsigned N>
T* make(Context& context, Pool<T, N>& pool) {
    if (pool.full()) return nullptr;
    const uint32_t id = context.ids.take();
    return id == 0 ? nullptr : pool.take(id);
}
template <class T, unsigned N>
void unmake(Context& context, Pool<T, N>& pool, T& item) {
    context.ids.release(item.id);
    pool.give(item);
}

// --- Calls of the user --------------------------------------------------------------------------

Errno destroy(Context& context, const Destroy& command);
Errno ioas_alloc(Context& context, IoasAlloc& command);
Errno ioas_allow_iovas(Context& context, const IoasAllowIovas& command);
Errno ioas_iova_ranges(Context& context, IoasIovaRanges& command);
Errno ioas_map(Context& context, IoasMap& command);
Errno ioas_unmap(Context& context, IoasUnmap& command);
Errno hwpt_alloc(Context& context, HwptAlloc& command);
Errno get_hw_info(Context& context, GetHwInfo& command);
Errno hwpt_invalidate(Context& context, HwptInvalidate& command);
Errno fault_queue_alloc(Context& context, FaultQueueAlloc& command);
Errno viommu_alloc(Context& context, ViommuAlloc& command);
Errno vdevice_alloc(Context& context, VdeviceAlloc& command);
Errno veventq_alloc(Context& context, VeventqAlloc& command);

/// The call with number `number` on the struct at `address`: 0, or an Errno negated.
int ioctl(Context& context, uint32_t number, uint64_t address);

/// Files of queues: bytes moved, or an Errno negated.  `position` must be 0.
int64_t read_file(Context& context, uint32_t fd, uint64_t buffer, uint64_t size,
                  uint64_t position = 0);
int64_t write_file(Context& context, uint32_t fd, uint64_t buffer, uint64_t size,
                   uint64_t position = 0);
struct Ready {
    bool readable = false;
    bool writable = false;
};
Ready poll_file(Context& context, uint32_t fd);
Errno close_file(Context& context, uint32_t fd);

/// Ends everything: devices are unbound, all objects and files go.
void close(Context& context);

// --- Calls of the platform ----------------------------------------------------------------------

/// Gives a device to this context; it aborts until it is attached.  Errors: Inval, Perm, Range,
/// NoMem, Busy (bound already), TimedOut.
Errno bind(Context& context, const DeviceSetup& setup, uint32_t& dev_id);
/// Takes it back, detached.  The id of its vDEVICE is never used again.
Errno unbind(Context& context, uint32_t dev_id);

/// `pt_id`: a HWPT, or an IOAS, which is then followed by a HWPT made for it; out: the HWPT.
/// TimedOut: done, but the SMMU does not answer.
Errno attach(Context& context, uint32_t dev_id, uint32_t& pt_id);
Errno replace(Context& context, uint32_t dev_id, uint32_t& pt_id);
Errno detach(Context& context, uint32_t dev_id);

/// The same for one PASID (not 0) of a device.
Errno attach_pasid(Context& context, uint32_t dev_id, uint32_t pasid, uint32_t pt_id);
Errno replace_pasid(Context& context, uint32_t dev_id, uint32_t pasid, uint32_t pt_id);
Errno detach_pasid(Context& context, uint32_t dev_id, uint32_t pasid);

/// Where a device has to write to reach the doorbell at `address`: in `iova`.  Without a window
/// that is the same.  Errors: NoEnt, Overflow, and those of mapping.
Errno map_doorbell(Context& context, uint32_t dev_id, uint64_t address, uint64_t& iova);

/// An event of an SMMU.  OpNotSupp: nobody here takes it, the host has to look at it itself, and to
/// abort it if it was a stall.  NoMem: it was lost, and the reader will know.
Errno report_event(Context& context, const Instance& instance, const arch::Event& event);

/// A page request of a device, from the PRI queue.  OpNotSupp: nobody here takes it, the host has to
/// answer it itself.
Errno report_page_request(Context& context, const Instance& instance,
                          const arch::PageRequest& request);
/// The PRI queue has overflown, and was emptied since.
void page_requests_lost(Context& context, const Instance& instance);

/// The sink of driver/events.h for the devices of one context: what it does not take is the host's.
/// A Host has log(Event) and lost().
template <class Host>
struct EventSink {
    Context& context;
    const Instance& instance;
    Host& host;
    bool take(const arch::Event& e) { return report_event(context, instance, e) == Errno::None; }
    void log(const arch::Event& e) { host.log(e); }
    void lost() { host.lost(); }
};

/// The same for driver/page_requests.h.
template <class Host>
struct PageRequestSink {
    Context& context;
    const Instance& instance;
    Host& host;
    bool take(const arch::PageRequest& r) {
        return report_page_request(context, instance, r) == Errno::None;
    }
    void log(const arch::PageRequest& r) { host.log(r); }
    void lost() {
        page_requests_lost(context, instance);
        host.lost();
    }
};

// --- Used among the files of this folder --------------------------------------------------------

/// Is there an object of any kind with this id?
bool exists(Context& context, uint32_t id);
/// Follows `ioas` with a new HWPT for the device.
Errno make_paging(Context& context, Device& device, Ioas& ioas, uint32_t flags, Hwpt*& made);
void destroy_hwpt(Context& context, Hwpt& hwpt);
/// Maps doorbell pages (bit n: page n of the context) that a paging HWPT does not have yet.
Errno map_doorbells(Context& context, Hwpt& paging, uint64_t pages);
/// A free place for a file; null: none.  `fd` is its number, from 1.
File* new_file(Context& context, uint32_t& fd);

}  // namespace smmu::sw::iommu_api
