// Cutting a transaction at translation boundaries, and sending its pieces.
#pragma once
#include <cstdint>
#include <tlm>
#include <vector>

#include "tlm_sockets/stream_extension.h"

namespace smmu {

struct Piece {
    uint64_t address = 0;                 ///< before translation
    unsigned offset = 0;                  ///< of its first byte in the transaction's data
    unsigned length = 0;                  ///< bytes; 0 only for a transaction without data
    uint64_t output = 0;                  ///< after translation
    arch::MemoryAttributes attributes{};  ///< of its way downstream
};

/// The whole transaction lies inside one aligned block of `block` bytes: there is nothing to cut.
inline bool is_one_piece(const tlm::tlm_generic_payload& p, uint64_t block) {
    const uint64_t offset = p.get_address() & (block - 1);
    return offset + p.get_data_length() <= block;
}

/// The pieces of a transaction in the order of its data: each inside one aligned block of `block`
/// bytes.  With a streaming width below the length the same addresses come again and again.
std::vector<Piece> cut(const tlm::tlm_generic_payload& p, uint64_t block);

/// The pieces follow each other after translation as they did before, with the same attributes: the
/// transaction can go on uncut.
bool is_one_run(const std::vector<Piece>& pieces);

/// Sends each piece as a payload of its own, with copies of all extensions.  The transaction gets
/// the first response that is not OK.
void send_pieces(tlm::tlm_generic_payload& p, sc_core::sc_time& t, const std::vector<Piece>& pieces,
                 tlm::tlm_fw_transport_if<>& memory);

}  // namespace smmu
