// The port of the API on the driver of this project: an SMMU that is up (driver/smmu.h).
//
// The tables of domains that ended are kept, empty, for the next domain of the same kind: the
// arena takes nothing back.
#pragma once
#include "sw_stubs/driver/smmu.h"
#include "sw_stubs/driver/tag_allocator.h"
#include "sw_stubs/iommu_api/instance.h"

namespace smmu::sw::iommu_api {

struct SmmuInstanceSetup {
    Smmu* smmu = nullptr;
    Arena* arena = nullptr;
    /// Tags that are the API's: others may have some of the same SMMU.  VMID 0 is nobody's.
    uint16_t first_vmid = 1;
    uint16_t vmid_count = 255;
    uint16_t first_asid = 1;
    uint16_t asid_count = 255;
    /// As if IDR3.FWB were 0: for showing what is refused then.
    bool without_fwb = false;
};

class SmmuInstance final : public Instance {
public:
    /// Before anything else.  The SMMU is prepared; reading its registers is all that it notices.
    /// False when the arena has no room.
    bool start(const SmmuInstanceSetup& setup);

    InstanceFacts facts() const override { return facts_; }
    Errno create_domain(const DomainRequest& request, DomainId& id) override;
    void destroy_domain(DomainId id) override;
    Domain domain(DomainId id) const override;
    Errno map(DomainId id, AddressRange range, uint64_t pa, const Mapping& mapping) override;
    Errno unmap(DomainId id, AddressRange range) override;
    Errno invalidate(const Invalidation& what) override;
    Errno claim(const Streams& streams) override;
    void release(const Streams& streams) override;
    Errno install(arch::StreamId stream, const arch::Ste& ste) override;
    Errno write_cd(const Streams& streams, arch::SubstreamId substream,
                   const arch::Cd& cd) override;
    CdTablePlace cd_table(const Streams& streams, uint8_t pasid_bits) override;
    Errno send(const arch::Command* commands, unsigned count, Wait wait) override;

private:
    struct Table {
        bool made = false;
        bool used = false;
        uint16_t tag = 0;  ///< VMID of a stage 2, ASID of a stage 1
        PageTable table{};
    };
    struct DeviceCds {
        arch::StreamId stream{0};  ///< the device's first
        CdTable table{};
        bool used() const { return table.place().pa != 0; }
    };
    TagAllocator& tags(Stage stage) { return stage == Stage::Two ? vmids_ : asids_; }
    Table* find_table(const PageTable::Format& format);

    static constexpr unsigned most_tables = 32;
    static constexpr unsigned most_claimed = most_devices * most_streams;

    SmmuInstanceSetup setup_{};
    InstanceFacts facts_{};
    TagAllocator vmids_{};
    TagAllocator asids_{};
    Table tables_[most_tables]{};
    DeviceCds cds_[most_devices]{};
    arch::StreamId claimed_[most_claimed]{};
    unsigned claimed_count_ = 0;
};

}  // namespace smmu::sw::iommu_api
