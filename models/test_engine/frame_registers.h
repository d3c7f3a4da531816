// One frame of the test engine as software sees it: registers, what a command means, how it ended.
// No SystemC, no time.
#pragma once
#include <array>
#include <cstdint>

#include "boards/test_engine_frame.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu::test_engine {

/// What a MEMCPY was told when its doorbell rang; later register writes do not change it.
struct CopyJob {
    uint64_t source = 0;
    uint64_t destination = 0;
    uint64_t last = 0;    ///< offset of the last byte to copy
    uint64_t stride = 1;  ///< 1, or the distance between the 64-bit words to copy
    StreamIn read;        ///< who reads, with which attributes
    StreamIn write;
};

class FrameRegisters {
public:
    /// What writing cmd asks the engine to do.
    enum class Doorbell { None, Start, Stop };

    explicit FrameRegisters(uint32_t requester_id);

    /// `offset` inside the frame, a multiple of 4; what is not a register reads as zero and ignores
    /// writes.
    uint32_t read_user(uint64_t offset) const { return user_[offset / 4]; }
    uint32_t read_privileged(uint64_t offset) const { return privileged_[offset / 4]; }
    Doorbell write_user(uint64_t offset, uint32_t value);
    void write_privileged(uint64_t offset, uint32_t value);

    CopyJob job() const;
    void launched() { ++user_[user::count_launched / 4]; }
    void halted() { end(Command::HALTED); }
    void failed(uint64_t address);

private:
    Doorbell ring(uint32_t command);
    bool well_configured() const;
    void end(Command result);
    uint64_t read64(uint64_t offset) const {
        return user_[offset / 4] | static_cast<uint64_t>(user_[offset / 4 + 1]) << 32;
    }

    std::array<uint32_t, frame_size / 4> user_{};
    std::array<uint32_t, frame_size / 4> privileged_{};
};

}  // namespace smmu::test_engine
