// PASIDs that the host owns: each has a context descriptor of its own in the table of its device.
#include "sw_stubs/iommu_api/move.h"

namespace smmu::sw::iommu_api {

using namespace arch;

namespace {

PasidAttachment* find(Device& device, uint32_t pasid) {
    for (PasidAttachment& p : device.pasids)
        if (p.hwpt != nullptr && p.pasid == pasid) return &p;
    return nullptr;
}

PasidAttachment* free_place(Device& device) {
    for (PasidAttachment& p : device.pasids)
        if (p.hwpt == nullptr) return &p;
    return nullptr;
}

Errno check(Context& context, const Device& device, uint32_t pasid, uint32_t pt_id, Hwpt*& hwpt) {
    if (pasid == 0 || pasid >> device.setup.pasid_bits != 0) return Errno::Inval;
    hwpt = context.hwpts.find(pt_id);
    if (hwpt == nullptr)  // a table made for an IOAS never takes PASIDs
        return context.ioases.find(pt_id) != nullptr ? Errno::Inval : Errno::NoEnt;
    if (!hwpt->pasid_compatible) return Errno::Inval;  // no nested HWPT is
    if (device.hwpt != nullptr && !device.hwpt->pasid_compatible) return Errno::Inval;
    if (hwpt->instance != device.setup.instance) return Errno::Inval;
    return coherency_allows(*hwpt, device.setup) ? Errno::None : Errno::Inval;
}

/// The stream itself, when only PASIDs are attached: it aborts, and has a table of CDs or not.
Errno refresh_stream(Move& m) {
    const Errno installed = install(m);
    const Errno committed = commit(m);
    return installed != Errno::None ? installed : committed;
}

/// The table that a PASID had forgets it.
Errno leave(Context& context, Device& device, uint32_t pasid, Hwpt& from) {
    Errno e = Errno::None;
    remove_entry(from, {&device, &from, pasid, false});
    if (from.entry_count == 0) e = from.instance->invalidate({from.domain, {}, false, nullptr, 0});
    --from.users;
    abort_all({&device, &from, pasid});
    if (from.auto_domain && from.users == 0) destroy_hwpt(context, from);
    return e;
}

/// `place` has the PASID and the table that it had (null: none).
Errno put(Context& context, Device& device, PasidAttachment& place, Hwpt& to) {
    Instance& instance = *device.setup.instance;
    if (to.entry_count == most_domain_entries) return Errno::NoMem;
    if (cds_of(device).pa == 0) return Errno::NoMem;

    Hwpt* const before = place.hwpt;
    place.hwpt = &to;
    Move stream{context, device};
    const bool alone = device.hwpt == nullptr;
    if (alone) prepare(stream);
    const bool ats = alone ? stream.ats : device.ats_enabled;
    add_entry(to, {&device, &to, place.pasid, ats});
    const Cd cd = make_cd(instance.domain(to.domain).stage1).set(Cd::S, device.setup.stall);
    Errno e = instance.write_cd(device.setup.streams, {place.pasid}, cd);
    if (e == Errno::OpNotSupp || e == Errno::NoMem) {
        remove_entry(to, {&device, &to, place.pasid, false});
        place.hwpt = before;
        return e;
    }
    ++to.users;
    if (alone)
        if (const Errno s = refresh_stream(stream); s != Errno::None) e = s;
    if (before != nullptr) {
        if (device.ats_enabled)
            if (const Errno a = invalidate_atc(device, place.pasid); a != Errno::None) e = a;
        if (const Errno l = leave(context, device, place.pasid, *before); l != Errno::None) e = l;
    }
    return e;
}

}  // namespace

Errno attach_pasid(Context& context, uint32_t dev_id, uint32_t pasid, uint32_t pt_id) {
    Device* const device = context.devices.find(dev_id);
    if (device == nullptr) return Errno::NoEnt;
    Hwpt* hwpt = nullptr;
    if (const Errno e = check(context, *device, pasid, pt_id, hwpt); e != Errno::None) return e;
    if (find(*device, pasid) != nullptr) return Errno::Busy;
    PasidAttachment* const place = free_place(*device);
    if (place == nullptr) return Errno::NoMem;
    place->pasid = pasid;
    return put(context, *device, *place, *hwpt);
}

Errno replace_pasid(Context& context, uint32_t dev_id, uint32_t pasid, uint32_t pt_id) {
    Device* const device = context.devices.find(dev_id);
    if (device == nullptr) return Errno::NoEnt;
    Hwpt* hwpt = nullptr;
    if (const Errno e = check(context, *device, pasid, pt_id, hwpt); e != Errno::None) return e;
    PasidAttachment* const place = find(*device, pasid);
    if (place == nullptr) return Errno::Inval;
    return place->hwpt == hwpt ? Errno::None : put(context, *device, *place, *hwpt);
}

Errno detach_pasid(Context& context, uint32_t dev_id, uint32_t pasid) {
    Device* const device = context.devices.find(dev_id);
    if (device == nullptr) return Errno::NoEnt;
    PasidAttachment* const place = find(*device, pasid);
    if (place == nullptr) return Errno::None;
    Hwpt& from = *place->hwpt;
    Errno worst = device->setup.instance->write_cd(device->setup.streams, {pasid}, Cd{});
    if (device->ats_enabled)
        if (const Errno e = invalidate_atc(*device, pasid); e != Errno::None) worst = e;
    if (const Errno e = leave(context, *device, pasid, from); e != Errno::None) worst = e;
    *place = {};
    if (device->hwpt == nullptr && device->used_pasids() == 0) {
        Move stream{context, *device};
        prepare(stream);
        if (const Errno e = refresh_stream(stream); e != Errno::None) worst = e;
    }
    return worst;
}

}  // namespace smmu::sw::iommu_api
