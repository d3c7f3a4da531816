// Ending objects, in the order that their references allow.
#include "sw_stubs/iommu_api/context.h"

namespace smmu::sw::iommu_api {
namespace {

template <class T, unsigned N>
bool has(Pool<T, N>& pool, uint32_t id) {
    return pool.find(id) != nullptr;
}

void destroy_vdevice(Context& context, Vdevice& vdevice) {
    vdevice.device->vdevice = nullptr;
    --vdevice.viommu->users;
    unmake(context, context.vdevices, vdevice);
}

void destroy_viommu(Context& context, Viommu& viommu) {
    --viommu.parent->users;
    unmake(context, context.viommus, viommu);
}

void destroy_veventq(Context& context, Veventq& queue) {
    --queue.viommu->users;
    unmake(context, context.veventqs, queue);
}

void destroy_fault_queue(Context& context, FaultQueue& queue) {
    abort_all(queue);
    unmake(context, context.fault_queues, queue);
}

/// Destroys it if nothing refers to it.
template <class T, class End>
Errno end(T& object, End really) {
    if (object.users != 0) return Errno::Busy;
    really(object);
    return Errno::None;
}

template <class T, unsigned N, class Do>
void for_all(Pool<T, N>& pool, Do something) {
    for (T& item : pool)
        if (item.id != 0) something(item);
}

}  // namespace

bool exists(Context& context, uint32_t id) {
    return has(context.devices, id) || has(context.ioases, id) || has(context.hwpts, id) ||
           has(context.viommus, id) || has(context.vdevices, id) || has(context.veventqs, id) ||
           has(context.fault_queues, id);
}

/// A device is the platform's: unbind() ends it.
Errno destroy(Context& context, const Destroy& command) {
    const uint32_t id = command.id;
    if (Ioas* const o = context.ioases.find(id))
        return end(*o, [&](Ioas& i) { unmake(context, context.ioases, i); });
    if (Hwpt* const o = context.hwpts.find(id))
        return end(*o, [&](Hwpt& h) { destroy_hwpt(context, h); });
    if (Viommu* const o = context.viommus.find(id))
        return end(*o, [&](Viommu& v) { destroy_viommu(context, v); });
    if (Vdevice* const o = context.vdevices.find(id))
        return end(*o, [&](Vdevice& v) { destroy_vdevice(context, v); });
    if (Veventq* const o = context.veventqs.find(id))
        return end(*o, [&](Veventq& q) { destroy_veventq(context, q); });
    if (FaultQueue* const o = context.fault_queues.find(id))
        return end(*o, [&](FaultQueue& q) { destroy_fault_queue(context, q); });
    return has(context.devices, id) ? Errno::Busy : Errno::NoEnt;
}

void close(Context& context) {
    for (uint32_t fd = 1; fd <= most_files; ++fd) close_file(context, fd);
    for_all(context.devices, [&](Device& d) { unbind(context, d.id); });
    for_all(context.vdevices, [&](Vdevice& v) { destroy_vdevice(context, v); });
    for_all(context.veventqs, [&](Veventq& q) { destroy_veventq(context, q); });
    for_all(context.hwpts, [&](Hwpt& h) {
        if (h.nested()) destroy_hwpt(context, h);
    });
    for_all(context.viommus, [&](Viommu& v) { destroy_viommu(context, v); });
    for_all(context.hwpts, [&](Hwpt& h) { destroy_hwpt(context, h); });
    for_all(context.ioases, [&](Ioas& i) { unmake(context, context.ioases, i); });
    for_all(context.fault_queues, [&](FaultQueue& q) { destroy_fault_queue(context, q); });
    context.ids = {};
    for (MsiPage& page : context.msi_pages) page = {};
}

}  // namespace smmu::sw::iommu_api
