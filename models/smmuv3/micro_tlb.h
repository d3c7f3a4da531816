// The micro TLB of a TBU: complete answers for one page, keyed by everything that an answer depends
// on.
//
// Header-only because it is hot.  It is emptied as a whole, by comparing generations: an entry made
// before the latest invalidation or register change never matches.
#pragma once
#include <cstring>

#include "smmuv3/arch/desc.h"
#include "smmuv3/core/set_associative.h"
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

    explicit MicroTlb(core::Geometry geometry) : entries_(geometry) {}

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
        const uint64_t who = identity(in, write);
        return entries_.find(index(page, in), [&](const Entry& e) {
            return e.page == page && e.generation == generation && e.who == who &&
                   (write ? e.writes : e.reads) &&
                   std::memcmp(&e.incoming, &in.attributes, sizeof e.incoming) == 0;
        });
    }
    /// What find() gave has answered.
    void use(const Entry& entry) { entries_.use(entry); }

    /// In place of what there is of the same page and requester.
    void fill(const Entry& entry, const StreamIn& in) {
        entries_.fill(index(entry.page, in), entry,
                      [&](const Entry& e) { return e.page == entry.page && e.who == entry.who; });
    }

private:
    static uint64_t index(uint64_t page, const StreamIn& in) {
        const uint32_t substream = in.substream_valid ? in.substream.value + 1 : 0;
        return page ^ in.stream.value * 0x9E37u ^ substream * 0x85EBu;
    }

    core::SetAssociative<Entry> entries_;
};
static_assert(sizeof(arch::MemoryAttributes) == 4,
              "attributes are compared byte by byte: they must have no padding");

}  // namespace smmu
