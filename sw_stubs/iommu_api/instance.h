// One SMMU as the API needs it: the port through which its driver is plugged in.  SmmuInstance
// (smmu_instance.h) is the port for the driver of this project.
#pragma once
#include <stdint.h>

#include "smmuv3/arch/cd.h"
#include "smmuv3/arch/cmd.h"
#include "smmuv3/arch/ste.h"
#include "smmuv3/arch/types.h"
#include "sw_stubs/driver/atc.h"
#include "sw_stubs/driver/cd_table.h"
#include "sw_stubs/driver/command_batch.h"
#include "sw_stubs/driver/hw_info.h"
#include "sw_stubs/driver/vm.h"
#include "sw_stubs/iommu_api/error.h"
#include "sw_stubs/iommu_api/limits.h"

namespace smmu::sw::iommu_api {

/// What is known of an SMMU: registers as they read, features as firmware tables and errata correct
/// them.
struct InstanceFacts {
    Features features{};
    IdRegisters registers{};
};

/// The StreamIDs of one device; the first is the one that stands for it.
struct Streams {
    arch::StreamId id[most_streams]{};
    unsigned count = 0;
};

/// A translation table of an Instance, and the tag (VMID or ASID) of what the SMMU caches of it.
struct DomainId {
    uint16_t value = 0;
};
struct DomainRequest {
    Stage stage = Stage::One;
    Stage2Types types = Stage2Types::Combine;  ///< stage 2 only
    bool dirty_tracking = false;               ///< stage 1 only
};
struct Domain {
    Stage stage = Stage::One;
    uint64_t aperture_last = 0;  ///< the highest address that it translates
    Stage1Config stage1{};       ///< of the stage that it is
    Stage2Config stage2{};
};

/// A device whose ATC may hold translations of a domain.
struct AtcTarget {
    ats::Requester who{};
    bool all = false;  ///< not only the range: its translations began with a guest's address
};

/// What has to be forgotten after a domain changed.
struct Invalidation {
    DomainId domain{};
    AddressRange range{};      ///< size 0: everything
    bool nest_parent = false;  ///< a guest's stage 1 may stand on it
    const AtcTarget* targets = nullptr;
    unsigned target_count = 0;
};

/// A list may be followed by CMD_SYNC, and waited for.
enum class Wait : uint8_t { No, Yes };

class Instance {
public:
    virtual InstanceFacts facts() const = 0;

    /// An empty table.  Errors: NoMem, NoSpc (no VMID or ASID left), OpNotSupp.
    virtual Errno create_domain(const DomainRequest& request, DomainId& id) = 0;
    /// Nothing is mapped in it any more, and no stream uses it.
    virtual void destroy_domain(DomainId id) = 0;
    virtual Domain domain(DomainId id) const = 0;

    /// All or nothing.  Errors: Exist, Range, Inval, NoMem; unmap: NoEnt, Inval.
    virtual Errno map(DomainId id, AddressRange range, uint64_t pa, const Mapping& mapping) = 0;
    /// The tables alone; invalidate() has to follow.
    virtual Errno unmap(DomainId id, AddressRange range) = 0;
    /// On return nothing old is in use.  Error: TimedOut.
    virtual Errno invalidate(const Invalidation& what) = 0;

    /// A device's streams belong to one context, of all that use this SMMU.  Error: Busy.
    virtual Errno claim(const Streams& streams) = 0;
    virtual void release(const Streams& streams) = 0;

    /// What the SMMU sees for a stream; on return it has seen it.  Errors: Range (no such stream),
    /// NoMem, TimedOut.
    virtual Errno install(arch::StreamId stream, const arch::Ste& ste) = 0;

    /// The CDs of a device, 2^`pasid_bits` of them.  An empty place: there is no room.
    virtual CdTablePlace cd_table(const Streams& streams, uint8_t pasid_bits) = 0;
    /// Context descriptor `substream` of a device that has such a table.  Errors: NoMem, TimedOut,
    /// OpNotSupp.
    virtual Errno write_cd(const Streams& streams, arch::SubstreamId substream,
                           const arch::Cd& cd) = 0;

    /// Up to 63 commands.  Error: TimedOut.
    virtual Errno send(const arch::Command* commands, unsigned count, Wait wait) = 0;

protected:
    ~Instance() = default;
};

/// A list is one batch on the Command queue with CMD_SYNC behind it.
constexpr unsigned most_commands = CommandBatch::most;

/// The PCI side of a device: its ATS capability, and PRI if it has that.
class PciFunction {
public:
    /// `stu`: log2 of the smallest translation unit in bytes.
    virtual void enable_ats(unsigned stu) = 0;
    virtual void disable_ats() = 0;

    /// `most`: credits, how many may be outstanding.
    virtual void enable_page_requests(unsigned /*most*/) {}
    virtual void disable_page_requests() {}

protected:
    ~PciFunction() = default;
};

}  // namespace smmu::sw::iommu_api
