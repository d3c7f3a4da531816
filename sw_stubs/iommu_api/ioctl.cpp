// The calls by number and address: sizes of structs, and what a caller of another age gets.
#include "sw_stubs/iommu_api/context.h"

namespace smmu::sw::iommu_api {
namespace {

/// Is what follows the struct that this side knows all zero?
Errno check_tail(Caller& caller, uint64_t address, uint32_t known, uint32_t size) {
    for (uint32_t i = known; i < size; ++i) {
        uint8_t byte = 0;
        if (!caller.read(address + i, &byte, 1)) return Errno::Fault;
        if (byte != 0) return Errno::TooBig;
    }
    return Errno::None;
}

/// `first`: the size of the first version; a shorter struct is wrong.  What the call wrote goes
/// back, as much of it as the caller's struct holds, also after an error (counts tell how far it
/// came).  That it can is found out before the call does anything.
template <class Command, class Run>
Errno with_struct(Caller& caller, uint64_t address, uint32_t first, Run run) {
    Command command{};
    uint32_t size = 0;
    if (!caller.read(address, &size, sizeof(size))) return Errno::Fault;
    if (size < first) return Errno::Inval;
    const uint32_t known = size < sizeof(command) ? size : sizeof(command);
    if (!caller.read(address, &command, known)) return Errno::Fault;
    if (const Errno e = check_tail(caller, address, known, size); e != Errno::None) return e;
    if (!caller.write(address, &command, known)) return Errno::Fault;
    const Errno e = run(command);
    return caller.write(address, &command, known) ? e : Errno::Fault;
}

}  // namespace

int ioctl(Context& context, uint32_t number, uint64_t address) {
    const auto call = [&](auto like, uint32_t first, auto function) {
        using Command = decltype(like);
        return result(with_struct<Command>(*context.caller, address, first,
                                           [&](Command& c) { return function(context, c); }));
    };
    switch (number) {
        case ioctl_number(Call::Destroy): return call(Destroy{}, 8, destroy);
        case ioctl_number(Call::IoasAlloc): return call(IoasAlloc{}, 12, ioas_alloc);
        case ioctl_number(Call::IoasAllowIovas):
            return call(IoasAllowIovas{}, 24, ioas_allow_iovas);
        case ioctl_number(Call::IoasIovaRanges):
            return call(IoasIovaRanges{}, 32, ioas_iova_ranges);
        case ioctl_number(Call::IoasMap): return call(IoasMap{}, 40, ioas_map);
        case ioctl_number(Call::IoasUnmap): return call(IoasUnmap{}, 24, ioas_unmap);
        case ioctl_number(Call::HwptAlloc): return call(HwptAlloc{}, 24, hwpt_alloc);
        case ioctl_number(Call::GetHwInfo): return call(GetHwInfo{}, 32, get_hw_info);
        case ioctl_number(Call::HwptInvalidate): return call(HwptInvalidate{}, 32, hwpt_invalidate);
        case ioctl_number(Call::FaultQueueAlloc):
            return call(FaultQueueAlloc{}, 16, fault_queue_alloc);
        case ioctl_number(Call::ViommuAlloc): return call(ViommuAlloc{}, 24, viommu_alloc);
        case ioctl_number(Call::VdeviceAlloc): return call(VdeviceAlloc{}, 24, vdevice_alloc);
        case ioctl_number(Call::VeventqAlloc): return call(VeventqAlloc{}, 32, veventq_alloc);
        default: return result(Errno::NoTty);
    }
}

}  // namespace smmu::sw::iommu_api
