// The host's port: the driver runs natively on a machine that the program provides.
#pragma once
#include <stdint.h>

namespace smmu::sw::host {

/// What the driver runs on: a recording fake, a model of an SMMU, or a TLM socket.
class Machine {
public:
    virtual ~Machine() = default;
    virtual uint32_t read32(uint64_t address) = 0;
    virtual uint64_t read64(uint64_t address) = 0;
    virtual void write32(uint64_t address, uint32_t value) = 0;
    virtual void write64(uint64_t address, uint64_t value) = 0;

    virtual void barrier() {}
    virtual void relax() {}
    virtual void wait_for_interrupt() {}
    virtual void clean(const volatile void*, uint64_t) {}
    virtual void invalidate(const volatile void*, uint64_t) {}
};

/// Where the machine that port.h reaches is kept: one place for the whole process, unless somebody
/// who knows about threads says which place is the current one's.
using Place = Machine*& (*)();
void keep_machine_in(Place place);

/// Makes `machine` the one that port.h reaches for as long as this object lives, in its thread.
class Running {
public:
    explicit Running(Machine& machine);
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

private:
    Machine* before_;
};

}  // namespace smmu::sw::host
