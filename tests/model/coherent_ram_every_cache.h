// One line of a real memory system in every state it can be in: the yardstick for CoherentRam.
//
// Hardware may at any time fetch a line, write a dirty line back, or drop a clean one.  This model
// follows all of it at once: a set of states, from which each value that software or a device reads
// removes those that would have given another.  An empty set means: no real cache could have given
// these results.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace smmu::test {

/// Two bytes stand for the line: enough for a write that covers only a part of it.
using Bytes = std::array<uint8_t, 2>;

struct Hardware {
    enum class Cache : uint8_t { Absent, Clean, Dirty };
    Cache state = Cache::Absent;
    Bytes cache{};  ///< zero while absent, so that equal states compare equal
    Bytes dram{};

    Bytes coherent() const { return state == Cache::Absent ? dram : cache; }
    Hardware fetched() const {
        return state == Cache::Absent ? Hardware{Cache::Clean, dram, dram} : *this;
    }
    Hardware written_back() const {
        return state == Cache::Dirty ? Hardware{Cache::Clean, cache, cache} : *this;
    }
    Hardware dropped() const { return {Cache::Absent, {}, dram}; }

    bool operator==(const Hardware& o) const {
        return state == o.state && cache == o.cache && dram == o.dram;
    }
};

inline Hardware store_to_cache(Hardware line, size_t byte, uint8_t value) {
    line = line.fetched();
    line.cache[byte] = value;
    line.state = Hardware::Cache::Dirty;
    return line;
}

inline Hardware store_to_dram(Hardware line, size_t byte, uint8_t value) {
    line.dram[byte] = value;
    return line;
}

class EveryCache {
public:
    EveryCache() { settle(); }

    /// False: no state is left that would have let the CPU (or a snooping device) read these bytes.
    bool cpu_reads(const Bytes& seen) {
        return keep([&](const Hardware& line) { return line.coherent() == seen; });
    }
    bool device_reads(const Bytes& seen) {
        return keep([&](const Hardware& line) { return line.dram == seen; });
    }

    void cpu_writes(size_t byte, uint8_t value) {
        each([=](const Hardware& line, EveryCache& next) {
            next.add(store_to_cache(line, byte, value));
        });
    }
    /// A snooping write: merged into the line in a cache; past a line that is not dirty it may also
    /// go to DRAM.
    void coherent_write(size_t byte, uint8_t value) {
        each([=](const Hardware& line, EveryCache& next) {
            next.add(store_to_cache(line, byte, value));
            if (line.state != Hardware::Cache::Dirty)
                next.add(store_to_dram(line.dropped(), byte, value));
        });
    }
    void device_writes(size_t byte, uint8_t value) {
        each([=](const Hardware& line, EveryCache& next) {
            next.add(store_to_dram(line, byte, value));
        });
    }
    void clean() {
        each([](const Hardware& line, EveryCache& next) { next.add(line.written_back()); });
    }
    void clean_and_invalidate() {
        each([](const Hardware& line, EveryCache& next) {
            next.add(line.written_back().dropped());
        });
    }
    void invalidate() {
        each([](const Hardware& line, EveryCache& next) { next.add(line.dropped()); });
    }
    void debug_writes(size_t byte, uint8_t value) {
        clean_and_invalidate();
        each([=](const Hardware& line, EveryCache& next) {
            next.add(store_to_dram(line.written_back().dropped(), byte, value));
        });
    }

private:
    template <class Condition>
    bool keep(Condition condition) {
        each([&](const Hardware& line, EveryCache& next) {
            if (condition(line)) next.add(line);
        });
        return !states_.empty();
    }

    /// Replaces each state by those that `step` adds, and by what the hardware makes of them by itself.
    template <class Step>
    void each(Step step) {
        before_.swap(states_);
        states_.clear();
        for (const Hardware& line : before_) step(line, *this);
        settle();
    }

    void add(const Hardware& line) {
        if (std::find(states_.begin(), states_.end(), line) == states_.end())
            states_.push_back(line);
    }

    void settle() {
        const size_t given = states_.size();
        for (size_t i = 0; i < given; ++i) {
            const Hardware back = states_[i].written_back();
            add(back);
            add(back.dropped());
            add(back.dropped().fetched());
        }
    }

    std::vector<Hardware> states_{Hardware{}};
    std::vector<Hardware> before_;
};

}  // namespace smmu::test
