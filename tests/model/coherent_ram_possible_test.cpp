// The proof behind CoherentRam: whatever CPU and devices do, it gives no result that no real cache
// could give.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "interconnect/coherent_ram.h"
#include "tests/model/coherent_ram_every_cache.h"

namespace smmu {
namespace {

using test::Bytes;
using test::EveryCache;
using test::Hardware;

enum class Op {
    CpuRead,
    CpuWrite0,
    CpuWrite1,
    CoherentWrite0,
    CoherentWrite1,
    DeviceRead,
    DeviceWrite0,
    DeviceWrite1,
    Clean,
    CleanAndInvalidate,
    Invalidate,
    Evict,
    DebugWrite0
};
constexpr int op_count = 13;

/// The bytes of the line that the test uses: the first and the last.
constexpr uint64_t at[] = {0, CoherentRam::line_size - 1};

/// CoherentRam seen as a line of two bytes.
class Model {
public:
    explicit Model(CleanLines clean_lines)
        : ram_(CoherentRam::line_size, Views::CoherentAndDram, clean_lines) {}

    /// The line as after reset: no sequence knows of the one before.
    void clear() {
        ram_.debug_write(0, std::array<uint8_t, CoherentRam::line_size>{}.data(),
                         CoherentRam::line_size);
    }
    Bytes cpu_read() const {
        return read([this](uint64_t o, uint8_t* to) { ram_.coherent_read(o, to, 1); });
    }
    Bytes device_read() const {
        return read([this](uint64_t o, uint8_t* to) { ram_.non_coherent_read(o, to, 1); });
    }
    void cpu_write(size_t byte, uint8_t value) { ram_.coherent_view()[at[byte]] = value; }
    CoherentRam& ram() { return ram_; }

private:
    template <class Read>
    static Bytes read(Read read_byte) {
        Bytes seen{};
        read_byte(at[0], &seen[0]);
        read_byte(at[1], &seen[1]);
        return seen;
    }
    CoherentRam ram_;
};

void apply(Op op, uint8_t value, Model& model) {
    switch (op) {
        case Op::CpuRead:
        case Op::DeviceRead: return;
        case Op::CpuWrite0: return model.cpu_write(0, value);
        case Op::CpuWrite1: return model.cpu_write(1, value);
        case Op::CoherentWrite0: return model.ram().coherent_write(at[0], &value, 1);
        case Op::CoherentWrite1: return model.ram().coherent_write(at[1], &value, 1);
        case Op::DeviceWrite0: return model.ram().non_coherent_write(at[0], &value, 1);
        case Op::DeviceWrite1: return model.ram().non_coherent_write(at[1], &value, 1);
        case Op::Clean: return model.ram().clean(0);
        case Op::CleanAndInvalidate: return model.ram().clean_and_invalidate(0);
        case Op::Invalidate: return model.ram().invalidate(0);
        case Op::Evict: return model.ram().evict(0);
        case Op::DebugWrite0: return model.ram().debug_write(at[0], &value, 1);
    }
}

void apply(Op op, uint8_t value, EveryCache& every) {
    switch (op) {
        case Op::CpuRead:
        case Op::DeviceRead:
        case Op::Evict: return;  // hardware evicts unasked: that state is among the others already
        case Op::CpuWrite0: return every.cpu_writes(0, value);
        case Op::CpuWrite1: return every.cpu_writes(1, value);
        case Op::CoherentWrite0: return every.coherent_write(0, value);
        case Op::CoherentWrite1: return every.coherent_write(1, value);
        case Op::DeviceWrite0: return every.device_writes(0, value);
        case Op::DeviceWrite1: return every.device_writes(1, value);
        case Op::Clean: return every.clean();
        case Op::CleanAndInvalidate: return every.clean_and_invalidate();
        case Op::Invalidate: return every.invalidate();
        case Op::DebugWrite0: return every.debug_writes(0, value);
    }
}

/// False: the model read what no cache could have given.
bool possible(Op op, const Model& model, EveryCache& every) {
    if (op == Op::CpuRead) return every.cpu_reads(model.cpu_read());
    if (op == Op::DeviceRead) return every.device_reads(model.device_read());
    return true;
}

enum class Values { Fresh, Repeated };

/// Runs the sequence and reads both views at last; false: one of its reads is impossible.
bool run(const std::vector<Op>& sequence, Model& model, Values values) {
    model.clear();
    EveryCache every;
    uint8_t value = 0;
    for (const Op op : sequence) {
        value = static_cast<uint8_t>(values == Values::Fresh ? value + 1 : 1 - value);
        apply(op, value, model);
        apply(op, value, every);
        if (!possible(op, model, every)) return false;
    }
    return possible(Op::CpuRead, model, every) && possible(Op::DeviceRead, model, every);
}

std::string numbers(const std::vector<Op>& sequence) {
    std::string text;
    for (const Op op : sequence) text += std::to_string(static_cast<int>(op)) + " ";
    return text;
}

template <class Check>
void for_all_sequences_of_length_4(Check check) {
    std::vector<Op> sequence(4);
    for (int n = 0; n < op_count * op_count * op_count * op_count; ++n) {
        int rest = n;
        for (Op& op : sequence) {
            op = static_cast<Op>(rest % op_count);
            rest /= op_count;
        }
        ASSERT_TRUE(check(sequence)) << "operations " << numbers(sequence);
    }
}

template <class Check>
void for_random_sequences(Check check) {
    std::mt19937 dice(1);
    std::vector<Op> sequence(12);
    for (int n = 0; n < 100'000; ++n) {
        for (Op& op : sequence) op = static_cast<Op>(dice() % op_count);
        ASSERT_TRUE(check(sequence)) << "operations " << numbers(sequence);
    }
}

TEST(CoherentRamPossible, KeptLinesInAllShortSequences) {
    Model model(CleanLines::Kept);
    for_all_sequences_of_length_4([&](const auto& s) { return run(s, model, Values::Fresh); });
}

TEST(CoherentRamPossible, KeptLinesInRandomSequences) {
    Model model(CleanLines::Kept);
    for_random_sequences([&](const auto& s) { return run(s, model, Values::Fresh); });
}

TEST(CoherentRamPossible, DroppedLinesInAllShortSequences) {
    Model model(CleanLines::Dropped);
    for_all_sequences_of_length_4([&](const auto& s) { return run(s, model, Values::Repeated); });
}

TEST(CoherentRamPossible, DroppedLinesInRandomSequences) {
    Model model(CleanLines::Dropped);
    for_random_sequences([&](const auto& s) { return run(s, model, Values::Repeated); });
}

/// A cache that fetches on a store only, and lets a line go the moment it is clean: what
/// CleanLines::Dropped stands for.
class DirtyLinesOnly {
public:
    void apply(Op op, uint8_t value) {
        switch (op) {
            case Op::CpuRead:
            case Op::DeviceRead: return;
            case Op::CpuWrite0:
            case Op::CoherentWrite0: line = store_to_cache(line, 0, value); return;
            case Op::CpuWrite1:
            case Op::CoherentWrite1: line = store_to_cache(line, 1, value); return;
            case Op::DeviceWrite0: line = store_to_dram(line, 0, value); return;
            case Op::DeviceWrite1: line = store_to_dram(line, 1, value); return;
            case Op::Clean:
            case Op::CleanAndInvalidate:
            case Op::Evict: line = line.written_back().dropped(); return;
            case Op::Invalidate: line = line.dropped(); return;
            case Op::DebugWrite0:
                line = store_to_dram(line.written_back().dropped(), 0, value);
                return;
        }
    }
    Hardware line;
};

bool run_against_dirty_lines_only(const std::vector<Op>& sequence, Model& model) {
    model.clear();
    DirtyLinesOnly exact;
    uint8_t value = 0;
    for (const Op op : sequence) {
        apply(op, ++value, model);
        exact.apply(op, value);
        if (model.cpu_read() != exact.line.coherent() || model.device_read() != exact.line.dram)
            return false;
    }
    return true;
}

TEST(CoherentRamPossible, DroppedIsExactlyACacheOfDirtyLines) {
    Model model(CleanLines::Dropped);
    const auto check = [&](const auto& s) { return run_against_dirty_lines_only(s, model); };
    for_all_sequences_of_length_4(check);
    for_random_sequences(check);
}

// The yardstick itself: it must know what is impossible, and what is possible though surprising.
TEST(EveryCache, ACleanLineMayHideDeviceDataUntilItIsInvalidated) {
    EveryCache stale, fresh;
    stale.device_writes(0, 7);
    fresh.device_writes(0, 7);
    EXPECT_TRUE(stale.cpu_reads({0, 0}));
    EXPECT_TRUE(fresh.cpu_reads({7, 0}));
    EXPECT_TRUE(stale.device_reads({7, 0}));
    stale.invalidate();
    EXPECT_FALSE(stale.cpu_reads({0, 0}));
}

TEST(EveryCache, AReadValueThatNobodyWroteIsImpossible) {
    EveryCache every;
    every.cpu_writes(0, 1);
    EXPECT_FALSE(every.cpu_reads({0, 0}));
}

TEST(EveryCache, DeviceDataSeenOnceDoesNotHideAgainBehindACleanLine) {
    EveryCache every;
    every.cpu_writes(0, 1);
    every.clean_and_invalidate();
    every.device_writes(0, 2);
    EXPECT_TRUE(every.cpu_reads({2, 0}));
    EXPECT_FALSE(every.cpu_reads({1, 0}));
}

TEST(EveryCache, ADirtyLineMayReachDramAtAnyTimeAndTakesTheWholeLineWithIt) {
    EveryCache every;
    every.cpu_writes(0, 1);
    every.device_writes(1, 2);
    EveryCache lost = every;
    EXPECT_TRUE(every.device_reads({0, 2}));
    EXPECT_TRUE(lost.device_reads({1, 0}));
}

}  // namespace
}  // namespace smmu
