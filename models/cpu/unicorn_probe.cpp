// Start-up check of libunicorn: a fresh engine runs a few instructions, and each field must behave
// as described.
#include <array>
#include <cstdlib>
#include <memory>
#include <string>

#include "cpu/unicorn_internals.h"
#include "cpu/unicorn_layout.h"

namespace smmu::unicorn {

using namespace layout;

class SelfTest {
public:
    /// Name of the first field that is not where it should be, or nullptr.
    const char* run();

private:
    static constexpr uint64_t code = 0x1000, window = 0x2000;
    static constexpr size_t page = 0x1000;

    struct Free {
        void operator()(uint32_t* memory) const { std::free(memory); }
        void operator()(uc_struct* engine) const { uc_close(engine); }
    };

    const char* registers();
    const char* exceptions_and_mmio();
    bool has_tlb_entries(uint64_t stored) const;

    static uint64_t on_read(uc_struct* engine, uint64_t, unsigned size, void* self) {
        static_cast<SelfTest*>(self)->mmio_size_ = size;
        static_cast<SelfTest*>(self)->mem_io_pc_ = field<uintptr_t>(cpu_of(engine), Cpu::mem_io_pc);
        return 0;
    }
    static void on_write(uc_struct*, uint64_t, unsigned, uint64_t, void*) {}
    static void on_exception(uc_struct* engine, uint32_t number, void* self) {
        static_cast<SelfTest*>(self)->exception_ = number;
        static_cast<SelfTest*>(self)->exception_index_ =
            field<uint32_t>(cpu_of(engine), Cpu::exception_index);
        static_cast<SelfTest*>(self)->syndrome_ = field<uint32_t>(env_of(engine), Env::syndrome);
        static_cast<SelfTest*>(self)->target_el_ = field<uint32_t>(env_of(engine), Env::target_el);
    }

