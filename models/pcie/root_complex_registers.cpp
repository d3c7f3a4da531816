// How software reaches the functions: ECAM (PCI Express Base 4.0, 7.2.2) and BARs.
#include <algorithm>
#include <cstring>

#include "pcie/port.h"

namespace smmu {
namespace {

using Payload = tlm::tlm_generic_payload;

/// Calls `each(at, bytes)` for the naturally aligned parts of 1, 2 or 4 bytes that an access is made
/// of; `at` counts from its start.  One part, for what software should do.
template <class Each>
void in_parts(uint64_t address, unsigned length, Each each) {
    for (unsigned at = 0; at < length;) {
        unsigned bytes = 4;
        while ((address + at) % bytes != 0 || bytes > length - at) bytes /= 2;
        each(at, bytes);
        at += bytes;
    }
}

/// What a master reads where nobody answers.
void all_ones(Payload& payload) {
    if (payload.is_read()) std::memset(payload.get_data_ptr(), 0xFF, payload.get_data_length());
}

tlm::tlm_response_status check(const Payload& payload) {
    if (payload.get_byte_enable_ptr()) return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
    if (payload.get_streaming_width() < payload.get_data_length())
        return tlm::TLM_BURST_ERROR_RESPONSE;
    return tlm::TLM_OK_RESPONSE;
}

}  // namespace

// --- Configuration space

/// Address: 27:20 bus, 19:15 device, 14:12 function, 11:0 register.  Everything is on bus 0.
PciFunction* RootComplex::function_at(uint64_t ecam_address) const {
    const uint64_t routing_id = ecam_address >> 12;
    return routing_id < slots_.size() ? slots_[routing_id] : nullptr;
}

void RootComplex::access_config(Payload& payload, sc_core::sc_time&) {
    payload.set_response_status(check(payload));
    if (!payload.is_response_ok()) return;
    if (payload.is_read()) read_config(payload);
    if (payload.is_write()) write_config(payload);
}

/// Reads as software does; a debugger's write does nothing.
unsigned RootComplex::debug_config(Payload& payload) {
    if (!payload.is_read()) return 0;
    read_config(payload);
    return payload.get_data_length();
}

void RootComplex::read_config(Payload& payload) const {
    const uint64_t address = payload.get_address();
    all_ones(payload);
    in_parts(address, payload.get_data_length(), [&](unsigned at, unsigned bytes) {
        const PciFunction* const function = function_at(address + at);
        if (!function) return;
        const uint32_t value =
            function->read_config(static_cast<unsigned>((address + at) % ConfigSpace::size), bytes);
        std::memcpy(payload.get_data_ptr() + at, &value, bytes);
    });
}

void RootComplex::write_config(const Payload& payload) {
    const uint64_t address = payload.get_address();
    in_parts(address, payload.get_data_length(), [&](unsigned at, unsigned bytes) {
        PciFunction* const function = function_at(address + at);
        if (!function) return;
        uint32_t value = 0;
        std::memcpy(&value, payload.get_data_ptr() + at, bytes);
        function->write_config(static_cast<unsigned>((address + at) % ConfigSpace::size), bytes,
                               value);
    });
}

// --- BARs

void RootComplex::access_memory(Payload& payload, sc_core::sc_time& delay) {
    const uint64_t address = params_.window.base + payload.get_address();
    for (const auto& port : ports_)
        if (const auto target = port->function().decode(address, payload.get_data_length()))
            return port->link.access(payload, delay, *target);
    payload.set_response_status(check(payload));
    if (payload.is_response_ok()) all_ones(payload);
}

unsigned RootComplex::debug_memory(Payload& payload) {
    const uint64_t address = params_.window.base + payload.get_address();
    for (const auto& port : ports_)
        if (const auto target = port->function().decode(address, payload.get_data_length()))
            return port->link.debug(payload, *target);
    if (!payload.is_read()) return 0;
    all_ones(payload);
    return payload.get_data_length();
}

}  // namespace smmu
