// A device through which firmware reads what the SMMU's probe points counted.
#include "platform/probe_window.h"

#include <cstring>

namespace smmu::platform {

namespace probe = virt::probe;

uint64_t probe_traits(const Params& smmu) {
    const core::WalkGeometry& w = smmu.walk_caches;
    const bool caches =
        w.unified.entries + w.ipa.entries != 0 || w.stage1.is_on() || w.stage2.is_on();
    return caches ? probe::has_walk_caches : 0;
}

ProbeWindow::ProbeWindow(sc_core::sc_module_name name, const Stats& stats, uint64_t traits)
    : sc_module(name), stats_(stats), traits_(traits) {
    regs.register_b_transport(this, &ProbeWindow::access);
    regs.register_transport_dbg(this, &ProbeWindow::peek);
}

ProbeWindow::Counters ProbeWindow::running() const {
    using probe::Counter;
    const StatsCounts& s = stats_.counts();
    Counters c{};
    const auto set = [&c](Counter which, uint64_t value) { c[static_cast<size_t>(which)] = value; };
    set(Counter::Translations, s.micro_tlb_hits + s.tlb_hits + s.tlb_misses);
    set(Counter::Hits, s.micro_tlb_hits + s.tlb_hits);
    set(Counter::Misses, s.tlb_misses);
    set(Counter::Walks, s.walks);
    set(Counter::Faults, s.faults);
    set(Counter::ReadsL1Std, s.reads_of(core::Purpose::L1Std));
    set(Counter::ReadsSte, s.reads_of(core::Purpose::Ste));
    set(Counter::ReadsL1Cd, s.reads_of(core::Purpose::L1Cd));
    set(Counter::ReadsCd, s.reads_of(core::Purpose::Cd));
    set(Counter::ReadsStage1, s.reads_of(core::Purpose::Stage1Table));
    set(Counter::ReadsStage2, s.reads_of(core::Purpose::Stage2Table));
    return c;
}

/// The 64-bit register at `offset`, a multiple of 8.
uint64_t ProbeWindow::read(uint64_t offset) const {
    constexpr uint64_t first = probe::offset(probe::Counter{});
    if (offset == probe::id) return probe::id_value;
    if (offset == probe::traits) return traits_;
    if (offset < first || offset >= first + 8 * snapshot_.size()) return 0;
    return snapshot_[(offset - first) / 8];
}

void ProbeWindow::write(uint64_t offset, uint64_t value) {
    if (offset != probe::control) return;
    const Counters now = running();
    if (value & probe::snapshot)
        for (size_t i = 0; i < now.size(); ++i) snapshot_[i] = now[i] - cleared_[i];
    if (value & probe::clear) cleared_ = now;
}

void ProbeWindow::access(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
    const unsigned size = payload.get_data_length();
    if ((size != 4 && size != 8) || payload.get_address() % size != 0 ||
        payload.get_byte_enable_ptr() || payload.get_streaming_width() < size)
        return payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    if (payload.is_write()) {
        uint64_t value = 0;
        std::memcpy(&value, payload.get_data_ptr(), size);
        write(payload.get_address(), value);
    } else if (payload.is_read()) {
        peek(payload);
    }
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

/// Reads as the CPU does; a debugger's write does nothing.
unsigned ProbeWindow::peek(tlm::tlm_generic_payload& payload) {
    if (!payload.is_read()) return 0;
    for (unsigned i = 0; i < payload.get_data_length(); ++i) {
        const uint64_t address = payload.get_address() + i;
        payload.get_data_ptr()[i] =
            static_cast<uint8_t>(read(address & ~uint64_t{7}) >> (8 * (address & 7)));
    }
    return payload.get_data_length();
}

}  // namespace smmu::platform
