// The addresses that the guest's devices use: one stage 1 for the SMMU, in the guest's own memory.
#pragma once
#include <stdint.h>

#include "sw_stubs/driver/page_table.h"
#include "sw_stubs/driver/stage1.h"
#include "sw_stubs/vmm/hypercall.h"

namespace smmu::sw::guest {

class DeviceSpace {
public:
    /// Builds tables and context descriptor, and maps the buffers (jobs.h).  `size_code`: how large an IPA may be, as
    /// CD.IPS wants it.  False when there is no room.
    bool create(uint8_t size_code, Coherency coherency);

    /// Asks the host to put it behind a stream.
    vmm::Answer attach(arch::StreamId stream) const;

    /// Unmaps, and asks the host to make the SMMU forget it.
    vmm::Answer unmap(AddressRange range);

private:
    bool map_page(uint64_t iova, uint64_t page, MemoryUse use);

    Arena arena_{};
    PageTable table_{};
    Region cd_{};
};

}  // namespace smmu::sw::guest
