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
    static constexpr unsigned most_sets = 65536, most_ways = 64;
    unsigned entries = 1;  ///< 0: there is no such cache; else ways times 1 to 65536 sets
    unsigned ways = 1;     ///< 1 to 64
    Replacement replacement = Replacement::RoundRobin;
};
constexpr Geometry no_cache{0, 1};

/// `Entry{}` is an empty place, and says so: is_empty().  Predicates say what matches.
///
/// Each set has an epoch, which means nothing here: what a cache that drops entries lazily compares.
template <class Entry>
class SetAssociative {
public:
    explicit SetAssociative(Geometry g)
        : ways_(g.entries == 0 ? 0 : g.ways),
          sets_(g.entries == 0 ? 1 : g.entries / g.ways),
          mask_((sets_ & (sets_ - 1)) == 0 ? sets_ - 1 : no_mask),
          replacement_(g.replacement),
          entries_(g.entries),
          epochs_(sets_, 0),
          next_(sets_, 0),
          ages_(g.replacement == Replacement::Lru ? g.entries : 0) {}

    bool is_on() const { return ways_ != 0; }
    size_t size() const { return entries_.size(); }
    unsigned ways() const { return ways_; }

    /// The first entry of the set that matches, or nullptr.
    template <class Matches>
    const Entry* find(uint64_t hash, Matches&& matches) const {
        const Entry* e = entries_.data() + set_of(hash);
        for (unsigned way = 0; way < ways_; ++way, e += sets_)
            if (matches(*e)) return e;
        return nullptr;
    }

    uint64_t epoch(uint64_t hash) const { return epochs_[set_of(hash)]; }
    void set_epoch(uint64_t hash, uint64_t epoch) { epochs_[set_of(hash)] = epoch; }

    bool notes_use() const { return replacement_ == Replacement::Lru; }
    /// An entry of this array answered.  Looking is not using: a debugger looks, and leaves no trace.
    void use(const Entry& entry) {
        if (!notes_use()) return;
        const auto used = static_cast<size_t>(&entry - entries_.data());
        for (size_t at = used % sets_; at < ages_.size(); at += sets_)
            if (at != used && ages_[at] <= ages_[used]) ++ages_[at];  // the latest has the least
        ages_[used] = 0;
    }

    /// Puts the entry in place of one that matches it, else in an empty place, else in that of the
    /// set's next victim.
    template <class Matches>
    void fill(uint64_t hash, const Entry& entry, Matches&& matches) {
        if (!is_on()) return;
        const size_t set = set_of(hash);
        Entry *place = nullptr, *e = entries_.data() + set;
        for (unsigned way = 0; way < ways_; ++way, e += sets_) {
            if (e->is_empty()) {
                if (!place) place = e;
            } else if (matches(*e)) {
                place = e;
                break;
            }
        }
        if (!place) place = &entries_[victim(set)];
        *place = entry;
        use(*place);
    }

    /// Empties every entry that matches; of one set, or of all.
    template <class Matches>
    void drop(uint64_t hash, Matches&& matches) {
        for (size_t at = set_of(hash); at < entries_.size(); at += sets_)
            if (!entries_[at].is_empty() && matches(entries_[at])) entries_[at] = Entry{};
    }
    template <class Matches>
    void drop(Matches&& matches) {
        for (Entry& e : entries_)
            if (!e.is_empty() && matches(e)) e = Entry{};
    }
    /// Calls `change(entry)` with each that is not empty.
    template <class Change>
    void for_each(Change&& change) {
        for (Entry& e : entries_)
            if (!e.is_empty()) change(e);
    }
    /// Calls `step(hash)` with a hash of each set.
    template <class Step>
    void for_each_set(Step&& step) {
        for (size_t set = 0; set < sets_; ++set) step(set);
    }

    void clear() {
        std::fill(entries_.begin(), entries_.end(), Entry{});
        std::fill(ages_.begin(), ages_.end(), 0);
    }

private:
    size_t set_of(uint64_t hash) const {
        return mask_ != no_mask ? hash & mask_ : static_cast<uint32_t>(hash) % sets_;
    }

    /// Place of the entry that goes.
    size_t victim(size_t set) {
        switch (replacement_) {
            case Replacement::Lru: {
                size_t oldest = set;
                for (size_t at = set; at < ages_.size(); at += sets_)
                    if (ages_[at] > ages_[oldest]) oldest = at;
                return oldest;
            }
            case Replacement::Random:
                dice_ = dice_ * 1664525 + 1013904223;  // the same in every run
                return set + (dice_ >> 16) % ways_ * size_t{sets_};
            case Replacement::RoundRobin: break;
        }
        const unsigned way = next_[set];
        next_[set] = static_cast<uint8_t>(way + 1 == ways_ ? 0 : way + 1);
        return set + way * size_t{sets_};
    }

    static constexpr unsigned no_mask = ~0u;
    unsigned ways_, sets_, mask_;  ///< mask_: if it is a power of two
    Replacement replacement_;
    std::vector<Entry> entries_;  ///< the first way of all sets, then the second: a cache that is
                                  ///< far from full takes few lines of the host's
    std::vector<uint64_t> epochs_;
    std::vector<uint8_t> next_;
    std::vector<uint8_t> ages_;  ///< Lru: of each entry, among those of its set
    uint32_t dice_ = 1;
};

/// Spreads the bits of a key over a set index.
constexpr uint64_t mix(uint64_t key) {
    key *= 0x9E37'79B9'7F4A'7C15;
    return key ^ (key >> 32);
}

}  // namespace smmu::core
