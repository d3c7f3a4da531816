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

bool CommandQueue::insert(const Command& command) {
    const bool has_room = poll([&] {
        if (!full(producer_, consumer(), log2size_)) return true;
        recover();
        return false;
    });
    if (!has_room) return false;
    write(producer_.slot(log2size_), command);
    producer_ = producer_.next(log2size_);
    registers_.write(CmdqProd{}.set(CmdqProd::WR, producer_.raw));
    return true;
}

Completion CommandQueue::sync() {
    const unsigned skipped_before = skipped_;
    if (!insert(commands::sync())) return Completion::TimedOut;
    const bool done = poll([&] {
        if (empty(producer_, consumer(), log2size_)) return true;
        recover();
        return false;
    });
    if (!done) return Completion::TimedOut;
    return skipped_ == skipped_before ? Completion::Done : Completion::Skipped;
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
    registers_.write(gerrorn.set(Gerrorn::CMDQ_ERR, gerror[Gerror::CMDQ_ERR]));
}

}  // namespace smmu::sw
