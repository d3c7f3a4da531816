// One DMA write through the SMMU and one read around it.  serve(), run() and transfer() run in the
// device's thread and wait.
#include "iommu_testdev/iommu_testdev.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace smmu {

namespace itd = iommu_testdev;

namespace {

constexpr uint32_t pattern = 0x1234'5678;  // little-endian, again and again
constexpr uint32_t attrs_secure = 1u << 0;
constexpr uint32_t attrs_space_valid = 1u << 3;
constexpr uint32_t space_secure = 0, space_non_secure = 1, space_realm = 3;
constexpr uint32_t space_of(uint32_t attrs) { return attrs >> 1 & 0b11; }

PciFunctionParams pci_params() {
    PciFunctionParams params;
    params.vendor = 0x1B36;
    params.device = 0x0005;
    params.class_code = 0x00'FF00;
    params.subsystem_vendor = 0x1AF4;
    params.subsystem = 0x1100;
    params.bars = {{0, itd::bar_size}};
    return params;
}

uint8_t pattern_at(uint64_t offset) { return static_cast<uint8_t>(pattern >> offset % 4 * 8); }

/// Nothing where the two statements contradict each other, and for Root: no device is of that state.
std::optional<arch::SecSid> security_state(uint32_t attrs) {
    if ((attrs & attrs_space_valid) == 0) return arch::SecSid::NonSecure;
    const uint32_t space = space_of(attrs);
    if (space == space_realm) return arch::SecSid::Realm;
    const bool secure = (attrs & attrs_secure) != 0;
    if (space == space_secure && secure) return arch::SecSid::Secure;
    if (space == space_non_secure && !secure) return arch::SecSid::NonSecure;
    return std::nullopt;
}

}  // namespace

IommuTestdev::IommuTestdev(sc_core::sc_module_name name) : sc_module(name), pci(pci_params()) {
    using SC_CURRENT_USER_MODULE = IommuTestdev;
    set_result(Result::Idle);
    reg(itd::attrs) = space_non_secure << 1;
    regs.register_b_transport(this, &IommuTestdev::access);
    regs.register_transport_dbg(this, &IommuTestdev::peek);
    dma_payload_.set_extension(&identity_);
    SC_THREAD(serve);
}

IommuTestdev::~IommuTestdev() { dma_payload_.clear_extension(&identity_); }

// --- Registers: whole words only

void IommuTestdev::access(Payload& payload, sc_core::sc_time& delay) {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (payload.get_byte_enable_ptr())
        return payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    const uint64_t address = payload.get_address();
    const bool whole = payload.get_data_length() == 4 && address % 4 == 0;
    if (payload.is_read()) {
        if (whole && address == itd::triggering) trigger(delay);
        peek(payload);
    } else if (payload.is_write() && whole) {
        uint32_t value = 0;
        std::memcpy(&value, payload.get_data_ptr(), 4);
        write(address, value);
    }
}

/// Reads as software does, but starts nothing.
unsigned IommuTestdev::peek(Payload& payload) {
    if (!payload.is_read()) return 0;
    const unsigned length = payload.get_data_length();
    const uint64_t address = payload.get_address();
    std::memset(payload.get_data_ptr(), 0, length);
    if (length == 4 && address % 4 == 0 && address / 4 < registers_.size())
        std::memcpy(payload.get_data_ptr(), &reg(address), 4);
    return length;
}

void IommuTestdev::write(uint64_t offset, uint32_t value) {
    if (offset == itd::triggering || offset / 4 >= registers_.size()) return;
    if (offset != itd::dbell) {
        reg(offset) = value;
    } else if (!running_) {
        armed_ = (value & 1) != 0;
        set_result(armed_ ? Result::Busy : Result::Idle);
    }
}

void IommuTestdev::trigger(const sc_core::sc_time& delay) {
    if (running_) return;
    if (!armed_) return set_result(Result::NotArmed);
    running_ = true;
    triggered_.notify(delay);
}

// --- DMA

void IommuTestdev::serve() {
    for (;;) {
        sc_core::wait(triggered_);
        set_result(run());
        armed_ = running_ = false;
    }
}

/// The whole write comes first, then the whole read.
IommuTestdev::Result IommuTestdev::run() {
    const uint64_t gva = pair(itd::gva_lo), gpa = pair(itd::gpa_lo), length = reg(itd::len);
    if (length == 0) return Result::BadLength;
    const auto state = security_state(reg(itd::attrs));
    if (!state) return Result::BadAttributes;

    identity_.in = {};
    identity_.in.stream = {pci.requester_id()};
    identity_.in.sec_sid = *state;
    const bool written = in_beats(gva, length, [&](uint64_t at, unsigned bytes) {
        for (unsigned i = 0; i < bytes; ++i) buffer_[i] = pattern_at(at + i);
        return transfer(dma, tlm::TLM_WRITE_COMMAND, gva + at, bytes);
    });
    if (!written) return Result::DmaFailed;

    bool equal = true;
    const bool read = in_beats(gpa, length, [&](uint64_t at, unsigned bytes) {
        buffer_.fill(0);
        if (!transfer(physical, tlm::TLM_READ_COMMAND, gpa + at, bytes)) return false;
        for (unsigned i = 0; i < bytes; ++i) equal &= buffer_[i] == pattern_at(at + i);
        return true;
    });
    if (!read) return Result::ReadBackFailed;
    return equal ? Result::Good : Result::Mismatch;
}

/// Calls `each(offset, bytes)` for beats that cross no 4 KiB boundary, until it returns false.
template <class Each>
bool IommuTestdev::in_beats(uint64_t address, uint64_t length, Each each) {
    for (uint64_t at = 0; at < length;) {
        const uint64_t to_boundary = 0x1000 - (address + at) % 0x1000;
        const auto bytes =
            static_cast<unsigned>(std::min<uint64_t>({length - at, to_boundary, buffer_.size()}));
        if (!each(at, bytes)) return false;
        at += bytes;
    }
    return true;
}

bool IommuTestdev::transfer(Socket& socket, tlm::tlm_command command, uint64_t address,
                            unsigned length) {
    Payload& payload = &socket == &dma ? dma_payload_ : physical_payload_;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(buffer_.data());
    payload.set_data_length(length);
    payload.set_streaming_width(length);
    payload.set_byte_enable_ptr(nullptr);
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay;
    socket->b_transport(payload, delay);
    sc_core::wait(delay);
    return payload.is_response_ok();
}

}  // namespace smmu
