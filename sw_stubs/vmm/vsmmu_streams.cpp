// From a guest's stream table to nested tables of the host.  Arm IHI 0070 G.b, 3.3.1, 5.1, 5.2.
#include "sw_stubs/vmm/vsmmu.h"

namespace smmu::sw::vmm {

using namespace arch;

namespace {

constexpr GuestSte aborting{};  // V = 0
constexpr GuestSte bypassing{{Ste{}.set(Ste::V, true).set(Ste::Config, SteConfig::Bypass).word[0]}};

/// Without what an SMMU with the guest's ID registers ignores: attribute overrides, hints, stage 2
/// where there is none, and EATS without ATS.  What would be illegal stays, and is refused.
GuestSte without_ignored(GuestSte guest, bool ats) {
    constexpr uint64_t ignored =
        Ste::MemAttr.mask | Ste::MTCFG.mask | Ste::ALLOCCFG.mask | Ste::SHCFG.mask |
        Ste::PRIVCFG.mask | Ste::INSTCFG.mask | Ste::CONT.mask | Ste::DRE.mask | Ste::DCP.mask |
        Ste::PPAR.mask | Ste::MEV.mask | Ste::SW_RESERVED.mask | Ste::S2FWB.mask |
        Ste::S2HWU59.mask | Ste::S2HWU60.mask | Ste::S2HWU61.mask | Ste::S2HWU62.mask;
    guest.word[1] &= ~(ignored | (ats ? 0 : Ste::EATS.mask));
    return guest;
}

}  // namespace

void VirtualSmmu::reload(uint32_t first, uint32_t last) {
    for (unsigned i = 0; i < iommu_->device_count(); ++i) {
        const uint32_t stream = iommu_->virtual_stream(i);
        if (stream >= first && stream <= last) load(stream);
    }
}

/// CFGI_STE: also what was kept of the stream's CDs goes, even if its STE is as it was.
void VirtualSmmu::forget_streams(uint32_t first, uint32_t last) {
    flush();
    reload(first, last);
    for (unsigned i = 0; i < iommu_->device_count(); ++i) {
        const uint32_t stream = iommu_->virtual_stream(i);
        if (stream < first || stream > last) continue;
        enqueue(view<Command>(
            arch::command<CfgiCd>(Opcode::CFGI_CD_ALL).set(CfgiCd::StreamID, stream)));
    }
}

/// Nothing old stays: what cannot be installed aborts.
void VirtualSmmu::load(uint32_t stream) {
    using iommu_api::Errno;
    const GuestSte guest = stream_entry(stream);
    if (iommu_->is_attached(stream, guest)) return;
    take_faults();
    const Errno e = iommu_->attach(stream, guest);
    drop_faults(stream);
    if (e == Errno::TimedOut && registers_.raise_service_failure())
        interrupt(InterruptSource::Gerror);
    if (e != Errno::None && e != Errno::TimedOut) iommu_->attach(stream, aborting);
}

/// What the guest has configured for a stream; V = 0 where there is nothing, or nothing readable.
GuestSte VirtualSmmu::stream_entry(uint32_t stream) {
    if (!registers_.smmu_enabled()) return registers_.bypass_aborts() ? aborting : bypassing;
    uint64_t address = 0;
    GuestSte guest{};
    if (!find_entry(stream, address)) return aborting;
    for (uint64_t& word : guest.word) {
        if (!memory_->read(address, &word, sizeof word)) return aborting;
        address += sizeof word;
    }
    return without_ignored(guest, Idr0{{{registers_.id().idr[0]}}}[Idr0::ATS]);
}

bool VirtualSmmu::find_entry(uint32_t stream, uint64_t& address) {
    const IdRegisters& id = registers_.id();
    const StrtabBaseCfg cfg = registers_.stream_table_configuration();
    const uint64_t base = registers_.stream_table()[StrtabBase::ADDR];
    const unsigned sidsize = Idr1{{{id.idr[1]}}}[Idr1::SIDSIZE];
    const unsigned size = cfg[StrtabBaseCfg::LOG2SIZE];
    if (stream > low_mask(size < sidsize ? size : sidsize)) return false;

    const bool has_levels = Idr0{{{id.idr[0]}}}[Idr0::ST_LEVEL] == 1;
    if (!has_levels || cfg[StrtabBaseCfg::FMT] != StreamTableFormat::TwoLevel) {
        address = (base & ~low_mask(size + 6)) + uint64_t{stream} * sizeof(Ste);
        return true;
    }
    // The table is aligned to its size: 8 bytes a descriptor, 64 bytes at least.
    const unsigned split = split_of(cfg);
    const unsigned table_log2 = size > split + 3 ? size - split + 3 : 6;
    const uint64_t top = base & ~low_mask(table_log2 < 6 ? 6 : table_log2);
    L1Std l1{};
    if (!memory_->read(top + uint64_t{stream >> split} * sizeof l1, l1.word, sizeof l1))
        return false;
    const unsigned span = l1[L1Std::Span];
    const uint64_t index = stream & low_mask(split);
    if (span == 0 || span > split + 1 || index >= uint64_t{1} << (span - 1)) return false;
    address = (l1[L1Std::L2Ptr] & ~low_mask(span + 5)) + index * sizeof(Ste);
    return true;
}

}  // namespace smmu::sw::vmm
