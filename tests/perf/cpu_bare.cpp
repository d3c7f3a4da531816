// Unicorn with nothing around it.
#include "tests/perf/cpu_bare.h"

#include <unicorn/unicorn.h>

#include <cstring>

#include "tests/perf/cpu_loop.h"
#include "tests/perf/row.h"

namespace smmu::perf {
namespace {

void need(uc_err result) {
    require(result == UC_ERR_OK, std::string("libunicorn: ") + uc_strerror(result));
}

uint64_t on_read(uc_engine*, uint64_t, unsigned, void* self) {
    ++static_cast<BareEngine*>(self)->device_reads;
    return cpu_loop::answer;
}

void on_write(uc_engine*, uint64_t, unsigned, uint64_t, void*) {}

}  // namespace

void BareEngine::Close::operator()(uc_struct* engine) const { uc_close(engine); }

BareEngine::BareEngine() : ram_(cpu_loop::ram_used) {
    const auto program = cpu_loop::load();
    std::memcpy(ram(), program.data(), program.size());

    uc_engine* engine = nullptr;
    need(uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &engine));
    engine_.reset(engine);
    need(uc_ctl_set_cpu_model(engine, UC_CPU_ARM64_A72));
    need(uc_mem_map_ptr(engine, cpu_loop::ram, ram_.size(), UC_PROT_ALL, ram()));
    need(uc_mmio_map(engine, cpu_loop::device.base, cpu_loop::device.size, on_read, this, on_write,
                     this));
}

/// False if it had to stop before the end.  A limit makes Unicorn count each instruction; 0: none.
bool BareEngine::ends(uint64_t times, uint64_t most_instructions) {
    std::memcpy(ram() + cpu_loop::times, &times, sizeof times);
    const uint64_t end = cpu_loop::after_work;
    need(uc_reg_write(engine_.get(), UC_ARM64_REG_X30, &end));
    need(uc_emu_start(engine_.get(), cpu_loop::work, end, 0, most_instructions));
    uint64_t pc = 0;
    need(uc_reg_read(engine_.get(), UC_ARM64_REG_PC, &pc));
    return pc == end;
}

void BareEngine::work(uint64_t times) { ends(times, 0); }

bool BareEngine::works_in(uint64_t times, uint64_t instructions) {
    const bool too_early = ends(times, instructions - 1);
    return ends(times, instructions) && !too_early;
}

}  // namespace smmu::perf
