// What holds for every translation, whatever is in registers and memory.  Arm IHI 0070 G.b, 3.4,
// 7.2, 7.3; masks are typed from the record formats of 7.3.
#include <algorithm>

#include "tests/core/fuzz.h"
#include "tests/core/fuzz_watched.h"

namespace smmu::test {

using arch::EventId;
using core::Access;
using core::Outcome;

namespace {

// The most memory accesses one translation can make with nothing cached.  A walk only goes down, one
// level a read, and no content of memory makes it more.
/// Levels of either stage: 0 to 3, and -1 for addresses of more than 48 bits in 4 KB pages.
unsigned levels(const core::Features& f) { return f.lpa2 && f.granule_4k ? 5 : 4; }
/// One walk of stage 2: its levels, and the update of its leaf.
unsigned stage2_walk(const core::Features& f) { return levels(f) + (f.httu != 0 ? 1 : 0); }
/// L1STD and STE; L1CD and CD, each through stage 2.
unsigned configuration(const core::Features& f) {
    const unsigned cds = f.two_level_cd_table && f.substream_id_bits != 0 ? 2 : 1;
    return 2 + cds * (stage2_walk(f) + 1);
}
/// The configuration; each stage-1 descriptor, and the update of its leaf, through stage 2; the page
/// itself through stage 2.  4 levels without HTTU: 2 + 2 * 5 + 4 * 5 + 4 = 36.
unsigned most_accesses(const core::Features& f) {
    const unsigned descriptors = levels(f) + (f.httu != 0 ? 1 : 0);
    return configuration(f) + descriptors * (stage2_walk(f) + 1) + stage2_walk(f);
}

/// Sizes of leaves, alone and in runs of the Contiguous bit (Arm ARM D8.3, D8.7.1).  4 KB: 12, 21, 30,
/// 39 and 16, 25, 34; 16 KB: 14, 25, 36 and 21, 30; 64 KB: 16, 29, 42 and 21, 34.  The largest blocks
/// are cut to output ranges of 32, 36 and 40 bits.
constexpr unsigned leaf_shifts[] = {12, 14, 16, 21, 25, 29, 30, 32, 34, 36, 39, 40, 42};

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
    Watched watched(memory, features_, access);
    const core::View view{features_,
                          registers.smmu_enabled(),
                          registers.record_bad_stream(),
                          registers.e2h(),
                          registers.gbpa(),
                          registers.stream_table(),
                          configs,
                          tlb};
    const Outcome o = core::translate(view, access, watched, recorder);
    accesses_ = watched.accesses;
    EXPECT_LE(accesses_, most_accesses(features_));
    seen.most_accesses = std::max(seen.most_accesses, accesses_);
    seen.updates += watched.updates;
    met_run_ |= watched.met_run;
    if (recorder.tlb_lookups.hits != 0) {
        ++seen.hits;
        EXPECT_LE(accesses_, configuration(features_))
            << "a TLB hit reads the configuration at most";
    }
    return o;
}

Outcome Invariants::check(const core::RegisterFile& registers, const Access& access,
                          const Access& neighbour, core::Memory& memory) {
    Recording first, second;
    met_run_ = false;
    const Outcome cold = translate(registers, no_configs_, no_tlb_, access, memory, first);
    check_outcome(registers, access, cold, first);
    const Outcome again = translate(registers, no_configs_, no_tlb_, access, memory, second);
    EXPECT_EQ(difference(cold, again) + difference(first.events, second.events), "")
        << "an update of a descriptor does not change the answer";

    configs_.invalidate_all();
    tlb_.invalidate_all();
    const auto expect_warm = [&](const Access& a, Outcome expected, const Recording& events,
                                 const char* what) {
        Recording recorder{configs_, tlb_};
        const Outcome warm = translate(registers, configs_, tlb_, a, memory, recorder);
        // One dirty page of a run makes all of it dirty (Arm ARM R_JKCXG).
        if (met_run_ && features_.httu == 2 && warm.writes) expected.writes = true;
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
    if (cold.action == Outcome::Action::Forward) seen.shifts.insert(cold.shift);
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
        check_event(access, o.action == Outcome::Action::Stall, e);
    }
    const bool stalls = is_translation_related(o.event) && features_.can_stall();
    switch (o.action) {
        case Outcome::Action::Forward:
            EXPECT_EQ(o.event, EventId{});
            EXPECT_TRUE(recorded.events.empty());
            EXPECT_EQ(o.address >> features_.output_address_bits, 0u) << std::hex << o.address;
            EXPECT_EQ((o.address ^ access.address) << (64 - o.shift), 0u)
                << "the offset in the page";
            EXPECT_TRUE(std::count(std::begin(leaf_shifts), std::end(leaf_shifts), o.shift))
                << o.shift;
            EXPECT_TRUE(access.write ? o.writes : o.reads);
            EXPECT_EQ(o.attributes, core::make_consistent(o.attributes));
            return;
        case Outcome::Action::Stall:  // CD.S, STE.S2S
            EXPECT_TRUE(stalls) << unsigned(uint8_t(o.event));
            EXPECT_EQ(recorded.events.size(), 1u) << "a stall is always recorded";
            return;
        case Outcome::Action::RazWi:  // CD.A = 0: stage-1 faults only
            EXPECT_TRUE(is_translation_related(o.event)) << unsigned(uint8_t(o.event));
            EXPECT_FALSE(features_.must_stall() || features_.always_abort);
            for (const arch::Event& e : recorded.events) EXPECT_EQ(e.word[1] >> 39 & 1, 0u) << "S2";
            return;
        case Outcome::Action::Abort: return check_terminated(registers, o, recorded);
    }
    ADD_FAILURE() << "an outcome that is none";
}

/// Terminated with an abort: is it recorded?
void Invariants::check_terminated(const core::RegisterFile& registers, const Outcome& o,
                                  const Recording& recorded) const {
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
        case EventId::F_STREAM_DISABLED:
        case EventId::C_BAD_SUBSTREAMID:
        case EventId::F_CD_FETCH:
        case EventId::C_BAD_CD:
        case EventId::F_WALK_EABT: EXPECT_EQ(recorded.events.size(), 1u); return;
        case EventId::F_BAD_ATS_TREQ:
        case EventId::F_TRANSL_FORBIDDEN: break;  // not of Untranslated accesses
        case EventId::F_ADDR_SIZE: return;  // CD.R, STE.S2R; an input that bypasses stage 1 (3.4)
        case EventId::F_TRANSLATION:
        case EventId::F_ACCESS:
        case EventId::F_PERMISSION:  // CD.R, STE.S2R
            EXPECT_FALSE(features_.must_stall()) << "there is no termination to choose";
            return;
    }
    ADD_FAILURE() << "no event " << unsigned(uint8_t(o.event)) << " exists";
}

/// The fields that the event's format has, and zeros elsewhere.
void Invariants::check_event(const Access& access, bool stalled, const arch::Event& e) const {
    const EventId id = static_cast<EventId>(e.word[0]);
    // F_STREAM_DISABLED has no SubstreamID, and in C_BAD_SUBSTREAMID it is always valid.
    const bool has_ssid = access.substream_valid && id != EventId::F_STREAM_DISABLED;
    const uint64_t ssv = has_ssid && id != EventId::C_BAD_SUBSTREAMID;
    const uint64_t ssid = has_ssid ? access.substream.value : 0;
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
    EXPECT_EQ(e.word[1] & ~uint64_t{0x0000'138E'8000'0000}, 0u) << "reserved bits; STAG";
    EXPECT_EQ(e.word[1] >> 31 & 1, stalled) << "Stall";
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
    const bool at_table = id == EventId::F_PERMISSION && s2 && why == 0b01;
    EXPECT_TRUE(at_table || !table_read) << "TTRnW";
    if (features_.httu != 0) return;
    EXPECT_EQ(table_read, at_table) << "tables are only read";
}

}  // namespace smmu::test
