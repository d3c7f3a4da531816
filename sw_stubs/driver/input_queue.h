// A queue that the SMMU fills and software empties: Event queue and PRI queue differ in their records
// and registers alone.  Arm IHI 0070 G.b, 3.5.1, 7.4, 8.1.
#pragma once
#include "smmuv3/arch/queue.h"
#include "sw_stubs/driver/memory.h"
#include "sw_stubs/driver/registers.h"

namespace smmu::sw {

template <class Record, class Base, class Prod, class Cons>
class InputQueue {
public:
    InputQueue() = default;

    /// Takes memory for 2^log2size records.  False when the arena has no room.
    bool allocate(Arena& arena, Registers registers, unsigned log2size) {
        const uint64_t bytes = uint64_t{sizeof(Record)} << log2size;
        registers_ = registers;
        arena_ = &arena;
        memory_ = arena.allocate(bytes, bytes);
        log2size_ = log2size;
        return static_cast<bool>(memory_);
    }

    /// What the BASE register must hold; the queue itself writes CONS only (and PROD in reset()).
    Base base() const {
        return Base{}
            .set(Base::LOG2SIZE, static_cast<uint8_t>(log2size_))
            .set(Base::ADDR, memory_.pa)
            .set(Base::WA, true);
    }

    /// Empties both indexes.  The queue must not be enabled in CR0.
    void reset() {
        consumer_ = {0};
        overflow_acknowledged_ = false;
        registers_.write(Prod{});
        registers_.write(cons());
    }

    /// Moves the oldest record out of the queue into `record`.  False when there is none.
    bool take(Record& record) {
        const auto prod = registers_.template read<Prod>();
        const arch::QueueIndex producer{prod[Prod::WR] & ((2u << log2size_) - 1)};
        if (empty(producer, consumer_, log2size_)) return false;

        volatile Record* entry = memory_.template as<Record>() + consumer_.slot(log2size_);
        arena_->refresh(entry, sizeof(Record));
        for (unsigned i = 0; i < Record::words; ++i) record.word[i] = entry->word[i];
        port::dma_barrier();  // read before the SMMU may write the slot again
        consumer_ = consumer_.next(log2size_);
        registers_.write(cons());
        return true;
    }

    /// True once after records were lost because the queue was full; acknowledges it to the SMMU.
    /// Ask when the queue is empty: a full PRI queue takes nothing in before.
    bool take_overflow() {
        const bool flag = registers_.template read<Prod>()[Prod::OVFLG];
        if (flag == overflow_acknowledged_) return false;
        overflow_acknowledged_ = flag;
        registers_.write(cons());
        return true;
    }

private:
    Cons cons() const {
        return Cons{}.set(Cons::RD, consumer_.raw).set(Cons::OVACKFLG, overflow_acknowledged_);
    }

    Registers registers_{};
    const Arena* arena_ = nullptr;
    Region memory_{};
    unsigned log2size_ = 0;
    arch::QueueIndex consumer_{0};
    bool overflow_acknowledged_ = false;  ///< CONS.OVACKFLG: a toggle, not a state
};

}  // namespace smmu::sw
