// Why a transaction stopped, and the 32 bytes that say so.  Arm IHI 0070 G.b, 7.3.
#pragma once
#include <array>
#include <cstdint>

namespace oracle {

constexpr uint8_t C_BAD_STREAMID = 0x02, F_STE_FETCH = 0x03, C_BAD_STE = 0x04,
                  F_STREAM_DISABLED = 0x06, C_BAD_SUBSTREAMID = 0x08, F_CD_FETCH = 0x09,
                  C_BAD_CD = 0x0A, F_WALK_EABT = 0x0B, F_TRANSLATION = 0x10, F_ADDR_SIZE = 0x11,
                  F_ACCESS = 0x12, F_PERMISSION = 0x13;

/// CLASS.
constexpr uint8_t class_cd = 0b00, class_tt = 0b01, class_in = 0b10;

struct Fault {
    uint8_t id = 0;  ///< event number, 0 if there is none
    bool s2 = false;
    uint8_t cls = class_in;
    uint64_t ipa = 0;           ///< with s2
    bool ttrnw = false;         ///< F_PERMISSION with class_tt
    uint64_t fetch = 0;         ///< *_FETCH, F_WALK_EABT: PA
    bool of_bypass = false;     ///< F_ADDR_SIZE of a stage 1 that does not translate
    bool of_last_read = false;  ///< what was read last caused it: no cache may hold that
};

/// A transaction as it came in, privilege and kind as STE overrides left them.
struct Reported {
    uint32_t stream = 0, substream = 0;
    bool ssv = false, write = false, privileged = false, instruction = false;
    uint64_t address = 0;
};

/// `stall`: the transaction waits for software (its STAG is left 0).
std::array<uint64_t, 4> event_record(const Fault& fault, const Reported& access, bool stall);

}  // namespace oracle
