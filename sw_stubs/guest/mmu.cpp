// The guest's own stage 1: 1 GiB blocks.  Arm ARM D8.3.
#include "sw_stubs/guest/mmu.h"

#include <stdint.h>

#include "sw_stubs/guest/jobs.h"
#include "sw_stubs/port/aarch64/cpu.h"

namespace smmu::sw::guest {

using namespace aarch64;

namespace {

constexpr uint64_t gigabyte = uint64_t{1} << 30;
alignas(4096) uint64_t translations[512];  // level 1

void map_block(uint64_t address, uint64_t attributes) {
    constexpr uint64_t block = 0b01, access_flag = 1 << 10;
    const uint64_t start = address & ~(gigabyte - 1);
    translations[start / gigabyte] = start | attributes | access_flag | block;
}

}  // namespace

void enable_mmu() {
    constexpr uint64_t device = 0 << 2, normal = 1 << 2, inner_shareable = 3 << 8;
    constexpr uint64_t execute_never = uint64_t{3} << 53;
    map_block(0, device | execute_never);
    map_block(image_ipa, normal | inner_shareable);
    map_block(buffer_ipa(0), normal | inner_shareable | execute_never);

    MAIR_EL1::write(0x00 | 0xFF << 8);  // index 0 Device-nGnRnE, 1 Normal write-back
    TTBR0_EL1::write(reinterpret_cast<uint64_t>(translations));
    constexpr uint64_t address_bits_39 = 25, no_ttbr1 = 1 << 23,
                       physical_bits_40 = uint64_t{2} << 32;
    constexpr uint64_t write_back_walks = 3 << 12 | 1 << 10 | 1 << 8;
    TCR_EL1::write(physical_bits_40 | no_ttbr1 | write_back_walks | address_bits_39);
    asm volatile("dsb sy; tlbi vmalle1; dsb sy; isb" ::: "memory");
    constexpr uint64_t mmu = 1 << 0, data_cache = 1 << 2, instruction_cache = 1 << 12;
    SCTLR_EL1::write(SCTLR_EL1::read() | mmu | data_cache | instruction_cache);
    isb();
}

}  // namespace smmu::sw::guest
