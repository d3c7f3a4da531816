// The SMMU's ends of the Command queues and the Event queue.  Arm IHI 0070 G.b, 3.5, 7.1, 7.2, 7.4.
#pragma once
#include "smmuv3/arch/cmd.h"
#include "smmuv3/arch/event.h"
#include "smmuv3/core/memory.h"
#include "smmuv3/core/register_file.h"

namespace smmu::core {

/// There is a command that may be fetched: queue enabled, not empty, no error active.
bool command_is_waiting(const RegisterFile& registers, unsigned queue = main_command_queue);
/// Fetches the command at CONS without consuming it.
MemoryResult fetch_command(const RegisterFile& registers, Memory& memory, arch::Command& command,
                           unsigned queue = main_command_queue);
/// Consumes the command at CONS.
void consume_command(RegisterFile& registers, unsigned queue = main_command_queue);

/// What became of an event record.
enum class Recorded : uint8_t {
    Lost,      ///< queue disabled, or not writable because of an earlier abort
    Overflow,  ///< queue full: lost, OVFLG
    Written,
    FirstWritten,  ///< the queue was empty: this is what raises its interrupt
    Aborted,       ///< the write was aborted: GERROR.EVENTQ_ABT_ERR has just become active
};
constexpr bool is_written(Recorded r) {
    return r == Recorded::Written || r == Recorded::FirstWritten;
}
/// A record written now would neither be lost nor overflow.
bool event_queue_has_room(const RegisterFile& registers);
/// Writes one record, then PROD.
Recorded record_event(RegisterFile& registers, const arch::Event& event, Memory& memory);

}  // namespace smmu::core
