// The register frames of the DMA engine, laid out as those of Arm's SMMUv3TestEngine (its public
// header, SMMUv3TestEngine.h). Freestanding: shared by the model (models/test_engine) and the firmware.
//
// Frame n has a part in the user page, which a guest may own, and one in the privileged page, which
// belongs to the host: identity and what the frame may do.
#pragma once
#include <stdint.h>

namespace smmu::test_engine {

constexpr uint64_t user_page = 0x0;
constexpr uint64_t privileged_page = 0x1'0000;
constexpr uint64_t page_size = 0x1'0000;
constexpr uint64_t frame_size = 0x80;
constexpr uint32_t max_frames = 512;

/// Offset of a register from the start of the engine; `reg` is one of those below.
constexpr uint64_t user_register(uint32_t frame, uint64_t reg) {
    return user_page + frame * frame_size + reg;
}
constexpr uint64_t privileged_register(uint32_t frame, uint64_t reg) {
    return privileged_page + frame * frame_size + reg;
}

/// User part.  Registers have 32 bits unless the comment says 64.
namespace user {
constexpr uint64_t cmd = 0x00;  ///< writing a Command is the doorbell
constexpr uint64_t uctrl = 0x04;
constexpr uint64_t count_launched = 0x08;  ///< reads and writes sent since reset
constexpr uint64_t count_returned = 0x0C;  ///< those of ended commands: moves when one ends
constexpr uint64_t msiaddress = 0x10;      ///< 64; msi_none, msi_vector, or an address
constexpr uint64_t msidata = 0x18;         ///< what is written there, or the MSI-X vector
constexpr uint64_t msiattr = 0x1C;         ///< a half of an attributes word, for an address
constexpr uint64_t attributes = 0x20;      ///< attributes_word()
constexpr uint64_t seed = 0x24;            ///< seed_ascending, seed_descending, else random order
constexpr uint64_t begin = 0x28;           ///< 64; first byte to read (RAND48: to write)
constexpr uint64_t end = 0x30;             ///< 64; last byte
constexpr uint64_t stride = 0x38;          ///< 64; 1: bytes; 8 * n: a 64-bit word every so many
constexpr uint64_t udata = 0x40;           ///< 64; eight of them
constexpr uint64_t destination = udata;    ///< 64; MEMCPY: first byte to write
constexpr uint64_t sum = udata + 0x08;     ///< 64; SUM64: the result
constexpr uint64_t error_address = udata + 0x10;  ///< 64; where cmd reads ERROR: what failed
}  // namespace user

/// Privileged part, 32-bit registers.
namespace privileged {
constexpr uint64_t pctrl = 0x00;
constexpr uint64_t streamid = 0x08;     ///< requester ID that the frame presents
constexpr uint64_t substreamid = 0x0C;  ///< PASID, or no_substream
}  // namespace privileged

enum class Command : uint32_t {
    NO_FRAME = 0,  ///< there is no such frame; written: as HALTED
    HALTED = 1,    ///< idle; written to a busy frame: stop after the current beat
    MEMCPY = 2,
    RAND48 = 3,                     ///< fills the range with random bytes
    SUM64 = 4,                      ///< adds up the 64-bit words of the range
    FRAME_MISCONFIGURED = ~0u - 1,  ///< read only: the last command was refused
    ERROR = ~0u,                    ///< read only: the last command met an error
};

constexpr uint32_t seed_ascending = 0;
constexpr uint32_t seed_descending = ~0u;

constexpr uint64_t msi_none = 0;
constexpr uint64_t msi_vector = 1;  ///< the MSI-X vector in msidata

constexpr uint32_t no_substream = ~0u;
constexpr uint32_t max_substream = 0xF'FFFF;

constexpr uint32_t pctrl_ssd_ns = 1u << 0;      ///< reads as one: streams are Non-secure
/// Reads and writes go out translated, where ATS is enabled in the function's configuration space.
constexpr uint32_t pctrl_ats_enable = 1u << 8;
constexpr uint32_t pctrl_pri_enable = 1u << 9;  ///< a page that is not there is asked for; with ATS
constexpr uint32_t uctrl_msi_aborted = 1u << 0;  ///< set by the engine; writing 0 clears it
/// Arm's engine has no bit for No_snoop: bit 16 of both control registers is this engine's own.
constexpr uint32_t pctrl_no_snoop_allowed = 1u << 16;
constexpr uint32_t uctrl_no_snoop = 1u << 16;  ///< a request; counts only where pctrl allows it

/// One half of the attributes word: levels as AxCACHE of AMBA AXI.  0 states nothing, and the
/// default attributes go out.
namespace half {
constexpr uint16_t write_back = 0x00FF;  ///< inner and outer, read and write allocate
constexpr uint16_t write_through = 0x00EE;
constexpr uint16_t non_cacheable = 0x0033;
constexpr uint16_t device_nGnRE = 0x0010;
constexpr uint16_t privileged = 1u << 8;    ///< PnU
constexpr uint16_t non_secure = 1u << 9;    ///< NS: always so here
constexpr uint16_t instruction = 1u << 10;  ///< InD
constexpr uint16_t inner_transient = 1u << 12;
constexpr uint16_t outer_transient = 1u << 13;
constexpr uint16_t inner_shareable = 0b01u << 14;  ///< as on the bus, not as in a descriptor
constexpr uint16_t outer_shareable = 0b10u << 14;
}  // namespace half

constexpr uint32_t attributes_word(uint16_t source, uint16_t destination) {
    return source | static_cast<uint32_t>(destination) << 16;
}

}  // namespace smmu::test_engine
