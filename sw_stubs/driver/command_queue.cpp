// The Command queue: insert, wait, and get going again after an error.
#include "sw_stubs/driver/command_queue.h"

#include "sw_stubs/driver/commands.h"

namespace smmu::sw {

using namespace arch;

namespace {

bool worth_trying_again(CommandError error) {
    switch (error) {
        case CommandError::None:
        case CommandError::Abort:
        case CommandError::AtcInvSync: return true;
        case CommandError::Illegal: return false;
    }
    return false;  // a reason of a later architecture
}

}  // namespace

bool CommandQueue::allocate(Arena& arena, Registers registers, unsigned log2size) {
    const uint64_t bytes = uint64_t{command_bytes} << log2size;
    registers_ = registers;
    arena_ = &arena;
    memory_ = arena.allocate(bytes, bytes);
    log2size_ = log2size;
    return static_cast<bool>(memory_);
}

CmdqBase CommandQueue::base() const {
    return CmdqBase{}
        .set(CmdqBase::LOG2SIZE, static_cast<uint8_t>(log2size_))
        .set(CmdqBase::ADDR, memory_.pa)
        .set(CmdqBase::RA, true);
}

void CommandQueue::reset() {
    producer_ = {0};
    told_ = {0};
    consumer_seen_ = {0};
    registers_.write(CmdqProd{});
    registers_.write(CmdqCons{});
}

QueueIndex CommandQueue::consumer() const {
    return {registers_.read<CmdqCons>()[CmdqCons::RD] & ((2u << log2size_) - 1)};
}

void CommandQueue::write(uint32_t index, const Command& command) const {
    volatile Command* entry = slot(index);
    for (unsigned i = 0; i < Command::words; ++i) entry->word[i] = command.word[i];
    arena_->publish(entry, sizeof(Command));
}

/// Tells the SMMU of everything staged.
void CommandQueue::ring() {
    if (told_.raw == producer_.raw) return;
    told_ = producer_;
    registers_.write(CmdqProd{}.set(CmdqProd::WR, producer_.raw));
}

/// Writes a command behind the others.  Waits while the queue is full; false when it stays full.
bool CommandQueue::stage(const Command& command) {
    if (full(producer_, consumer_seen_, log2size_)) {
        ring();  // there may be a list in it that the SMMU does not know of yet
        const bool has_room = poll([&] {
            consumer_seen_ = consumer();
            if (!full(producer_, consumer_seen_, log2size_)) return true;
            recover();
            return false;
        });
        if (!has_room) return false;
    }
    write(producer_.slot(log2size_), command);
    producer_ = producer_.next(log2size_);
    return true;
}

bool CommandQueue::insert(const Command& command) {
    if (!stage(command)) return false;
    ring();
    return true;
}

Completion CommandQueue::wait(unsigned skipped_before) {
    const bool done = poll([&] {
        consumer_seen_ = consumer();
        if (empty(producer_, consumer_seen_, log2size_)) return true;
        recover();
        return false;
    });
    if (!done) return Completion::TimedOut;
    return skipped_ == skipped_before ? Completion::Done : Completion::Skipped;
}

Completion CommandQueue::sync() { return run(nullptr, 0); }

Completion CommandQueue::run(const Command* list, unsigned count) {
    const unsigned skipped_before = skipped_;
    for (unsigned i = 0; i < count; ++i)
        if (!stage(list[i])) return Completion::TimedOut;
    if (!stage(commands::sync())) return Completion::TimedOut;
    ring();
    return wait(skipped_before);
}

void CommandQueue::recover() {
    const auto gerror = registers_.read<Gerror>();
    auto gerrorn = registers_.read<Gerrorn>();
    if (gerror[Gerror::CMDQ_ERR] == gerrorn[Gerrorn::CMDQ_ERR]) return;

    last_error_ = registers_.read<CmdqCons>()[CmdqCons::ERR];
    if (!worth_trying_again(last_error_)) {
        write(consumer().slot(log2size_), commands::sync());
        ++skipped_;
    }
    if (last_error_ == CommandError::AtcInvSync) ++atc_timeouts_;
    registers_.write(gerrorn.set(Gerrorn::CMDQ_ERR, gerror[Gerror::CMDQ_ERR]));
}

}  // namespace smmu::sw
