// Looking up what is not the page of the access before, and filling.
#include "smmuv3/micro_tlb.h"

#include <algorithm>

namespace smmu {

MicroTlb::Requester::Requester(const StreamIn& in_, bool write_)
    : in(in_), write(write_), who(identity(in_, write_)), salt(core::mix(who)) {}

void MicroTlb::note(const StreamIn& in, bool write) {
    generation_ = 0;
    if (!requester_.is(in, write)) requester_ = Requester(in, write);
}

const MicroTlb::Answer* MicroTlb::look_up(uint64_t page, const StreamIn& in,
                                          tlm::tlm_command command, uint64_t generation) {
    const bool write = command == tlm::TLM_WRITE_COMMAND;
    if (command == tlm::TLM_IGNORE_COMMAND) return nullptr;
    generation_ = 0;
    if (!requester_.is(in, write)) {
        note(in, write);
        return look_up(page, in, command, generation);
    }
    const uint64_t set = requester_.set_of(page);
    if (entries_.epoch(set) != generation) return nullptr;
    const uint64_t kind = uint64_t{1} << command;  // Reads or Writes
    const Entry* const e = entries_.find(set, [&](const Entry& each) {
        return each.answers(page, kind, requester_.who) &&
               attributes_[each[Entry::Attributes]].in == requester_.in.attributes;
    });
    if (!e) return nullptr;
    entries_.use(*e);
    latest_ = page | command;
    generation_ = generation;
    answer_.page = (*e)[Entry::Output];
    answer_.attributes =
        after_no_snoop(attributes_[(*e)[Entry::Attributes]].out, requester_.in.no_snoop);
    answer_.dmi = (*e)[Entry::Dmi];
    return &answer_;
}

void MicroTlb::fill(uint64_t address, const StreamIn& in, bool write, uint64_t generation,
                    const Answer& answer) {
    note(in, write);
    if (requester_.who == nobody) return;
    const uint64_t page = page_of(address), set = requester_.set_of(page);
    const uint8_t pair = number_of({in.attributes, answer.attributes});
    if (entries_.epoch(set) != generation) {
        entries_.drop(set, [](const Entry&) { return true; });
        entries_.set_epoch(set, generation);
    }
    const Entry entry{{{Entry::Reads.of(answer.reads) | Entry::Writes.of(answer.writes) |
                            Entry::Dmi.of(answer.dmi && !forbids_pointers_) | page,
                        Entry::Who.of(requester_.who),
                        Entry::Attributes.of(pair) | (answer.page & Entry::Output.mask)}}};
    entries_.fill(set, entry, [&](const Entry& e) { return e.is_of(page, requester_.who); });
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
