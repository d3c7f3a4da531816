// The memory of a world: what software wrote, zeros around it, noise and holes everywhere else.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "random.h"

namespace smmu::differential {

class SparseMemory {
public:
    SparseMemory(uint64_t seed, unsigned address_bits) : seed_(seed), address_bits_(address_bits) {}

    /// Reads consecutive words as one access; false if the system aborts it.
    bool read(uint64_t address, unsigned words, uint64_t* to) const;

    /// What is there, aborted or not.
    uint64_t word(uint64_t address) const;
    void poke(uint64_t address, uint64_t value);

    /// Software owns [address, address + bytes): unwritten words read as zero.  False if some of it
    /// is owned already.
    bool own(uint64_t address, uint64_t bytes);

    /// Accesses that touch the word are aborted, or no longer.
    void abort_at(uint64_t address) { bad_.insert(address / 8); }
    void repair(uint64_t address) {
        bad_.erase(address / 8);
        read_only_.erase(address / 8);
    }
    /// Writes to the word are aborted, reads are not.
    void make_read_only(uint64_t address) { read_only_.insert(address / 8); }
    bool refuses_writes(uint64_t address) const {
        return is_bad(address) || is_hole(address) || read_only_.count(address / 8) != 0;
    }
    bool is_bad(uint64_t address) const { return bad_.count(address / 8) != 0; }

    unsigned address_bits() const { return address_bits_; }

private:
    static constexpr unsigned chunk_shift = 9;
    using Chunk = std::array<uint64_t, (1u << chunk_shift) / 8>;

    bool is_owned(uint64_t address) const;
    bool is_hole(uint64_t address) const;
    uint64_t noise(uint64_t address) const;

    uint64_t seed_;
    unsigned address_bits_;
    std::unordered_map<uint64_t, Chunk> chunks_;
    std::map<uint64_t, uint64_t> owned_;  ///< begin, end
    std::unordered_set<uint64_t> bad_, read_only_;
};

}  // namespace smmu::differential
