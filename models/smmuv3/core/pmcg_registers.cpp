// Where the registers of a counter group are, and what they keep.  Arm IHI 0070 G.b, 10.5.
#include <iterator>

#include "smmuv3/core/pmcg.h"
#include "smmuv3/core/register_words.h"

namespace smmu::core {

using namespace arch;

namespace {

constexpr uint32_t array_bytes = 0x200;  // of EVCNTR, of SVR

/// CoreSight identification at 0xFD0 (10.5.2.29): PIDR and CIDR, recommended values.
constexpr uint32_t identification[12] = {0, 0, 0, 0, 0, 0, 0x08, 0, 0x0D, 0x90, 0x05, 0xB1};
constexpr uint32_t identification_offset = 0xFD0;

constexpr PmcgPmdevarch devarch() {
    using R = PmcgPmdevarch;
    return R{}.set(R::ARCHITECT, 0x23B).set(R::PRESENT, true).set(R::ARCHID, 0x2A56);
}
constexpr PmcgPmdevtype devtype() {
    return PmcgPmdevtype{}.set(PmcgPmdevtype::SubType, 5).set(PmcgPmdevtype::Class, 6);
}

constexpr bool is_in(uint32_t offset, uint32_t first, uint32_t bytes) {
    return offset >= first && offset < first + bytes;
}
/// The number of the word at `offset` in an array, or one that no counter has.
constexpr unsigned word_of(uint32_t offset, uint32_t first) {
    return is_in(offset, first, most_pmcg_counters * pmcg_word_stride)
               ? (offset - first) / pmcg_word_stride
               : most_pmcg_counters;
}

constexpr uint32_t without(uint32_t offset, uint32_t lower_bits) { return offset & ~lower_bits; }

}  // namespace

/// What RELOC_CTRS moves to page 1 is not in page 0; nothing else is in page 1.
bool CounterGroup::is_here(uint32_t page, uint32_t offset) const {
    const bool is_status = is_in(offset, pmcg_evcntr, array_bytes) ||
                           is_in(offset, pmcg_svr, array_bytes) ||
                           without(offset, 7) == PmcgOvsclr::offset ||
                           without(offset, 7) == PmcgOvsset::offset || offset == PmcgCapr::offset;
    return page == (is_status && group_.counter_page ? 1u : 0u);
}

uint64_t CounterGroup::read(uint32_t offset, unsigned bytes) const {
    if ((bytes != 4 && bytes != 8) || offset % bytes != 0) return 0;
    const uint64_t low = read_word(offset);
    return bytes == 4 ? low : low | uint64_t{read_word(offset + 4)} << 32;
}

void CounterGroup::write(uint32_t offset, unsigned bytes, uint64_t value) {
    if ((bytes != 4 && bytes != 8) || offset % bytes != 0) return;
    write_word(offset, static_cast<uint32_t>(value));
    if (bytes == 8) write_word(offset + 4, static_cast<uint32_t>(value >> 32));
    choose();
}

uint32_t CounterGroup::read_word(uint32_t from_page0) const {
    const uint32_t offset = from_page0 % pmcg_page_size;
    if (!is_here(from_page0 / pmcg_page_size, offset)) return 0;
    if (const unsigned n = word_of(offset, PmcgEvtyper::offset); n < group_.counters)
        return counters_[n].type.raw();
    if (const unsigned n = word_of(offset, PmcgSmr::offset); n < group_.counters)
        return counters_[n].match.raw();
    switch (without(offset, 7)) {
        case PmcgCntenset::offset:
        case PmcgCntenclr::offset: return half_of(enabled_, offset);
        case PmcgIntenset::offset:
        case PmcgIntenclr::offset: return half_of(interrupting_, offset);
        case PmcgOvsclr::offset:
        case PmcgOvsset::offset: return half_of(overflowed_, offset);
        case PmcgCeid0::offset: return half_of(ceid0(smmu_).raw(), offset);
        case PmcgIrqCfg0::offset: return half_of(irq_cfg0_.raw(), offset);
        default: break;
    }
    switch (offset) {
        case PmcgCfgr::offset: return cfgr(group_).raw();
        case PmcgCr::offset: return cr_.raw();
        case PmcgIrqCtrl::offset: return irq_ctrl_.raw();
        case PmcgIrqCtrlAck::offset: return irq_ctrl_ack_.raw();
        case PmcgIrqCfg1::offset: return irq_cfg1_.raw();
        case PmcgIrqCfg2::offset: return irq_cfg2_.raw();
        case PmcgIrqStatus::offset: return irq_status_.raw();
        case PmcgAidr::offset: return aidr(smmu_).raw();
        case PmcgPmdevarch::offset: return devarch().raw();
        case PmcgPmdevtype::offset: return devtype().raw();
        default: break;
    }
    const uint32_t id = (offset - identification_offset) / 4;
    if (offset >= identification_offset && id < std::size(identification))
        return identification[id];
    return read_counter_status(offset);
}

/// EVCNTR and SVR.
uint32_t CounterGroup::read_counter_status(uint32_t offset) const {
    const uint32_t stride = pmcg_counter_stride(group_.counter_bits);
    const bool is_captured = is_in(offset, pmcg_svr, array_bytes);
    if (!is_captured && !is_in(offset, pmcg_evcntr, array_bytes)) return 0;
    const uint32_t at = offset - (is_captured ? pmcg_svr : pmcg_evcntr);
    if (at / stride >= group_.counters) return 0;
    const Counter& counter = counters_[at / stride];
    return half_of(is_captured ? counter.captured : counter.value, at % stride);
}

bool CounterGroup::msi_writable() const {
    return group_.msi && !irq_ctrl_[PmcgIrqCtrl::IRQEN] && !irq_ctrl_ack_[PmcgIrqCtrl::IRQEN];
}

void CounterGroup::write_word(uint32_t from_page0, uint32_t value) {
    const uint32_t offset = from_page0 % pmcg_page_size;
    if (!is_here(from_page0 / pmcg_page_size, offset)) return;
    if (const unsigned n = word_of(offset, PmcgEvtyper::offset); n < group_.counters)
        return write_event_type(n, value);
    if (const unsigned n = word_of(offset, PmcgSmr::offset); n < group_.counters) {
        if (has_own_filter(n))
            counters_[n].match = from_raw<PmcgSmr>(value & low_mask(smmu_.stream_id_bits));
        return;
    }
    const uint64_t ones = uint64_t{value} << (offset % 8 != 0 ? 32 : 0) & present_;
    switch (without(offset, 7)) {
        case PmcgCntenset::offset: enabled_ |= ones; return;
        case PmcgCntenclr::offset: enabled_ &= ~ones; return;
        case PmcgIntenset::offset: interrupting_ |= ones; return;
        case PmcgIntenclr::offset: interrupting_ &= ~ones; return;
        case PmcgOvsset::offset: overflowed_ |= ones; return;
        case PmcgOvsclr::offset: overflowed_ &= ~ones; return;
        default: write_control(offset, value);
    }
}

/// Fields for MPAM, Secure and Realm state are RES0.
void CounterGroup::write_event_type(unsigned counter, uint32_t value) {
    using R = PmcgEvtyper;
    const auto written = from_raw<R>(value);
    counters_[counter].type =
        R{}.set(R::EVENT, written[R::EVENT])
            .set(R::FILTER_SID_SPAN, written[R::FILTER_SID_SPAN] && has_own_filter(counter))
            .set(R::OVFCAP, written[R::OVFCAP] && group_.capture);
}

void CounterGroup::write_control(uint32_t offset, uint32_t value) {
    switch (offset) {
        case PmcgCr::offset:
            cr_ = PmcgCr{}.set(PmcgCr::E, from_raw<PmcgCr>(value)[PmcgCr::E]);
            return;
        case PmcgCapr::offset:
            if (group_.capture && from_raw<PmcgCapr>(value)[PmcgCapr::CAPTURE]) capture();
            return;
        case PmcgIrqCtrl::offset:
            irq_ctrl_.set(PmcgIrqCtrl::IRQEN, from_raw<PmcgIrqCtrl>(value)[PmcgIrqCtrl::IRQEN]);
            return;
        case PmcgIrqCfg0::offset:
        case PmcgIrqCfg0::offset + 4:
            if (msi_writable()) write_half(irq_cfg0_, offset, value, msi_address_bits(smmu_));
            return;
        case PmcgIrqCfg1::offset:
            if (msi_writable()) irq_cfg1_ = from_raw<PmcgIrqCfg1>(value);
            return;
        case PmcgIrqCfg2::offset:
            if (msi_writable()) irq_cfg2_ = from_raw<PmcgIrqCfg2>(value & msi_attribute_bits);
            return;
        default: write_counter_status(offset, value);
    }
}

/// EVCNTR; SVR is read-only.
void CounterGroup::write_counter_status(uint32_t offset, uint32_t value) {
    const uint32_t stride = pmcg_counter_stride(group_.counter_bits);
    if (!is_in(offset, pmcg_evcntr, array_bytes) || offset / stride >= group_.counters) return;
    uint64_t& counter = counters_[offset / stride].value;
    const unsigned shift = stride == 8 && offset % 8 != 0 ? 32 : 0;
    const uint64_t half = uint64_t{0xFFFF'FFFF} << shift;
    counter = ((counter & ~half) | uint64_t{value} << shift) & counter_mask_;
}

}  // namespace smmu::core
