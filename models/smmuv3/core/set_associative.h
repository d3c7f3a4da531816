// A set-associative array: the shape of every cache of the SMMU.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace smmu::core {

/// Which entry of a full set goes.
enum class Replacement : uint8_t { RoundRobin, Lru, Random };

struct Geometry {
    unsigned entries = 1;  ///< 0: there is no such cache; else ways times 1 to 65536 sets
    unsigned ways = 1;     ///< 1 to 64
    Replacement replacement = Replacement::RoundRobin;
};
constexpr Geometry no_cache{0, 1};

/// An entry that equals Entry{} in its own judgement is the caller's business: predicates say what
/// matches.
template <class Entry>
class SetAssociative {
public:
    explicit SetAssociative(Geometry g)
        : ways_(g.entries == 0 ? 0 : g.ways),
          sets_(g.entries == 0 ? 1 : g.entries / g.ways),
          mask_((sets_ & (sets_ - 1)) == 0 ? sets_ - 1 : 0),
          replacement_(g.replacement),
          entries_(g.entries),
          next_(sets_, 0),
          used_(g.replacement == Replacement::Lru ? g.entries : 0) {}

    bool is_on() const { return ways_ != 0; }

    /// The first entry of the set that matches, or nullptr.
    template <class Matches>
    const Entry* find(uint64_t hash, Matches&& matches) const {
        const Entry* const first = entries_.data() + set_of(hash) * ways_;
        for (const Entry* e = first; e != first + ways_; ++e)
            if (matches(*e)) return e;
        return nullptr;
    }

    bool notes_use() const { return !used_.empty(); }
    /// An entry of this array answered.  Looking is not using: a debugger looks, and leaves no trace.
    void use(const Entry& entry) {
        if (notes_use()) used_[static_cast<size_t>(&entry - entries_.data())] = ++clock_;
    }

    /// Puts the entry in place of one that matches it, else in place of the set's next victim.
    template <class Matches>
    void fill(uint64_t hash, const Entry& entry, Matches&& matches) {
        if (!is_on()) return;
        const size_t set = set_of(hash);
        Entry* const first = entries_.data() + set * ways_;
        Entry* const same = std::find_if(first, first + ways_, matches);
        Entry& place = same != first + ways_ ? *same : first[victim(set)];
        place = entry;
        use(place);
    }

    /// Empties every entry that matches.
    template <class Matches>
    void drop(Matches&& matches) {
        for (Entry& e : entries_)
            if (matches(e)) {
                e = Entry{};
                if (!used_.empty()) used_[static_cast<size_t>(&e - entries_.data())] = 0;
            }
    }

    void clear() {
        std::fill(entries_.begin(), entries_.end(), Entry{});
        std::fill(used_.begin(), used_.end(), 0);
    }

private:
    size_t set_of(uint64_t hash) const {
        return mask_ + 1 == sets_ ? hash & mask_ : static_cast<uint32_t>(hash) % sets_;
    }

    unsigned victim(size_t set) {
        switch (replacement_) {
            case Replacement::Lru: {
                const auto first = used_.begin() + static_cast<ptrdiff_t>(set * ways_);
                return static_cast<unsigned>(std::min_element(first, first + ways_) - first);
            }
            case Replacement::Random:
                dice_ = dice_ * 1664525 + 1013904223;  // the same in every run
                return (dice_ >> 16) % ways_;
            case Replacement::RoundRobin: break;
        }
        const unsigned way = next_[set];
        next_[set] = static_cast<uint8_t>((way + 1) % ways_);
        return way;
    }

    unsigned ways_, sets_, mask_;  ///< mask_: of a power of two, else 0
    Replacement replacement_;
    std::vector<Entry> entries_;
    std::vector<uint8_t> next_;
    std::vector<uint64_t> used_;  ///< Lru: when each entry was used
    uint64_t clock_ = 0;
    uint32_t dice_ = 1;
};

/// Spreads the bits of a key over a set index.
constexpr uint64_t mix(uint64_t key) {
    key *= 0x9E37'79B9'7F4A'7C15;
    return key ^ (key >> 32);
}

}  // namespace smmu::core
