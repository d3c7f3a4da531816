// What brings a guest back to its host: calls, emulated devices, trapped registers, waiting.
#include "sw_stubs/port/aarch64/print.h"
#include "sw_stubs/port/aarch64/system_register.h"
#include "sw_stubs/vmm/traps.h"
#include "sw_stubs/vmm/vm.h"

namespace smmu::sw::vmm {

using namespace aarch64;

namespace {

Abort abort_now() { return {ESR_EL2::read(), FAR_EL2::read(), HPFAR_EL2::read()}; }

}  // namespace

bool Vm::serve_exception(VmExit& exit) {
    switch (exception_class(ESR_EL2::read())) {
        case ExceptionClass::Hvc: return serve_hypercall(exit);
        case ExceptionClass::DataAbort: return serve_device(exit);
        case ExceptionClass::SystemRegister: return serve_register(exit);
        case ExceptionClass::Wait: return serve_wait(exit);
        case ExceptionClass::InstructionAbort: return fail(exit);
    }
    return fail(exit);
}

/// The guest did what it may not do.
bool Vm::fail(VmExit& exit) const {
    const Abort abort = abort_now();
    const ExceptionClass why = exception_class(abort.syndrome);
    exit.why = Stop::Error;
    exit.error = {abort.syndrome, registers_.pc, 0, 0};
    if (why == ExceptionClass::DataAbort || why == ExceptionClass::InstructionAbort) {
        exit.error.address = abort.far;
        exit.error.ipa = abort.ipa();
    }
    return false;
}

bool Vm::next_instruction() {
    constexpr uint64_t instruction_size = 4;
    registers_.pc += instruction_size;
    return true;
}

bool Vm::serve_device(VmExit& exit) {
    const MmioAccess access = decode(abort_now());
    if (!access.decoded || !mmio_.perform(access, registers_.x)) return fail(exit);
    return next_instruction();
}

/// A guest interrupts itself, or ends an interrupt that has no list register.  Other registers trap because they are
/// not its own.
bool Vm::serve_register(VmExit& exit) {
    constexpr unsigned zero_register = 31;
    const RegisterTrap trap(ESR_EL2::read());
    const uint64_t value = trap.target == zero_register ? 0 : registers_.x[trap.target];
    if (trap.read) return fail(exit);
    switch (trap.encoding) {
        case trapped_icc_sgi1r:
            if (const Sgi sgi(value); sgi.to_self) vgic_.pulse(sgi.intid);
            return next_instruction();
        case trapped_icc_dir:
            if (splits_eoi(ich_)) vgic_.deactivate(static_cast<uint32_t>(value & 0xFF'FFFF));
            return next_instruction();
    }
    return fail(exit);
}

/// WFI is over when the VM runs again: runnable().
bool Vm::serve_wait(VmExit& exit) {
    next_instruction();
    exit.why = Stop::Waiting;
    return false;
}

bool Vm::serve_hypercall(VmExit& exit) {
    uint64_t(&x)[31] = registers_.x;
    const auto reply = [&](Answer answer) {
        x[0] = static_cast<uint64_t>(answer);
        return true;
    };
    switch (static_cast<Hypercall>(x[0])) {
        case Hypercall::Print: return reply(print_text(x[1], x[2]));
        case Hypercall::NextJob:
            exit.why = Stop::NextJob;
            exit.result[0] = x[1];
            exit.result[1] = x[2];
            return false;
        case Hypercall::Crash:
            exit.why = Stop::Crash;
            exit.error = {x[1], x[2], x[3], 0};
            return false;
    }
    return reply(Answer::UnknownCall);
}

Answer Vm::print_text(uint64_t ipa, uint64_t length) const {
    if (length > longest_text) return Answer::BadAddress;
    const PhysicalAddress at = setup_.memory.ram_at(ipa, length);
    if (!at.mapped) return Answer::BadAddress;
    print_one(reinterpret_cast<const char*>(at.address), length);
    return Answer::Ok;
}

}  // namespace smmu::sw::vmm
