// What configuration allows a function with ATS, page requests and PASIDs, and what it reports.
//
// PCI Express Base 5.0, 7.8.8 (PASID), 10.5.1 (ATS), 10.5.2 (PRI).
#include "pcie/function.h"

namespace smmu {

bool PciFunction::is_set(unsigned capability, unsigned reg, uint16_t bit) const {
    return capability != 0 && (config_.get16(capability + reg) & bit) != 0;
}

bool PciFunction::ats_enabled() const {
    return is_set(config_.ats(), pci::ats_control, pci::ats_enable);
}

unsigned PciFunction::smallest_translation() const {
    constexpr unsigned page_shift = 12;
    if (config_.ats() == 0) return page_shift;
    return page_shift + (config_.get16(config_.ats() + pci::ats_control) & pci::ats_stu);
}

bool PciFunction::page_requests_enabled() const {
    return is_set(config_.pri(), pci::pri_control, pci::pri_enable) && !response_failed_;
}

uint32_t PciFunction::page_request_allocation() const {
    return config_.pri() == 0 ? 0 : config_.get32(config_.pri() + pci::pri_allocation);
}

bool PciFunction::has_pasid(uint32_t pasid) const {
    return is_set(config_.pasid(), pci::pasid_control, pci::pasid_enable) &&
           pasid >> params_.pasid.width == 0;
}

bool PciFunction::execute_enabled() const {
    return is_set(config_.pasid(), pci::pasid_control, pci::pasid_execute);
}

bool PciFunction::privileged_enabled() const {
    return is_set(config_.pasid(), pci::pasid_control, pci::pasid_privileged);
}

// --- What the function reports

void PciFunction::change_pri_status(uint16_t cleared, uint16_t set) {
    if (config_.pri() == 0) return;
    const unsigned status = config_.pri() + pci::pri_status;
    config_.set(status, 2, (config_.get16(status) & ~uint32_t{cleared}) | set);
}

/// Stopped says something only while Enable is clear: nothing is on its way any more.
void PciFunction::set_page_requests_outstanding(size_t count) {
    page_requests_ = count;
    const bool stopped = count == 0 && !is_set(config_.pri(), pci::pri_control, pci::pri_enable);
    change_pri_status(pci::pri_stopped, stopped ? pci::pri_stopped : uint16_t{0});
}

void PciFunction::response_failed() {
    response_failed_ = true;
    change_pri_status(0, pci::pri_response_failure);
}

void PciFunction::unexpected_response() { change_pri_status(0, pci::pri_unexpected_index); }

// --- Writes

PciFunction::AtsState PciFunction::ats_state() const {
    return {ats_enabled(), is_set(config_.pri(), pci::pri_control, pci::pri_enable)};
}

/// Reset reads as zero, and acts only where Enable is clear, or cleared by the same write.
void PciFunction::ats_written(AtsState before) {
    if (before.ats && !ats_enabled() && ats_user_) ats_user_->ats_disabled();
    if (config_.pri() == 0) return;
    const unsigned control = config_.pri() + pci::pri_control;
    const uint16_t written = config_.get16(control);
    config_.set(control, 2, written & pci::pri_enable);
    const bool enabled = (written & pci::pri_enable) != 0;
    if (!before.pri && enabled) response_failed_ = false;
    if (!enabled && (written & pci::pri_reset) != 0 && ats_user_) ats_user_->page_requests_reset();
    set_page_requests_outstanding(page_requests_);
}

}  // namespace smmu
