// The micro TLB of a TBU: complete answers for one page, keyed by everything that an answer depends
// on.
//
// Header-only because it is hot.  It is emptied as a whole, by comparing generations: an entry made
// before the latest invalidation or register change never matches.
#pragma once
#include <cstring>
#include <vector>

#include "smmuv3/arch/desc.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu {

class MicroTlb {
public:
    struct Entry {
        uint64_t page = ~uint64_t{0};
        uint64_t who = 0;         ///< identity(): stream, substream, privilege, kind
        uint64_t output = 0;      ///< PA of the page
        uint64_t generation = 0;  ///< 0: empty
        arch::MemoryAttributes incoming{};
        arch::MemoryAttributes outgoing{};
        bool reads = false, writes = false;
        bool dmi = false;  ///< a pointer may be granted
    };

    explicit MicroTlb(unsigned entries) : entries_(entries), mask_(entries - 1) {}

    /// All that decides a translation beside address and attributes, in 59 bits.  A SubstreamID of
    /// more than 20 bits, which no stream has, is nobody's.
    static uint64_t identity(const StreamIn& in, bool write) {
        if (in.substream_valid && in.substream.value >> 20 != 0) return ~uint64_t{0};
        const uint64_t substream =
            in.substream_valid ? uint64_t{1} << 52 | uint64_t{in.substream.value} << 32 : 0;
        return in.stream.value | substream | uint64_t{in.privileged} << 53 |
               uint64_t{in.instruction && !write} << 54 |
               uint64_t{static_cast<uint8_t>(in.sec_sid)} << 55 |
               uint64_t{static_cast<uint8_t>(in.address_type)} << 57;
    }

    const Entry* find(uint64_t address, const StreamIn& in, bool write, uint64_t generation) const {
        const uint64_t page = address >> arch::page_shift;
        const Entry& e = entries_[index(page, in)];
        const bool match = e.page == page && e.generation == generation &&
                           e.who == identity(in, write) && (write ? e.writes : e.reads) &&
                           std::memcmp(&e.incoming, &in.attributes, sizeof e.incoming) == 0;
        return match ? &e : nullptr;
    }

    void fill(const Entry& entry, const StreamIn& in) { entries_[index(entry.page, in)] = entry; }

private:
    size_t index(uint64_t page, const StreamIn& in) const {
        const uint32_t substream = in.substream_valid ? in.substream.value + 1 : 0;
        return (page ^ in.stream.value * 0x9E37u ^ substream * 0x85EBu) & mask_;
    }

    std::vector<Entry> entries_;
    size_t mask_;
};
static_assert(sizeof(arch::MemoryAttributes) == 10,
              "attributes are compared byte by byte: they must have no padding");

}  // namespace smmu
