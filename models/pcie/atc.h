// Address Translation Cache: what an endpoint with ATS keeps, and who is using it.
//
// PCI Express Base 5.0, 10.2 and 10.3.  No SystemC, no time.
#pragma once
#include <cstdint>
#include <list>
#include <optional>
#include <vector>

#include "smmuv3/arch/ats.h"

namespace smmu {

/// Who asks: requester, PASID, and the privilege that it asks with (with a PASID only).
struct AtcOwner {
    arch::StreamId requester{0};  ///< as the endpoint knows itself
    arch::SubstreamId pasid{0};   ///< counts with `pasid_valid`
    bool pasid_valid = false;
    bool privileged = false;

    bool operator==(const AtcOwner& o) const {
        return requester.value == o.requester.value && pasid_valid == o.pasid_valid &&
               (!pasid_valid || pasid.value == o.pasid.value) && privileged == o.privileged;
    }
};

enum class AtcNeed : uint8_t { Read, Write, Execute };

/// What the answer to one Translation Request allows.
struct AtcTranslation {
    uint64_t first = 0, last = 0;  ///< the addresses it holds for
    uint64_t output = 0;           ///< of `first`
    bool read = false, write = false, execute = false;

    bool allows(AtcNeed need) const {
        return need == AtcNeed::Read ? read : need == AtcNeed::Write ? write : read && execute;
    }
    bool holds(uint64_t address) const { return address >= first && address <= last; }
    uint64_t translated(uint64_t address) const { return output + (address - first); }
};

/// The translation in a completion, for the request of `address`.
AtcTranslation translation_of(arch::TranslationEntry entry, uint64_t address);

class Atc {
public:
    /// `entries`: 0 keeps nothing.
    explicit Atc(unsigned entries) : entries_(entries) {}

    /// None: there is no entry, or it does not allow that.  Asking again may get more.
    std::optional<AtcTranslation> find(const AtcOwner& owner, uint64_t address, AtcNeed need) const;

    /// Keeps a translation, in place of those of the owner that overlap it, and if there is no room of
    /// the one that was filled first.  One without access is not kept.
    void fill(const AtcOwner& owner, const AtcTranslation& translation);

    /// Removes what an Invalidate Request reaches: without a PASID the entries without PASID, with
    /// one the entries with it, or with Global those with any.
    void invalidate(const arch::InvalidateRequest& request);
    /// Removes all, as disabling ATS does.
    void clear();

    /// A Translation Request on its way: it remembers the invalidations that come meanwhile.
    class Request {
    public:
        Request(Atc& atc, const AtcOwner& owner) : atc_(atc), owner_(owner) {
            place_ = atc_.requests_.insert(atc_.requests_.end(), this);
        }
        ~Request() { atc_.requests_.erase(place_); }
        Request(const Request&) = delete;
        Request& operator=(const Request&) = delete;

        /// One of them reached this translation: it must not be used.
        bool is_void(const AtcTranslation& translation) const;

    private:
        friend class Atc;
        Atc& atc_;
        const AtcOwner owner_;
        std::vector<arch::InvalidateRequest> seen_;
        bool all_void_ = false;
        std::list<Request*>::iterator place_;
    };

    /// An access that uses a translation, from begin() until end() or its own end.
    class Use {
    public:
        explicit Use(Atc& atc) : atc_(atc) {}
        ~Use() { end(); }
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;

        void begin(const AtcOwner& owner, const AtcTranslation& translation);
        void end();

    private:
        friend class Atc;
        Atc& atc_;
        AtcOwner owner_;
        AtcTranslation translation_;
        uint64_t number_ = 0;
        bool active_ = false;
        std::list<Use*>::iterator place_;
    };

    /// Number of the latest access that began.
    uint64_t latest_use() const { return latest_use_; }
    /// Whether an access up to that number uses what the request reaches.
    bool in_use(const arch::InvalidateRequest& request, uint64_t up_to) const;

    size_t size() const;  ///< entries filled

private:
    struct Entry {
        bool valid = false;
        AtcOwner owner;
        AtcTranslation translation;
    };
    Entry& place_for_one();

    std::vector<Entry> entries_;
    size_t next_ = 0;  ///< the entry to replace
    std::list<Request*> requests_;
    std::list<Use*> uses_;
    uint64_t latest_use_ = 0;
};

}  // namespace smmu
