// What configuration means for a PCI function: which addresses it answers, which interrupts leave.
#include "pcie/function.h"

#include <stdexcept>

namespace smmu {
namespace {

const PciFunctionParams& checked(const PciFunctionParams& params) {
    const std::string why = refuse(params);
    if (!why.empty()) throw std::invalid_argument(why);
    return params;
}

}  // namespace

PciFunction::PciFunction(const PciFunctionParams& params)
    : params_(checked(params)), config_(params), msix_(params.msix.vectors) {}

void PciFunction::attach(Host& host, PciSlot slot) {
    host_ = &host;
    slot_ = slot;
}

void PciFunction::set_multi_function() {
    config_.set(pci::header_type, 1, pci::header_multi_function);
}

void PciFunction::write_config(unsigned offset, unsigned bytes, uint32_t value) {
    const bool was_master = bus_master();
    const bool pin = intx_level();
    const AtsState ats = ats_state();
    config_.write(offset, bytes, value);
    command_ = config_.get16(pci::command);
    if (host_ && was_master && !bus_master()) host_->bus_master_cleared();
    update_intx(pin);
    release();
    ats_written(ats);
}

void PciFunction::place_bar(unsigned index, uint64_t address) {
    for (const PciBar& bar : params_.bars) {
        if (bar.index != index) continue;
        write_config(pci::bar(index), 4, static_cast<uint32_t>(address));
        if (bar.width == BarWidth::Bits64)
            write_config(pci::bar(index + 1), 4, static_cast<uint32_t>(address >> 32));
    }
}

bool PciFunction::no_snoop_enabled() const {
    if (config_.express() == 0) return false;
    const uint16_t control = config_.get16(config_.express() + pci::express_device_control);
    return (control & pci::device_control_no_snoop) != 0;
}

std::optional<PciFunction::Target> PciFunction::decode(uint64_t address, uint64_t bytes) const {
    if (!memory_enabled()) return std::nullopt;
    for (const PciBar& bar : params_.bars) {
        const unsigned at = pci::bar(bar.index);
        const uint64_t given =
            bar.width == BarWidth::Bits64 ? config_.get64(at) : config_.get32(at);
        const uint64_t offset = address - (given & ~uint64_t{0xF});
        if (offset < bar.size && bytes <= bar.size - offset) return Target{bar.index, offset};
    }
    return std::nullopt;
}

// --- MSI-X structures in a BAR

bool PciFunction::is_msix(const Target& target) const {
    const MsixParams& m = params_.msix;
    const auto inside = [&target](unsigned bar, uint32_t offset, uint32_t size) {
        return target.bar == bar && target.offset - offset < size;
    };
    return inside(m.table_bar, m.table_offset, msix_table_size(m.vectors)) ||
           inside(m.pba_bar, m.pba_offset, msix_pba_size(m.vectors));
}

uint32_t PciFunction::read_msix(const Target& target) const {
    const MsixParams& m = params_.msix;
    const uint64_t in_table = target.offset - m.table_offset;
    if (target.bar == m.table_bar && in_table < msix_table_size(m.vectors))
        return msix_.read(static_cast<uint32_t>(in_table));
    return msix_.read_pending(static_cast<uint32_t>(target.offset - m.pba_offset));
}

void PciFunction::write_msix(const Target& target, uint32_t value) {
    const MsixParams& m = params_.msix;
    const uint64_t in_table = target.offset - m.table_offset;
    if (target.bar != m.table_bar || in_table >= msix_table_size(m.vectors)) return;
    msix_.write(static_cast<uint32_t>(in_table), value);
    release();
}

// --- Interrupts

void PciFunction::set_intx(bool asserted) {
    const bool pin = intx_level();
    intx_ = asserted;
    config_.set(pci::status, 2,
                (config_.get16(pci::status) & ~uint32_t{pci::status_interrupt}) |
                    (asserted ? pci::status_interrupt : 0u));
    update_intx(pin);
}

bool PciFunction::intx_level() const {
    return intx_ && (command_ & pci::command_intx_disable) == 0 && !msi_enabled() &&
           !msix_enabled();
}

void PciFunction::update_intx(bool before) {
    if (host_ && intx_level() != before) host_->intx_changed();
}

bool PciFunction::msi_enabled() const {
    return config_.msi() != 0 &&
           (config_.get16(config_.msi() + pci::msi_control) & pci::msi_enable) != 0;
}

bool PciFunction::msix_enabled() const {
    return config_.msix() != 0 &&
           (config_.get16(config_.msix() + pci::msix_control) & pci::msix_enable) != 0;
}

std::optional<MsiMessage> PciFunction::signal(unsigned vector) {
    if (!msix_enabled()) return msi_enabled() ? signal_msi(vector) : std::nullopt;
    if (vector >= msix_.vectors()) return std::nullopt;
    const uint16_t control = config_.get16(config_.msix() + pci::msix_control);
    if ((control & pci::msix_function_mask) == 0 && !msix_.masked(vector))
        return msix_.message(vector);
    msix_.set_pending(vector);
    return std::nullopt;
}

/// How many vectors software has allowed (Multiple Message Enable).
unsigned PciFunction::msi_vectors() const {
    const unsigned allowed = 1u << (config_.get16(config_.msi() + pci::msi_control) >> 4 & 0b111);
    return allowed < params_.msi_vectors ? allowed : params_.msi_vectors;
}

std::optional<MsiMessage> PciFunction::signal_msi(unsigned vector) {
    if (vector >= msi_vectors()) return std::nullopt;
    const uint32_t bit = 1u << vector;
    if ((config_.get32(config_.msi() + pci::msi_mask) & bit) == 0) return msi_message(vector);
    const unsigned pending = config_.msi() + pci::msi_pending;
    config_.set(pending, 4, config_.get32(pending) | bit);
    return std::nullopt;
}

MsiMessage PciFunction::msi_message(unsigned vector) const {
    const unsigned at = config_.msi();
    const uint32_t data = config_.get16(at + pci::msi_data);
    return {config_.get64(at + pci::msi_address), (data & ~(msi_vectors() - 1)) | vector};
}

/// Sends what waited, where its mask has gone.
void PciFunction::release() {
    if (!host_) return;
    if (msix_enabled()) {
        const uint16_t control = config_.get16(config_.msix() + pci::msix_control);
        if ((control & pci::msix_function_mask) != 0) return;
        while (const auto vector = msix_.take_deliverable())
            host_->message_released(msix_.message(*vector));
    } else if (msi_enabled()) {
        const unsigned pending = config_.msi() + pci::msi_pending;
        const uint32_t mask = config_.get32(config_.msi() + pci::msi_mask);
        const uint32_t due = config_.get32(pending) & ~mask;
        config_.set(pending, 4, config_.get32(pending) & mask);
        for (unsigned vector = 0; vector < 32; ++vector)
            if (due >> vector & 1) host_->message_released(msi_message(vector));
    }
}

}  // namespace smmu
