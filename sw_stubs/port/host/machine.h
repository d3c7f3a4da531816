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

/// Makes `machine` the one that port.h reaches for as long as this object lives.  One at a time for
/// the whole process.
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
