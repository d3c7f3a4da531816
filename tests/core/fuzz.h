// Random input for the core, and what holds whatever the input is.
//
// Everything is a function of a seed.  A failure prints the seed of its case: give it to cases()
// with a count of 1 to see that case alone.
#pragma once
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "smmuv3/core/register_file.h"
#include "smmuv3/core/translate.h"
#include "tests/support/recorded.h"

namespace smmu::test {

/// SplitMix64: costs nothing to begin, so that every word of memory can have its own generator
/// (those of the standard library have long states to fill).
class Random {
public:
    explicit Random(uint64_t seed) : state_(seed) {}

    uint64_t next() {
        uint64_t z = state_ += 0x9E37'79B9'7F4A'7C15;
        z = (z ^ z >> 30) * 0xBF58'476D'1CE4'E5B9;
        z = (z ^ z >> 27) * 0x94D0'49BB'1331'11EB;
        return z ^ z >> 31;
    }
    uint64_t bits(unsigned n) { return n == 0 ? 0 : next() >> (64 - n); }
    uint64_t below(uint64_t n) { return next() % n; }
    bool one_in(uint64_t n) { return below(n) == 0; }
    bool flip() { return one_in(2); }
    template <class T, size_t N>
    const T& pick(const T (&from)[N]) {
        return from[below(N)];
    }

private:
    uint64_t state_;
};

/// Runs `body(random)` for the seeds `seed` to `seed + count - 1`, up to the first that fails.
template <class Body>
void cases(uint64_t seed, unsigned count, Body body) {
    for (uint64_t s = seed; s != seed + count && !::testing::Test::HasFailure(); ++s) {
        SCOPED_TRACE(::testing::Message() << "seed 0x" << std::hex << s);
        Random random(s);
        body(random);
    }
}

/// An access that is likely to meet something: near the ends of address ranges, in either half.
core::Access random_access(Random& random);
/// Another access of the same stream and substream to somewhere near: another page of the same block, another
/// privilege or kind, other attributes.
core::Access random_neighbour(Random& random, const core::Access& of);
/// Any features that can be built.
core::Features random_features(Random& random);

/// Memory where every word depends on the seed, its address and what it is read as, until hardware
/// updates it.
class NoiseMemory final : public core::Memory {
public:
    enum Kind {
        Bytes,      ///< nothing but random bits
        Tables,     ///< STEs and CDs that are legal more often than not, before random descriptors
        Structures  ///< descriptors are likely to be legal too
    };
    NoiseMemory(uint64_t seed, Kind kind, const core::Features& features);

    core::MemoryResult read(const core::MemoryAccess& access, uint64_t* words) override;
    core::MemoryResult write(const core::MemoryAccess& access, const uint64_t* words) override;
    core::MemoryResult compare_and_swap(const core::MemoryAccess& access, uint64_t expected,
                                        uint64_t desired, uint64_t& found) override;

private:
    /// A word as one of its readers sees it: nobody's update changes what another reader reads.
    using View = std::tuple<uint64_t, core::Purpose, int8_t, arch::FaultClass>;
    static View view(const core::MemoryAccess& a) {
        return {a.address, a.purpose, a.level, a.on_behalf};
    }
    struct Run;
    Run run_of(const core::MemoryAccess& access) const;
    void structure(Random& random, const core::MemoryAccess& access, uint64_t* words) const;

    uint64_t seed_;
    Kind kind_;
    const core::Features& features_;
    /// All tables have this granule; only then are there runs of the Contiguous bit, since the same
    /// descriptors make different runs for different granules.
    std::optional<arch::Granule> granule_;
    std::map<View, uint64_t> updates_;
};

/// Checks what every translation has to respect, and remembers what it has seen: a run that met
/// nothing has shown nothing.
class Invariants {
public:
    explicit Invariants(const core::Features& features) : features_(features) {}

    /// Translates `access` with empty caches twice, then with caches that keep what they are given
    /// twice: all four must say the same, although the first may have updated descriptors.  Then
    /// `neighbour`, which meets what `access` left in the caches: it must not see the difference.
    core::Outcome check(const core::RegisterFile& registers, const core::Access& access,
                        const core::Access& neighbour, core::Memory& memory);
    /// One translation with the given caches and recorder.
    core::Outcome translate(const core::RegisterFile& registers, const core::ConfigCache& configs,
                            const core::Tlb& tlb, const core::Access& access, core::Memory& memory,
                            Recording& recorder);

    struct Seen {
        std::set<core::Outcome::Action> actions;
        std::set<arch::EventId> events;
        std::set<arch::FaultClass> classes;  ///< of stage-2 faults
        std::set<unsigned> shifts;           ///< of what was forwarded
        unsigned most_accesses = 0;
        unsigned updates = 0;         ///< of descriptors
        unsigned hits = 0;            ///< in the TLB
        unsigned neighbour_hits = 0;  ///< of which by a neighbour
    } seen;

private:
    void check_outcome(const core::RegisterFile& registers, const core::Access& access,
                       const core::Outcome& outcome, const Recording& recorded) const;
    void check_terminated(const core::RegisterFile& registers, const core::Outcome& outcome,
                          const Recording& recorded) const;
    void check_event(const core::Access& access, bool stalled, const arch::Event& event) const;

    const core::Features& features_;
    unsigned accesses_ = 0;  ///< by the latest translation
    bool met_run_ = false;   ///< the latest check met a leaf with the Contiguous bit
    core::ConfigCache no_configs_{{1, 1}}, configs_{{4, 2}};
    core::Tlb no_tlb_{{1, 1}}, tlb_{{4, 4}};
};

/// Says where two outcomes of the same access differ, or "".
std::string difference(const core::Outcome& a, const core::Outcome& b);
std::string difference(const std::vector<arch::Event>& a, const std::vector<arch::Event>& b);

}  // namespace smmu::test
