// The guest: does what its host asks, one job after the other.
#include "sw_stubs/guest/device_space.h"
#include "sw_stubs/guest/host.h"
#include "sw_stubs/guest/mmu.h"
#include "sw_stubs/guest/work.h"
#include "sw_stubs/port/aarch64/mmio.h"

namespace smmu::sw::guest {
namespace {

DeviceSpace device_space;

JobResult result(vmm::Answer answer) { return {static_cast<uint64_t>(answer), 0}; }

JobResult run(const Order& order) {
    const uint64_t(&a)[4] = order.argument;
    switch (order.job) {
        case Job::SetUp:
            return {device_space.create(static_cast<uint8_t>(a[0]), static_cast<Coherency>(a[1])),
                    0};
        case Job::Attach: return result(device_space.attach({static_cast<uint32_t>(a[0])}));
        case Job::CopyPages: return copy_pages(a[0]);
        case Job::CopyWord: return copy_word(a[0]);
        case Job::UnmapWord: return result(device_space.unmap({word_iova, arch::page_bytes}));
        case Job::ReadDirtyLine:
            return read_dirty_line(a[0], {static_cast<Snoop>(a[1]), a[2], a[3]});
        case Job::Touch: return {aarch64::load32(a[0]), 0};
    }
    return {};
}

}  // namespace

extern "C" [[noreturn]] void start_guest() {
    enable_mmu();
    for (JobResult last{};;) last = run(next_job(last));
}

}  // namespace smmu::sw::guest
