// The yardstick of the CPU rows: the same loop on Unicorn alone, by its public interface.
#pragma once
#include <cstdint>
#include <memory>

#include "interconnect/host_memory.h"

struct uc_struct;

namespace smmu::perf {

class BareEngine {
public:
    /// Memory mapped directly, registers by callbacks, no hook.  A Broken says what is wrong.
    BareEngine();

    void work(uint64_t times);
    /// Works twice: true if it takes so many instructions and no fewer.  An engine that has counted
    /// once is slow for ever.
    bool works_in(uint64_t times, uint64_t instructions);

    uint8_t* ram() { return ram_.data(); }
    uint64_t device_reads = 0;

private:
    struct Close {
        void operator()(uc_struct* engine) const;
    };
    bool ends(uint64_t times, uint64_t most_instructions);

    HostMemory ram_;
    std::unique_ptr<uc_struct, Close> engine_;
};

}  // namespace smmu::perf
