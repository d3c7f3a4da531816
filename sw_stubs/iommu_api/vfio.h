// The older interface to the same thing: a VFIO type 1 container, whose address space is one IOAS.
#pragma once
#include "sw_stubs/iommu_api/context.h"

namespace smmu::sw::iommu_api {

/// Types of a container, which are also the numbers of extensions.
constexpr unsigned vfio_type1 = 1, vfio_type1_v2 = 3;
/// Once chose stage 2.  The number stays reserved: a container still takes it, as type 1 v2, but it
/// is no extension any more and says nothing about the stage.
constexpr unsigned vfio_type1_nesting = 6;

/// VFIO_CHECK_EXTENSION, whoever answers it: 1 for what there is, 0 for all else.
constexpr unsigned vfio_check_extension(unsigned extension) {
    return extension == vfio_type1 || extension == vfio_type1_v2 ? 1 : 0;
}

class VfioContainer {
public:
    explicit VfioContainer(Context& context) : context_(&context) {}

    /// Chooses the type, once.  Errors: Inval, NoMem.
    Errno set_iommu(unsigned type);
    uint32_t ioas_id() const { return ioas_id_; }

    Errno map(uint64_t iova, uint64_t user_va, uint64_t length, bool write);
    /// `length`, out: bytes unmapped.  Type 1 cuts mappings; v2 refuses to (NoEnt).
    Errno unmap(uint64_t iova, uint64_t& length);

private:
    Context* context_;
    uint32_t ioas_id_ = 0;  ///< 0: no type chosen
    bool cuts_ = false;
};

}  // namespace smmu::sw::iommu_api
