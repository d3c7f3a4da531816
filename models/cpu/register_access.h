// How a device answers accesses to its registers: from a TLM payload to (offset, size, value) and
// back.
#pragma once
#include <cstdint>
#include <cstring>
#include <tlm>

namespace smmu {

/// Answers one access with `read(offset, size)` or `write(offset, size, value)`; size is 1, 2, 4
/// or 8.  Only an access that no register can take (byte enables, odd sizes, misaligned) gets an
/// error response.
template <class Read, class Write>
void answer_register_access(tlm::tlm_generic_payload& payload, Read read, Write write) {
    const uint64_t offset = payload.get_address();
    const unsigned size = payload.get_data_length();
    if (payload.get_byte_enable_ptr() != nullptr) {
        payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
        return;
    }
    if ((size != 1 && size != 2 && size != 4 && size != 8) || offset % size != 0) {
        payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return;
    }
    uint64_t value = 0;
    if (payload.is_read()) {
        value = read(offset, size);
        std::memcpy(payload.get_data_ptr(), &value, size);
    } else if (payload.is_write()) {
        std::memcpy(&value, payload.get_data_ptr(), size);
        write(offset, size, value);
    }
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

/// The debug form: reads of 1, 2, 4 or 8 bytes only.  `read` must have no side effect.
template <class Read>
unsigned peek_register(tlm::tlm_generic_payload& payload, Read read) {
    if (!payload.is_read()) return 0;
    answer_register_access(payload, read, [](uint64_t, unsigned, uint64_t) {});
    return payload.is_response_ok() ? payload.get_data_length() : 0;
}

}  // namespace smmu
