// The Event queue: take records out, notice what was lost.
#include "sw_stubs/driver/event_queue.h"

namespace smmu::sw {

using namespace arch;

bool EventQueue::allocate(Arena& arena, Registers registers, unsigned log2size) {
    const uint64_t bytes = uint64_t{event_bytes} << log2size;
    registers_ = registers;
    arena_ = &arena;
    memory_ = arena.allocate(bytes, bytes);
    log2size_ = log2size;
    return static_cast<bool>(memory_);
}

EventqBase EventQueue::base() const {
    return EventqBase{}
        .set(EventqBase::LOG2SIZE, static_cast<uint8_t>(log2size_))
        .set(EventqBase::ADDR, memory_.pa)
        .set(EventqBase::WA, true);
}

void EventQueue::reset() {
    consumer_ = {0};
    overflow_acknowledged_ = false;
    registers_.write(EventqProd{});
    registers_.write(cons());
}

EventqCons EventQueue::cons() const {
    return EventqCons{}
        .set(EventqCons::RD, consumer_.raw)
        .set(EventqCons::OVACKFLG, overflow_acknowledged_);
}

bool EventQueue::take(Event& event) {
    const auto prod = registers_.read<EventqProd>();
    const QueueIndex producer{prod[EventqProd::WR] & ((2u << log2size_) - 1)};
    if (empty(producer, consumer_, log2size_)) return false;

    volatile Event* entry = memory_.as<Event>() + consumer_.slot(log2size_);
    arena_->refresh(entry, sizeof(Event));
    for (unsigned i = 0; i < Event::words; ++i) event.word[i] = entry->word[i];
    port::dma_barrier();  // read before the SMMU may write the slot again
    consumer_ = consumer_.next(log2size_);
    registers_.write(cons());
    return true;
}

bool EventQueue::take_overflow() {
    const bool flag = registers_.read<EventqProd>()[EventqProd::OVFLG];
    if (flag == overflow_acknowledged_) return false;
    overflow_acknowledged_ = flag;
    registers_.write(cons());
    return true;
}

}  // namespace smmu::sw
