// Everything that can be seen of the SMMU: one list of typed points.
//
// Statistics, walk records, traces and test recorders are Probes.  Times are local times: the
// kernel's time plus the annotated delay of the transaction, so they are right under temporal
// decoupling.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <systemc>

#include "smmuv3/arch/ats.h"
#include "smmuv3/arch/cmd.h"
#include "smmuv3/arch/regs.h"
#include "smmuv3/core/access.h"
#include "smmuv3/core/memory.h"
#include "smmuv3/core/queues.h"
#include "smmuv3/core/translate.h"
#include "smmuv3/parts.h"

namespace smmu {

/// What answered an access.
enum class AnsweredBy : uint8_t {
    MicroTlb,
    MainTlb,
    Walk,     ///< of tables
    ColdWalk  ///< of stream table, CDs and tables
};

/// One number for each level of a walk, -1 to 3.
template <class T>
struct PerLevel {
    static constexpr int first = -1, last = 3;
    T& operator[](int level) { return of[static_cast<size_t>(level - first)]; }
    const T& operator[](int level) const { return of[static_cast<size_t>(level - first)]; }
    std::array<T, last - first + 1> of{};
};

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
        bool translated = false;  ///< ATS Translated
    };
    virtual void hit(const Hit&) {}

    /// Memory accesses of one translation, by what they were for.
    struct Fetches {
        std::array<uint32_t, core::purposes> of{};  ///< by core::Purpose
        PerLevel<uint32_t> stage1{};                ///< stage-1 descriptors
        PerLevel<uint32_t> stage2{};                ///< stage-2 descriptors, on whoever's behalf
        uint32_t operator[](core::Purpose p) const { return of[static_cast<unsigned>(p)]; }
    };

    /// A transaction of a device, at its response.  Of one that is cut at page boundaries: the sum of its
    /// pieces, and the slowest answer.
    struct Transaction {
        uint64_t id;  ///< from 1; StreamOut::trace_key on its way downstream
        unsigned tbu;
        arch::StreamId stream;
        uint64_t address;
        unsigned size;
        bool write;
        bool forwarded;  ///< false: a fault ended it
        AnsweredBy by;
        const Parts& parts;
        unsigned fetches;  ///< memory accesses of its walks
        sc_core::sc_time begin, end;
    };
    virtual void transaction(const Transaction&) {}

    /// AT, in the kernel's time: a transaction has come; Transaction tells its end.
    struct Arrival {
        uint64_t id;
        unsigned tbu;
    };
    virtual void arrival(const Arrival&) {}

    /// AT, in the kernel's time: an access of a walk goes out; Fetch tells its end.
    struct FetchBegin {
        const core::MemoryAccess& access;
        uint64_t walk;
    };
    virtual void fetch_begin(const FetchBegin&) {}

    /// Caches that were asked, and had nothing.  A stream that bypasses translation asks no TLB.
    struct Missed {
        bool config = false, tlb = false;
    };

    /// A translation that the micro TLB could not answer.
    struct Miss {
        uint64_t walk;  ///< its number, from 1: fetches have it too
        unsigned tbu;
        const core::Access& access;
        const core::Outcome& outcome;
        bool config_hit, tlb_hit;  ///< answered by the configuration cache, by the main TLB
        const Fetches& fetches;
        const Parts& parts;
        sc_core::sc_time begin, end;
        Missed missed{};
    };
    virtual void miss(const Miss&) {}

    /// An ATS Translation Request and its answer.
    struct TranslationRequest {
        unsigned tbu;
        const arch::TranslationRequest& request;
        const arch::TranslationCompletion& completion;
        const Fetches& fetches;
        sc_core::sc_time begin, end;
        Missed missed{};
    };
    virtual void translation_request(const TranslationRequest&) {}

    /// A page request, what became of its record, and the answer that the SMMU gave by itself.
    struct PageRequest {
        arch::PageRequest request;
        core::Recorded recorded;
        std::optional<arch::PrgResponse> response;
        sc_core::sc_time time;
    };
    virtual void page_request(const PageRequest&) {}

    /// One memory access of the SMMU itself.
    struct Fetch {
        const core::MemoryAccess& access;
        uint64_t walk;  ///< the translation that needs it; 0: queues, messages
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

    struct Interrupt {
        core::MsiSource source;  ///< as a wire, an MSI or both
        sc_core::sc_time time;
    };
    virtual void interrupt(const Interrupt&) {}
};

}  // namespace smmu
