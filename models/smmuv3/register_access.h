// Which accesses of a register socket reach a register.  Arm IHI 0070 G.b, 6.2.
#pragma once
#include <cstdint>
#include <tlm>

namespace smmu {

inline bool is_enabled(const tlm::tlm_generic_payload& p, unsigned byte) {
    const unsigned char* const enables = p.get_byte_enable_ptr();
    return !enables || enables[byte % p.get_byte_enable_length()] != 0;
}

inline bool is_whole(const tlm::tlm_generic_payload& p) {
    for (unsigned i = 0; i < p.get_data_length(); ++i)
        if (!is_enabled(p, i)) return false;
    return true;
}

/// Aligned 32- or 64-bit accesses reach a register; others are illegal: RAZ/WI.
inline bool reaches_a_register(const tlm::tlm_generic_payload& p, uint64_t end) {
    const unsigned size = p.get_data_length();
    return (size == 4 || size == 8) && p.get_address() % size == 0 &&
           p.get_streaming_width() >= size && is_whole(p) && p.get_address() < end;
}

inline void read_as_zero(tlm::tlm_generic_payload& p) {
    for (unsigned i = 0; i < p.get_data_length(); ++i)
        if (is_enabled(p, i)) p.get_data_ptr()[i] = 0;
}

}  // namespace smmu
