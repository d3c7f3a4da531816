// What holds for every translation, whatever is in registers and memory.  Arm IHI 0070 G.b, 3.4,
// 7.2, 7.3; masks are typed from the record formats of 7.3.
#include <algorithm>

#include "tests/core/fuzz.h"

namespace smmu::test {

using arch::EventId;
using core::Access;
using core::Outcome;
using core::Purpose;

namespace {

/// The most memory accesses one translation can make with nothing cached: L1STD and STE (2); the CD
/// through four levels of stage 2 (4 + 1); four stage-1 descriptors, each through four levels of
/// stage 2 (4 * (4 + 1)); the page itself through four levels (4).  A walk only goes down, one level
/// a read, and nothing is ever read again: no content of memory makes it more.
constexpr unsigned most_accesses = 2 + 5 + 20 + 4;

/// Counts accesses and checks each: within the output address size, of its structure's size and
/// aligned to it, for the stream that asks, and never a write (IDR0.HTTU is 0).
class Watched final : public core::Memory {
public:
    Watched(core::Memory& memory, unsigned address_bits, arch::StreamId stream)
        : memory_(memory), address_bits_(address_bits), stream_(stream) {}

    core::MemoryResult read(const core::MemoryAccess& a, uint64_t* words) override {
        ++accesses;
        EXPECT_EQ(a.address >> address_bits_, 0u) << std::hex << a.address;
        EXPECT_EQ(a.size, a.purpose == Purpose::Ste || a.purpose == Purpose::Cd ? 64u : 8u);
        EXPECT_EQ(a.address % a.size, 0u) << std::hex << a.address;
        EXPECT_EQ(a.stream, stream_);
        return memory_.read(a, words);
    }
    core::MemoryResult write(const core::MemoryAccess&, const uint64_t*) override {
        ADD_FAILURE() << "a translation writes nothing";
        return {};
    }
    unsigned accesses = 0;

private:
    core::Memory& memory_;
    unsigned address_bits_;
    arch::StreamId stream_;
};

constexpr bool is_translation_related(EventId id) {
    return id == EventId::F_TRANSLATION || id == EventId::F_ADDR_SIZE || id == EventId::F_ACCESS ||
           id == EventId::F_PERMISSION;
}

}  // namespace

std::string difference(const Outcome& a, const Outcome& b) {
    std::string s;
    if (a.action != b.action) s += " action";
    if (a.event != b.event) s += " event";
    if (a.address != b.address) s += " address";
    if (a.attributes != b.attributes) s += " attributes";
    if (a.shift != b.shift) s += " shift";
    if (a.reads != b.reads) s += " reads";
    if (a.writes != b.writes) s += " writes";
    return s;
}

std::string difference(const std::vector<arch::Event>& a, const std::vector<arch::Event>& b) {
    if (a.size() != b.size()) return " number of events";
    for (size_t i = 0; i < a.size(); ++i)
        for (unsigned w = 0; w < 4; ++w)
            if (a[i].word[w] != b[i].word[w]) return " event word " + std::to_string(w);
    return "";
}

Outcome Invariants::translate(const core::RegisterFile& registers, const core::ConfigCache& configs,
                              const core::Tlb& tlb, const Access& access, core::Memory& memory,
                              Recording& recorder) {
    Watched watched(memory, features_.output_address_bits, access.stream);
    const core::View view{features_,
                          registers.smmu_enabled(),
                          registers.record_bad_stream(),
                          registers.gbpa(),
                          registers.stream_table(),
                          configs,
                          tlb};
    const Outcome o = core::translate(view, access, watched, recorder);
    accesses_ = watched.accesses;
    EXPECT_LE(accesses_, most_accesses);
    seen.most_accesses = std::max(seen.most_accesses, accesses_);
    if (recorder.tlb_lookups.hits != 0) {
        ++seen.hits;
        EXPECT_LE(accesses_, 2u + 5u) << "a TLB hit reads the configuration at most";
    }
    return o;
}

Outcome Invariants::check(const core::RegisterFile& registers, const Access& access,
                          const Access& neighbour, core::Memory& memory) {
    Recording first, second;
    const Outcome cold = translate(registers, no_configs_, no_tlb_, access, memory, first);
    check_outcome(registers, access, cold, first);
    const Outcome again = translate(registers, no_configs_, no_tlb_, access, memory, second);
    EXPECT_EQ(difference(cold, again) + difference(first.events, second.events), "")
        << "translating leaves nothing behind";

    configs_.invalidate_all();
    tlb_.invalidate_all();
    const auto expect_warm = [&](const Access& a, const Outcome& expected, const Recording& events,
                                 const char* what) {
        Recording recorder{configs_, tlb_};
        const Outcome warm = translate(registers, configs_, tlb_, a, memory, recorder);
        EXPECT_EQ(difference(expected, warm) + difference(events.events, recorder.events), "")
            << what;
        return recorder.tlb_lookups.hits;
    };
    expect_warm(access, cold, first, "filling caches");
    expect_warm(access, cold, first, "filled caches");
    EXPECT_TRUE(cold.action != Outcome::Action::Forward || accesses_ == 0) << "all is known";

    Recording third;
    const Outcome other = translate(registers, no_configs_, no_tlb_, neighbour, memory, third);
    check_outcome(registers, neighbour, other, third);
    seen.neighbour_hits += expect_warm(neighbour, other, third, "a neighbour's caches");

    seen.actions.insert(cold.action);
    if (cold.event != EventId{}) seen.events.insert(cold.event);
    for (const arch::Event& e : first.events)
        if (e.word[1] >> 39 & 1) seen.classes.insert(e[arch::Event::Class]);
    return cold;
}

void Invariants::check_outcome(const core::RegisterFile& registers, const Access& access,
                               const Outcome& o, const Recording& recorded) const {
    ASSERT_LE(recorded.events.size(), 1u);
    for (const arch::Event& e : recorded.events) {
        EXPECT_EQ(uint8_t(e.word[0]), uint8_t(o.event)) << "the event is why";
        EXPECT_TRUE(registers.smmu_enabled());
        check_event(access, e);
    }
    switch (o.action) {
        case Outcome::Action::Forward:
            EXPECT_EQ(o.event, EventId{});
            EXPECT_TRUE(recorded.events.empty());
            EXPECT_EQ(o.address >> features_.output_address_bits, 0u) << std::hex << o.address;
            EXPECT_EQ((o.address ^ access.address) & 0xFFF, 0u) << "the offset in the page";
            EXPECT_TRUE(o.shift == 12 || o.shift == 21 || o.shift == 30) << o.shift;
            EXPECT_TRUE(access.write ? o.writes : o.reads);
            EXPECT_EQ(o.attributes, core::make_consistent(o.attributes));
            return;
        case Outcome::Action::RazWi:  // CD.A = 0: stage-1 faults only
            EXPECT_TRUE(is_translation_related(o.event)) << unsigned(uint8_t(o.event));
            for (const arch::Event& e : recorded.events) EXPECT_EQ(e.word[1] >> 39 & 1, 0u) << "S2";
            return;
        case Outcome::Action::Abort:
            if (o.event == EventId{}) {
                EXPECT_TRUE(recorded.events.empty());
                return;
            }
            switch (o.event) {
                case EventId::C_BAD_STREAMID:
                    EXPECT_EQ(recorded.events.size(), registers.record_bad_stream() ? 1u : 0u);
                    return;
                case EventId::F_STE_FETCH:
                case EventId::C_BAD_STE:
                case EventId::C_BAD_SUBSTREAMID:
                case EventId::F_CD_FETCH:
                case EventId::C_BAD_CD:
                case EventId::F_WALK_EABT: EXPECT_EQ(recorded.events.size(), 1u); return;
                case EventId::F_TRANSLATION:
                case EventId::F_ADDR_SIZE:
                case EventId::F_ACCESS:
                case EventId::F_PERMISSION: return;  // CD.R, STE.S2R
            }
            ADD_FAILURE() << "no event " << unsigned(uint8_t(o.event)) << " exists";
            return;
    }
    ADD_FAILURE() << "an outcome that is none";
}

/// The fields that the event's format has, and zeros elsewhere.
void Invariants::check_event(const Access& access, const arch::Event& e) const {
    const EventId id = static_cast<EventId>(e.word[0]);
    const uint64_t ssv = access.substream_valid && id != EventId::C_BAD_SUBSTREAMID;
    const uint64_t ssid = access.substream_valid ? access.substream.value : 0;
    EXPECT_EQ(e.word[0] & 0xFFFF'FFFF'FFFF'FF00,
              uint64_t{access.stream.value} << 32 | ssid << 12 | ssv << 11);
    const uint64_t physical = (uint64_t{1} << features_.output_address_bits) - 1;

    const bool has_access = is_translation_related(id) || id == EventId::F_WALK_EABT;
    if (!has_access) {
        const bool fetch = id == EventId::F_STE_FETCH || id == EventId::F_CD_FETCH;
        EXPECT_EQ(e.word[1], 0u);
        EXPECT_EQ(e.word[2], 0u);
        EXPECT_EQ(e.word[3] & ~(fetch ? physical & ~uint64_t{7} : 0), 0u) << "FetchAddr";
        return;
    }
    EXPECT_EQ(e.word[2], access.address) << "InputAddr is never changed";
    const bool rnw = e.word[1] >> 35 & 1, ind = e.word[1] >> 34 & 1, s2 = e.word[1] >> 39 & 1;
    const bool table_read = e.word[1] >> 44 & 1;
    const unsigned why = e.word[1] >> 40 & 3;
    EXPECT_EQ(e.word[1] & ~uint64_t{0x0000'138E'0000'0000}, 0u) << "reserved bits; Stall";
    EXPECT_EQ(rnw, !access.write);
    EXPECT_FALSE(ind && !rnw) << "a write is Data";
    EXPECT_NE(why, 0b11u);
    if (id == EventId::F_WALK_EABT) {
        EXPECT_EQ(e.word[3] & ~(physical & ~uint64_t{7}), 0u) << "FetchAddr";
        EXPECT_TRUE(s2 || why == 0b01) << "at stage 1: CLASS is TT";
    } else {
        EXPECT_EQ(e.word[3] & ~(s2 ? physical & ~uint64_t{0xFFF} : 0), 0u) << "IPA";
        EXPECT_TRUE(s2 || why == 0b10) << "at stage 1: CLASS is IN";
    }
    EXPECT_EQ(table_read, id == EventId::F_PERMISSION && s2 && why == 0b01) << "TTRnW";
}

}  // namespace smmu::test
