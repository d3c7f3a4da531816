// One frame of the test engine as software sees it: registers, what a command means, how it ended.
// No SystemC, no time.
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "boards/test_engine_frame.h"
#include "test_engine/sequence.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu {

/// Whose requester ID a frame's transactions carry.
enum class Requester {
    Frame,    ///< that of its own register streamid
    Function  ///< that of the PCI function; streamid is ignored, as Arm's engine does under PCIe
};

}  // namespace smmu

namespace smmu::test_engine {

/// What a command was told when its doorbell rang; later register writes do not change it.
struct Job {
    Command command = Command::HALTED;
    Range range{};
    StreamIn read;  ///< who reads, with which attributes
    StreamIn write;
    uint64_t msiaddress = 0;
    uint32_t msidata = 0;
    StreamIn msi;  ///< who writes msidata to an address
    bool ats = false, pri = false;
};

class FrameRegisters {
public:
    /// What writing cmd asks the engine to do.
    enum class Doorbell { None, Start, Stop };

    /// `requester_id`: reset value of streamid.  `vectors`: of the function's MSI-X.
    FrameRegisters(Requester requester, uint32_t requester_id, uint32_t vectors);

    /// `offset` inside the frame, a multiple of 4; what is not a register reads as zero and ignores
    /// writes.  `bytes` has ones where a byte is written; cmd takes whole words only.  A busy frame
    /// ignores all writes but HALTED.
    uint32_t read_user(uint64_t offset) const { return user_[offset / 4]; }
    uint32_t read_privileged(uint64_t offset) const { return privileged_[offset / 4]; }
    Doorbell write_user(uint64_t offset, uint32_t value, uint32_t bytes);
    void write_privileged(uint64_t offset, uint32_t value, uint32_t bytes);

    /// `function`: the requester ID of the PCI function.
    Job job(uint32_t function) const;
    /// The requester ID and the PASID that pages are asked for with; none without PRI or a PASID.
    struct Pasid {
        uint32_t requester, pasid;
        bool operator==(const Pasid& o) const {
            return requester == o.requester && pasid == o.pasid;
        }
    };
    std::optional<Pasid> paging(uint32_t function) const;
    void launched() { ++user_[user::count_launched / 4]; }
    void halted() { end(Command::HALTED); }
    void summed(uint64_t sum);
    void failed(uint64_t address);
    void msi_aborted() { user_[user::uctrl / 4] |= uctrl_msi_aborted; }

private:
    bool is_set(uint32_t pctrl_bit) const {
        return (privileged_[privileged::pctrl / 4] & pctrl_bit) != 0;
    }
    uint32_t requester(uint32_t function) const {
        return requester_ == Requester::Frame ? privileged_[privileged::streamid / 4] : function;
    }
    Doorbell ring(uint32_t command);
    bool busy() const;
    bool well_configured(uint32_t command) const;
    bool good_identity() const;
    bool good_msi() const;
    bool good_range(uint32_t command) const;
    Range range(Command command) const;
    void end(Command result);
    uint64_t read64(uint64_t offset) const {
        return user_[offset / 4] | static_cast<uint64_t>(user_[offset / 4 + 1]) << 32;
    }
    void write64(uint64_t offset, uint64_t value) {
        user_[offset / 4] = static_cast<uint32_t>(value);
        user_[offset / 4 + 1] = static_cast<uint32_t>(value >> 32);
    }

    const Requester requester_;
    const uint32_t vectors_;
    std::array<uint32_t, frame_size / 4> user_{};
    std::array<uint32_t, frame_size / 4> privileged_{};
};

}  // namespace smmu::test_engine
