// System registers of other devices: from their functions to the calls of the simulator.
#include <utility>

#include "cpu/cpu_register.h"

namespace smmu {

void Aarch64Cpu::add(SystemRegister definition) {
    if (!internals_) return;  // the constructor has refused
    Register& entry = registers_.emplace_back(Register{std::move(definition), internals_.get()});
    const SystemRegister& given = entry.definition;
    entry.hooks = {given.name, given.op0, given.op1, given.crn, given.crm,
                   given.op2,  &entry,    nullptr,   nullptr,   nullptr};
    if (given.read)
        entry.hooks.read = [](void* self) {
            return static_cast<Register*>(self)->definition.read();
        };
    if (given.write)
        entry.hooks.write = [](void* self, uint64_t value) {
            static_cast<Register*>(self)->definition.write(value);
        };
    entry.hooks.check = [](void* self, bool is_read) -> int {
        const Register& target = *static_cast<const Register*>(self);
        if (!target.definition.permission) return unicorn::check_ok;
        switch (target.definition.permission(
            {target.internals->exception_level(), target.internals->hcr_el2(), !is_read})) {
            case RegisterPermission::Allowed: return unicorn::check_ok;
            case RegisterPermission::Undefined: return unicorn::check_undefined;
            case RegisterPermission::TrapToEl1: return unicorn::check_trap_el1;
            case RegisterPermission::TrapToEl2: return unicorn::check_trap_el2;
        }
        return unicorn::check_undefined;
    };
    internals_->add_register(entry.hooks);
}

RegisterAccess Aarch64Cpu::state() const {
    return {internals_->exception_level(), internals_->hcr_el2(), false};
}

}  // namespace smmu
