// What transactions took.
#include "waveforms/transactions.h"

namespace smmu {
namespace {

void write_latency(JsonText& text, const std::string& name, const Latency& of) {
    const std::string group = "latency." + name + '.';
    text.value(group + "count", of.count());
    text.value(group + "mean_ps", of.mean());
    text.value(group + "min_ps", of.min());
    text.value(group + "p50_ps", of.percentile(500));
    text.value(group + "p90_ps", of.percentile(900));
    text.value(group + "p99_ps", of.percentile(990));
    text.value(group + "p99_9_ps", of.percentile(999));
    text.value(group + "max_ps", of.max());
    text.value(group + "exact", of.is_exact() ? "true" : "false");
}

}  // namespace

const char* name_of(Part part) {
    switch (part) {
        case Part::Lookup: return "lookup";
        case Part::Hop: return "hop";
        case Part::Queue: return "queue";
        case Part::Stall: return "stall";
        case Part::Ste: return "ste";
        case Part::Cd: return "cd";
        case Part::Stage1: return "stage1";
        case Part::Stage2: return "stage2";
        case Part::Memory: return "memory";
    }
    return "";
}

const char* name_of(AnsweredBy by) {
    switch (by) {
        case AnsweredBy::MicroTlb: return "micro_tlb";
        case AnsweredBy::MainTlb: return "main_tlb";
        case AnsweredBy::Walk: return "walk";
        case AnsweredBy::ColdWalk: return "cold_walk";
    }
    return "";
}

void Transactions::add(const Probe::Transaction& t) {
    const uint64_t time = (t.end - t.begin).value();
    const auto by = static_cast<size_t>(t.by);
    all_.add(time);
    by_[by].add(time);
    for (size_t p = 0; p < part_count; ++p) spent_[by][p] += t.parts[static_cast<Part>(p)].value();
    if (!t.forwarded) ++failed_;
}

uint64_t Transactions::spent(Part p) const {
    uint64_t sum = 0;
    for (const auto& parts_of : spent_) sum += parts_of[static_cast<size_t>(p)];
    return sum;
}

void Transactions::write(JsonText& text) const {
    write_latency(text, "all", all_);
    for (size_t b = 0; b < answers; ++b)
        write_latency(text, name_of(static_cast<AnsweredBy>(b)), by_[b]);
    for (size_t b = 0; b < answers; ++b)
        for (size_t p = 0; p < part_count; ++p)
            text.value(std::string("time_in.") + name_of(static_cast<AnsweredBy>(b)) + '.' +
                           name_of(static_cast<Part>(p)) + "_ps",
                       spent_[b][p]);
    text.value("transactions.failed", failed_);
}

}  // namespace smmu
