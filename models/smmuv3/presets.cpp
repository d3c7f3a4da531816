// The numbers of the presets, and their origin.
//
//   gem5  src/dev/arm/SMMUv3.py of gem5 v24.0.0.1
//   A5    Intel Agilex 5 Hard Processor System Technical Reference Manual (814346), 4.3.4.4.1: MMU-600
//   M600  Arm CoreLink MMU-600AE System Memory Management Unit Technical Reference Manual 1.2, table 2-1
//   M700  Arm CoreLink MMU-700 System Memory Management Unit Technical Reference Manual (101542),
//         tables 2-28 and 2-32
//   M500  Arm CoreLink MMU-500 System Memory Management Unit Technical Reference Manual (DDI 0517),
//         2.1: a hit takes 2 clocks, 3 with register slices
//   own   no published figure: our choice, in the range of the others
#include "smmuv3/presets.h"

namespace smmu {
namespace {

using core::Geometry;
using core::Replacement;

void clear(Params& p) {
    const Params defaults;
    p.micro_tlb = defaults.micro_tlb;
    p.tlb = defaults.tlb;
    p.config_cache = defaults.config_cache;
    p.walk_caches = defaults.walk_caches;
    p.prefetch_next_page = defaults.prefetch_next_page;
    p.cycles = defaults.cycles;
    p.walk_slots = defaults.walk_slots;
    p.tbu_slots = defaults.tbu_slots;
    p.tlb_banks = defaults.tlb_banks;
    p.ptw_bytes_per_cycle = defaults.ptw_bytes_per_cycle;
    p.mem_bytes_per_cycle = defaults.mem_bytes_per_cycle;
}

/// Its TBU has a second TLB of 2048 entries where ours has none: it stands here as the main TLB, which
/// gem5 has off.
void gem5_like(Params& p) {
    p.micro_tlb = {32, 32, Replacement::RoundRobin};    // gem5: utlb, fully associative, rr
    p.tlb = {2048, 4, Replacement::RoundRobin};         // gem5: main TLB of the interface
    p.config_cache = {64, 4, Replacement::RoundRobin};  // gem5: config cache
    p.walk_caches.stage1 = {{4, 4, {}}, {28, 4, {}}, {348, 4, {}}};  // gem5: S1 L0, L1, L2
    p.walk_caches.stage2 = {{4, 4, {}}, {28, 4, {}}, {92, 4, {}}};   // gem5: S2 L0, L1, L2
    p.walk_caches.ipa = core::no_cache;                              // gem5: off
    p.cycles.micro_tlb = 1;                                          // gem5: utlb_lat
    p.cycles.link = 8;           // gem5: ifc_smmu_lat, smmu_ifc_lat
    p.cycles.link_interval = 1;  // gem5: one cycle of the link serialises
    p.cycles.tlb = 3;            // gem5: tlb_lat
    p.cycles.config_cache = 3;   // gem5: cfg_lat
    p.cycles.walk_cache = 4;     // gem5: walk_lat
    p.cycles.table_read = 1;     // gem5: one cycle a walk step
    p.tbu_slots = 16;            // gem5: xlate_slots of the interface
    p.walk_slots = 16;           // gem5: ptw_slots
    p.ptw_bytes_per_cycle = 16;  // gem5: request port
    p.mem_bytes_per_cycle = 16;  // gem5: port_width
}

void mmu600_like(Params& p) {
    p.micro_tlb = {32, 32, Replacement::Lru};     // own: a TBU has at least as many (M600)
    p.tlb = {512, 4, Replacement::Lru};           // M600: 4-way main TLB; size own
    p.config_cache = {256, 4, Replacement::Lru};  // A5: 256
    p.walk_caches.stage1 = core::all_levels({256, 4, Replacement::Lru});  // A5: 256 each level
    p.walk_caches.stage2 = core::all_levels({256, 4, Replacement::Lru});  // A5: 256 each level
    p.cycles.micro_tlb = 2;        // M500, without register slices
    p.cycles.link = 10;            // own: a stream link with clock crossing
    p.cycles.link_interval = 1;    // own: a request a clock
    p.cycles.tlb = 4;              // own
    p.cycles.tlb_interval = 1;     // own
    p.cycles.config_cache = 3;     // own
    p.cycles.walk_cache = 3;       // own
    p.cycles.table_read = 2;       // own
    p.cycles.command = 4;          // own
    p.cycles.invalidate = 8;       // own: a set
    p.cycles.invalidate_all = 64;  // own
    p.tbu_slots = 64;              // A5: 64 slots
    p.walk_slots = 64;             // A5: 64 slots
    p.ptw_bytes_per_cycle = 16;    // own: 128 bits
    p.mem_bytes_per_cycle = 16;    // own: 128 bits
}

void mmu700_like(Params& p) {
    p.micro_tlb = {64, 64, Replacement::Lru};             // M700: 4 to 64
    p.tlb = {4096, 8, Replacement::Lru};                  // M700: 32 to 65536, 4, 8 or 16 ways
    p.config_cache = {512, 4, Replacement::Lru};          // M700: 4 to 4096
    p.walk_caches.unified = {4096, 8, Replacement::Lru};  // M700: one cache, 8 to 65536
    p.cycles.micro_tlb = 2;                               // M500, without register slices
    p.cycles.link = 8;                                    // own
    p.cycles.link_interval = 1;                           // own: a request a clock
    p.cycles.tlb = 4;                                     // own
    p.cycles.tlb_interval = 1;                            // own
    p.cycles.config_cache = 3;                            // own
    p.cycles.walk_cache = 4;                              // own
    p.cycles.table_read = 2;                              // own
    p.cycles.command = 2;                                 // own
    p.cycles.invalidate = 4;                              // own
    p.cycles.invalidate_all = 16;                         // own
    p.tbu_slots = 128;                                    // M700: 2 to 512
    p.walk_slots = 64;                                    // M700: 2 to 512 page walks
    p.tlb_banks = 2;                                      // M700: 1, 2 or 4
    p.ptw_bytes_per_cycle = 32;                           // own: 256 bits
    p.mem_bytes_per_cycle = 32;                           // own: 256 bits
}

}  // namespace

std::optional<Params> with_preset(std::string_view name, const Params& params) {
    Params p = params;
    clear(p);
    if (name == "functional") return p;
    if (name == "gem5-like") return gem5_like(p), p;
    if (name == "mmu600-like") return mmu600_like(p), p;
    if (name == "mmu700-like") return mmu700_like(p), p;
    return std::nullopt;
}

}  // namespace smmu
