// Zeroed memory of the host that costs nothing until it is touched: what a model's RAM is made of.
#pragma once
#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace smmu {

class HostMemory {
public:
    /// Reserves `size` bytes, all zero; throws std::bad_alloc where the host refuses.  Size 0 holds
    /// nothing.
    explicit HostMemory(uint64_t size) : size_(size) {
        if (size == 0) return;
        void* const pages = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (pages == MAP_FAILED) throw std::bad_alloc();
        bytes_ = static_cast<uint8_t*>(pages);
    }
    ~HostMemory() {
        if (bytes_) munmap(bytes_, size_);
    }
    HostMemory(const HostMemory&) = delete;
    HostMemory& operator=(const HostMemory&) = delete;

    uint8_t* data() { return bytes_; }
    const uint8_t* data() const { return bytes_; }
    uint64_t size() const { return size_; }

private:
    uint64_t size_;
    uint8_t* bytes_ = nullptr;
};

}  // namespace smmu
