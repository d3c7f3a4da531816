// A system register of a device, in the form that the simulator keeps a pointer to.
#pragma once
#include "cpu/cpu.h"
#include "cpu/unicorn_internals.h"

namespace smmu {

struct Aarch64Cpu::Register {
    SystemRegister definition;
    unicorn::Internals* internals;
    unicorn::RegisterHooks hooks{};
};

}  // namespace smmu
