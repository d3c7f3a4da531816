// A set-associative array with round-robin replacement: the shape of every cache of the SMMU.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace smmu::core {

/// sets * ways entries; `sets` is a power of two.  An entry that equals Entry{} in its own
/// judgement is the caller's business: predicates say what matches.
template <class Entry>
class SetAssociative {
public:
    SetAssociative(unsigned sets, unsigned ways)
        : ways_(ways), mask_(sets - 1), entries_(size_t{sets} * ways), next_(sets, 0) {}

    /// The first entry of the set that matches, or nullptr.
    template <class Matches>
    const Entry* find(uint64_t hash, Matches&& matches) const {
        const Entry* const first = &entries_[(hash & mask_) * ways_];
        for (const Entry* e = first; e != first + ways_; ++e)
            if (matches(*e)) return e;
        return nullptr;
    }

    /// Puts the entry in place of one that matches it, else in place of the set's next victim.
    template <class Matches>
    void fill(uint64_t hash, const Entry& entry, Matches&& matches) {
        const size_t set = hash & mask_;
        Entry* const first = &entries_[set * ways_];
        for (Entry* e = first; e != first + ways_; ++e)
            if (matches(*e)) {
                *e = entry;
                return;
            }
        first[next_[set]] = entry;
        next_[set] = static_cast<uint8_t>((next_[set] + 1u) % ways_);
    }

    /// Empties every entry that matches.
    template <class Matches>
    void drop(Matches&& matches) {
        for (Entry& e : entries_)
            if (matches(e)) e = Entry{};
    }

    void clear() { entries_.assign(entries_.size(), Entry{}); }
    size_t size() const { return entries_.size(); }

private:
    unsigned ways_;
    uint64_t mask_;
    std::vector<Entry> entries_;
    std::vector<uint8_t> next_;
};

/// Spreads the bits of a key over a set index.
constexpr uint64_t mix(uint64_t key) {
    key *= 0x9E37'79B9'7F4A'7C15;
    return key ^ (key >> 32);
}

struct Geometry {
    unsigned sets = 1;  ///< a power of two, 1 to 65536
    unsigned ways = 1;  ///< 1 to 64
};

}  // namespace smmu::core
