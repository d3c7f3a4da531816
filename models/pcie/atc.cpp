// Lookup, replacement and invalidation of an Address Translation Cache.
#include "pcie/atc.h"

#include <algorithm>

namespace smmu {
namespace {

bool overlap(uint64_t first, uint64_t last, uint64_t other_first, uint64_t other_last) {
    return first <= other_last && other_first <= last;
}

bool reaches(const arch::InvalidateRequest& request, const AtcOwner& owner,
             const AtcTranslation& translation) {
    if (request.stream.value != owner.requester.value) return false;
    if (request.substream_valid != owner.pasid_valid) return false;
    if (request.substream_valid && !request.global && request.substream.value != owner.pasid.value)
        return false;
    return overlap(request.first, request.last, translation.first, translation.last);
}

}  // namespace

AtcTranslation translation_of(arch::TranslationEntry entry, uint64_t address) {
    using arch::TranslationEntry;
    const unsigned shift = arch::entry_shift(entry);
    const uint64_t inside = shift > 63 ? ~uint64_t{0} : (uint64_t{1} << shift) - 1;
    AtcTranslation t;
    t.first = address & ~inside;
    t.last = address | inside;
    t.output = arch::entry_address(entry);
    t.read = entry[TranslationEntry::R];
    t.write = entry[TranslationEntry::W];
    t.execute = entry[TranslationEntry::Exe];
    return t;
}

std::optional<AtcTranslation> Atc::find(const AtcOwner& owner, uint64_t address,
                                        AtcNeed need) const {
    for (const Entry& e : entries_)
        if (e.valid && e.translation.holds(address) && e.owner == owner) {
            if (e.translation.allows(need)) return e.translation;
            return std::nullopt;
        }
    return std::nullopt;
}

Atc::Entry& Atc::place_for_one() {
    const auto free =
        std::find_if(entries_.begin(), entries_.end(), [](const Entry& e) { return !e.valid; });
    if (free != entries_.end()) return *free;
    Entry& victim = entries_[next_];
    next_ = (next_ + 1) % entries_.size();
    return victim;
}

void Atc::fill(const AtcOwner& owner, const AtcTranslation& translation) {
    for (Entry& e : entries_)
        if (e.valid && e.owner == owner &&
            overlap(e.translation.first, e.translation.last, translation.first, translation.last))
            e.valid = false;
    if (entries_.empty() || !(translation.read || translation.write)) return;
    place_for_one() = {true, owner, translation};
}

void Atc::invalidate(const arch::InvalidateRequest& request) {
    for (Entry& e : entries_)
        if (e.valid && reaches(request, e.owner, e.translation)) e.valid = false;
    for (Request* const r : requests_) r->seen_.push_back(request);
}

void Atc::clear() {
    for (Entry& e : entries_) e.valid = false;
    for (Request* const r : requests_) r->all_void_ = true;
}

bool Atc::Request::is_void(const AtcTranslation& translation) const {
    return all_void_ || std::any_of(seen_.begin(), seen_.end(), [&](const auto& invalidation) {
               return reaches(invalidation, owner_, translation);
           });
}

void Atc::Use::begin(const AtcOwner& owner, const AtcTranslation& translation) {
    end();
    owner_ = owner;
    translation_ = translation;
    number_ = ++atc_.latest_use_;
    place_ = atc_.uses_.insert(atc_.uses_.end(), this);
    active_ = true;
}

void Atc::Use::end() {
    if (active_) atc_.uses_.erase(place_);
    active_ = false;
}

bool Atc::in_use(const arch::InvalidateRequest& request, uint64_t up_to) const {
    return std::any_of(uses_.begin(), uses_.end(), [&](const Use* use) {
        return use->number_ <= up_to && reaches(request, use->owner_, use->translation_);
    });
}

size_t Atc::size() const {
    return static_cast<size_t>(
        std::count_if(entries_.begin(), entries_.end(), [](const Entry& e) { return e.valid; }));
}

}  // namespace smmu
