// Calls into Unicorn's ARM model: reset, exceptions, interrupt lines, external aborts, system
// registers.
#include "cpu/unicorn_internals.h"

#include <array>

#include "cpu/unicorn_layout.h"

namespace smmu::unicorn {

using namespace layout;

namespace {

uint32_t request_bit(Pin pin) {
    switch (pin) {
        case Pin::Irq: return request_irq;
        case Pin::Fiq: return request_fiq;
        case Pin::Virq: return request_virq;
    }
    return 0;
}

// Access rights are two bits (read, write) for each of EL3..EL0, from bit 7 down.
int access_rights(const RegisterHooks& hooks) {
    const int from_el = hooks.op1 == 3 ? 0xFF : hooks.op1 == 4 ? 0xF0 : 0xFC;
    return from_el & ((hooks.read ? 0xAA : 0) | (hooks.write ? 0x55 : 0));
}

const RegisterHooks& hooks_of(const RegisterInfo* info) {
    return *static_cast<const RegisterHooks*>(info->opaque);
}

uint64_t ram_redirect_base = 0;
uint64_t redirect_to_ram(uint64_t) { return ram_redirect_base; }

}  // namespace

void Internals::reset_to_el2() {
    constexpr uint64_t ns = 1, hce = 1 << 8, rw = 1 << 10;
    constexpr uint32_t daif_masked_el2h = 0x3C9;
    void* env_state = env_of(engine_);
    cpu_reset(cpu_of(engine_));
    field<uint64_t>(env_state, Env::scr_el3) = rw | hce | ns;
    uint32_t state = daif_masked_el2h;
    uc_reg_write(engine_, UC_ARM64_REG_PSTATE, &state);
    arm_rebuild_hflags_aarch64(env_state);
    tlb_flush_aarch64(cpu_of(engine_));
}

void Internals::take_exception() { arm_cpu_do_interrupt_aarch64(cpu_of(engine_)); }

// No cpu_exit() here: called from an MMIO callback, it makes the access happen again.
void Internals::set_pin(Pin pin, bool level) {
    constexpr uint64_t hcr_vi = 1 << 7;
    const auto set = [pin](uint32_t& word, bool high) {
        word = high ? word | request_bit(pin) : word & ~request_bit(pin);
    };
    const bool by_software = pin == Pin::Virq && (hcr_el2() & hcr_vi) != 0;
    set(field<uint32_t>(env_of(engine_), Env::irq_line_state), level);
    set(field<uint32_t>(cpu_of(engine_), Cpu::interrupt_request), level || by_software);
}

bool Internals::interrupt_pending() const {
    const uint32_t request = field<uint32_t>(cpu_of(engine_), Cpu::interrupt_request);
    return (request & (request_irq | request_fiq | request_virq | request_exit_tb)) != 0;
}

bool Internals::halted() const { return field<uint32_t>(cpu_of(engine_), Cpu::halted) != 0; }
void Internals::clear_halted() { field<uint32_t>(cpu_of(engine_), Cpu::halted) = 0; }

unsigned Internals::exception_level() const {
    return field<uint32_t>(env_of(engine_), Env::pstate) >> 2 & 3;
}
uint64_t Internals::hcr_el2() const { return field<uint64_t>(env_of(engine_), Env::hcr_el2); }

std::optional<uint64_t> Internals::physical_address(uint64_t virtual_address) const {
    constexpr uint64_t page_mask = 0xFFF;
    std::array<uint64_t, 4> attributes{};  // MemTxAttrs is smaller; its content is of no interest
    const uint64_t page = arm_cpu_get_phys_page_attrs_debug_aarch64(
        cpu_of(engine_), virtual_address, attributes.data());
    if (page == ~uint64_t{0}) return std::nullopt;
    return (page & ~page_mask) | (virtual_address & page_mask);
}

void Internals::invalidate_code(uint64_t begin, uint64_t end) {
    tb_invalidate_phys_range_aarch64(engine_, begin, end);
}

bool Internals::widen_mmio(uint64_t window) {
    constexpr uint32_t default_size = 0;  // up to four bytes
    auto** blocks = field<void**>(engine_, Engine::mapped_blocks);
    for (uint32_t i = 0; i < field<uint32_t>(engine_, Engine::mapped_block_count); ++i) {
        void* region = blocks[i];
        if (field<uint64_t>(region, Region::address) != window ||
            field<bool>(region, Region::is_ram))
            continue;
        void* operations = field<void*>(region, Region::ops);
        if (field<uint32_t>(operations, Ops::valid_max_size) != default_size) return false;
        field<uint32_t>(operations, Ops::valid_max_size) = 8;
        field<uint32_t>(operations, Ops::implemented_max_size) = 8;
        return true;
    }
    return false;
}

void Internals::stop_checking_virtual_addresses(uint64_t ram_base) {
    ram_redirect_base = ram_base;
    field<uint64_t (*)(uint64_t)>(engine_, Engine::mem_redirect) = redirect_to_ram;
}

void Internals::external_abort(Access access) {
    constexpr uint32_t from_lower_el = 0x20, data = 0x04, il = 1u << 25, far_not_valid = 1u << 10;
    constexpr uint32_t wnr = 1u << 6, synchronous_external = 0x10;
    constexpr uint64_t hcr_tge = 1u << 27, hcr_tea = uint64_t{1} << 37;

    void* cpu_state = cpu_of(engine_);
    void* env_state = env_of(engine_);
    // A fetch comes from the translator, outside translated code: PC is exact then, and the address
    // is PC.
    const auto host_pc = field<uintptr_t>(cpu_state, Cpu::mem_io_pc);
    const bool fetch = host_pc == 0;
    if (!fetch) cpu_restore_state_aarch64(cpu_state, host_pc, true);

    const unsigned el = exception_level();
    const bool to_el2 = (hcr_el2() & hcr_tea) != 0 || (el == 0 && (hcr_el2() & hcr_tge) != 0);
    const unsigned target = el == 2 || to_el2 ? 2 : 1;
    const uint32_t exception_class = from_lower_el | (fetch ? 0 : data) | (target == el ? 1 : 0);
    uint32_t iss = synchronous_external;
    if (!fetch) iss |= far_not_valid | (access == Access::Write ? wnr : 0);

    field<uint64_t>(env_state, Env::fault_address) =
        fetch ? field<uint64_t>(env_state, Env::pc) : 0;
    field<uint32_t>(env_state, Env::target_el) = target;
    field<uint32_t>(env_state, Env::syndrome) = exception_class << 26 | il | iss;
    field<int32_t>(cpu_state, Cpu::exception_index) = fetch ? prefetch_abort : data_abort;
    cpu_loop_exit_aarch64(cpu_state);
}

void Internals::add_register(const RegisterHooks& hooks) {
    RegisterInfo list[2]{};
    list[0].name = hooks.name;
    list[0].opc0 = hooks.op0;
    list[0].opc1 = hooks.op1;
    list[0].crn = hooks.crn;
    list[0].crm = hooks.crm;
    list[0].opc2 = hooks.op2;
    list[0].state = state_aarch64;
    list[0].type = type_override | type_io | type_no_raw;
    list[0].access = access_rights(hooks);
    list[0].access_fn = [](void*, const RegisterInfo* info, bool is_read) {
        return hooks_of(info).check(hooks_of(info).context, is_read);
    };
    list[0].read_fn = [](void*, const RegisterInfo* info) {
        return hooks_of(info).read(hooks_of(info).context);
    };
    list[0].write_fn = [](void*, const RegisterInfo* info, uint64_t value) {
        hooks_of(info).write(hooks_of(info).context, value);
    };
    list[1].type = type_end_of_list;
    define_arm_cp_regs_with_opaque_aarch64(cpu_of(engine_), list,
                                           const_cast<RegisterHooks*>(&hooks));
}

}  // namespace smmu::unicorn
