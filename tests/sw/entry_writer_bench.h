// An entry in memory whose every change is watched: what the SMMU could read must always mean the old
// or the new configuration.
#pragma once
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "sw_stubs/driver/entry_writer.h"

namespace smmu::test {

/// The eight words of an STE or CD; those not given are 0.
template <class Entry>
Entry words(uint64_t w0, uint64_t w1 = 0, uint64_t w2 = 0, uint64_t w3 = 0) {
    return Entry{{w0, w1, w2, w3}};
}

/// How strictly an entry is compared.  `Whole`: bits that count now must be exactly those of the old
/// or of the new entry.  `SafeApart`: bits that are safe between the two are left out.
enum class Compare { Whole, SafeApart };

/// What is seen of an update.
struct Seen {
    sw::Change change = sw::Change::None;
    unsigned syncs = 0;
    bool invalid = false;  ///< word 0 was 0 at a sync
    unsigned torn = 0;     ///< times that the entry meant neither the old nor the new
};

template <class Entry>
class UpdateWatcher {
public:
    UpdateWatcher(const Entry& from, const Entry& to, Compare compare)
        : from_(from), to_(to), compare_(compare) {
        for (unsigned i = 0; i < Entry::words; ++i) live_.word[i] = from.word[i];
    }

    /// As the driver does it; with `use`, for what the two configurations use other than its own rule.
    Seen update() {
        return run([&](auto& writer) { return writer.write(to_); });
    }
    Seen update(const sw::EntryUse<Entry>& use) {
        return run([&](auto& writer) { return writer.write(to_, use); });
    }

    /// One word, by somebody who does not know better.
    void store(unsigned word, uint64_t value) {
        live_.word[word] = value;
        look();
    }
    const Seen& seen() const { return seen_; }

private:
    template <class Write>
    Seen run(Write write) {
        sw::EntryWriter writer(
            live_,
            [&](volatile uint64_t& word, uint64_t value) {
                word = value;
                look();  // the SMMU may read it right now
            },
            [&] {
                ++seen_.syncs;
                seen_.invalid |= live_.word[0] == 0;
                look();
            });
        seen_.change = write(writer);
        for (unsigned i = 0; i < Entry::words; ++i)
            EXPECT_EQ(live_.word[i], to_.word[i]) << "word " << i << " at the end";
        return seen_;
    }

    void look() {
        Entry now{};
        for (unsigned i = 0; i < Entry::words; ++i) now.word[i] = live_.word[i];
        if (now.word[0] == 0) return;
        if (!means(now, from_) && !means(now, to_)) ++seen_.torn;
    }
    bool means(const Entry& now, const Entry& whole) const {
        Entry used = sw::used_bits(now);
        Entry expected = whole;
        if (compare_ == Compare::SafeApart) {
            const Entry safe = sw::safe_bits(now, whole);
            for (unsigned i = 0; i < Entry::words; ++i) {
                used.word[i] &= ~safe.word[i];
                expected.word[i] &= used.word[i];
            }
        }
        for (unsigned i = 0; i < Entry::words; ++i)
            if ((now.word[i] & used.word[i]) != expected.word[i]) return false;
        return true;
    }

    volatile Entry live_{};
    Entry from_;
    Entry to_;
    Compare compare_;
    Seen seen_{};
};

}  // namespace smmu::test
