// What an SMMU can do, read from its ID registers, and which SMMUs this driver does not drive.  Arm
// IHI 0070 G.b, 6.3.1-6.3.8.
#pragma once
#include "sw_stubs/driver/memory.h"
#include "sw_stubs/driver/registers.h"

namespace smmu::sw {

struct Features {
    bool stage1 = false;
    bool stage2 = false;
    bool two_level_stream_table = false;
    bool two_level_cd_table = false;
    bool hyp = false;
    bool ats = false;
    bool pri = false;
    bool sev = false;
    bool msi = false;
    bool stall = false;               ///< a faulting access may wait for software
    bool stall_forced = false;        ///< and cannot be made not to
    bool attribute_override = false;  ///< IDR1.ATTR_TYPES_OVR: STE.SHCFG counts
    bool range_invalidation = false;
    bool fwb = false;          ///< IDR3.FWB: stage 2 can decide memory types
    bool nesting = false;      ///< both stages, one on the other
    bool btm = false;          ///< takes part in the CPUs' broadcast TLB maintenance
    bool access_flag = false;  ///< updates the access flag of descriptors (HTTU)
    bool dirty_state = false;  ///< and their dirty state
    uint8_t bbml = 0;          ///< IDR3.BBML
    Coherency coherency = Coherency::Coherent;

    uint8_t stream_bits = 0;
    uint8_t substream_bits = 0;
    uint8_t asid_bits = 8;
    uint8_t vmid_bits = 8;
    uint8_t command_queue_log2 = 0;  ///< largest size; queues of the driver may be smaller
    uint8_t event_queue_log2 = 0;
    uint8_t address_size_code = 0;  ///< IDR5.OAS as STE.S2PS and CD.IPS want it, at most 48 bits
    uint8_t address_bits = 32;      ///< of a physical address, and so of what stage 2 takes in
    uint8_t pri_queue_log2 = 0;

    // What errata and models ask for (errata.h).
    bool force_sync = false;     ///< a CMD_SYNC at least every 63 commands
    bool skip_prefetch = false;  ///< CMD_PREFETCH_CONFIG must not be sent
    bool page0_only = false;     ///< the registers of page 1 are in page 0
};

/// The IORT's number of a model that needs care.
enum class SmmuModel : uint8_t { Generic = 0, Hi161x = 1, Cn99xx = 2 };

/// What firmware says of an SMMU.
struct FirmwareSays {
    Coherency coherency = Coherency::Coherent;
    SmmuModel model = SmmuModel::Generic;
    /// IORT: 0 no HTTU, 1 access flag, 2 and dirty state, whatever IDR0 says.  A device tree says
    /// nothing: `httu_of_idr0`.
    uint8_t httu_override = 0;
    bool httu_of_idr0 = false;
};

enum class Refusal : uint8_t {
    None,
    NoTranslation,      ///< IDR0.S1P and S2P are both 0
    NoAArch64Tables,    ///< IDR0.TTF lacks VMSAv8-64
    NoLittleEndian,     ///< IDR0.TTENDIAN
    PresetTables,       ///< IDR1.TABLES_PRESET
    PresetQueues,       ///< IDR1.QUEUES_PRESET
    RelativeBases,      ///< IDR1.REL
    SmallCommandQueue,  ///< IDR1.CMDQS: not more than 64 entries
    NoSmallGranule,     ///< IDR5.GRAN4K is 0
};

/// "it cannot be driven: ..."
const char* describe(Refusal refusal);

struct Probe {
    Features features{};
    Refusal refusal = Refusal::None;
    bool coherency_differs =
        false;                  ///< IDR0.COHACC says otherwise than the firmware table, which wins
    bool httu_differs = false;  ///< the same for IDR0.HTTU
};

/// Reads the ID registers.
Probe probe(const Registers& registers, const FirmwareSays& says);
/// The same for a table that says nothing but SmmuV3::cohacc_override.
Probe probe(const Registers& registers, Coherency says);

}  // namespace smmu::sw
