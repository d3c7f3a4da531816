// The first C++: caches and MMU on, interrupt controller up, then the program.
//
// EL2 runs with an identity map because with the MMU off every access is Device memory and passes the caches by; a
// host that shares memory with devices needs to know which of its writes sit in a cache.
#include "boards/virt.h"
#include "sw_stubs/port/aarch64/cpu.h"
#include "sw_stubs/port/aarch64/firmware.h"
#include "sw_stubs/port/aarch64/gic.h"

namespace smmu::sw::aarch64 {
namespace {

constexpr uint64_t gigabyte = uint64_t{1} << 30;
alignas(4096) uint64_t identity_map[512];  // level 1: one block of 1 GiB each

void enable_mmu() {
    constexpr uint64_t block = 0b01, access_flag = 1 << 10, execute_never = uint64_t{1} << 54;
    constexpr uint64_t device = 0 << 2, normal = 1 << 2, inner_shareable = 3 << 8;
    for (uint64_t i = 0; i < 512; ++i) {
        const uint64_t address = i * gigabyte;
        const bool ram = address < virt::ram.end() && address + gigabyte > virt::ram.base;
        identity_map[i] = address | block | access_flag |
                          (ram ? normal | inner_shareable : device | execute_never);
    }
    MAIR_EL2::write(0x00 | 0xFF << 8);  // index 0 Device-nGnRnE, 1 Normal write-back
    TTBR0_EL2::write(reinterpret_cast<uint64_t>(identity_map));
    constexpr uint64_t res1 = uint64_t{1} << 31 | 1 << 23, address_bits_39 = 25;
    constexpr uint64_t write_back_walks = 3 << 12 | 1 << 10 | 1 << 8, physical_bits_40 = 2 << 16;
    TCR_EL2::write(res1 | physical_bits_40 | write_back_walks | address_bits_39);
    invalidate_el2_tlb();
    constexpr uint64_t mmu = 1 << 0, data_cache = 1 << 2, instruction_cache = 1 << 12;
    SCTLR_EL2::write(SCTLR_EL2::read() | mmu | data_cache | instruction_cache);
    isb();
}

}  // namespace

extern "C" [[noreturn]] void start_firmware(uint64_t rsdp, uint64_t acpi_end) {
    enable_mmu();
    gic::enable();
    exit(firmware_main(rsdp, acpi_end));
}

void exit(int status) {
    register uint64_t function asm("x0") = virt::smc_exit;
    register uint64_t code asm("x1") = static_cast<uint64_t>(status);
    asm volatile("smc #0" : "+r"(function), "+r"(code) : : "x2", "x3", "memory");
    for (;;) wait_for_interrupt();
}

}  // namespace smmu::sw::aarch64
