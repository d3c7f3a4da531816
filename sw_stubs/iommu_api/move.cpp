// The three steps of an attach.
#include "sw_stubs/iommu_api/move.h"

#include "sw_stubs/iommu_api/capability.h"
#include "sw_stubs/port/port.h"

namespace smmu::sw::iommu_api {

using namespace arch;

namespace {

bool uses_cd(Hwpt* hwpt) {
    return hwpt != nullptr && !hwpt->nested() &&
           hwpt->instance->domain(hwpt->domain).stage == Stage::One;
}

bool ats_disabled(const Hwpt* to, Form form) {
    return to != nullptr && to->nested() && (form == Form::Original || to->vste.ats == Ats::Off);
}

/// ATS is for what translates: a target with tables, or CDs that PASIDs use.  A stage 2 that stalls
/// has none: with both the STE would be illegal (5.2, EATS).
bool wants_ats(const Move& m) {
    const bool has_tables = m.to != nullptr || m.device.used_pasids() != 0;
    const bool stalls = m.to != nullptr && !uses_cd(m.to) && m.device.setup.stall;
    return has_tables && !stalls && !ats_disabled(m.to, m.context.policy.form) &&
           capable(m.device.setup, Capability::PciAts);
}

bool wants_page_requests(const Move& m) {
    const DeviceSetup& setup = m.device.setup;
    return m.ats && m.to != nullptr && m.to->fault != nullptr && setup.pri &&
           setup.instance->facts().features.pri;
}

/// The guest's name of the device.  A guest's STE that takes no part in stage 1 needs none.
Errno find_vmaster(Move& m) {
    if (m.to == nullptr || m.to->viommu == nullptr) return Errno::None;
    const Vdevice* const v = m.device.vdevice;
    if (v != nullptr && v->viommu == m.to->viommu) {
        m.vmaster = {m.to->viommu, v->virt_id};
        return Errno::None;
    }
    return translates(m.to->vste) ? Errno::NoEnt : Errno::None;
}

Errno check_faults(const Move& m) {
    if (m.to == nullptr || m.to->fault == nullptr) return Errno::None;
    if (!m.context.policy.stall_faults) return Errno::OpNotSupp;
    // An event names one stream; which of several belong together is not kept.
    const bool several = m.device.setup.streams.count > 1;
    return m.device.setup.stall && several ? Errno::OpNotSupp : Errno::None;
}

void worsen(Errno& worst, Errno e) {
    if (e != Errno::None) worst = e;
}

/// An ASID or VMID that no device uses must be clean in the TLB: the next user gets it as it is.
Errno leave_domain(Move& m) {
    if (m.from == nullptr) return Errno::None;
    Hwpt& paging = m.from->paging();
    remove_entry(paging, {&m.device, m.from, 0, false});
    if (paging.entry_count != 0) return Errno::None;
    return paging.instance->invalidate({paging.domain, {}, paging.nest_parent, nullptr, 0});
}

Cd cd_of(const Domain& domain, const DeviceSetup& setup) {
    return make_cd(domain.stage1).set(Cd::S, setup.stall);
}

}  // namespace

Errno invalidate_atc(const Device& device, uint32_t pasid) {
    const Streams& streams = device.setup.streams;
    Command list[most_streams]{};
    for (unsigned i = 0; i < streams.count; ++i)
        list[i] = ats::forget_all({streams.id[i], {pasid}, pasid != 0});
    return device.setup.instance->send(list, streams.count, Wait::Yes);
}

CdTablePlace cds_of(const Device& device) {
    return device.setup.instance->cd_table(device.setup.streams, device.setup.pasid_bits);
}

Errno prepare(Move& m) {
    m.ats = wants_ats(m);
    m.pri = wants_page_requests(m);
    if (m.to != nullptr) {
        Hwpt& paging = m.to->paging();
        if (paging.entry_count == most_domain_entries) return Errno::NoMem;
        if (const Errno e = find_vmaster(m); e != Errno::None) return e;
        if (const Errno e = check_faults(m); e != Errno::None) return e;
        if (!coherency_allows(paging, m.device.setup)) return Errno::Inval;
        // Its vIOMMU may have been made for another device.
        if (m.to->nested() && !keeps_coherent(m.device.setup)) return Errno::Inval;
        if (uses_cd(m.to) && cds_of(m.device).pa == 0) return Errno::NoMem;
        // From here on both tables' changes reach the device.
        add_entry(paging, {&m.device, m.to, 0, m.ats});
    }
    if (m.device.pri_enabled && !m.pri) m.device.setup.pci->disable_page_requests();
    if (m.device.ats_enabled && !m.ats) {
        m.device.setup.pci->disable_ats();
        port::dma_barrier();  // no translated request may meet an STE without EATS
    }
    return Errno::None;
}

Ste ste_on(const Device& device, Hwpt* hwpt, bool ats) {
    const DeviceSetup& setup = device.setup;
    const Features features = setup.instance->facts().features;
    const Ats on = ats ? Ats::On : Ats::Off;
    if (hwpt == nullptr && device.used_pasids() == 0) return abort_ste();
    if (hwpt == nullptr || uses_cd(hwpt)) {
        Ste ste = stage1_ste(cds_of(device), features);
        if (setup.stall) ste.set(Ste::S1STALLD, false);
        if (hwpt == nullptr) ste.set(Ste::S1DSS, S1Default::Terminate);  // PASIDs go on
        return ste.set(Ste::EATS, ats ? 1 : 0);
    }
    const Stage2Config stage2 = setup.instance->domain(hwpt->paging().domain).stage2;
    Ste ste = hwpt->nested() ? nested_ste(hwpt->vste, stage2, features, on)
                             : stage2_ste(stage2, features, on);
    if (has_stage2(ste[Ste::Config])) ste.set(Ste::S2S, setup.stall);
    return ste;
}

Errno install(Move& m) {
    const DeviceSetup& setup = m.device.setup;
    Instance& instance = *setup.instance;
    Errno worst = Errno::None;
    if (uses_cd(m.to))
        worsen(worst,
               instance.write_cd(setup.streams, {0}, cd_of(instance.domain(m.to->domain), setup)));
    const Ste ste = ste_on(m.device, m.to, m.ats);
    for (unsigned i = 0; i < setup.streams.count; ++i)
        worsen(worst, instance.install(setup.streams.id[i], ste));
    if (uses_cd(m.from) && !uses_cd(m.to))
        worsen(worst, instance.write_cd(setup.streams, {0}, Cd{}));
    return worst;
}

Errno commit(Move& m) {
    Errno worst = Errno::None;
    m.device.vmaster = m.vmaster;
    const bool had_ats = m.device.ats_enabled;
    if (m.ats || had_ats) worsen(worst, invalidate_atc(m.device, 0));
    if (m.ats && !had_ats) m.device.setup.pci->enable_ats(12);
    if (m.pri && !m.device.pri_enabled)
        m.device.setup.pci->enable_page_requests(most_page_requests);
    m.device.pri_enabled = m.pri;
    worsen(worst, leave_domain(m));
    m.device.hwpt = m.to;
    m.device.ats_enabled = m.ats;  // last: what left the old table was counted by the old value
    return worst;
}

}  // namespace smmu::sw::iommu_api
