// How an STE or CD that the SMMU is using becomes another one.  Arm IHI 0070 G.b, 3.21.3.
//
// The SMMU reads an entry 64 bits at a time, in any order, at any time, and may keep what it read
// until CFGI and CMD_SYNC.  Where at most one word changes in bits that count, the change is
// hitless: first what the old configuration does not look at takes its new value, then that one
// word is written, then what the new configuration does not look at is cleared.  Else the entry is
// invalid while its words change, and transactions of the stream fail.
#pragma once
#include "sw_stubs/driver/used_bits.h"

namespace smmu::sw {

enum class Change : uint8_t {
    None,      ///< the entry was like that already
    Hitless,   ///< at every moment the SMMU saw the old or the new configuration
    Breaking,  ///< the entry was invalid in between
};

/// What the two configurations look at.
template <class Entry>
struct EntryUse {
    Entry from{};  ///< bits that must not change before the rest: used by the live entry
    Entry to{};    ///< used by the new one
};

/// Safe bits may change early.
template <class Entry>
constexpr EntryUse<Entry> entry_use(const Entry& from, const Entry& to) {
    EntryUse<Entry> use{used_bits(from), used_bits(to)};
    const Entry safe = safe_bits(from, to);
    for (unsigned i = 0; i < Entry::words; ++i)
        use.from.word[i] &= ~(safe.word[i] & use.to.word[i]);
    return use;
}

/// `store(word, value)` writes one word so that the SMMU reads it whole; `sync()` makes the SMMU
/// forget the entry (CFGI for every stream that uses it, CMD_SYNC) and waits.
template <class Entry, class Store, class Sync>
class EntryWriter {
public:
    EntryWriter(volatile Entry& live, Store store, Sync sync)
        : live_(live), store_(store), sync_(sync) {}

    Change write(const Entry& to) {
        const Entry from = now();
        return write(to, entry_use(from, to));
    }

    Change write(const Entry& to, const EntryUse<Entry>& use) {
        const Entry from = now();
        // A bit that neither rule knows may count: then nothing is hitless.
        if (!is_known(from) || !is_known(to)) return is_same(from, to) ? Change::None : break_(to);

        Entry early{};  // the new value wherever the live entry does not look
        for (unsigned i = 0; i < Entry::words; ++i)
            early.word[i] = (from.word[i] & use.from.word[i]) | (to.word[i] & ~use.from.word[i]);
        unsigned critical = 0;
        unsigned count = 0;
        for (unsigned i = 0; i < Entry::words; ++i)
            if (((early.word[i] ^ to.word[i]) & use.to.word[i]) != 0) {
                critical = i;
                ++count;
            }
        if (count > 1) return break_(to);
        if (count == 0) return put(to, 0, Entry::words) ? Change::Hitless : Change::None;
        early.word[critical] = from.word[critical];
        put(early, 0, Entry::words);
        put(to, critical, critical + 1);
        put(to, 0, Entry::words);
        return Change::Hitless;
    }

private:
    Entry now() const {
        Entry e{};
        for (unsigned i = 0; i < Entry::words; ++i) e.word[i] = live_.word[i];
        return e;
    }
    static bool is_same(const Entry& a, const Entry& b) {
        for (unsigned i = 0; i < Entry::words; ++i)
            if (a.word[i] != b.word[i]) return false;
        return true;
    }
    static bool is_known(const Entry& e) {
        const Entry used = used_bits(e);
        for (unsigned i = 0; is_valid(e) && i < Entry::words; ++i)
            if ((e.word[i] & ~used.word[i]) != 0) return false;
        return true;
    }

    /// Writes words [first, end) that differ, and makes them known if there were any.
    bool put(const Entry& words, unsigned first, unsigned end) {
        bool changed = false;
        for (unsigned i = first; i < end; ++i) {
            if (live_.word[i] == words.word[i]) continue;
            store_(live_.word[i], words.word[i]);
            changed = true;
        }
        if (changed) sync_();
        return changed;
    }

    /// V is in word 0 of both entries.
    Change break_(const Entry& to) {
        put(Entry{}, 0, 1);
        put(to, 1, Entry::words);
        put(to, 0, 1);
        return Change::Breaking;
    }

    volatile Entry& live_;
    Store store_;
    Sync sync_;
};

}  // namespace smmu::sw
