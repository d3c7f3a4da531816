// The configuration space of a PCI function, as far as the host of a demonstration switches it: ATS and
// page requests.  PCI Express Base 5.0, 10.5.
#pragma once
#include <stdint.h>

#include "sw_stubs/iommu_api/instance.h"

namespace smmu::sw::demo {

/// What the function does not have stays off.
class PciDevice final : public iommu_api::PciFunction {
public:
    constexpr PciDevice() = default;
    /// `config`: physical address of its 4 KiB of configuration space.
    explicit PciDevice(uint64_t config);

    void enable_ats(unsigned stu) override;
    void disable_ats() override;
    void enable_page_requests(unsigned most) override;
    /// Also gives up what has not been answered.
    void disable_page_requests() override;

    bool ats_enabled() const;
    bool page_requests_enabled() const;

private:
    uint64_t find(uint16_t id) const;

    uint64_t config_ = 0;
    uint64_t ats_ = 0, pri_ = 0;  ///< addresses of the capabilities; 0: none
};

}  // namespace smmu::sw::demo
