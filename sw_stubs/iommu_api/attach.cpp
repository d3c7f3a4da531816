// Attaching, replacing, detaching: what is checked before a device moves, and what follows it.
#include "sw_stubs/iommu_api/capability.h"
#include "sw_stubs/iommu_api/context.h"
#include "sw_stubs/iommu_api/move.h"

namespace smmu::sw::iommu_api {
namespace {

Ioas* ioas_of(Hwpt* hwpt) { return hwpt == nullptr ? nullptr : hwpt->paging().ioas; }

/// Takes what the device needs for itself out of an address space.  SMMUv3 offers one window for
/// doorbells; a device that has hardware MSIs too, or two windows, is described wrongly.
Errno reserve_for(Device& device, Ioas& ioas) {
    unsigned hardware_msi = 0;
    unsigned windows = 0;
    Errno e = Errno::None;
    for (unsigned i = 0; i < device.setup.resv_count && e == Errno::None; ++i) {
        const ReservedRange& r = device.setup.resv[i];
        if (r.use == ReservedUse::DirectRelaxable) continue;
        if (r.use == ReservedUse::Msi) ++hardware_msi;
        if (r.use == ReservedUse::SwMsi) {
            ++windows;
            device.has_msi_window = true;
            device.msi_window = r.start;
        }
        e = reserve(ioas, {r.start, r.start + (r.length - 1)}, device.id);
    }
    if (e == Errno::None && (windows > 1 || (windows != 0 && hardware_msi != 0))) e = Errno::Inval;
    if (e != Errno::None) unreserve(ioas, device.id);
    return e;
}

/// Stage 2 has no PASIDs of the host.
Errno check_target(const Device& device, Hwpt& to) {
    if (to.paging().instance != device.setup.instance) return Errno::Inval;
    if (device.used_pasids() == 0) return Errno::None;
    const bool stage2 = to.nested() || to.instance->domain(to.domain).stage == Stage::Two;
    if (stage2) return Errno::Busy;
    return to.pasid_compatible ? Errno::None : Errno::Inval;
}

Errno move(Context& context, Device& device, Hwpt* to) {
    Move m{context, device, device.hwpt, to};
    if (const Errno e = prepare(m); e != Errno::None) return e;
    const Errno installed = install(m);
    const Errno committed = commit(m);
    if (to != nullptr) ++to->users;
    if (m.from != nullptr) {
        --m.from->users;
        abort_all({&device, m.from, 0});
        if (m.from->auto_domain && m.from->users == 0) destroy_hwpt(context, *m.from);
    }
    return installed != Errno::None ? installed : committed;
}

/// `done`: the device is there, even if the SMMU did not answer.
Errno move_to(Context& context, Device& device, Hwpt& to, bool& done) {
    const DeviceSetup& setup = device.setup;
    Ioas& ioas = *ioas_of(&to);
    Ioas* const before = ioas_of(device.hwpt);
    const bool other = before != &ioas;
    if (other)
        if (const Errno e = reserve_for(device, ioas); e != Errno::None) return e;

    Errno e = check_target(device, to);
    // A virtual function cannot stop page requests of its siblings.
    if (e == Errno::None && to.fault != nullptr && setup.virtual_function && setup.pri)
        e = Errno::Inval;
    if (e == Errno::None) e = map_doorbells(context, to.paging(), device.msi_pages);
    if (e == Errno::None) {
        e = move(context, device, &to);
        done = device.hwpt == &to;
    }
    if (other) {
        if (!done)
            unreserve(ioas, device.id);
        else if (before != nullptr)
            unreserve(*before, device.id);
    }
    return e;
}

/// A table of the IOAS that takes the device; made for it if there is none.
Errno move_to_ioas(Context& context, Device& device, Ioas& ioas, uint32_t& pt_id) {
    bool done = false;
    for (Hwpt& h : context.hwpts) {
        if (h.id == 0 || !h.auto_domain || h.ioas != &ioas) continue;
        if (&h == device.hwpt) {
            pt_id = h.id;
            return Errno::None;
        }
        const Errno e = move_to(context, device, h, done);
        if (done) pt_id = h.id;
        if (e != Errno::Inval) return e;
    }
    Hwpt* made = nullptr;
    if (const Errno e = make_paging(context, device, ioas, 0, made); e != Errno::None) return e;
    made->auto_domain = true;
    const Errno e = move_to(context, device, *made, done);
    if (done)
        pt_id = made->id;
    else
        destroy_hwpt(context, *made);
    return e;
}

Errno move_to_id(Context& context, Device& device, uint32_t& pt_id) {
    if (Ioas* const ioas = context.ioases.find(pt_id))
        return move_to_ioas(context, device, *ioas, pt_id);
    if (Hwpt* const hwpt = context.hwpts.find(pt_id)) {
        bool done = false;
        return hwpt == device.hwpt ? Errno::None : move_to(context, device, *hwpt, done);
    }
    return exists(context, pt_id) ? Errno::Inval : Errno::NoEnt;
}

}  // namespace

Errno attach(Context& context, uint32_t dev_id, uint32_t& pt_id) {
    Device* const device = context.devices.find(dev_id);
    if (device == nullptr) return Errno::NoEnt;
    if (device->hwpt != nullptr) return Errno::Busy;
    return move_to_id(context, *device, pt_id);
}

Errno replace(Context& context, uint32_t dev_id, uint32_t& pt_id) {
    Device* const device = context.devices.find(dev_id);
    if (device == nullptr) return Errno::NoEnt;
    if (device->hwpt == nullptr) return Errno::Inval;
    return move_to_id(context, *device, pt_id);
}

Errno detach(Context& context, uint32_t dev_id) {
    Device* const device = context.devices.find(dev_id);
    if (device == nullptr) return Errno::NoEnt;
    if (device->hwpt == nullptr) return Errno::None;
    Ioas* const ioas = ioas_of(device->hwpt);
    unreserve(*ioas, device->id);
    return move(context, *device, nullptr);
}

}  // namespace smmu::sw::iommu_api
