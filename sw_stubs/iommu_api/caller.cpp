// A caller whose addresses are physical.
#include "sw_stubs/iommu_api/caller.h"

namespace smmu::sw::iommu_api {
namespace {

void copy(uint8_t* to, const uint8_t* from, uint64_t size) {
    for (uint64_t i = 0; i < size; ++i) to[i] = from[i];
}

}  // namespace

bool FlatCaller::read(uint64_t address, void* to, uint64_t size) {
    if (!holds(address, size)) return false;
    copy(static_cast<uint8_t*>(to), reinterpret_cast<const uint8_t*>(address), size);
    return true;
}

bool FlatCaller::write(uint64_t address, const void* from, uint64_t size) {
    if (!holds(address, size)) return false;
    copy(reinterpret_cast<uint8_t*>(address), static_cast<const uint8_t*>(from), size);
    return true;
}

PhysicalRun FlatCaller::resolve(uint64_t address, uint64_t size, bool) {
    if (address < base_ || address - base_ >= size_) return {};
    const uint64_t left = size_ - (address - base_);
    return {address, size < left ? size : left};
}

}  // namespace smmu::sw::iommu_api
