// Legality and meaning of STE and CD.  Arm IHI 0070 G.b, 5.2.2 and 5.4.2.
#include "smmuv3/core/config.h"

#include <algorithm>

#include "smmuv3/arch/desc.h"

namespace smmu::core {

using arch::Cd;
using arch::EventId;
using arch::Ste;

namespace {

constexpr unsigned page_bits = arch::page_shift;
constexpr unsigned level_bits = 9;
constexpr unsigned max_txsz = 39;        // IDR3.STT = 0
constexpr unsigned vmsa64_48_bits = 48;  // 4KB granule without DS

/// Start level of a stage-1 walk: the fewest levels that resolve the address (Arm ARM D8.2).
constexpr int start_level(unsigned input_bits) {
    return 3 - static_cast<int>((input_bits - page_bits - 1) / level_bits);
}
static_assert(start_level(48) == 0 && start_level(40) == 0 && start_level(39) == 1 &&
              start_level(25) == 2);

/// Tables are aligned to their size; low bits of a base are ignored.
constexpr uint64_t align_table(uint64_t base, unsigned input_bits, int level) {
    const unsigned index_bits = input_bits - arch::level_shift(level);
    return base & ~((uint64_t{8} << index_bits) - 1);
}

constexpr bool beyond(uint64_t address, unsigned bits) {
    return bits < 64 && (address >> bits) != 0;
}

/// Stage 2, 4KB granule: S2SL0 0, 1, 2 start at level 2, 1, 0; 3 needs small tables (IDR3.STT).
constexpr bool start_level_fits(int level, unsigned input_bits) {
    // From two entries of one table up to sixteen concatenated tables.
    const unsigned least = arch::level_shift(level) + 1;
    return input_bits >= least && input_bits <= least + level_bits + 3;
}
static_assert(start_level_fits(1, 39) && start_level_fits(1, 43) && !start_level_fits(1, 44));
static_assert(start_level_fits(1, 31) && !start_level_fits(1, 30));

/// True if stage 2 of the STE is ILLEGAL (5.2.2).
bool stage2_is_illegal(const Ste& ste, const Features& features) {
    const unsigned txsz = ste[Ste::S2T0SZ];
    if (!ste[Ste::S2AA64]) return true;                 // VMSAv8-32 tables are not built
    if (ste[Ste::S2HA] || ste[Ste::S2HD]) return true;  // IDR0.HTTU = 0
    if (ste[Ste::S2TG] != 0) return true;               // 4KB only
    if (ste[Ste::S2S]) return true;                     // IDR0.STALL_MODEL = terminate
    if (ste[Ste::S2ENDI]) return true;                  // IDR0.TTENDIAN = little
    if (txsz > max_txsz || txsz < std::max(16u, 64 - features.intermediate_address_bits()))
        return true;
    if (ste[Ste::S2SL0] == 3 || !start_level_fits(2 - ste[Ste::S2SL0], 64 - txsz)) return true;
    const unsigned output_bits =
        std::min(arch::address_bits(ste[Ste::S2PS]), features.output_address_bits);
    return beyond(ste[Ste::S2TTB], std::min(output_bits, vmsa64_48_bits));
}

bool is_illegal(const Ste& ste, const Features& features) {
    const auto config = ste[Ste::Config];
    if (!ste[Ste::V]) return true;
    if (arch::aborts(config)) return false;
    if (has_stage1(config)) {
        if (!features.stage1) return true;
        if (ste[Ste::S1STALLD]) return true;  // IDR0.STALL_MODEL != 0b00
        if (!has_stage2(config) && beyond(ste[Ste::S1ContextPtr], features.output_address_bits))
            return true;
    }
    if (has_stage2(config) && (!features.stage2 || stage2_is_illegal(ste, features))) return true;
    const bool uses_vmid = features.stage2 && (has_stage1(config) || has_stage2(config));
    return uses_vmid && !features.wide_vmid && ste[Ste::S2VMID] > 0xFF;
}

struct HalfFields {
    uint8_t txsz, tg, tg_4k, ir, orgn, sh;
    uint64_t ttb;
};

/// True if an enabled half of the VA space is ILLEGAL.
bool is_illegal(const HalfFields& h, unsigned output_bits) {
    return h.tg != h.tg_4k || h.txsz < 16 || h.txsz > max_txsz ||
           beyond(h.ttb, std::min(output_bits, vmsa64_48_bits));
}

TableRoot root_of(const HalfFields& h, unsigned output_bits) {
    const unsigned input_bits = 64u - h.txsz;
    const int level = start_level(input_bits);
    return {align_table(h.ttb, input_bits, level), input_bits, level, output_bits,
            walk_attributes(h.ir, h.orgn, h.sh)};
}

}  // namespace

Result<StreamConfig> decode(const Ste& ste, const Features& features) {
    if (is_illegal(ste, features)) return fault(EventId::C_BAD_STE);

    StreamConfig c;
    c.config = ste[Ste::Config];
    c.vmid = arch::Vmid{features.stage2 ? ste[Ste::S2VMID] : uint16_t{0}};
    c.overrides = overrides(ste);
    if (has_stage2(c.config)) {
        const unsigned input_bits = 64u - ste[Ste::S2T0SZ];
        const int level = 2 - ste[Ste::S2SL0];
        c.stage2.root = {align_table(ste[Ste::S2TTB], input_bits, level), input_bits, level,
                         std::min(arch::address_bits(ste[Ste::S2PS]), features.output_address_bits),
                         walk_attributes(ste[Ste::S2IR0], ste[Ste::S2OR0], ste[Ste::S2SH0])};
        c.stage2.access_flag_faults = !ste[Ste::S2AFFD];
        c.stage2.protected_walk = ste[Ste::S2PTW] && has_stage1(c.config);
        c.stage2.forced_write_back = features.forced_write_back && ste[Ste::S2FWB];
        c.stage2.record = ste[Ste::S2R];
    }
    return c;
}

Result<Stage1Config> decode(const Cd& cd, const Features& features) {
    const unsigned output_bits =
        std::min(arch::address_bits(cd[Cd::IPS]), features.output_address_bits);
    const HalfFields low{cd[Cd::T0SZ], cd[Cd::TG0], 0b00,        cd[Cd::IR0],
                         cd[Cd::OR0],  cd[Cd::SH0], cd[Cd::TTB0]};
    const HalfFields high{cd[Cd::T1SZ], cd[Cd::TG1], 0b10,        cd[Cd::IR1],
                          cd[Cd::OR1],  cd[Cd::SH1], cd[Cd::TTB1]};

    const bool illegal = !cd[Cd::V] || !cd[Cd::AA64]  // VMSAv8-32 tables are not built
                         || cd[Cd::S]                 // IDR0.STALL_MODEL = terminate
                         || cd[Cd::HA] || cd[Cd::HD]  // IDR0.HTTU = 0
                         || (cd[Cd::ENDI] && !(cd[Cd::EPD0] && cd[Cd::EPD1])) ||
                         (!features.wide_asid && cd[Cd::ASID] > 0xFF) ||
                         (!cd[Cd::EPD0] && is_illegal(low, output_bits)) ||
                         (!cd[Cd::EPD1] && is_illegal(high, output_bits));
    if (illegal) return fault(EventId::C_BAD_CD);

    Stage1Config c;
    c.half[0] = {cd[Cd::EPD0], cd[Cd::TBI0], cd[Cd::HAD0],
                 cd[Cd::EPD0] ? TableRoot{} : root_of(low, output_bits)};
    c.half[1] = {cd[Cd::EPD1], cd[Cd::TBI1], cd[Cd::HAD1],
                 cd[Cd::EPD1] ? TableRoot{} : root_of(high, output_bits)};
    c.mair = cd[Cd::MAIR];
    c.asid = arch::Asid{cd[Cd::ASID]};
    c.asid_set = cd[Cd::ASET];
    c.access_flag_faults = !cd[Cd::AFFD];
    c.write_execute_never = cd[Cd::WXN];
    c.privileged_access_never = cd[Cd::PAN];
    c.abort = cd[Cd::A];
    c.record = cd[Cd::R];
    return c;
}

Result<Cd> find_cd(const Ste& ste, arch::StreamId stream, Memory& memory) {
    MemoryAccess access;
    access.purpose = Purpose::Cd;
    access.on_behalf = arch::FaultClass::Cd;
    access.address = ste[Ste::S1ContextPtr];
    access.size = sizeof(Cd);
    access.attributes = cd_attributes(ste[Ste::S1CIR], ste[Ste::S1COR], ste[Ste::S1CSH]);
    access.stream = stream;

    Cd cd{};
    const MemoryResult read = memory.read(access, cd.word);
    if (read.status == MemoryResult::Status::Faulted) return read.fault;
    if (read.status == MemoryResult::Status::Abort) {
        Fault f = fault(EventId::F_CD_FETCH);
        f.fetch_address = read.address;
        return f;
    }
    return cd;
}

}  // namespace smmu::core
