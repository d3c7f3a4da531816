// Accesses to the test engine's frames: any size, but whole words for cmd.
#include <algorithm>
#include <cstring>

#include "test_engine/frame.h"

namespace smmu {

using test_engine::FrameRegisters;

namespace {

/// The bytes of an access that lie in one 32-bit word.
struct Part {
    uint64_t word;   ///< address of the word
    unsigned at;     ///< from the start of the access
    unsigned shift;  ///< of the first byte in the word, bits
    unsigned bytes;
};

Part part_at(uint64_t address, unsigned at, unsigned length) {
    const uint64_t first = address + at;
    const auto in_word = static_cast<unsigned>(first % 4);
    return {first - in_word, at, 8 * in_word, std::min(4 - in_word, length - at)};
}

/// Where the last part of an access starts that begins below `end`.
unsigned before(uint64_t address, unsigned end) {
    const auto back = static_cast<unsigned>((address + end - 1) % 4 + 1);
    return back >= end ? 0 : end - back;
}

}  // namespace

// High words go first: cmd is the low word of its pair and starts the command.
void TestEngine::access_registers(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (payload.get_byte_enable_ptr())
        return payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    if (payload.is_read()) peek_registers(payload);
    if (!payload.is_write()) return;

    const uint64_t address = payload.get_address();
    for (unsigned end = payload.get_data_length(); end > 0;) {
        const Part part = part_at(address, before(address, end), end);
        uint32_t value = 0, bytes = 0;
        std::memcpy(&value, payload.get_data_ptr() + part.at, part.bytes);
        std::memset(&bytes, 0xFF, part.bytes);
        write_word(part.word, value << part.shift, bytes << part.shift, delay);
        end = part.at;
    }
}

unsigned TestEngine::peek_registers(tlm::tlm_generic_payload& payload) {
    if (!payload.is_read()) return 0;
    const unsigned length = payload.get_data_length();
    for (unsigned at = 0; at < length;) {
        const Part part = part_at(payload.get_address(), at, length);
        const uint32_t value = read_word(part.word) >> part.shift;
        std::memcpy(payload.get_data_ptr() + part.at, &value, part.bytes);
        at += part.bytes;
    }
    return length;
}

uint32_t TestEngine::read_word(uint64_t offset) const {
    const uint64_t frame = offset % test_engine::page_size / test_engine::frame_size;
    if (offset >= 2 * test_engine::page_size || frame >= frames_.size()) return 0;
    const FrameRegisters& registers = frames_[frame]->registers;
    const uint64_t reg = offset % test_engine::frame_size;
    return offset < test_engine::privileged_page ? registers.read_user(reg)
                                                 : registers.read_privileged(reg);
}

void TestEngine::write_word(uint64_t offset, uint32_t value, uint32_t bytes,
                            const sc_core::sc_time& delay) {
    const uint64_t number = offset % test_engine::page_size / test_engine::frame_size;
    if (offset >= 2 * test_engine::page_size || number >= frames_.size()) return;
    Frame& frame = *frames_[number];
    const uint64_t reg = offset % test_engine::frame_size;
    if (offset >= test_engine::privileged_page) return write_privileged(frame, reg, value, bytes);

    switch (frame.registers.write_user(reg, value, bytes)) {
        case FrameRegisters::Doorbell::None: break;
        case FrameRegisters::Doorbell::Start:
            frame.start = true;
            frame.stop = false;
            frame.doorbell.notify(delay);
            break;
        case FrameRegisters::Doorbell::Stop: frame.stop = true; break;
    }
}

/// A PASID that no frame asks for pages with any more is told to be out of use.
void TestEngine::write_privileged(Frame& frame, uint64_t reg, uint32_t value, uint32_t bytes) {
    const auto before = frame.registers.paging(pci.requester_id());
    frame.registers.write_privileged(reg, value, bytes);
    if (!before) return;
    for (const auto& other : frames_)
        if (other->registers.paging(pci.requester_id()) == before) return;
    endpoint.stop({before->requester}, {before->pasid});
}

}  // namespace smmu
