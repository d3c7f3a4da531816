// Moving a device from one HWPT to another: prepare, install, commit.  The order keeps the ATC of
// the device and the invalidations of both tables right at every moment.
#pragma once
#include "sw_stubs/iommu_api/context.h"

namespace smmu::sw::iommu_api {

struct Move {
    Context& context;
    Device& device;
    Hwpt* from = nullptr;  ///< null: it aborts
    Hwpt* to = nullptr;
    bool ats = false;  ///< found by prepare(); the STE and the PCI function then follow it
    bool pri = false;  ///< the same: page requests have somebody who answers them
    Vmaster vmaster{};
};

/// Everything that can be refused.  When it returns None the other two must follow; else nothing
/// has changed.  Errors: NoMem, NoEnt (no vDEVICE), OpNotSupp (fault queue), Inval (coherency).
Errno prepare(Move& move);
/// The STE of all streams.  Error: TimedOut.
Errno install(Move& move);
/// ATC and PCI function, and the old table forgets the device.  Error: TimedOut.
Errno commit(Move& move);

/// The device forgets all that it translated by itself; for one PASID, or (0) for none.
Errno invalidate_atc(const Device& device, uint32_t pasid);

/// The device's context descriptors.  An empty place: there are none, and no room for any.
CdTablePlace cds_of(const Device& device);

/// The STE that a device has on a HWPT (null: none), with its ATS decided.
arch::Ste ste_on(const Device& device, Hwpt* hwpt, bool ats);

}  // namespace smmu::sw::iommu_api
