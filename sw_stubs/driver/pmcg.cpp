// Set-up, start, stop, read.
#include "sw_stubs/driver/pmcg.h"

namespace smmu::sw {

using namespace arch;

Pmcg::Pmcg(uint64_t page0, uint64_t page1) : registers_(page0), page0_(page0) {
    config_ = registers_.read<PmcgCfgr>();
    counter_page_ = config_[PmcgCfgr::RELOC_CTRS] ? page1 : page0;
    status_ = Registers(counter_page_);
}

bool Pmcg::can_count(PmcgEvent event) const {
    return (registers_.read<PmcgCeid0>().raw() >> static_cast<unsigned>(event) & 1) != 0;
}

uint64_t Pmcg::all() const { return low_mask(counters()); }

uint64_t Pmcg::place_of(unsigned counter) const {
    return counter_page_ + pmcg_evcntr + counter * pmcg_counter_stride(counter_bits());
}

bool Pmcg::reset() {
    registers_.write(PmcgCr{});
    registers_.write(PmcgCntenclr{}.set(PmcgCntenclr::CNTEN, all()));
    registers_.write(PmcgIntenclr{}.set(PmcgIntenclr::INTEN, all()));
    status_.write(PmcgOvsclr{}.set(PmcgOvsclr::OVS, all()));
    if (!control_interrupt(false)) return false;
    // No MSI: the wire is what this driver uses.
    if (config_[PmcgCfgr::MSI]) registers_.write(PmcgIrqCfg0{});
    registers_.write(PmcgCr{}.set(PmcgCr::E, true));
    return true;
}

bool Pmcg::set_up(unsigned counter, PmcgEvent event, StreamFilter filter, uint64_t first) {
    if (counter >= counters() || !can_count(event)) return false;
    stop(uint64_t{1} << counter);
    const unsigned filtered_by = has_one_filter() ? 0 : counter;
    const auto type_at = [this](unsigned n) {
        return page0_ + PmcgEvtyper::offset + n * pmcg_word_stride;
    };
    const auto type = PmcgEvtyper{}.set(PmcgEvtyper::EVENT, event);
    port::mmio_write32(type_at(counter), type.raw());
    PmcgEvtyper by{{{port::mmio_read32(type_at(filtered_by))}}};
    by.set(PmcgEvtyper::FILTER_SID_SPAN, filter.is_span());
    port::mmio_write32(type_at(filtered_by), by.raw());
    port::mmio_write32(page0_ + PmcgSmr::offset + filtered_by * pmcg_word_stride, filter.match());

    if (pmcg_counter_stride(counter_bits()) == 8)
        port::mmio_write64(place_of(counter), first);
    else
        port::mmio_write32(place_of(counter), static_cast<uint32_t>(first));
    return true;
}

void Pmcg::start(uint64_t counters) {
    registers_.write(PmcgCntenset{}.set(PmcgCntenset::CNTEN, counters));
}

void Pmcg::stop(uint64_t counters) {
    registers_.write(PmcgCntenclr{}.set(PmcgCntenclr::CNTEN, counters));
}

uint64_t Pmcg::read(unsigned counter) const {
    return pmcg_counter_stride(counter_bits()) == 8 ? port::mmio_read64(place_of(counter))
                                                    : port::mmio_read32(place_of(counter));
}

bool Pmcg::control_interrupt(bool enabled) {
    return registers_.write_and_wait<PmcgIrqCtrlAck>(
        PmcgIrqCtrl{}.set(PmcgIrqCtrl::IRQEN, enabled));
}

bool Pmcg::enable_interrupt(uint64_t counters) {
    registers_.write(PmcgIntenset{}.set(PmcgIntenset::INTEN, counters));
    return control_interrupt(true);
}

uint64_t Pmcg::take_overflows() {
    const uint64_t overflowed = status_.read<PmcgOvsclr>()[PmcgOvsclr::OVS];
    status_.write(PmcgOvsclr{}.set(PmcgOvsclr::OVS, overflowed));
    return overflowed;
}

}  // namespace smmu::sw
