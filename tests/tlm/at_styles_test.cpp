// The same traffic in LT, in AT and without time: memory, responses and events are the same.
#include "tests/tlm/at_pipeline_bench.h"

namespace smmu::test {
namespace {

/// What a race-free program of one master leaves: its answers, and the events of its stream.
struct Left {
    std::vector<uint64_t> data;
    std::vector<int> responses;
    std::vector<uint64_t> memory;
    unsigned events = 0;
    bool operator==(const Left& o) const {
        return data == o.data && responses == o.responses && memory == o.memory &&
               events == o.events;
    }
};

enum class How : uint8_t { Untimed, Lt, At };

struct SameInAll : AtPipeline {
    static Params params() {
        Params p;
        p.cycles.micro_tlb = 1;
        p.cycles.link = 5;
        p.walk_slots = 1;
        return p;
    }
    SameInAll() : AtPipeline(params()) {}

    Left run(How how) {
        Left left;
        ram.latency = how == How::Untimed ? zero : 10 * ns;
        for (unsigned n = 0; n < 16; ++n)
            for (uint64_t at = 0; at < 0x1000; at += 8) ram.put(data_page(n) + at, n * at);
        SmmuDriver::run(arch::Command{{{0x04, 31}}},  // CMD_CFGI_ALL
                        arch::Command{{{0x30, 0}}});  // CMD_TLBI_NSNH_ALL
        const unsigned events = counter.events;
        uint32_t dice = 7;
        for (unsigned n = 0; n < 200; ++n) {
            dice = dice * 1664525 + 1013904223;
            const unsigned which = dice >> 28;
            const uint64_t address = which == 15 ? va + 0x20'0000 + (dice >> 20 & 0xFF8)
                                                 : page(which) + (dice >> 12 & 0xFFC);
            const bool writes = (dice >> 9 & 1) != 0;
            uint64_t data = uint64_t{dice} << 8 | n;
            const auto command = writes ? write_command : read_command;
            int response = 0;
            if (how == How::At) {
                auto& job = master.send(who, command, address, data);
                master.wait_for_all();
                response = job.response();
                data = job.data;
            } else {
                response = device.access(who, command, address, &data, 8).response;
            }
            left.responses.push_back(response);
            left.data.push_back(data);
        }
        sc_core::wait(100'000 * ns);
        left.events = counter.events - events;
        for (unsigned n = 0; n < 16; ++n)
            for (uint64_t at = 0; at < 0x1000; at += 8)
                left.memory.push_back(ram.get<uint64_t>(data_page(n) + at));
        return left;
    }
};

TEST_F(SameInAll, MemoryResponsesAndEventsDoNotDependOnTheStyle) {
    simulate([&] {
        start();
        const Left untimed = run(How::Untimed), lt = run(How::Lt), at = run(How::At);
        EXPECT_GT(untimed.events, 0u);
        EXPECT_TRUE(untimed == lt);
        EXPECT_TRUE(untimed == at);
    });
}

}  // namespace
}  // namespace smmu::test
