// Everything that can be seen of the SMMU: one list of typed points.
//
// Statistics, walk records, traces and test recorders are Probes.  Times are local times: the
// kernel's time plus the annotated delay of the transaction, so they are right under temporal
// decoupling.
#pragma once
#include <array>
#include <cstdint>
#include <systemc>

#include "smmuv3/arch/cmd.h"
#include "smmuv3/arch/regs.h"
#include "smmuv3/core/access.h"
#include "smmuv3/core/memory.h"
#include "smmuv3/core/queues.h"
#include "smmuv3/core/translate.h"

namespace smmu {

class Probe {
public:
    virtual ~Probe() = default;

    /// An access answered by the micro TLB of a TBU.
    struct Hit {
        unsigned tbu;
        arch::StreamId stream;
        uint64_t address, output;
        bool write;
        sc_core::sc_time time;
    };
    virtual void hit(const Hit&) {}

    /// Memory accesses of one translation, by what they were for.
    struct Fetches {
        std::array<uint32_t, core::purposes> of{};  ///< by core::Purpose
        std::array<uint32_t, 4> stage1{};  ///< stage-1 descriptors by level; -1 counts as 0
        std::array<uint32_t, 4> stage2{};  ///< stage-2 descriptors by level, on whoever's behalf
        uint32_t operator[](core::Purpose p) const { return of[static_cast<unsigned>(p)]; }
    };

    /// An access that the micro TLB could not answer.
    struct Miss {
        unsigned tbu;
        const core::Access& access;
        const core::Outcome& outcome;
        bool config_hit, tlb_hit;  ///< answered by the configuration cache, by the main TLB
        const Fetches& fetches;
        sc_core::sc_time begin, end;
    };
    virtual void miss(const Miss&) {}

    /// One memory access of the SMMU itself.
    struct Fetch {
        const core::MemoryAccess& access;
        bool write, aborted;
        sc_core::sc_time begin, end;
    };
    virtual void fetch(const Fetch&) {}

    struct Command {
        arch::Command command;
        arch::CommandError error;
        sc_core::sc_time time;  ///< of its consumption
    };
    virtual void command(const Command&) {}

    /// A fault, and what became of its record.
    struct Event {
        arch::Event event;
        core::Recorded recorded;
        sc_core::sc_time time;
    };
    virtual void event(const Event&) {}

    enum class Line : uint8_t { EventQueue, Gerror, CommandSync };
    struct Interrupt {
        Line line;
        sc_core::sc_time time;
    };
    virtual void interrupt(const Interrupt&) {}
};

}  // namespace smmu
