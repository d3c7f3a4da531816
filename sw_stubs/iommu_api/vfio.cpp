// A type 1 container on an IOAS.
#include "sw_stubs/iommu_api/vfio.h"

namespace smmu::sw::iommu_api {

Errno VfioContainer::set_iommu(unsigned type) {
    if (type != vfio_type1 && type != vfio_type1_v2 && type != vfio_type1_nesting)
        return Errno::Inval;
    if (ioas_id_ != 0) return Errno::Inval;
    IoasAlloc command{sizeof(IoasAlloc), 0, 0};
    if (const Errno e = ioas_alloc(*context_, command); e != Errno::None) return e;
    ioas_id_ = command.out_ioas_id;
    cuts_ = type == vfio_type1;
    context_->ioases.find(ioas_id_)->small_pages = cuts_;
    return Errno::None;
}

Errno VfioContainer::map(uint64_t iova, uint64_t user_va, uint64_t length, bool write) {
    const uint32_t flags = map_fixed_iova | map_readable | (write ? map_writeable : 0);
    IoasMap command{sizeof(IoasMap), flags, ioas_id_, 0, user_va, length, iova};
    return ioas_map(*context_, command);
}

Errno VfioContainer::unmap(uint64_t iova, uint64_t& length) {
    Ioas* const ioas = context_->ioases.find(ioas_id_);
    if (ioas == nullptr) return Errno::NoEnt;
    if (cuts_ && length != 0 && iova + (length - 1) >= iova) {
        if (iova != 0)
            if (const Errno e = cut(*ioas, iova - 1); e != Errno::None) return e;
        if (const Errno e = cut(*ioas, iova + (length - 1)); e != Errno::None) return e;
    }
    IoasUnmap command{sizeof(IoasUnmap), ioas_id_, iova, length};
    const Errno e = ioas_unmap(*context_, command);
    length = e == Errno::None || e == Errno::TimedOut ? command.length : 0;
    return e;
}

}  // namespace smmu::sw::iommu_api
