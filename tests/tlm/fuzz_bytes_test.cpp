// Bytes as they come: Stream tables, CDs, tables, queues and registers hold anything at all, under
// accesses of any shape and register accesses of any size and alignment.  What comes back is one of
// the architecture's answers, events have IDs that exist, nothing leaves the address size, nothing
// hangs, and a reset repairs it all.  Seeds are fixed: a failure repeats.
#include <algorithm>

#include "tests/tlm/fuzz_moves.h"

namespace smmu::test {

/// Records of faults that there are (7.3), and of no other; of conflicts there are none.
struct EventIds final : Probe {
    unsigned records = 0, seen[256] = {};
    void event(const Event& e) override {
        const auto id = static_cast<unsigned>(e.event[arch::Event::Id]);
        EXPECT_TRUE((id >= 0x01 && id <= 0x0B) || (id >= 0x10 && id <= 0x13)) << "event " << id;
        ++records;
        ++seen[id];
    }
    /// How many different ones there were.
    unsigned kinds() const {
        return static_cast<unsigned>(
            std::count_if(std::begin(seen), std::end(seen), [](unsigned n) { return n != 0; }));
    }
};

/// The parameter: walk caches are there.
struct TlmFuzzBytes : TlmFuzz, ::testing::WithParamInterface<bool> {
    static Params params() {
        Params p;
        if (GetParam()) {
            p.walk_caches = core::by_stage({16, 2}, {16, 2}, {16, 2});
            p.features.httu = 2;
        }
        return p;
    }
    TlmFuzzBytes() : TlmFuzz(GetParam() ? 12 : 11, params()) { smmu.attach(ids); }

    struct Area {
        uint64_t begin, end;
    };
    /// Tables of both stages and the CD; the Stream tables; the queues.
    const Area areas[5] = {{map::pages, map::pages + 0x4'0000},
                           {map::stream_table, map::stream_table + 0x4000},
                           {level1, level1 + 0x1000},
                           {map::command_queue, map::command_queue + 0x1000},
                           {map::event_queue, map::event_queue + 0x1000}};

    /// A random word, or one that leads further: valid, with an address in memory.
    uint64_t any_word() {
        const uint64_t leads_on = (random.below(ram.size()) & ~uint64_t{0xFFF}) | 0b11 |
                                  (random.one_in(2) ? uint64_t{0x7FC} & random.bits() : 0x4FC);
        const uint64_t choices[] = {random.bits(), leads_on,
                                    leads_on,      0,
                                    ~uint64_t{0},  random.bits() & random.bits() & random.bits()};
        return random.of(choices);
    }
    void scatter() {
        const Area& area = random.of(areas);
        uint64_t count = 1 + random.below(random.one_in(4) ? 4096 : 16);
        uint64_t at = area.begin + 8 * random.below((area.end - area.begin) / 8);
        const bool bytes = random.one_in(4);
        for (; count > 0 && at < area.end; --count, at += 8) {
            if (bytes)  // at any alignment
                ram.put(at - random.below(8), static_cast<uint8_t>(random.bits()));
            else
                ram.put(at, any_word());
        }
    }
    /// Valid STEs and CDs whose other bits are anything: what is behind them is looked at.
    void scatter_structures() {
        auto ste = ram.get<arch::Ste>(map::stream_table + 64 * stream);
        for (uint64_t& word : ste.word)
            if (random.one_in(3)) word = any_word();
        put_ste(stream, ste.set(arch::Ste::V, true));
        auto context = ram.get<arch::Cd>(cd);
        for (uint64_t& word : context.word)
            if (random.one_in(3)) word = any_word();
        ram.put(cd, context.set(arch::Cd::V, true).set(arch::Cd::AA64, true));
    }

    EventIds ids;
};

TEST_P(TlmFuzzBytes, AreAnsweredAsTheArchitectureSays) {
    simulate([&] {
        unsigned beyond = 0;
        ram.on_access = [&](tlm::tlm_generic_payload& p) { beyond += p.get_address() >> 44 != 0; };
        start();
        while (cases < 20'000) {
            switch (random.below(8)) {
                case 0: scatter(); break;
                case 1: scatter_structures(); break;
                case 2: register_access(); break;
                case 3:
                    set_command_prod(static_cast<uint32_t>(random.below(16)));
                    ring();
                    break;
                default: access();
            }
            if (random.one_in(8)) pause(20);
            if (random.one_in(20)) {          // as far as the queue works
                push(Command{{{0x04, 31}}});  // CFGI_ALL
                push(Command{{{0x30, 0}}});   // TLBI_NSNH_ALL
                ring();
            }
            if (random.one_in(100)) {  // a driver starts again, over whatever is there
                end_stalls();
                start();
                write(arch::Gerrorn{{{read<arch::Gerror>().raw()}}});
                if (random.one_in(2)) restore(0, ram.size());
            }
            if (random.one_in(30)) repair_structures();
            if (random.one_in(200)) ram.fail(random.of(areas).begin, 0x1000);
            if (random.one_in(50)) ram.repair();
            if (random.one_in(500)) pulse_reset();
        }
        end_stalls();
        EXPECT_EQ(beyond, 0u) << "accesses beyond OAS";
        EXPECT_GT(responses[0], 1000u);
        EXPECT_GT(responses[1], 2000u);
        EXPECT_GT(ids.records, 1000u);
        EXPECT_GE(ids.kinds(), 9u);
        EXPECT_GT(counter.commands, 1000u);
        expect_that_a_reset_repairs_everything();
    });
}

INSTANTIATE_TEST_SUITE_P(Each, TlmFuzzBytes, ::testing::Bool(), [](const auto& p) {
    return p.param ? "WithWalkCachesAndHttu" : "Functional";
});

}  // namespace smmu::test
