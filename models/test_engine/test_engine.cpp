// The DMA master of the platform.  serve(), copy() and sync() run in the frame's thread and may
// wait().
#include "test_engine/test_engine.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace smmu {

using test_engine::CopyJob;
using test_engine::FrameRegisters;

/// One channel: its registers and all that a beat needs, made once.
struct TestEngine::Frame {
    Frame(uint32_t requester_id, uint32_t beat) : registers(requester_id), buffer(beat) {
        payload.set_extension(&identity);
    }
    ~Frame() { payload.clear_extension(&identity); }

    FrameRegisters registers;
    sc_core::sc_event doorbell;
    bool stop = false;
    sc_core::sc_time local;  ///< how far this channel is ahead of simulated time
    std::vector<uint8_t> buffer;
    StreamExtension identity;
    tlm::tlm_generic_payload payload;
};

TestEngine::TestEngine(sc_core::sc_module_name name, const TestEngineParams& params)
    : sc_module(name), params_(params) {
    using SC_CURRENT_USER_MODULE = TestEngine;
    const auto refuse = [](const char* why) { SC_REPORT_ERROR("/smmu/test_engine", why); };
    if (params.frames == 0 || params.frames > test_engine::max_frames)
        refuse("the engine has 1 to 512 frames: set 'frames' in that range");
    if (params.beat < 8 || params.beat > 4096)
        refuse("a beat has 8 to 4096 bytes: set 'beat' in that range");

    regs.register_b_transport(this, &TestEngine::access_registers);
    regs.register_transport_dbg(this, &TestEngine::peek_registers);
    for (uint32_t n = 0; n < params.frames; ++n) {
        frames_.push_back(std::make_unique<Frame>(virt::test_engine_rid(n), params.beat));
        Frame& frame = *frames_.back();
        sc_core::sc_spawn([this, &frame] { serve(frame); }, ("frame" + std::to_string(n)).c_str());
    }
    SC_METHOD(drive_irq);
    sensitive << command_ended_;
    dont_initialize();
}

TestEngine::~TestEngine() = default;

// --- Registers

// The high word of a 64-bit write goes first: cmd is the low word of its pair and starts the
// command.
void TestEngine::access_registers(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const uint64_t address = payload.get_address();
    const unsigned length = payload.get_data_length();
    uint8_t* const data = payload.get_data_ptr();
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (payload.get_byte_enable_ptr())
        return payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);

    const bool whole = (length == 4 || length == 8) && address % length == 0;
    if (payload.is_read()) {
        std::memset(data, 0, length);
        if (whole) peek_registers(payload);
    } else if (payload.is_write() && whole) {
        for (unsigned at = length; at > 0;) {
            at -= 4;
            uint32_t value = 0;
            std::memcpy(&value, data + at, 4);
            write_word(address + at, value, delay);
        }
    }
}

unsigned TestEngine::peek_registers(tlm::tlm_generic_payload& payload) {
    const unsigned length = payload.get_data_length();
    if (!payload.is_read() || length % 4 != 0 || payload.get_address() % 4 != 0) return 0;
    for (unsigned at = 0; at < length; at += 4) {
        const uint32_t value = read_word(payload.get_address() + at);
        std::memcpy(payload.get_data_ptr() + at, &value, 4);
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

void TestEngine::write_word(uint64_t offset, uint32_t value, const sc_core::sc_time& delay) {
    const uint64_t number = offset % test_engine::page_size / test_engine::frame_size;
    if (offset >= 2 * test_engine::page_size || number >= frames_.size()) return;
    Frame& frame = *frames_[number];
    const uint64_t reg = offset % test_engine::frame_size;
    if (offset >= test_engine::privileged_page) return frame.registers.write_privileged(reg, value);

    switch (frame.registers.write_user(reg, value)) {
        case FrameRegisters::Doorbell::None: break;
        case FrameRegisters::Doorbell::Start:
            frame.stop = false;
            frame.doorbell.notify(delay);
            break;
        case FrameRegisters::Doorbell::Stop: frame.stop = true; break;
    }
}

// --- Copying

void TestEngine::serve(Frame& frame) {
    for (;;) {
        sc_core::wait(frame.doorbell);
        copy(frame);
        ++pulses_due_;
        command_ended_.notify(sc_core::SC_ZERO_TIME);
    }
}

void TestEngine::copy(Frame& frame) {
    const CopyJob job = frame.registers.job();
    frame.local = sc_core::SC_ZERO_TIME;
    uint64_t offset = 0;
    while (!frame.stop) {
        const uint64_t length = beat_at(job, offset);
        const uint64_t source = job.source + offset;
        const uint64_t destination = job.destination + offset;
        const bool read = transfer(frame, tlm::TLM_READ_COMMAND, job.read, source, length);
        if (!read || !transfer(frame, tlm::TLM_WRITE_COMMAND, job.write, destination, length)) {
            sync(frame);
            return frame.registers.failed(read ? destination : source);
        }
        if (frame.local >= params_.quantum) sync(frame);

        const uint64_t advance = job.stride == 1 ? length : job.stride;
        if (job.last - offset < advance) break;
        offset += advance;
    }
    sync(frame);
    frame.registers.halted();
}

/// Bytes to move at `offset` of the job.
uint64_t TestEngine::beat_at(const CopyJob& job, uint64_t offset) const {
    if (job.stride != 1) return 8;
    uint64_t length = std::min<uint64_t>(job.last - offset, params_.beat - 1) + 1;
    if (params_.page_crossing == PageCrossing::Never) {
        const auto to_boundary = [](uint64_t address) { return 0x1000 - address % 0x1000; };
        length = std::min(
            {length, to_boundary(job.source + offset), to_boundary(job.destination + offset)});
    }
    return length;
}

bool TestEngine::transfer(Frame& frame, tlm::tlm_command command, const StreamIn& who,
                          uint64_t address, uint64_t length) {
    frame.identity.in = who;
    frame.identity.out = {};
    tlm::tlm_generic_payload& payload = frame.payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(frame.buffer.data());
    payload.set_data_length(static_cast<unsigned>(length));
    payload.set_streaming_width(static_cast<unsigned>(length));
    payload.set_byte_enable_ptr(nullptr);
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    frame.registers.launched();
    dma->b_transport(payload, frame.local);
    return payload.is_response_ok();
}

void TestEngine::sync(Frame& frame) {
    sc_core::wait(frame.local);
    frame.local = sc_core::SC_ZERO_TIME;
}

// --- Interrupt

void TestEngine::drive_irq() {
    if (irq.size() == 0) return;
    if (!irq_level_ && pulses_due_ == 0) return;
    irq_level_ = !irq_level_;
    if (irq_level_) --pulses_due_;
    irq->write(irq_level_);
    next_trigger(params_.irq_pulse);
}

}  // namespace smmu
