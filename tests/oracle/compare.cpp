// Field by field.
#include "compare.h"

#include "text.h"

namespace smmu::differential {

using oracle::Action;
using oracle::Read;

namespace {

Action action_of(core::Outcome::Action a) {
    switch (a) {
        case core::Outcome::Action::Forward: return Action::Forward;
        case core::Outcome::Action::Abort: return Action::Abort;
        case core::Outcome::Action::RazWi: return Action::RazWi;
        case core::Outcome::Action::Stall: return Action::Stall;
    }
    return Action::Abort;
}

core::Purpose purpose_of(Read what) {
    switch (what) {
        case Read::L1Std: return core::Purpose::L1Std;
        case Read::Ste: return core::Purpose::Ste;
        case Read::L1Cd: return core::Purpose::L1Cd;
        case Read::Cd: return core::Purpose::Cd;
        case Read::Stage1: return core::Purpose::Stage1Table;
        case Read::Stage2: return core::Purpose::Stage2Table;
    }
    return core::Purpose::Msi;
}

const char* difference(const core::MemoryAccess& m, const oracle::Fetch& o, uint32_t stream) {
    if (m.purpose != purpose_of(o.what)) return "another purpose";
    if (m.address != o.address) return "another address";
    if (m.size != 8 * o.words) return "another size";
    if (o.words == 1 && o.what >= Read::Stage1 && m.level != o.level) return "another level";
    if (o.what >= Read::Stage1 && static_cast<uint8_t>(m.on_behalf) != o.cls)
        return "on behalf of something else";
    if (m.stream.value != stream) return "for another stream";
    if (oracle::without_unknown_hints(attributes_of(m.attributes), o.what) !=
        oracle::without_unknown_hints(o.attributes, o.what))
        return "other attributes";
    return nullptr;
}

std::string different_fetch(const Observed& model, const oracle::Result& expected,
                            uint32_t stream) {
    const size_t n = std::min(model.reads.size(), expected.fetches.size());
    for (size_t i = 0; i < n; ++i)
        if (const char* what = difference(model.reads[i], expected.fetches[i], stream))
            return "fetch " + std::to_string(i) + ": " + what;
    if (model.reads.size() != expected.fetches.size()) return "another number of fetches";

    if (model.updates.size() != expected.updates.size()) return "another number of updates";
    for (size_t i = 0; i < model.updates.size(); ++i)
        if (const char* what = difference(model.updates[i], expected.updates[i].access, stream))
            return "update " + std::to_string(i) + ": " + what;
    return {};
}

/// Memory after the access.
std::string different_memory(const Observed& model, const oracle::Result& expected) {
    std::map<uint64_t, uint64_t> written;
    for (const oracle::Update& u : expected.updates) written[u.access.address] = u.word;
    if (model.written == written) return {};
    if (model.written.size() != written.size()) return "another number of descriptors changed";
    return "another descriptor changed, or to something else";
}

std::string different_event(const Observed& model, const oracle::Result& expected, unsigned oas) {
    if (model.events.size() != (expected.recorded ? 1u : 0u)) return "another number of events";
    if (!expected.recorded) return {};
    const auto got = oracle::without_unknown_bits(model.events[0].word, oas);
    const auto want = oracle::without_unknown_bits(expected.event.data(), oas);
    for (unsigned i = 0; i < 4; ++i)
        if (got[i] != want[i]) return "event word " + std::to_string(i);
    return {};
}

/// Hardware manages the dirty state of a leaf.
bool may_be_made_dirty(const oracle::Trace& t) {
    const auto is_managed = [](const oracle::Leaf& leaf, bool flag, bool dirty) {
        return leaf.found && flag && dirty && oracle::bit(leaf.descriptor, 51);
    };
    return is_managed(t.leaf1, t.cd.ha(), t.cd.hd()) ||
           is_managed(t.leaf2, t.ste.s2ha(), t.ste.s2hd());
}

}  // namespace

bool OracleMemory::read(uint64_t address, unsigned words, uint64_t* to) {
    if (!memory_.read(address, words, to)) return false;
    if (old.empty()) return true;
    const auto first = old.lower_bound(address);
    if (first == old.end() || first->first >= address + 8 * words) return true;
    const unsigned n = old_reads_++;
    if (n < 64 && oracle::bit(see_new_, n)) return true;
    for (auto hidden = first; hidden != old.end() && hidden->first < address + 8 * words; ++hidden)
        to[(hidden->first - address) / 8] = hidden->second;
    return true;
}

oracle::Memory::Exchange OracleMemory::exchange(uint64_t address, uint64_t from) {
    if (memory_.refuses_writes(address)) return Exchange::Aborted;
    return memory_.word(address) == from ? Exchange::Done : Exchange::Changed;
}

void OracleMemory::begin(uint64_t see_new) {
    see_new_ = see_new;
    old_reads_ = 0;
}

std::string difference(const Observed& model, const oracle::Result& expected,
                       const oracle::Registers& registers, Detail detail) {
    if (expected.lost_race) return "the oracle found a descriptor changed under its hands";
    if (model.beyond_memory) return "the model accessed memory beyond OAS, or wrote";
    if (action_of(model.outcome.action) != expected.action) return "another action";
    if (static_cast<uint8_t>(model.outcome.event) != expected.fault) return "another reason";
    std::string event = different_event(model, expected, registers.oas());
    if (!event.empty()) return event;
    if (expected.action == Action::Forward) {
        if (model.outcome.address != expected.address) return "another output address";
        if (attributes_of(model.outcome.attributes) != expected.attributes)
            return "other attributes";
    }
    std::string memory = different_memory(model, expected);
    if (!memory.empty()) return memory;
    return detail == Detail::Fetches ? different_fetch(model, expected, expected.stream)
                                     : std::string{};
}

Judgement judge(const Observed& model, const oracle::Registers& registers, OracleMemory& memory,
                const oracle::Access& access, Detail detail, uint64_t see_new) {
    Judgement j;
    memory.begin(see_new);
    j.expected = oracle::translate(registers, memory, access);
    j.old_reads = memory.old_reads();
    j.difference = difference(model, j.expected, registers, detail);
    if (j.difference.empty() || j.expected.choosing.met.none()) return j;

    // Count through the combinations of what was met, as through the digits of a number.  Another
    // choice may lead to further ones: `met` grows.
    std::bitset<oracle::choice_count> met = j.expected.choosing.met;
    oracle::Choosing picks;
    for (unsigned tries = 0; tries < 4096; ++tries) {
        unsigned c = 0;
        for (; c < oracle::choice_count; ++c) {
            if (!met[c]) continue;
            if (++picks.picks[c] < oracle::choices[c].alternatives) break;
            picks.picks[c] = 0;
        }
        if (c == oracle::choice_count) return j;
        memory.begin(see_new);
        const oracle::Result other = oracle::translate(registers, memory, access, picks);
        met |= other.choosing.met;
        if (!difference(model, other, registers, detail).empty()) continue;
        j.difference.clear();
        for (unsigned i = 0; i < oracle::choice_count; ++i) j.alternatives[i] = picks.picks[i] != 0;
        j.expected = other;
        return j;
    }
    return j;
}

std::string broken_promise(const Observed& model, const oracle::Result& expected,
                           const oracle::Registers& registers, OracleMemory& memory,
                           const oracle::Access& access, Random& random) {
    if (model.outcome.action != core::Outcome::Action::Forward) return {};
    const auto forwards = [&](const oracle::Access& a, uint64_t& address) {
        oracle::Choosing picks;
        picks.picks = expected.choosing.picks;
        // One entry of a Contiguous run may stand for all.
        for (const auto c : {oracle::Choice::ContiguousFlag, oracle::Choice::ContiguousDirty})
            picks.picks[static_cast<unsigned>(c)] = 1;
        memory.begin();
        const oracle::Result r = oracle::translate(registers, memory, a, picks);
        address = r.address;
        // A page that hardware would have to change first is not promised.
        return r.action == Action::Forward && r.attributes == expected.attributes &&
               r.updates.empty();
    };
    uint64_t address = 0;

    // Another address of the same block.  Beyond the leaves themselves, a Contiguous bit that
    // software misused would show: the promise is then not the model's to keep (Arm ARM D8.7.1.1).
    unsigned shift = model.outcome.shift;
    for (const oracle::Leaf* leaf : {&expected.trace.leaf1, &expected.trace.leaf2})
        if (leaf->found && shift > leaf->shift()) {
            if (!leaf->contiguous()) return "a promise beyond the leaf";
            shift = leaf->shift();
        }
    oracle::Access other = access;
    const uint64_t offset = (uint64_t{1} << shift) - 1;
    other.address = (access.address & ~offset) | (random.next() & offset);
    if (!forwards(other, address) ||
        address != ((expected.address & ~offset) | (other.address & offset)))
        return "another address of the block does not go the same way";

    other = access;
    other.write = !access.write;
    // A write is Data: a read by its sender that says nothing else is Data as well.
    if (access.write) other.instruction = false;
    const bool promised = other.write ? model.outcome.writes : model.outcome.reads;
    const bool is_so = forwards(other, address);
    // A cache may not know that another access has made the page dirty.
    const bool unknown = other.write && !promised && may_be_made_dirty(expected.trace);
    return is_so == promised || unknown ? std::string{} : "reads or writes";
}

}  // namespace smmu::differential
