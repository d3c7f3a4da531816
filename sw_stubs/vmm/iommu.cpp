// Devices of a VM and what they stand on.
#include "sw_stubs/vmm/iommu.h"

#include "sw_stubs/iommu_api/capability.h"
#include "sw_stubs/iommu_api/move.h"

namespace smmu::sw::vmm {

using namespace arch;
using namespace iommu_api;

namespace {

/// Where a struct lies, as the calls want it.
template <class T>
uint64_t address_of(const T& object) {
    return reinterpret_cast<uint64_t>(&object);
}

/// A call's struct with its size in it.
template <class Command>
Command sized() {
    Command c{};
    c.size = sizeof(Command);
    return c;
}

}  // namespace

Errno Iommu::create(Instance& smmu, const MemoryMap& memory) {
    smmu_ = &smmu;
    auto space = sized<IoasAlloc>();
    if (const Errno e = ioas_alloc(context_, space); e != Errno::None) return e;
    ioas_ = space.out_ioas_id;
    auto faults = sized<FaultQueueAlloc>();
    if (const Errno e = fault_queue_alloc(context_, faults); e != Errno::None) return e;
    faults_ = faults.out_fault_id;
    faults_fd_ = faults.out_fault_fd;

    for (const MemoryRegion& region : memory) {
        if (region.kind != MemoryKind::Ram) continue;
        auto map = sized<IoasMap>();
        map.flags = map_fixed_iova | map_writeable | map_readable;
        map.ioas_id = ioas_;
        map.user_va = region.pa;
        map.length = region.size;
        map.iova = region.ipa;
        if (const Errno e = ioas_map(context_, map); e != Errno::None) return e;
    }
    return Errno::None;
}

Errno Iommu::assign(const AssignedDevice& given) {
    if (device_count_ == most_devices) return Errno::NoMem;
    if (find(given.virtual_stream) != nullptr) return Errno::Exist;
    DeviceSetup setup;
    setup.instance = smmu_;
    setup.streams.id[0] = given.stream;
    setup.streams.count = 1;
    setup.canwbs = given.canwbs;
    setup.stall = given.stall;
    setup.rc_ats = given.rc_ats;
    setup.pci = given.pci;
    setup.pri = given.pri;
    Device device;
    device.is = given;
    if (const Errno e = bind(context_, setup, device.id); e != Errno::None) return e;
    Stage2* stage2 = nullptr;
    Errno e = stage2_for(device, Policy::Driver, stage2);
    if (e == Errno::None) e = stand_on(device, *stage2);
    if (e != Errno::None) {
        unbind(context_, device.id);
        return e;
    }
    devices_[device_count_++] = device;
    return Errno::None;
}

Iommu::Device* Iommu::find(uint64_t virtual_stream) {
    for (unsigned i = 0; i < device_count_; ++i)
        if (devices_[i].is.virtual_stream == virtual_stream) return &devices_[i];
    return nullptr;
}

bool Iommu::has(uint64_t virtual_stream) const {
    for (unsigned i = 0; i < device_count_; ++i)
        if (devices_[i].is.virtual_stream == virtual_stream) return true;
    return false;
}

/// One that is there and takes the device: a stage 2 that was made for a device that is always
/// coherent takes no others.
Errno Iommu::stage2_for(Device& device, Policy policy, Stage2*& found) {
    for (Stage2& s : stage2s_) {
        if (s.parent == 0) {
            found = &s;
            return make_stage2(device, policy, s);
        }
        const bool enforces = context_.hwpts.find(s.parent)->enforce_coherency;
        const bool fits = device.is.canwbs ? s.viommu != 0 : !enforces;
        if (s.policy == policy && fits) {
            found = &s;
            return Errno::None;
        }
    }
    return Errno::NoMem;
}

Errno Iommu::make_stage2(const Device& device, Policy policy, Stage2& made) {
    auto alloc = sized<HwptAlloc>();
    alloc.flags = hwpt_nest_parent;
    alloc.dev_id = device.id;
    alloc.pt_id = ioas_;
    context_.policy.test_without_fwb = policy == Policy::TestWithoutFwb;
    const Errno e = hwpt_alloc(context_, alloc);
    context_.policy.test_without_fwb = false;
    if (e != Errno::None) return e;

    auto guest = sized<ViommuAlloc>();
    guest.type = viommu_arm_smmuv3;
    guest.dev_id = device.id;
    guest.hwpt_id = alloc.out_hwpt_id;
    const Errno nests = viommu_alloc(context_, guest);
    if (nests != Errno::None && nests != Errno::OpNotSupp) return nests;
    auto events = sized<VeventqAlloc>();
    if (nests == Errno::None) {
        events.viommu_id = guest.out_viommu_id;
        events.type = veventq_arm_smmuv3;
        events.veventq_depth = most_events;
        if (const Errno q = veventq_alloc(context_, events); q != Errno::None) return q;
    }
    made = {policy, alloc.out_hwpt_id, guest.out_viommu_id, events.out_veventq_fd};
    return Errno::None;
}

/// The device's virtual StreamID belongs to the vIOMMU of that stage 2.
Errno Iommu::stand_on(Device& device, Stage2& stage2) {
    if (device.on == &stage2) return Errno::None;
    if (device.vdevice != 0) {
        const Errno e = destroy(context_, {sizeof(Destroy), device.vdevice});
        if (e != Errno::None) return e;
        device.vdevice = 0;
    }
    device.on = &stage2;
    if (stage2.viommu == 0) return Errno::None;
    auto alloc = sized<VdeviceAlloc>();
    alloc.viommu_id = stage2.viommu;
    alloc.dev_id = device.id;
    alloc.virt_id = device.is.virtual_stream;
    const Errno e = vdevice_alloc(context_, alloc);
    device.vdevice = alloc.out_vdevice_id;
    return e;
}

Errno Iommu::use(uint32_t virtual_stream, Policy policy) {
    Device* const device = find(virtual_stream);
    if (device == nullptr) return Errno::NoEnt;
    Stage2* stage2 = nullptr;
    if (const Errno e = stage2_for(*device, policy, stage2); e != Errno::None) return e;
    if (const Errno e = stand_on(*device, *stage2); e != Errno::None) return e;
    return install(*device, device->ste);
}

Errno Iommu::attach(uint64_t virtual_stream, const GuestSte& guest) {
    Device* const device = find(virtual_stream);
    return device == nullptr ? Errno::NoEnt : install(*device, guest);
}

bool Iommu::is_attached(uint64_t virtual_stream, const GuestSte& guest) {
    const Device* const d = find(virtual_stream);
    return d != nullptr && d->nested != 0 && d->ste.word[0] == guest.word[0] &&
           d->ste.word[1] == guest.word[1];
}

/// A nested HWPT in the place of the one before; that goes when nothing uses it any more.
Errno Iommu::install(Device& device, const GuestSte& guest) {
    if (device.on->viommu == 0) return Errno::OpNotSupp;
    HwptArmSmmuV3 data{{guest.word[0], guest.word[1]}};
    auto alloc = sized<HwptAlloc>();
    alloc.flags = hwpt_fault_id_valid;
    alloc.dev_id = device.id;
    alloc.pt_id = device.on->viommu;
    alloc.data_type = hwpt_data_arm_smmuv3;
    alloc.data_len = sizeof data;
    alloc.data_uptr = address_of(data);
    alloc.fault_id = faults_;
    if (const Errno e = hwpt_alloc(context_, alloc); e != Errno::None) return e;

    uint32_t id = alloc.out_hwpt_id;
    const bool first = device.nested == 0;
    const Errno e = first ? iommu_api::attach(context_, device.id, id)
                          : iommu_api::replace(context_, device.id, id);
    if (e != Errno::None && e != Errno::TimedOut) {
        destroy(context_, {sizeof(Destroy), alloc.out_hwpt_id});
        return e;
    }
    if (!first) destroy(context_, {sizeof(Destroy), device.nested});
    device.nested = alloc.out_hwpt_id;
    device.ste = guest;
    return e;
}

bool Iommu::has_ats() {
    for (unsigned i = 0; i < device_count_; ++i)
        if (capable(context_.devices.find(devices_[i].id)->setup, Capability::PciAts)) return true;
    return false;
}

bool Iommu::has_pri() {
    if (!smmu_->facts().features.pri) return false;
    for (unsigned i = 0; i < device_count_; ++i) {
        const DeviceSetup& setup = context_.devices.find(devices_[i].id)->setup;
        if (setup.pri && capable(setup, Capability::PciAts)) return true;
    }
    return false;
}

Ste Iommu::ste_of(uint32_t virtual_stream) {
    const Device* const d = find(virtual_stream);
    if (d == nullptr) return {};
    const iommu_api::Device& bound = *context_.devices.find(d->id);
    return ste_on(bound, bound.hwpt, bound.ats_enabled);
}

Stage2Config Iommu::stage2_of(uint32_t virtual_stream) {
    const Device* const d = find(virtual_stream);
    if (d == nullptr) return {};
    return smmu_->domain(context_.hwpts.find(d->on->parent)->domain).stage2;
}

}  // namespace smmu::sw::vmm
