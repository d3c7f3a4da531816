// Memory of a core test: sparse words, a log of every access, aborts where a test wants them.
#pragma once
#include <cstring>
#include <functional>
#include <set>
#include <unordered_map>
#include <vector>

#include "smmuv3/core/memory.h"

namespace smmu::test {

/// Reads as zero where nothing was written.
class FakeMemory final : public core::Memory {
public:
    struct Seen : core::MemoryAccess {
        bool is_write = false;
    };

    core::MemoryResult read(const core::MemoryAccess& access, uint64_t* words) override {
        log.push_back({access, false});
        if (aborts(access)) return aborted(access);
        for (uint32_t i = 0; i < access.size / 8; ++i) words[i] = word(access.address + 8 * i);
        return done(access);
    }
    core::MemoryResult write(const core::MemoryAccess& access, const uint64_t* words) override {
        log.push_back({access, true});
        if (aborts(access)) return aborted(access);
        for (uint32_t i = 0; i < access.size / 8; ++i) poke(access.address + 8 * i, words[i]);
        return done(access);
    }

    core::MemoryResult compare_and_swap(const core::MemoryAccess& access, uint64_t expected,
                                        uint64_t desired, uint64_t& found) override {
        log.push_back({access, true});
        if (swaps_abort || aborts(access)) return aborted(access);
        if (before_swap) before_swap(access.address);
        found = word(access.address);
        if (found == expected) poke(access.address, desired);
        return done(access);
    }
    /// What somebody else does between the read of a descriptor and its update.
    std::function<void(uint64_t address)> before_swap;
    bool swaps_abort = false;

    /// From now on accesses that touch the eight bytes at `address` are aborted.
    void abort_at(uint64_t address) { aborting_.insert(address / 8); }
    void repair(uint64_t address) { aborting_.erase(address / 8); }

    uint64_t word(uint64_t address) const {
        const auto at = words_.find(address / 8);
        return at == words_.end() ? 0 : at->second;
    }
    void poke(uint64_t address, uint64_t value) { words_[address / 8] = value; }

    /// Everything written so far: address / 8, word.
    const std::unordered_map<uint64_t, uint64_t>& words() const { return words_; }

    void clear(uint64_t address, uint64_t bytes) {
        for (uint64_t i = 0; i < bytes / 8; ++i) words_.erase(address / 8 + i);
    }

    /// A whole record: STE, CD, descriptor, command.
    template <class R>
    void put(uint64_t address, const R& record) {
        for (unsigned i = 0; i < R::words; ++i) poke(address + 8 * i, record.word[i]);
    }
    template <class R>
    R get(uint64_t address) const {
        R record{};
        for (unsigned i = 0; i < R::words; ++i) record.word[i] = word(address + 8 * i);
        return record;
    }

    /// Accesses so far for one purpose.
    unsigned count(core::Purpose purpose) const {
        unsigned n = 0;
        for (const Seen& s : log) n += s.purpose == purpose;
        return n;
    }

    std::vector<Seen> log;

private:
    bool aborts(const core::MemoryAccess& a) const {
        const auto first = aborting_.lower_bound(a.address / 8);
        return first != aborting_.end() && *first < (a.address + a.size + 7) / 8;
    }
    static core::MemoryResult done(const core::MemoryAccess& a) {
        return {core::MemoryResult::Status::Done, a.address};
    }
    static core::MemoryResult aborted(const core::MemoryAccess& a) {
        return {core::MemoryResult::Status::Abort, a.address};
    }

    std::unordered_map<uint64_t, uint64_t> words_;
    std::set<uint64_t> aborting_;
};

}  // namespace smmu::test
