// The Command queue, the driver's side.  Arm IHI 0070 G.b, 3.5.1, 4, 7.1.
#pragma once
#include "smmuv3/arch/cmd.h"
#include "smmuv3/arch/queue.h"
#include "sw_stubs/driver/memory.h"
#include "sw_stubs/driver/registers.h"

namespace smmu::sw {

enum class Completion : uint8_t {
    Done,
    Skipped,   ///< all done but a command that the SMMU called illegal
    TimedOut,  ///< the SMMU stopped taking commands
};

class CommandQueue {
public:
    CommandQueue() = default;

    /// Takes memory for 2^log2size commands.  False when the arena has no room.
    bool allocate(Arena& arena, Registers registers, unsigned log2size);

    /// What CMDQ_BASE must hold; the queue itself writes CMDQ_PROD only (and CMDQ_CONS in reset()).
    arch::CmdqBase base() const;
    /// Empties both indexes.  CR0.CMDQEN must be 0.
    void reset();

    /// Puts a command in; the SMMU begins with it at once.  Waits while the queue is full.  False
    /// when it stays full.
    bool insert(const arch::Command& command);
    /// Waits until all commands before it are complete.
    Completion sync();
    /// Inserts a list and a CMD_SYNC behind it, which the SMMU is told of together, and waits until
    /// they are complete.  A list may be longer than the queue.
    Completion run(const arch::Command* list, unsigned count);

    /// Handles GERROR.CMDQ_ERR if it is active: the SMMU then goes on.  An illegal command, or one
    /// with a reason of a later architecture, is replaced by CMD_SYNC, which does nothing; one whose
    /// fetch was aborted is tried again; a CMD_SYNC that waited too long for a device to forget its
    /// translations is repeated.
    void recover();

    /// Commands that were replaced so far, CMD_SYNCs that were repeated, and the last reason.
    unsigned skipped() const { return skipped_; }
    unsigned atc_timeouts() const { return atc_timeouts_; }
    arch::CommandError last_error() const { return last_error_; }

private:
    volatile arch::Command* slot(uint32_t index) const {
        return memory_.as<arch::Command>() + index;
    }
    void write(uint32_t index, const arch::Command& command) const;
    arch::QueueIndex consumer() const;
    bool stage(const arch::Command& command);
    void ring();
    Completion wait(unsigned skipped_before);

    Registers registers_{};
    const Arena* arena_ = nullptr;
    Region memory_{};
    unsigned log2size_ = 0;
    arch::QueueIndex producer_{0};
    arch::QueueIndex told_{0};           ///< PROD: commands up to here are the SMMU's
    arch::QueueIndex consumer_seen_{0};  ///< CONS when it was last read: it has not gone back
    unsigned skipped_ = 0;
    unsigned atc_timeouts_ = 0;
    arch::CommandError last_error_ = arch::CommandError::None;
};

}  // namespace smmu::sw
