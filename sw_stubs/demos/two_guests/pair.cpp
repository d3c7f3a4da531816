// Looking at the SMMU's tables and at memory from outside the guests.
#include "sw_stubs/demos/two_guests/pair.h"

namespace smmu::sw::demo {

using namespace arch;
using guest::Job;

namespace {

/// RAM is where its addresses say.
template <class Entry>
Entry entry_at(uint64_t pa) {
    const auto* const words = reinterpret_cast<const volatile uint64_t*>(pa);
    Entry e{};
    for (unsigned i = 0; i < Entry::words; ++i) e.word[i] = words[i];
    return e;
}

constexpr uint64_t mark(uint64_t pa) { return pa * 0x9E37'79B9'7F4A'7C15 + 1; }

/// Calls `each` with the address of every word that is no guest's to change.
template <class Each>
void for_each_marked_word(Each each) {
    const auto stretch = [&](uint64_t pa, uint64_t size) {
        for (uint64_t at = pa; at < pa + size; at += 8)
            each(*reinterpret_cast<volatile uint64_t*>(at), mark(at));
    };
    for (unsigned g = 0; g < 2; ++g)
        for (uint64_t page = 0; page < guest::buffer_pages; ++page)
            stretch(buffer_pa(g, page) + page_bytes, 2 * page_bytes);
    stretch(playground_pa(1), guest::playground_size);
}

}  // namespace

Ste live_entry(const Host& host, StreamId stream) {
    const Registers& r = host.smmu.registers();
    const uint64_t top = r.read<StrtabBase>()[StrtabBase::ADDR];
    const auto cfg = r.read<StrtabBaseCfg>();
    if (cfg[StrtabBaseCfg::FMT] == StreamTableFormat::Linear)
        return entry_at<Ste>(top + stream.value * sizeof(Ste));
    const unsigned split = cfg[StrtabBaseCfg::SPLIT];
    const auto l1 = entry_at<L1Std>(top + (stream.value >> split) * sizeof(L1Std));
    const uint64_t index = stream.value & low_mask(split);
    return entry_at<Ste>(l1[L1Std::L2Ptr] + index * sizeof(Ste));
}

Cd live_context(const Tenant& guest) {
    const uint64_t ipa = guest.entry[Ste::S1ContextPtr];
    const vmm::PhysicalAddress at = guest.memory.ram_at(ipa, sizeof(Cd));
    return at.mapped ? entry_at<Cd>(at.address) : Cd{};
}

void mark_memory() {
    for_each_marked_word([](volatile uint64_t& word, uint64_t value) { word = value; });
}

uint64_t changed_words() {
    uint64_t changed = 0;
    for_each_marked_word(
        [&](volatile uint64_t& word, uint64_t value) { changed += word != value; });
    return changed;
}

bool copies_are_right(Report& report, Tenant& guest) {
    const uint64_t frame = frame_of(*guest.engine);
    const JobEnd pages = run_job(report, guest, Job::CopyPages, {{frame}});
    const JobEnd word = run_job(report, guest, Job::CopyWord, {{frame}});
    return pages.finished && pages.outcome() == guest::Outcome::Done && pages.result[1] == 0 &&
           word.finished && word.outcome() == guest::Outcome::Done && word.result[1] == 1;
}

}  // namespace smmu::sw::demo
