// How a transaction is cut, and what its pieces carry.
#include "smmuv3/split.h"

#include <algorithm>

namespace smmu {

std::vector<Piece> cut(const tlm::tlm_generic_payload& p, uint64_t block) {
    const unsigned length = p.get_data_length();
    const unsigned width =
        p.get_streaming_width() == 0 ? length : std::min(p.get_streaming_width(), length);
    std::vector<Piece> pieces;
    if (length == 0) pieces.push_back({p.get_address(), 0, 0, 0, {}});
    for (unsigned offset = 0; offset < length;) {
        Piece piece;
        piece.address = p.get_address() + offset % width;
        piece.offset = offset;
        const uint64_t left_in_block = block - (piece.address & (block - 1));
        const unsigned left_in_beat = std::min(width - offset % width, length - offset);
        piece.length = static_cast<unsigned>(std::min<uint64_t>(left_in_block, left_in_beat));
        offset += piece.length;
        pieces.push_back(piece);
    }
    return pieces;
}

bool is_one_run(const std::vector<Piece>& pieces) {
    const Piece& first = pieces.front();
    return std::all_of(pieces.begin(), pieces.end(), [&](const Piece& piece) {
        return piece.output - first.output == piece.address - first.address &&
               piece.attributes == first.attributes;
    });
}

namespace {

/// Extensions of a piece: clones of the transaction's, freed with it.
class ExtensionCopies {
public:
    ExtensionCopies(const tlm::tlm_generic_payload& from, tlm::tlm_generic_payload& to) : to_(to) {
        for (unsigned i = 0; i < tlm::max_num_extensions(); ++i)
            if (const auto* extension = from.get_extension(i))
                to_.set_extension(i, extension->clone());
    }
    ~ExtensionCopies() {
        for (unsigned i = 0; i < tlm::max_num_extensions(); ++i)
            if (auto* extension = to_.set_extension(i, nullptr)) extension->free();
    }
    ExtensionCopies(const ExtensionCopies&) = delete;
    ExtensionCopies& operator=(const ExtensionCopies&) = delete;

private:
    tlm::tlm_generic_payload& to_;
};

/// The byte enables that fall to a piece; the transaction's array repeats over its data.
std::vector<unsigned char> byte_enables(const tlm::tlm_generic_payload& p, const Piece& piece) {
    std::vector<unsigned char> enables(p.get_byte_enable_ptr() ? piece.length : 0);
    for (unsigned i = 0; i < enables.size(); ++i)
        enables[i] = p.get_byte_enable_ptr()[(piece.offset + i) % p.get_byte_enable_length()];
    return enables;
}

}  // namespace

void send_pieces(tlm::tlm_generic_payload& p, sc_core::sc_time& t, const std::vector<Piece>& pieces,
                 tlm::tlm_fw_transport_if<>& memory) {
    tlm::tlm_generic_payload child;
    const ExtensionCopies copies(p, child);
    auto& stream = *child.get_extension<StreamExtension>();
    tlm::tlm_response_status response = tlm::TLM_OK_RESPONSE;

    for (const Piece& piece : pieces) {
        std::vector<unsigned char> enables = byte_enables(p, piece);
        child.set_command(p.get_command());
        child.set_address(piece.output);
        child.set_data_ptr(p.get_data_ptr() + piece.offset);
        child.set_data_length(piece.length);
        child.set_streaming_width(piece.length);
        child.set_byte_enable_ptr(enables.empty() ? nullptr : enables.data());
        child.set_byte_enable_length(static_cast<unsigned>(enables.size()));
        child.set_dmi_allowed(false);
        child.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        stream.out.attributes = piece.attributes;
        memory.b_transport(child, t);
        if (!child.is_response_ok() && response == tlm::TLM_OK_RESPONSE)
            response = child.get_response_status();
    }
    child.set_byte_enable_ptr(nullptr);
    p.set_response_status(response);
}

}  // namespace smmu
