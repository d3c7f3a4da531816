// One frame of the test engine: which bits can be written, which commands are accepted.
#include "test_engine/frame_registers.h"

#include "test_engine/attributes_word.h"

namespace smmu::test_engine {
namespace {

constexpr uint32_t all = ~0u;

constexpr uint32_t user_mask(uint64_t offset) {
    if (offset == user::uctrl) return uctrl_no_snoop;
    if (offset == user::attributes) return all;
    return offset >= user::begin ? all : 0;  // begin, end, stride, udata
}
static_assert(user::udata + 8 * sizeof(uint64_t) == frame_size, "udata ends the frame");

constexpr uint32_t privileged_mask(uint64_t offset) {
    if (offset == privileged::pctrl) return pctrl_no_snoop_allowed;
    return offset == privileged::streamid || offset == privileged::substreamid ? all : 0;
}

}  // namespace

FrameRegisters::FrameRegisters(uint32_t requester_id) {
    user_[user::cmd / 4] = static_cast<uint32_t>(Command::HALTED);
    privileged_[privileged::pctrl / 4] = pctrl_ssd_ns;
    privileged_[privileged::streamid / 4] = requester_id;
    privileged_[privileged::substreamid / 4] = no_substream;
}

FrameRegisters::Doorbell FrameRegisters::write_user(uint64_t offset, uint32_t value) {
    if (offset == user::cmd) return ring(value);
    const uint32_t mask = user_mask(offset);
    uint32_t& word = user_[offset / 4];
    word = (word & ~mask) | (value & mask);
    return Doorbell::None;
}

void FrameRegisters::write_privileged(uint64_t offset, uint32_t value) {
    const uint32_t mask = privileged_mask(offset);
    uint32_t& word = privileged_[offset / 4];
    word = (word & ~mask) | (value & mask);
}

FrameRegisters::Doorbell FrameRegisters::ring(uint32_t command) {
    uint32_t& cmd = user_[user::cmd / 4];
    const bool halt = command == static_cast<uint32_t>(Command::HALTED);
    if (cmd ==
        static_cast<uint32_t>(Command::MEMCPY))  // busy: cmd changes when the engine has stopped
        return halt ? Doorbell::Stop : Doorbell::None;
    if (halt) {
        cmd = command;
        return Doorbell::None;
    }
    if (command != static_cast<uint32_t>(Command::MEMCPY) || !well_configured()) {
        cmd = static_cast<uint32_t>(Command::FRAME_MISCONFIGURED);
        return Doorbell::None;
    }
    cmd = command;
    return Doorbell::Start;
}

bool FrameRegisters::well_configured() const {
    const uint32_t substream = privileged_[privileged::substreamid / 4];
    if (substream != no_substream && substream > max_substream) return false;

    const uint64_t begin = read64(user::begin);
    const uint64_t end = read64(user::end);
    const uint64_t destination = read64(user::destination);
    if (end < begin || destination + (end - begin) < destination) return false;

    const uint64_t stride = read64(user::stride);
    if (stride == 1) return true;
    return stride != 0 && stride % 8 == 0 && begin % 8 == 0 && (end + 1) % 8 == 0 &&
           destination % 8 == 0;
}

CopyJob FrameRegisters::job() const {
    const uint32_t substream = privileged_[privileged::substreamid / 4];
    StreamIn frame;
    frame.stream = {privileged_[privileged::streamid / 4]};
    frame.substream_valid = substream != no_substream;
    frame.substream = {frame.substream_valid ? substream : 0};
    frame.no_snoop = (user_[user::uctrl / 4] & uctrl_no_snoop) != 0 &&
                     (privileged_[privileged::pctrl / 4] & pctrl_no_snoop_allowed) != 0;

    const uint32_t attributes = user_[user::attributes / 4];
    CopyJob job;
    job.source = read64(user::begin);
    job.destination = read64(user::destination);
    job.last = read64(user::end) - job.source;
    job.stride = read64(user::stride);
    job.read = decode_half(static_cast<uint16_t>(attributes), frame);
    job.write = decode_half(static_cast<uint16_t>(attributes >> 16), frame);
    return job;
}

void FrameRegisters::failed(uint64_t address) {
    user_[user::error_address / 4] = static_cast<uint32_t>(address);
    user_[user::error_address / 4 + 1] = static_cast<uint32_t>(address >> 32);
    end(Command::ERROR);
}

// count_returned moves here only: software takes its change for "the copy is done".
void FrameRegisters::end(Command result) {
    user_[user::count_returned / 4] = user_[user::count_launched / 4];
    user_[user::cmd / 4] = static_cast<uint32_t>(result);
}

}  // namespace smmu::test_engine
