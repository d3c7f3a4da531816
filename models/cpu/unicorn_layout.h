// Where the fields lie in Unicorn 2.0.1 on a 64-bit host, and QEMU's functions that the library
// exports.
//
// unicorn_probe.cpp checks each of these by running code before anything relies on it.
#pragma once
#include <unicorn/unicorn.h>

#include <cstddef>
#include <cstdint>

extern "C" {
void arm_cpu_do_interrupt_aarch64(void* cpu);
void arm_rebuild_hflags_aarch64(void* env);
uint64_t arm_cpu_get_phys_page_attrs_debug_aarch64(void* cpu, uint64_t address, void* attributes);
void define_arm_cp_regs_with_opaque_aarch64(void* cpu, const void* registers, void* opaque);
void tlb_flush_aarch64(void* cpu);
void tb_invalidate_phys_range_aarch64(void* engine, uint64_t begin, uint64_t end);
bool cpu_restore_state_aarch64(void* cpu, uintptr_t host_pc, bool will_exit);
[[noreturn]] void cpu_loop_exit_aarch64(void* cpu);
void cpu_reset(void* cpu);
void tlb_reset_dirty_aarch64(void* cpu, uint64_t host_address, uint64_t length);
// Replaced by unicorn_stores.cpp:
void tlb_set_page_with_attrs_aarch64(void* cpu, uint64_t virtual_address, uint64_t physical_address,
                                     uint32_t attributes, int permissions, int regime,
                                     uint64_t size);
void tlb_protect_code_aarch64(uc_struct* engine, uint64_t ram_offset);
}

namespace smmu::unicorn::layout {

/// struct uc_struct
enum Engine : size_t {
    mem_redirect = 280,
    cpu = 384,
    mapped_blocks = 1864,
    mapped_block_count = 1872
};

/// struct CPUState, and the ARM state behind it
enum Cpu : size_t {
    interrupt_request = 28,
    env_pointer = 296,
    mem_io_pc = 33144,
    halted = 33176,
    exception_index = 33184,
    env = 38736,
};

/// CPUARMState
enum Env : size_t {
    xregs = 64,
    pc = 320,
    pstate = 328,
    hflags = 336,
    hcr_el2 = 952,
    scr_el3 = 960,
    syndrome = 3024,
    fault_address = 3032,
    target_el = 3040,
    irq_line_state = 3064,
    features = 12336,
};

/// MemoryRegion, MemoryRegionOps
enum Region : size_t { is_ram = 0, ops = 16, address = 64, end = 144 };
enum Ops : size_t { valid_max_size = 44, implemented_max_size = 68 };

/// CPUTLBDescFast, one for each translation regime, before CPUARMState; CPUTLBEntry
enum Tlb : size_t { before_env = 0xD0, stride = 16, mask = 0, table = 8 };
constexpr int regimes = 12;
struct TlbEntry {
    uint64_t read, write, code;  ///< virtual address of the page, and flags below target_page
    uint64_t addend;             ///< from virtual address to the host's
};
constexpr uint64_t target_page = 0x400;
constexpr uint64_t tlb_not_dirty = 0x100;

enum Feature : unsigned { feature_el2 = 32, feature_el3 = 33 };
enum Exception : int {
    undefined = 1,
    svc = 2,
    prefetch_abort = 3,
    data_abort = 4,
    hvc = 11,
    smc = 13
};
enum InterruptRequest : uint32_t {
    request_irq = 0x2,
    request_exit_tb = 0x4,
    request_fiq = 0x10,
    request_virq = 0x40
};

/// ARMCPRegInfo
struct RegisterInfo {
    const char* name;
    uint8_t cp, crn, crm, opc0, opc1, opc2;
    int state, type, access, secure;
    void* opaque;
    uint64_t reset_value;
    ptrdiff_t field_offset, bank_field_offsets[2];
    int (*access_fn)(void* env, const RegisterInfo* info, bool is_read);
    uint64_t (*read_fn)(void* env, const RegisterInfo* info);
    void (*write_fn)(void* env, const RegisterInfo* info, uint64_t value);
    void *raw_read_fn, *raw_write_fn, *reset_fn, *original_read_fn, *original_write_fn;
};
static_assert(sizeof(RegisterInfo) == 136);
constexpr int state_aarch64 = 1;
constexpr int type_override = 0x10, type_io = 0x40, type_no_raw = 0x80, type_end_of_list = 0xFFFFF;

template <class T>
T& field(void* object, size_t offset) {
    return *reinterpret_cast<T*>(static_cast<char*>(object) + offset);
}

inline void* cpu_of(uc_struct* engine) { return field<void*>(engine, Engine::cpu); }
inline void* env_of(uc_struct* engine) { return static_cast<char*>(cpu_of(engine)) + Cpu::env; }

/// Where the TLB of a translation regime has the page, or would have it.
inline TlbEntry& tlb_entry(void* cpu, uint64_t virtual_address, int regime) {
    char* const tlb =
        field<char*>(cpu, Cpu::env_pointer) - Tlb::before_env + Tlb::stride * size_t(regime);
    const uint64_t entries_minus_1 = field<uint64_t>(tlb, Tlb::mask) / sizeof(TlbEntry);
    return field<TlbEntry*>(tlb, Tlb::table)[virtual_address / target_page & entries_minus_1];
}

}  // namespace smmu::unicorn::layout
