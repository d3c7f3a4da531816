// A probe that counts.
#include "waveforms/stats.h"

#include <algorithm>
#include <numeric>

#include "waveforms/json_text.h"
#include "waveforms/names.h"

namespace smmu {

uint64_t total(const Probe::Fetches& fetches) {
    return std::accumulate(fetches.of.begin(), fetches.of.end(), uint64_t{0});
}

void Stats::count_request(const Missed& missed) {
    ++counts_.requests;
    if (missed.tlb) ++counts_.requests_missing_tlb;
    if (missed.config) ++counts_.requests_missing_config;
}

void Stats::miss(const Miss& m) {
    count_request(m.missed);
    ++(m.tlb_hit ? counts_.tlb_hits : counts_.tlb_misses);
    ++(m.config_hit ? counts_.config_hits : counts_.config_misses);
    if (m.outcome.action != core::Outcome::Action::Forward) ++counts_.faults;
    if (total(m.fetches) == 0) return;
    const uint64_t time = (m.end - m.begin).value();
    ++counts_.walks;
    counts_.walk_time += time;
    counts_.longest_walk = std::max(counts_.longest_walk, time);
}

void Stats::fetch(const Fetch& f) {
    const auto purpose = static_cast<size_t>(f.access.purpose);
    ++(f.write ? counts_.writes : counts_.reads)[purpose];
    if (f.aborted) ++counts_.aborts[purpose];
    if (f.write) return;
    const int level = f.access.level;
    if (f.access.purpose == core::Purpose::Stage1Table) ++counts_.stage1[level];
    if (f.access.purpose == core::Purpose::Stage2Table) ++counts_.stage2[level];
}

void Stats::command(const Command& c) {
    ++counts_.commands[static_cast<uint8_t>(c.command[arch::Command::Op])];
    if (c.error != arch::CommandError::None) ++counts_.command_errors;
}

void Stats::event(const Event& e) {
    ++counts_.events[static_cast<uint8_t>(e.event[arch::Event::Id])];
    if (!core::is_written(e.recorded)) ++counts_.events_not_recorded;
}

void Stats::interrupt(const Interrupt& i) { ++counts_.interrupts[static_cast<size_t>(i.source)]; }

void Stats::translation_request(const TranslationRequest& t) {
    using E = arch::TranslationEntry;
    count_request(t.missed);
    ++counts_.translation_requests[static_cast<size_t>(t.completion.status)];
    const E entry = t.completion.entry;
    const bool has_access = entry[E::R] || entry[E::W] || entry[E::Exe];
    if (t.completion.status == arch::AtsStatus::Success && !has_access)
        ++counts_.requests_without_access;
}

void Stats::page_request(const PageRequest& p) {
    ++counts_.page_requests;
    if (!core::is_written(p.recorded)) ++counts_.page_requests_not_recorded;
}

std::string Stats::json() const {
    const StatsCounts& c = counts_;
    JsonText text;
    text.value("accesses.micro_tlb_hits", c.micro_tlb_hits);
    text.value("accesses.tlb_hits", c.tlb_hits);
    text.value("accesses.tlb_misses", c.tlb_misses);
    text.value("accesses.not_forwarded", c.faults);
    text.value("config_cache.hits", c.config_hits);
    text.value("config_cache.misses", c.config_misses);
    text.value("requests.count", c.requests);
    text.value("requests.missing_tlb", c.requests_missing_tlb);
    text.value("requests.missing_config", c.requests_missing_config);
    text.value("walks.count", c.walks);
    text.value("walks.time_ps", c.walk_time);
    text.value("walks.longest_ps", c.longest_walk);
    for (size_t p = 0; p < core::purposes; ++p) {
        const std::string group =
            std::string("memory.") + name_of(static_cast<core::Purpose>(p)) + '.';
        text.value(group + "reads", c.reads[p]);
        text.value(group + "writes", c.writes[p]);
        text.value(group + "aborted", c.aborts[p]);
    }
    for (int level = -1; level <= 3; ++level)
        text.value("stage1_reads.level" + std::to_string(level), c.stage1[level]);
    for (int level = -1; level <= 3; ++level)
        text.value("stage2_reads.level" + std::to_string(level), c.stage2[level]);
    for (size_t code = 0; code < c.commands.size(); ++code)
        if (c.commands[code])
            text.value("commands." + name_of(static_cast<arch::Opcode>(code)), c.commands[code]);
    text.value("commands.errors", c.command_errors);
    for (size_t code = 0; code < c.events.size(); ++code)
        if (c.events[code])
            text.value("events." + name_of(static_cast<arch::EventId>(code)), c.events[code]);
    text.value("events.not_recorded", c.events_not_recorded);
    for (size_t line = 0; line < c.interrupts.size(); ++line)
        text.value(std::string("interrupts.") + name_of(static_cast<core::MsiSource>(line)),
                   c.interrupts[line]);
    text.value("ats.success", c.translation_requests[0]);
    text.value("ats.without_access", c.requests_without_access);
    text.value("ats.unsupported_request", c.translation_requests[1]);
    text.value("ats.completer_abort", c.translation_requests[2]);
    text.value("page_requests.count", c.page_requests);
    text.value("page_requests.not_recorded", c.page_requests_not_recorded);
    transactions_.write(text);
    return text.finish();
}

}  // namespace smmu
