// Looking up what is not the page of the access before, and filling.
#include "smmuv3/micro_tlb.h"

#include <algorithm>

namespace smmu {

MicroTlb::Requester::Requester(const StreamIn& in_, tlm::tlm_command command_)
    : in(in_),
      command(command_),
      who(identity(in_, command_ == tlm::TLM_WRITE_COMMAND)),
      incoming(MicroTlb::incoming(in_.attributes)),
      salt(core::mix(who)) {}

void MicroTlb::note(const StreamIn& in, tlm::tlm_command command) {
    generation_ = 0;
    requester_ = Requester(in, command);
}

const MicroTlb::Answer* MicroTlb::look_up(uint64_t page, const StreamIn& in,
                                          tlm::tlm_command command, uint64_t generation) {
    if (!requester_.is(in, command)) return look_up_of_another(page, in, command, generation);
    const uint64_t set = requester_.set_of(page);
    if (entries_.epoch(set) != generation) return nullptr;
    const uint64_t kind = uint64_t{1} << command;  // Reads or Writes
    const Entry* const e = entries_.find(set, [&](const Entry& each) {
        return each.answers(page, kind, requester_.who, requester_.incoming);
    });
    if (!e) return nullptr;
    latest_ = page | static_cast<unsigned>(command);
    generation_ = generation;
    answer_.page = (*e)[Entry::Output];
    answer_.attributes =
        after_no_snoop(attributes_[(*e)[Entry::Attributes]], requester_.in.no_snoop);
    answer_.dmi = (*e)[Entry::Dmi];
    return entries_.notes_use() ? used(*e) : &answer_;
}

// Calls of these two are the last thing that look_up() does, which so has no registers to save.

[[gnu::noinline]] const MicroTlb::Answer* MicroTlb::look_up_of_another(uint64_t page,
                                                                       const StreamIn& in,
                                                                       tlm::tlm_command command,
                                                                       uint64_t generation) {
    if (command == tlm::TLM_IGNORE_COMMAND) return nullptr;
    note(in, command);
    return look_up(page, in, command, generation);
}

[[gnu::noinline]] const MicroTlb::Answer* MicroTlb::used(const Entry& e) {
    entries_.use(e);
    return &answer_;
}

void MicroTlb::fill(uint64_t address, const StreamIn& in, bool write, uint64_t generation,
                    const Answer& answer) {
    const auto command = write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND;
    generation_ = 0;
    if (!requester_.is(in, command)) note(in, command);
    if (requester_.who == nobody) return;
    const uint64_t page = page_of(address), set = requester_.set_of(page);
    const bool is_first =
        !attributes_.empty() && attributes_.front() == answer.attributes;  // mostly
    const uint8_t number = is_first ? 0 : number_of(answer.attributes);
    if (entries_.epoch(set) != generation) {
        entries_.drop(set, [](const Entry&) { return true; });
        entries_.set_epoch(set, generation);
    }
    const Entry entry{{{Entry::Reads.of(answer.reads) | Entry::Writes.of(answer.writes) |
                            Entry::Dmi.of(answer.dmi && !forbids_pointers_) | page,
                        Entry::Who.of(requester_.who),
                        Entry::Attributes.of(number) | requester_.incoming |
                            (answer.page & Entry::Output.mask)}}};
    entries_.fill(set, entry, [&](const Entry& e) { return e.is_of(page, requester_.who); });
}

/// If there come to be many, it starts again with none.
uint8_t MicroTlb::number_of(const arch::MemoryAttributes& attributes) {
    const auto known = std::find(attributes_.begin(), attributes_.end(), attributes);
    if (known != attributes_.end()) return static_cast<uint8_t>(known - attributes_.begin());
    if (attributes_.size() == most_attributes) {
        entries_.clear();
        attributes_.clear();
    }
    attributes_.push_back(attributes);
    return static_cast<uint8_t>(attributes_.size() - 1);
}

}  // namespace smmu
