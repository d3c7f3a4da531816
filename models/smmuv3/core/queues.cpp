// Fetching commands and writing event records.  Arm IHI 0070 G.b, 3.5 and 7.2.
#include "smmuv3/core/queues.h"

namespace smmu::core {

bool command_is_waiting(const RegisterFile& registers, unsigned queue) {
    return registers.consumes_commands(queue) && !registers.command_queue(queue).empty();
}

MemoryResult fetch_command(const RegisterFile& registers, Memory& memory, arch::Command& command,
                           unsigned queue) {
    const arch::QueueState state = registers.command_queue(queue);
    MemoryAccess access;
    access.purpose = Purpose::CommandQueue;
    access.address = state.base + uint64_t{state.cons.slot(state.log2size)} * arch::command_bytes;
    access.size = arch::command_bytes;
    access.attributes = registers.command_attributes(queue);
    return memory.read(access, command.word);
}

void consume_command(RegisterFile& registers, unsigned queue) {
    const arch::QueueState state = registers.command_queue(queue);
    registers.set_command_cons(queue, state.cons.next(state.log2size));
}

bool event_queue_has_room(const RegisterFile& registers) {
    return registers.event_queue_enabled() && !registers.event_abort_active() &&
           !registers.event_queue().full();
}

Recorded record_event(RegisterFile& registers, const arch::Event& event, Memory& memory) {
    if (!registers.event_queue_enabled() || registers.event_abort_active()) return Recorded::Lost;
    const auto queue = registers.event_queue();
    if (queue.full()) {
        registers.overflow_event_queue();
        return Recorded::Overflow;
    }

    MemoryAccess access;
    access.purpose = Purpose::EventQueue;
    access.address = queue.base + uint64_t{queue.prod.slot(queue.log2size)} * arch::event_bytes;
    access.size = arch::event_bytes;
    access.attributes = registers.event_attributes();
    const bool written = memory.write(access, event.word).done();
    // An enabled queue is disabled only after the write, but for a reset: then there is nothing left to tell.
    if (!registers.event_queue_enabled()) return Recorded::Lost;
    if (!written) {
        registers.raise_event_abort();
        return Recorded::Aborted;
    }
    // Software may have taken the other records meanwhile, and now wait for the interrupt.
    const bool first = registers.event_queue().empty();
    registers.set_event_prod(queue.prod.next(queue.log2size));
    return first ? Recorded::FirstWritten : Recorded::Written;
}

}  // namespace smmu::core
