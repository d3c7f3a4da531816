// Enhanced Command queues: their control pages and registers.  Arm IHI 0070 G.b, 3.5.6, 6.3.45 to
// 6.3.51, 6.3.107 to 6.3.109.
#pragma once
#include <vector>

#include "smmuv3/arch/ecmdq.h"
#include "smmuv3/arch/queue.h"
#include "smmuv3/core/features.h"

namespace smmu::core {

class EcmdqRegisters {
public:
    explicit EcmdqRegisters(const Features& features);
    void reset();

    /// One word, at an offset from page 0.  False if the offset is not one of theirs.
    bool read(uint32_t offset, uint32_t& value) const;
    /// True if there may be commands, or an EN to acknowledge.
    bool write(uint32_t offset, uint32_t value);

    /// Queues of all pages, in the order of their addresses.
    unsigned count() const { return static_cast<unsigned>(queues_.size()); }
    /// EN = ENACK = 1, and no error that software has not acknowledged.
    bool consumes(unsigned n) const;
    /// All have EN = ENACK = 0.
    bool all_disabled() const;
    arch::QueueState queue(unsigned n) const;
    bool read_allocates(unsigned n) const { return queues_[n].base[arch::EcmdqBase::RA]; }
    void acknowledge_enable();
    void set_cons(unsigned n, arch::QueueIndex cons) {
        queues_[n].cons.set(arch::EcmdqCons::RD, cons.raw);
    }
    void raise_error(unsigned n, arch::CommandError why);

private:
    struct Queue {
        arch::EcmdqBase base;
        arch::EcmdqProd prod;
        arch::EcmdqCons cons;
        bool is_disabled() const {
            return !prod[arch::EcmdqProd::EN] && !cons[arch::EcmdqCons::ENACK];
        }
        bool is_changing() const {
            return prod[arch::EcmdqProd::EN] != cons[arch::EcmdqCons::ENACK];
        }
    };
    struct Place {
        unsigned queue;
        uint32_t offset;  ///< of the register
    };
    uint64_t first_page() const;
    bool find(uint32_t offset, Place& place) const;
    bool read_page_information(uint32_t offset, uint32_t& value) const;

    const Features& features_;
    std::vector<Queue> queues_;
};

}  // namespace smmu::core
