// Looking up what is not the page of the access before, and filling.
#include "smmuv3/micro_tlb.h"

#include <algorithm>

namespace smmu {

MicroTlb::Requester::Requester(const StreamIn& in_, bool write_)
    : in(in_), write(write_), who(identity(in_, write_)), salt(core::mix(who)) {}

const MicroTlb::Answer* MicroTlb::look_up(uint64_t page, const StreamIn& in, bool write,
                                          uint64_t generation) {
    generation_ = 0;
    if (!requester_.is(in, write)) requester_ = Requester(in, write);
    const uint64_t set = requester_.set_of(page);
    if (entries_.epoch(set) != generation) return nullptr;
    const Entry* const e = entries_.find(set, [&](const Entry& each) {
        return each.is_of(page, requester_.who) &&
               (requester_.write ? each[Entry::Writes] : each[Entry::Reads]) &&
               attributes_[each[Entry::Attributes]].in == requester_.in.attributes;
    });
    if (!e) return nullptr;
    entries_.use(*e);
    page_ = page;
    generation_ = generation;
    answer_.page = (*e)[Entry::Output];
    answer_.attributes =
        after_no_snoop(attributes_[(*e)[Entry::Attributes]].out, requester_.in.no_snoop);
    answer_.dmi = (*e)[Entry::Dmi] && !forbids_pointers_;
    return &answer_;
}

void MicroTlb::fill(uint64_t address, const StreamIn& in, bool write, uint64_t generation,
                    const Answer& answer) {
    const Requester requester(in, write);
    if (requester.who == nobody) return;
    const uint64_t page = page_of(address), set = requester.set_of(page);
    const uint8_t pair = number_of({in.attributes, answer.attributes});
    if (entries_.epoch(set) != generation) {
        entries_.drop(set, [](const Entry&) { return true; });
        entries_.set_epoch(set, generation);
    }
    const auto entry = Entry{}
                           .set(Entry::Reads, answer.reads)
                           .set(Entry::Writes, answer.writes)
                           .set(Entry::Dmi, answer.dmi)
                           .set(Entry::Page, page)
                           .set(Entry::Who, requester.who)
                           .set(Entry::Attributes, pair)
                           .set(Entry::Output, answer.page);
    entries_.fill(set, entry, [&](const Entry& e) { return e.is_of(page, requester.who); });
    generation_ = 0;
}

/// If there come to be many pairs, it starts again with none.
uint8_t MicroTlb::number_of(const AttributePair& pair) {
    if (!attributes_.empty() && attributes_.front() == pair) return 0;  // mostly there is one
    const auto known = std::find(attributes_.begin(), attributes_.end(), pair);
    if (known != attributes_.end()) return static_cast<uint8_t>(known - attributes_.begin());
    if (attributes_.size() == most_pairs) {
        entries_.clear();
        attributes_.clear();
    }
    attributes_.push_back(pair);
    return static_cast<uint8_t>(attributes_.size() - 1);
}

}  // namespace smmu
