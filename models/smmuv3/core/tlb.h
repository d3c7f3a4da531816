// The main TLB: translations of whole pages and blocks, tagged as the architecture tags them.
// Arm IHI 0070 G.b, 3.17 and 4.4.
#pragma once
#include <array>

#include "smmuv3/core/invalidations.h"
#include "smmuv3/core/set_associative.h"
#include "smmuv3/core/tlb_entry.h"

namespace smmu::core {

class Tlb {
public:
    explicit Tlb(Geometry g) : entries_(g) {}

    bool is_on() const { return entries_.is_on(); }
    bool notes_use() const { return entries_.notes_use(); }

    /// The translation of an address under a tag, good until the next change; nullptr: there is none.
    /// Permissions are the caller's to check.
    const TlbEntry* find(const TlbTag& tag, uint64_t address) const;
    /// The same, unpacked.
    bool find(const TlbTag& tag, uint64_t address, Translation& found) const {
        const TlbEntry* const e = find(tag, address);
        if (e) unpack(*e, found);
        return e != nullptr;
    }
    /// A translation that find() gave has answered.
    void use(const Translation& t);
    void fill(const Translation& t);

    void invalidate(const TlbScope& scope);
    void invalidate_all();

    /// Entries that invalidations have had to look at, so far.
    uint64_t visited() const { return visited_; }

private:
    const TlbEntry* entry(const TlbTag& tag, uint64_t address, unsigned shift) const;
    /// Carries out, in one set, what is pending there.
    void settle(uint64_t hash) {
        if (entries_.epoch(hash) != pending_.now()) settle_set(hash);
    }
    void settle_set(uint64_t hash);
    void carry_out();
    void invalidate_addresses(const TlbScope& scope);
    bool is_few(const TlbScope& scope) const;

    SetAssociative<TlbEntry> entries_;
    Invalidations pending_;
    uint64_t sizes_ = 0;  ///< bit n: there may be entries of 2^n bytes
    std::array<uint8_t, 64>
        largest_leaf_{};  ///< by size: log2 of the leaves that they are cut from
    uint64_t visited_ = 0;
};

}  // namespace smmu::core
