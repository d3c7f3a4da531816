// The memory of whoever makes a call: where the addresses in its structs lead.
#pragma once
#include <stdint.h>

namespace smmu::sw::iommu_api {

/// Bytes that lie side by side in physical memory.  None: the address leads nowhere.
struct PhysicalRun {
    uint64_t pa = 0;
    uint64_t size = 0;
};

class Caller {
public:
    /// False, and nothing is copied, when some of it cannot be reached.
    virtual bool read(uint64_t address, void* to, uint64_t size) = 0;
    virtual bool write(uint64_t address, const void* from, uint64_t size) = 0;

    /// What lies at `address`, as much of it as is in one piece, at most `size`.
    virtual PhysicalRun resolve(uint64_t address, uint64_t size, bool for_write) = 0;

protected:
    ~Caller() = default;
};

/// A caller whose addresses are physical, as firmware's are: all its memory is one region.
class FlatCaller final : public Caller {
public:
    constexpr FlatCaller(uint64_t base, uint64_t size) : base_(base), size_(size) {}

    bool read(uint64_t address, void* to, uint64_t size) override;
    bool write(uint64_t address, const void* from, uint64_t size) override;
    PhysicalRun resolve(uint64_t address, uint64_t size, bool for_write) override;

private:
    bool holds(uint64_t address, uint64_t size) const {
        return address >= base_ && address - base_ <= size_ && size <= size_ - (address - base_);
    }
    uint64_t base_;
    uint64_t size_;
};

}  // namespace smmu::sw::iommu_api
