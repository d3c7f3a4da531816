// One SMMU: bring-up, streams, queues, errors.  Arm IHI 0070 G.b, 3.11, 6.3, 7.5.
//
//     const Probe found = probe(Registers{base}, says);       look, and see whether it can be driven
//     smmu.prepare(base, found.features, arena);              queues and stream table in memory
//     smmu.set_stream(stream, bypass_ste());                  what must go on working
//     smmu.reset();                                           from here on every other stream aborts
//     smmu.set_stream(stream, ste);
#pragma once
#include "sw_stubs/driver/cd_table.h"
#include "sw_stubs/driver/command_queue.h"
#include "sw_stubs/driver/event_queue.h"
#include "sw_stubs/driver/page_requests.h"
#include "sw_stubs/driver/probe.h"
#include "sw_stubs/driver/stage1.h"
#include "sw_stubs/driver/stream_table.h"

namespace smmu::sw {

enum class Status : uint8_t {
    Done,
    OutOfMemory,
    NoSuchStream,     ///< beyond the stream table
    NotAcknowledged,  ///< a control register was written and the SMMU did not follow
    CommandFailed,    ///< the Command queue is stuck or refused a command
};
const char* describe(Status status);

enum class Interrupts : uint8_t { Off, On };

/// Interrupts as messages (MSIs), beside any wires: what each source writes to the doorbell.  Only where
/// features().msi.
struct InterruptMessages {
    uint64_t doorbell = 0;  ///< 0: no messages
    uint32_t event = 0;
    uint32_t page_request = 0;
    uint32_t gerror = 0;
};

/// The streams of one device, which share a table of CDs, and the CD's place in it.
struct ContextUsers {
    const arch::StreamId* streams = nullptr;
    unsigned count = 0;
    arch::SubstreamId substream{0};
};

class Smmu {
public:
    Smmu() = default;

    /// Takes memory for queues and stream table.  The arena must live as long as the SMMU is in
    /// use.
    Status prepare(uint64_t base, const Features& features, Arena& arena);

    /// Puts the SMMU into a known state and enables it, whatever it was doing.
    Status reset(Interrupts interrupts = Interrupts::On, const InterruptMessages& messages = {});

    /// Gives a stream its STE.  Before reset() it is only written; after, the SMMU has seen it on
    /// return.  The stream aborts in between only where no hitless change exists (entry_writer.h).
    Status set_stream(arch::StreamId stream, const arch::Ste& ste);
    /// Gives a context descriptor, which the STEs of `users` lead to, new contents.  OutOfMemory:
    /// the slot is empty.
    Status set_context(const ContextUsers& users, const CdSlot& live, const arch::Cd& cd);
    Status set_context(arch::StreamId stream, volatile arch::Cd& live, const arch::Cd& cd);

    /// Has the stream table an entry for it?
    bool has_stream(arch::StreamId stream) const { return streams_.covers(stream); }

    /// Errors that are active, now handled and acknowledged; a Service failure mode disables the
    /// SMMU.
    arch::Gerror handle_errors();

    const Features& features() const { return features_; }
    const Registers& registers() const { return registers_; }
    CommandQueue& commands() { return commands_; }
    EventQueue& events() { return events_; }
    /// Only where features().pri.
    PageRequestQueue& page_requests() { return page_requests_; }

private:
    bool disable();
    bool enable(arch::Cr0 more);
    Status forget_everything();
    bool set_interrupts(Interrupts interrupts, const InterruptMessages& messages);
    bool start_page_requests();
    Completion forget_context(const ContextUsers& users, bool leaf);
    template <class Entry, class Forget>
    Status put(volatile Entry& live, const Entry& to, Forget forget);

    Registers registers_{};
    Features features_{};
    Arena* arena_ = nullptr;
    CommandQueue commands_{};
    EventQueue events_{};
    PageRequestQueue page_requests_{};
    StreamTable streams_{};
    arch::Cr0 cr0_{};
    bool enabled_ = false;
};

}  // namespace smmu::sw
