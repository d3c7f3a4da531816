// One frame of the test engine: which bits can be written, which commands are accepted.
#include "test_engine/frame_registers.h"

#include "test_engine/attributes_word.h"

namespace smmu::test_engine {
namespace {

constexpr uint32_t all = ~0u;

constexpr uint32_t user_mask(uint64_t offset) {
    if (offset == user::uctrl) return uctrl_no_snoop;
    return offset >= user::msiaddress ? all : 0;  // MSI, attributes, seed, range, udata
}
static_assert(user::udata + 8 * sizeof(uint64_t) == frame_size, "udata ends the frame");

constexpr uint32_t privileged_mask(uint64_t offset) {
    if (offset == privileged::pctrl)
        return pctrl_no_snoop_allowed | pctrl_ats_enable | pctrl_pri_enable;
    return offset == privileged::streamid || offset == privileged::substreamid ? all : 0;
}

constexpr bool is(uint32_t value, Command command) {
    return value == static_cast<uint32_t>(command);
}

constexpr uint16_t low_half(uint32_t word) { return static_cast<uint16_t>(word); }
constexpr uint16_t high_half(uint32_t word) { return static_cast<uint16_t>(word >> 16); }

}  // namespace

FrameRegisters::FrameRegisters(Requester requester, uint32_t requester_id, uint32_t vectors)
    : requester_(requester), vectors_(vectors) {
    user_[user::cmd / 4] = static_cast<uint32_t>(Command::HALTED);
    privileged_[privileged::pctrl / 4] = pctrl_ssd_ns;
    privileged_[privileged::streamid / 4] = requester_id;
    privileged_[privileged::substreamid / 4] = no_substream;
}

FrameRegisters::Doorbell FrameRegisters::write_user(uint64_t offset, uint32_t value,
                                                    uint32_t bytes) {
    if (offset == user::cmd) return bytes == all ? ring(value) : Doorbell::None;
    if (busy()) return Doorbell::None;
    uint32_t& word = user_[offset / 4];
    if (offset == user::uctrl) word &= value | ~(bytes & uctrl_msi_aborted);
    const uint32_t mask = user_mask(offset) & bytes;
    word = (word & ~mask) | (value & mask);
    return Doorbell::None;
}

void FrameRegisters::write_privileged(uint64_t offset, uint32_t value, uint32_t bytes) {
    if (busy()) return;
    const uint32_t mask = privileged_mask(offset) & bytes;
    uint32_t& word = privileged_[offset / 4];
    word = (word & ~mask) | (value & mask);
}

bool FrameRegisters::busy() const {
    const uint32_t cmd = user_[user::cmd / 4];
    return is(cmd, Command::MEMCPY) || is(cmd, Command::RAND48) || is(cmd, Command::SUM64);
}

FrameRegisters::Doorbell FrameRegisters::ring(uint32_t command) {
    const bool halt = is(command, Command::HALTED) || is(command, Command::NO_FRAME);
    if (busy())  // cmd changes when the engine has stopped
        return is(command, Command::HALTED) ? Doorbell::Stop : Doorbell::None;
    uint32_t& cmd = user_[user::cmd / 4];
    if (halt) {
        cmd = static_cast<uint32_t>(Command::HALTED);
        return Doorbell::None;
    }
    if (!well_configured(command)) {
        cmd = static_cast<uint32_t>(Command::FRAME_MISCONFIGURED);
        return Doorbell::None;
    }
    cmd = command;
    return Doorbell::Start;
}

bool FrameRegisters::well_configured(uint32_t command) const {
    const bool known =
        is(command, Command::MEMCPY) || is(command, Command::RAND48) || is(command, Command::SUM64);
    return known && good_identity() && good_msi() && good_range(command);
}

bool FrameRegisters::good_identity() const {
    if (is_set(pctrl_pri_enable) && !is_set(pctrl_ats_enable)) return false;
    const uint32_t substream = privileged_[privileged::substreamid / 4];
    if (substream != no_substream && substream > max_substream) return false;
    const uint32_t attributes = user_[user::attributes / 4];
    return is_legal(low_half(attributes)) && is_legal(high_half(attributes));
}

bool FrameRegisters::good_msi() const {
    const uint64_t address = read64(user::msiaddress);
    if (address == msi_none) return true;
    if (address == msi_vector) return user_[user::msidata / 4] < vectors_;
    return requester_ == Requester::Frame && address % 4 == 0 &&
           is_legal(low_half(user_[user::msiattr / 4]));
}

bool FrameRegisters::good_range(uint32_t command) const {
    const uint64_t begin = read64(user::begin);
    const uint64_t end = read64(user::end);
    const uint64_t stride = read64(user::stride);
    if (end < begin || (begin <= 7 && end >= ~uint64_t{7})) return false;
    if (stride != 1 && (stride == 0 || stride % 8 != 0)) return false;
    if (is(command, Command::SUM64)) return begin % 8 == 0 && end % 8 == 7;
    if (is(command, Command::RAND48)) return true;
    const Range r = range(Command::MEMCPY);
    return r.second + (r.size - 1) >= r.second;
}

/// With a stride, whole aligned words: the range reaches out to their boundaries.
Range FrameRegisters::range(Command command) const {
    const uint64_t stride = read64(user::stride);
    const uint64_t within = stride == 1 ? 0 : 7;
    Range r{};
    r.first = read64(user::begin) & ~within;
    r.size = (read64(user::end) | within) - r.first + 1;
    r.second = command == Command::MEMCPY ? read64(user::destination) & ~within : r.first;
    r.stride = stride;
    r.seed = user_[user::seed / 4];
    return r;
}

Job FrameRegisters::job(uint32_t function) const {
    const uint32_t substream = privileged_[privileged::substreamid / 4];
    StreamIn frame;
    frame.stream = {requester(function)};
    Job job;
    job.ats = is_set(pctrl_ats_enable);
    job.pri = is_set(pctrl_pri_enable);
    job.msiaddress = read64(user::msiaddress);
    job.msidata = user_[user::msidata / 4];
    job.msi = decode_half(low_half(user_[user::msiattr / 4]), frame);  // without a PASID

    frame.substream_valid = substream != no_substream;
    frame.substream = {frame.substream_valid ? substream : 0};
    frame.no_snoop =
        (user_[user::uctrl / 4] & uctrl_no_snoop) != 0 && is_set(pctrl_no_snoop_allowed);
    const uint32_t attributes = user_[user::attributes / 4];
    job.read = decode_half(low_half(attributes), frame);
    job.write = decode_half(high_half(attributes), frame);
    job.command = static_cast<Command>(user_[user::cmd / 4]);
    job.range = range(job.command);
    return job;
}

std::optional<FrameRegisters::Pasid> FrameRegisters::paging(uint32_t function) const {
    const uint32_t pasid = privileged_[privileged::substreamid / 4];
    if (!is_set(pctrl_pri_enable) || pasid == no_substream) return std::nullopt;
    return Pasid{requester(function), pasid};
}

void FrameRegisters::summed(uint64_t sum) {
    write64(user::sum, sum);
    end(Command::HALTED);
}

void FrameRegisters::failed(uint64_t address) {
    write64(user::error_address, address);
    end(Command::ERROR);
}

// count_returned moves here only: software takes its change for "the work is done".
void FrameRegisters::end(Command result) {
    user_[user::count_returned / 4] = user_[user::count_launched / 4];
    user_[user::cmd / 4] = static_cast<uint32_t>(result);
}

}  // namespace smmu::test_engine
