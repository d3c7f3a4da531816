// Stalled transactions: each parks the thread of its master (LT), or stays where it is (AT), until
// software, or the end of translation, says how it goes on.  Arm IHI 0070 G.b, 3.12.2.
#pragma once
#include <memory>
#include <systemc>
#include <vector>

#include "smmuv3/arch/event.h"
#include "smmuv3/arch/types.h"
#include "smmuv3/core/commands.h"

namespace smmu {

using core::StallEnd;

class Stalls {
public:
    struct Stall;
    /// Of a transaction that no thread waits for.
    class Listener {
    public:
        virtual void ended(Stall& stall) = 0;

    protected:
        ~Listener() = default;
    };

    struct Stall {
        arch::Event event{};    ///< with its STAG
        uint64_t number = 0;    ///< of the event, in the order of their faults
        bool recorded = false;  ///< in the Event queue
        bool ended = false;     ///< `end` holds, and the thread is about to go on
        StallEnd end{};
        sc_core::sc_event wake;
        Listener* listener = nullptr;  ///< told instead of `wake`

        arch::StreamId stream() const { return {event[arch::Event::StreamID]}; }
    };

    /// `most_records`: IDR5.STALL_MAX.
    explicit Stalls(unsigned most_records) : most_records_(most_records) {}

    /// A place for a transaction that faulted, with a STAG that no other has.
    Stall& enter(const arch::Event& event, uint64_t number);
    /// Its thread goes on: place and STAG are free again.
    void leave(Stall& stall);

    /// The oldest that has no record yet, unless STALL_MAX forbids another one.
    Stall* next_to_record();

    /// Software's answers; what is not there is not affected.
    void resume(arch::StreamId stream, uint16_t stag, StallEnd end);
    void terminate(arch::StreamId stream);
    /// SMMUEN = 0, or reset.
    void abort_all();
    /// After an invalidation no record made before it may appear: what has none starts anew.
    void retry_unrecorded();

private:
    void end(Stall& stall, StallEnd how);

    template <class Which>
    void end_all(StallEnd how, Which&& which) {
        for (auto& s : places_)
            if (s->number != 0 && !s->ended && which(*s)) end(*s, how);
    }

    unsigned most_records_;
    std::vector<std::unique_ptr<Stall>> places_;  ///< the index is the STAG; number 0: free
};

}  // namespace smmu
