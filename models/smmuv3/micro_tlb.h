// The micro TLB of a TBU: complete answers for one page, keyed by everything that an answer depends
// on.
//
// It is emptied as a whole, by comparing generations: what was put in before the latest invalidation or
// register change never matches.
#pragma once
#include <cstddef>
#include <cstring>
#include <vector>

#include "smmuv3/arch/desc.h"
#include "smmuv3/core/set_associative.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu {

/// What goes downstream: No_snoop turns cacheable memory into Non-cacheable after translation
/// (13.6.1.1).
constexpr arch::MemoryAttributes after_no_snoop(const arch::MemoryAttributes& a, bool no_snoop) {
    return no_snoop && !a.is_device()
               ? arch::normal(arch::non_cacheable, arch::non_cacheable, arch::Shareability::Outer)
               : a;
}

/// All bytes count but the padding at the end.
inline bool is_same(const StreamIn& a, const StreamIn& b) {
    constexpr size_t bytes = 18;
    static_assert(sizeof(StreamIn) == 20 && offsetof(StreamIn, attributes) == 14 &&
                      sizeof(arch::MemoryAttributes) == 4,
                  "compared byte by byte: a new member must be counted, and padding left out");
    return std::memcmp(&a, &b, bytes) == 0;
}

class MicroTlb {
public:
    /// What becomes of accesses to one page.
    struct Answer {
        uint64_t page = 0;                    ///< its PA
        arch::MemoryAttributes attributes{};  ///< where it was found: after No_snoop
        bool reads = false, writes = false;
        bool dmi = false;  ///< a pointer may be granted
    };

    explicit MicroTlb(core::Geometry geometry) : entries_(geometry) {}

    /// All that decides a translation beside address and attributes, in 59 bits.  A SubstreamID of
    /// more than 20 bits, which no stream has, is nobody's.
    static uint64_t identity(const StreamIn& in, bool write) {
        if (in.substream_valid && in.substream.value >> 20 != 0) return nobody;
        const uint64_t substream =
            in.substream_valid ? uint64_t{1} << 52 | uint64_t{in.substream.value} << 32 : 0;
        return in.stream.value | substream | uint64_t{in.privileged} << 53 |
               uint64_t{in.instruction && !write} << 54 |
               uint64_t{static_cast<uint8_t>(in.sec_sid)} << 55 |
               uint64_t{static_cast<uint8_t>(in.address_type)} << 57;
    }

    /// What it knows of the access, or nullptr; of TLM_IGNORE_COMMAND nothing.  Good until the next
    /// call.
    const Answer* find(uint64_t address, const StreamIn& in, tlm::tlm_command command,
                       uint64_t generation) {
        const uint64_t latest = page_of(address) | static_cast<unsigned>(command);
        const bool is_latest =
            latest == latest_ && generation == generation_ && requester_.sends(in);
        if (__builtin_expect(is_latest, true)) return &answer_;
        return look_up(page_of(address), in, command, generation);
    }
    const Answer* find(uint64_t address, const StreamIn& in, bool write, uint64_t generation) {
        return find(address, in, write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND,
                    generation);
    }

    /// In place of what there is of the same page and requester.
    void fill(uint64_t address, const StreamIn& in, bool write, uint64_t generation,
              const Answer& answer);

    /// From now on no answer says that a pointer may be granted.
    void forbid_pointers() {
        forbids_pointers_ = true;
        entries_.for_each([](Entry& e) { e.set(Entry::Dmi, false); });
        generation_ = 0;
    }

private:
    static constexpr uint64_t nobody = ~uint64_t{0} >> 5;

    /// In three words.
    struct Entry : arch::Record<Entry, 3> {
        static constexpr B<0 + tlm::TLM_READ_COMMAND> Reads{};  // neither these nor writes: empty
        static constexpr B<0 + tlm::TLM_WRITE_COMMAND> Writes{};
        static constexpr B<2> Dmi{};
        static constexpr P<63, 12> Page{};
        static constexpr F<127, 64, uint64_t> Who{};           // identity()
        static constexpr F<139, 128, uint16_t> IncomingLow{};  // incoming()
        static constexpr P<179, 140> Output{};
        static constexpr F<187, 180, uint8_t> Attributes{};  // a place in attributes_
        static constexpr F<190, 188, uint8_t> IncomingHigh{};

        bool is_empty() const { return (word[0] & (Reads.mask | Writes.mask)) == 0; }
        bool is_of(uint64_t page, uint64_t who) const {
            return (*this)[Page] == page && word[1] == who;
        }
        /// `kind`: mask of Reads or Writes; `in`: incoming().
        bool answers(uint64_t page, uint64_t kind, uint64_t who, uint64_t in) const {
            return (word[0] & (Page.mask | kind)) == (page | kind) && word[1] == who &&
                   (word[2] & (IncomingLow.mask | IncomingHigh.mask)) == in;
        }
    };
    static_assert(sizeof(Entry) == 24);

    /// Attributes as they come in, where they lie in an entry.
    static uint64_t incoming(const arch::MemoryAttributes& a) {
        const unsigned levels = (a.inner.bits & 31u) << 3 | (a.outer.bits & 31u) << 8;
        const unsigned bits = (static_cast<unsigned>(a.type) & 7) | levels |
                              static_cast<unsigned>(a.shareability) << 13;
        return Entry::IncomingLow.of(bits & 0xFFF) | Entry::IncomingHigh.of(bits >> 12 & 0x7);
    }

    /// Who sent an access, and of which kind.
    struct Requester {
        Requester(const StreamIn& in_, tlm::tlm_command command_);

        bool sends(const StreamIn& in_) const { return is_same(in, in_); }
        bool is(const StreamIn& in_, tlm::tlm_command command_) const {
            return command == command_ && sends(in_);
        }
        uint64_t set_of(uint64_t page) const { return page >> arch::page_shift ^ salt; }

        StreamIn in;
        tlm::tlm_command command;
        uint64_t who;
        uint64_t incoming;
        uint64_t salt;  ///< spreads requesters over the sets
    };
    /// Whose access comes now; the one before is no longer known.
    void note(const StreamIn& in, tlm::tlm_command command);
    const Answer* look_up(uint64_t page, const StreamIn& in, tlm::tlm_command command,
                          uint64_t generation);
    const Answer* look_up_of_another(uint64_t page, const StreamIn& in, tlm::tlm_command command,
                                     uint64_t generation);
    const Answer* used(const Entry& e);
    uint8_t number_of(const arch::MemoryAttributes& attributes);

    static uint64_t page_of(uint64_t address) { return address & ~(arch::page_bytes - 1); }
    static constexpr size_t most_attributes = 256;

    core::SetAssociative<Entry> entries_;
    std::vector<arch::MemoryAttributes> attributes_;  ///< that go out, before No_snoop: few
    bool forbids_pointers_ = false;

    // The access before: mostly the next comes from the same requester, and often to the same page.
    Requester requester_{StreamIn{}, tlm::TLM_READ_COMMAND};
    uint64_t latest_ = 0;      ///< its page | its command
    uint64_t generation_ = 0;  ///< 0: there is no answer
    Answer answer_;
};

}  // namespace smmu