    std::unique_ptr<uint32_t, Free> ram_{static_cast<uint32_t*>(std::aligned_alloc(page, page))};
    std::unique_ptr<uc_struct, Free> engine_;
    unsigned mmio_size_ = 0;
    uintptr_t mem_io_pc_ = 0;
    uint32_t exception_ = 0, exception_index_ = 0, syndrome_ = 0, target_el_ = 0;
};

const char* SelfTest::registers() {
    uc_struct* engine = engine_.get();
    const uint64_t x7 = 0x1122334455667788, address = 0x123456789ABC;
    uc_reg_write(engine, UC_ARM64_REG_X7, &x7);  // the first access creates the core
    uc_reg_write(engine, UC_ARM64_REG_PC, &address);

    void* cpu_state = cpu_of(engine);
    void* env_state = env_of(engine);
    if (field<void*>(cpu_state, Cpu::env_pointer) != env_state) return "env";
    if (field<uint64_t>(env_state, Env::xregs + 7 * sizeof x7) != x7) return "xregs";
    if (field<uint64_t>(env_state, Env::pc) != address) return "pc";

    uint32_t pstate = 0;
    uc_reg_read(engine, UC_ARM64_REG_PSTATE, &pstate);
    if ((field<uint32_t>(env_state, Env::pstate) & 0xF) != (pstate & 0xF)) return "pstate";

    auto& flags = field<uint32_t>(env_state, Env::hflags);
    const uint32_t right_flags = flags;
    flags = ~flags;
    arm_rebuild_hflags_aarch64(env_state);
    if (flags != right_flags) return "hflags";

    const auto is_at = [&](size_t offset, uc_arm64_cp_reg reg) {
        auto& value = field<uint64_t>(env_state, offset);
        const uint64_t saved = value;
        value = saved ^ 0x400;
        uc_reg_read(engine, UC_ARM64_REG_CP_REG, &reg);
        const bool same = reg.val == (saved ^ 0x400);
        value = saved;
        return same;
    };
    if (!is_at(Env::scr_el3, {1, 1, 3, 6, 0, 0})) return "scr_el3";
    if (!is_at(Env::hcr_el2, {1, 1, 3, 4, 0, 0})) return "hcr_el2";

    const uint64_t has = field<uint64_t>(env_state, Env::features);
    if ((has >> feature_el2 & has >> feature_el3 & 1) == 0) return "features";
    if (field<uint32_t>(cpu_state, Cpu::interrupt_request) != 0) return "interrupt_request";
    if (field<uint32_t>(env_state, Env::irq_line_state) != 0) return "irq_line_state";
    if (field<void*>(engine, Engine::mem_redirect) != nullptr) return "mem_redirect";
    return nullptr;
}

const char* SelfTest::exceptions_and_mmio() {
    constexpr std::array<uint32_t, 4> program{
        0xD4000021,  // svc #1
        0xF9400041,  // ldr x1, [x2]
        0xF9000061,  // str x1, [x3]
        0xD503207F,  // wfi
    };
    uc_struct* engine = engine_.get();
    std::copy(program.begin(), program.end(), ram_.get());
    uc_mem_map_ptr(engine, code, page, UC_PROT_ALL, ram_.get());
    uc_mmio_map(engine, window, page, on_read, this, on_write, this);
    if (!Internals(engine).widen_mmio(window)) return "MemoryRegion";

    uc_hook hook{};
    uc_hook_add(engine, &hook, UC_HOOK_INTR, reinterpret_cast<void*>(on_exception), this, 1, 0);
    const uint64_t x2 = window, x3 = code + target_page;
    uc_reg_write(engine, UC_ARM64_REG_X2, &x2);
    uc_reg_write(engine, UC_ARM64_REG_X3, &x3);
    if (uc_emu_start(engine, code, 0, 0, program.size()) != UC_ERR_OK) return "program";

    if (exception_ != svc || exception_index_ != svc) return "exception_index";
    if (syndrome_ != 0x56000001) return "exception.syndrome";
    if (target_el_ != 1) return "exception.target_el";
    if (mmio_size_ != 8) return "MemoryRegionOps";
    if (mem_io_pc_ == 0) return "mem_io_pc";
    if (!Internals(engine).halted()) return "halted";
    if (!has_tlb_entries(x3)) return "CPUTLBEntry";
    return nullptr;
}

/// One regime has translated both the code and the page that it stored to.
bool SelfTest::has_tlb_entries(uint64_t stored) const {
    void* const cpu_state = cpu_of(engine_.get());
    const uint64_t host = reinterpret_cast<uintptr_t>(ram_.get());
    for (int regime = 0; regime < regimes; ++regime) {
        const TlbEntry& fetched = tlb_entry(cpu_state, code, regime);
        const TlbEntry& written = tlb_entry(cpu_state, stored, regime);
        if (fetched.code == code && fetched.addend == host - code &&
            written.write == (stored | tlb_not_dirty) && written.addend == host - code)
            return true;
    }
    return false;
}

const char* SelfTest::run() {
    constexpr unsigned known_major = 2, known_minor = 0;
    unsigned major = 0, minor = 0;
    uc_version(&major, &minor);
    if (major != known_major || minor != known_minor) return "version";

    uc_struct* engine = nullptr;
    if (uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &engine) != UC_ERR_OK) return "uc_open";
    engine_.reset(engine);
    if (uc_ctl_set_cpu_model(engine, UC_CPU_ARM64_A72) != UC_ERR_OK) return "cpu model";
    if (const char* wrong = registers()) return wrong;
    return exceptions_and_mmio();
}

const char* refuse() {
    static const std::string reason = [] {
        const char* wrong = SelfTest().run();
        if (!wrong) return std::string();
        return "this libunicorn is not the build that the CPU model knows (" + std::string(wrong) +
               " differs): install Debian 12's libunicorn-dev 2.0.1";
    }();
    return reason.empty() ? nullptr : reason.c_str();
}

}  // namespace smmu::unicorn
