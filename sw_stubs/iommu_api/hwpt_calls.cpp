// Making and ending hardware page tables.
#include "sw_stubs/iommu_api/capability.h"
#include "sw_stubs/iommu_api/context.h"

namespace smmu::sw::iommu_api {
namespace {

/// Which stage the flags ask for.  Whatever is not listed here is refused.
Errno choose_domain(const InstanceFacts& facts, uint32_t flags, bool test_without_fwb,
                    DomainRequest& request) {
    const Features& f = facts.features;
    request.dirty_tracking = (flags & hwpt_dirty_tracking) != 0;
    switch (flags) {
        case 0: request.stage = f.stage1 ? Stage::One : Stage::Two; return Errno::None;
        case hwpt_nest_parent:
            request.stage = Stage::Two;
            request.types = test_without_fwb ? Stage2Types::Combine : stage2_policy(f);
            return can_nest(facts) ? Errno::None : Errno::OpNotSupp;
        case hwpt_dirty_tracking:
        case hwpt_pasid:
        case hwpt_dirty_tracking | hwpt_pasid:
            request.stage = Stage::One;
            return f.stage1 ? Errno::None : Errno::OpNotSupp;
        default: return Errno::OpNotSupp;
    }
}

/// Makes the table follow its IOAS.
Errno join(Context& context, Hwpt& hwpt) {
    Ioas& ioas = *hwpt.ioas;
    if (!fits_pages(ioas)) return Errno::AddrInUse;
    const uint64_t last = hwpt.instance->domain(hwpt.domain).aperture_last;
    if (last != UINT64_MAX)
        if (const Errno e = reserve(ioas, {last + 1, UINT64_MAX}, hwpt.id); e != Errno::None)
            return e;
    if (const Errno e = fill(hwpt, *context.caller); e != Errno::None) {
        unreserve(ioas, hwpt.id);
        return e;
    }
    ++ioas.domains;
    ++ioas.users;
    return Errno::None;
}

void leave(Context& context, Hwpt& hwpt) {
    Ioas& ioas = *hwpt.ioas;
    for (unsigned i = 0; i < ioas.area_count; ++i) unmap_area(hwpt, ioas.areas[i]);
    for (unsigned i = 0; i < most_msi_pages; ++i) {
        if ((hwpt.msi_pages >> i & 1) == 0) continue;
        const MsiPage& page = context.msi_pages[i];
        hwpt.instance->unmap(hwpt.domain, {page.window + page.offset * io_page, io_page});
    }
    hwpt.instance->destroy_domain(hwpt.domain);
    unreserve(ioas, hwpt.id);
    --ioas.domains;
    --ioas.users;
}

Errno alloc_paging(Context& context, Device& device, Ioas& ioas, const HwptAlloc& command,
                   Hwpt*& made) {
    constexpr uint32_t known =
        hwpt_nest_parent | hwpt_dirty_tracking | hwpt_fault_id_valid | hwpt_pasid;
    const uint32_t flags = command.flags;
    if ((flags & ~known) != 0) return Errno::OpNotSupp;
    if ((flags & hwpt_dirty_tracking) != 0 && !capable(device.setup, Capability::DirtyTracking))
        return Errno::OpNotSupp;
    if ((flags & hwpt_fault_id_valid) != 0 && (flags & hwpt_nest_parent) != 0)
        return Errno::OpNotSupp;
    if (command.data_len != 0) return Errno::OpNotSupp;
    return make_paging(context, device, ioas, flags & ~hwpt_fault_id_valid, made);
}

/// The struct of the guest's STE, of exactly its size: a longer one is not E2BIG here.
Errno read_vste(Context& context, const HwptAlloc& command, CheckedSte& kept) {
    HwptArmSmmuV3 data{};
    if (command.data_type != hwpt_data_arm_smmuv3) return Errno::Inval;
    if (command.data_len != sizeof(data)) return Errno::Inval;
    if (!context.caller->read(command.data_uptr, &data, sizeof(data))) return Errno::Fault;
    return check_vste({{data.ste[0], data.ste[1]}}, context.policy.form, kept);
}

Errno make_nested(Context& context, const HwptAlloc& command, Hwpt& parent, Viommu* viommu,
                  Hwpt*& made) {
    CheckedSte kept{};
    if (const Errno e = read_vste(context, command, kept); e != Errno::None) return e;
    made = make(context, context.hwpts);
    if (made == nullptr) return Errno::NoMem;
    made->instance = parent.instance;
    made->parent = &parent;
    made->viommu = viommu;
    made->vste = kept;
    ++(viommu != nullptr ? viommu->users : parent.users);
    return Errno::None;
}

/// What the core and the driver say about the flags of any nested HWPT: a PASID one passes the
/// first and not the second.
bool nested_flags(uint32_t flags) { return (flags & ~hwpt_fault_id_valid) == 0; }

Errno alloc_on_viommu(Context& context, const Device& device, Viommu& viommu,
                      const HwptAlloc& command, Hwpt*& made) {
    if (viommu.instance != device.setup.instance) return Errno::Inval;
    if (!nested_flags(command.flags) || command.data_len == 0) return Errno::OpNotSupp;
    return make_nested(context, command, *viommu.parent, &viommu, made);
}

/// Form::Original only.
Errno alloc_on_parent(Context& context, const Device& device, Hwpt& parent,
                      const HwptAlloc& command, Hwpt*& made) {
    constexpr uint32_t known = hwpt_fault_id_valid | hwpt_pasid;
    const bool built_in = context.policy.form == Form::Original && context.policy.arm_nesting;
    if ((command.flags & ~known) != 0 || command.data_len == 0 || !built_in)
        return Errno::OpNotSupp;
    if (parent.auto_domain || !parent.nest_parent) return Errno::Inval;
    if (!nested_flags(command.flags) || !can_nest(device.setup.instance->facts()))
        return Errno::OpNotSupp;
    if (!keeps_coherent(device.setup)) return Errno::OpNotSupp;
    if (parent.instance != device.setup.instance) return Errno::Inval;
    return make_nested(context, command, parent, nullptr, made);
}

}  // namespace

Errno make_paging(Context& context, Device& device, Ioas& ioas, uint32_t flags, Hwpt*& made) {
    Instance& instance = *device.setup.instance;
    DomainRequest request;
    const bool without_fwb = context.policy.test_without_fwb;
    if (const Errno e = choose_domain(instance.facts(), flags, without_fwb, request);
        e != Errno::None)
        return e;
    Hwpt* const hwpt = make(context, context.hwpts);
    if (hwpt == nullptr) return Errno::NoMem;
    if (const Errno e = instance.create_domain(request, hwpt->domain); e != Errno::None) {
        unmake(context, context.hwpts, *hwpt);
        return e;
    }
    hwpt->ioas = &ioas;
    hwpt->instance = &instance;
    hwpt->nest_parent = (flags & hwpt_nest_parent) != 0;
    hwpt->pasid_compatible = (flags & hwpt_pasid) != 0;
    if (device.enforce_coherency) enforce_cache_coherency(*hwpt);  // before anything is mapped
    if (const Errno e = join(context, *hwpt); e != Errno::None) {
        instance.destroy_domain(hwpt->domain);
        unmake(context, context.hwpts, *hwpt);
        return e;
    }
    made = hwpt;
    return Errno::None;
}

void destroy_hwpt(Context& context, Hwpt& hwpt) {
    if (hwpt.fault != nullptr) --hwpt.fault->users;
    if (!hwpt.nested())
        leave(context, hwpt);
    else if (hwpt.viommu != nullptr)
        --hwpt.viommu->users;
    else
        --hwpt.parent->users;
    unmake(context, context.hwpts, hwpt);
}

Errno hwpt_alloc(Context& context, HwptAlloc& command) {
    if (command.reserved != 0) return Errno::OpNotSupp;
    if ((command.data_type == hwpt_data_none) != (command.data_len == 0)) return Errno::Inval;
    Device* const device = context.devices.find(command.dev_id);
    if (device == nullptr) return Errno::NoEnt;

    Hwpt* made = nullptr;
    Errno e = Errno::Inval;
    if (Ioas* const ioas = context.ioases.find(command.pt_id))
        e = alloc_paging(context, *device, *ioas, command, made);
    else if (Viommu* const viommu = context.viommus.find(command.pt_id))
        e = alloc_on_viommu(context, *device, *viommu, command, made);
    else if (Hwpt* const parent = context.hwpts.find(command.pt_id); parent && !parent->nested())
        e = alloc_on_parent(context, *device, *parent, command, made);
    if (e != Errno::None) return e;

    if ((command.flags & hwpt_fault_id_valid) != 0) {
        FaultQueue* const queue = context.fault_queues.find(command.fault_id);
        if (queue == nullptr) {
            destroy_hwpt(context, *made);
            return Errno::NoEnt;
        }
        made->fault = queue;
        ++queue->users;
    }
    command.out_hwpt_id = made->id;
    return Errno::None;
}

}  // namespace smmu::sw::iommu_api
