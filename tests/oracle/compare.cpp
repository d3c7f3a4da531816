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
        case core::Outcome::Action::Stall: break;  // IDR0.STALL_MODEL is terminate
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

std::string different_fetch(const Observed& model, const oracle::Result& expected,
                            uint32_t stream) {
    const size_t n = std::min(model.reads.size(), expected.fetches.size());
    for (size_t i = 0; i < n; ++i) {
        const core::MemoryAccess& m = model.reads[i];
        const oracle::Fetch& o = expected.fetches[i];
        const std::string where = "fetch " + std::to_string(i) + ": ";
        if (m.purpose != purpose_of(o.what)) return where + "another purpose";
        if (m.address != o.address) return where + "another address";
        if (m.size != 8 * o.words) return where + "another size";
        if (o.words == 1 && o.what >= Read::Stage1 && m.level != o.level)
            return where + "another level";
        if (o.what >= Read::Stage1 && static_cast<uint8_t>(m.on_behalf) != o.cls)
            return where + "on behalf of something else";
        if (m.stream.value != stream) return where + "for another stream";
        if (oracle::without_unknown_hints(attributes_of(m.attributes), o.what) !=
            oracle::without_unknown_hints(o.attributes, o.what))
            return where + "other attributes";
    }
    if (model.reads.size() != expected.fetches.size()) return "another number of fetches";
    return {};
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

}  // namespace

bool OracleMemory::read(uint64_t address, unsigned words, uint64_t* to) {
    if (!memory_.read(address, words, to)) return false;
    if (old.empty()) return true;
    for (unsigned i = 0; i < words; ++i) {
        const auto hidden = old.find(address + 8 * i);
        if (hidden != old.end()) to[i] = hidden->second;
    }
    return true;
}

std::string difference(const Observed& model, const oracle::Result& expected,
                       const oracle::Registers& registers, Detail detail) {
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
    return detail == Detail::Fetches ? different_fetch(model, expected, expected.stream)
                                     : std::string{};
}

Judgement judge(const Observed& model, const oracle::Registers& registers, oracle::Memory& memory,
                const oracle::Access& access, Detail detail) {
    Judgement j;
    j.expected = oracle::translate(registers, memory, access);
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
                           const oracle::Registers& registers, oracle::Memory& memory,
                           const oracle::Access& access, Random& random) {
    if (model.outcome.action != core::Outcome::Action::Forward) return {};
    const auto forwards = [&](const oracle::Access& a, uint64_t& address) {
        oracle::Choosing picks;
        picks.picks = expected.choosing.picks;
        const oracle::Result r = oracle::translate(registers, memory, a, picks);
        address = r.address;
        return r.action == Action::Forward && r.attributes == expected.attributes;
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
    if (forwards(other, address) != promised) return "reads or writes";
    return {};
}

}  // namespace smmu::differential
