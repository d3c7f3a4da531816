// Fixture of queue tests: registers that describe an enabled queue, and the memory it lies in.
#pragma once
#include "smmuv3/core/queues.h"
#include "tests/core/register_bench.h"
#include "tests/support/fake_memory.h"

namespace smmu::test {

using arch::Command;
using arch::Event;
using core::Purpose;
using core::Recorded;

class QueueBench : public RegisterBench {
protected:
    static constexpr uint64_t base = 0x0123'4500'0000;  ///< aligned to the longest queue

    /// An enabled Command queue with these indexes.
    void command_queue(uint64_t base_register, uint32_t prod, uint32_t cons) {
        control(0);
        put64(at::CMDQ_BASE, base_register);
        put(at::CMDQ_PROD, prod);
        put(at::CMDQ_CONS, cons);
        control(CMDQEN);
    }
    void event_queue(uint64_t base_register, uint32_t prod, uint32_t cons) {
        control(0);
        put64(at::EVENTQ_BASE, base_register);
        put(at::EVENTQ_PROD, prod);
        put(at::EVENTQ_CONS, cons);
        control(EVENTQEN);
    }
    bool waiting() const { return core::command_is_waiting(registers); }
    uint32_t cons() const { return get(at::CMDQ_CONS) & 0x000F'FFFF; }
    uint32_t prod() const { return get(at::EVENTQ_PROD); }

    /// Where the next command is fetched.
    uint64_t fetched_at() {
        memory.log.clear();
        Command c{};
        EXPECT_TRUE(core::fetch_command(registers, memory, c).done());
        EXPECT_EQ(memory.log.size(), 1u);
        return memory.log.at(0).address;
    }
    Recorded record(uint64_t mark = 1) {
        memory.log.clear();
        return core::record_event(registers, Event{{mark, 2, 3, 4}}, memory);
    }
    /// Where the event that was just recorded went.
    uint64_t written_at() const {
        EXPECT_EQ(memory.log.size(), 1u);
        return memory.log.at(0).address;
    }
    void acknowledge_gerror() { put(at::GERRORN, get(at::GERROR)); }

    FakeMemory memory;
};

}  // namespace smmu::test
