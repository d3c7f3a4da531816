// HVC #0, and the guest's console behind it.
#include "sw_stubs/guest/host.h"

#include "sw_stubs/port/aarch64/print.h"

namespace smmu::sw::guest {
namespace {

struct Registers {
    uint64_t x[5];
};

Registers call_host(uint64_t call, uint64_t a = 0, uint64_t b = 0, uint64_t c = 0) {
    register uint64_t x0 asm("x0") = call;
    register uint64_t x1 asm("x1") = a;
    register uint64_t x2 asm("x2") = b;
    register uint64_t x3 asm("x3") = c;
    register uint64_t x4 asm("x4") = 0;
    asm volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4) : : "memory");
    return {{x0, x1, x2, x3, x4}};
}
Registers call_host(vmm::Hypercall call, uint64_t a, uint64_t b) {
    return call_host(static_cast<uint64_t>(call), a, b);
}

}  // namespace

Order next_job(JobResult last) {
    const Registers r = call_host(vmm::Hypercall::NextJob, last.first, last.second);
    return {static_cast<Job>(r.x[0]), {r.x[1], r.x[2], r.x[3], r.x[4]}};
}

vmm::Answer call_host_with(uint64_t call, uint64_t a, uint64_t b) {
    return static_cast<vmm::Answer>(call_host(call, a, b).x[0]);
}

}  // namespace smmu::sw::guest

namespace smmu::sw::aarch64 {

void write_text(const char* text, size_t length) {
    while (length != 0) {
        const size_t piece = length < vmm::longest_text ? length : vmm::longest_text;
        guest::call_host(vmm::Hypercall::Print, reinterpret_cast<uint64_t>(text), piece);
        text += piece;
        length -= piece;
    }
}

}  // namespace smmu::sw::aarch64
