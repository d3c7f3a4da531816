// Runs an analysis: other walk caches in processes of their own, then the one that was asked for.
#include "platform/analyze/analyze.h"

#include <fstream>
#include <iostream>
#include <optional>

#include "platform/analyze/describe.h"
#include "platform/analyze/progress.h"
#include "platform/analyze/report/data.h"
#include "platform/analyze/report/words.h"
#include "platform/analyze/world.h"
#include "platform/config/parameters.h"
#include "platform/config/show.h"
#include "platform/config/text.h"
#include "platform/files.h"
#include "platform/kernel.h"
#include "waveforms/stats.h"
#include "waveforms/trace.h"
#include "waveforms/vcd.h"
#include "waveforms/walks.h"

namespace smmu::platform::analyze {
namespace {

constexpr uint64_t traced_transactions = 4000;  // some ten megabytes; Perfetto opens them at once

/// One simulation; `probes` see all of it.  An AT run leaves `waves`, where that is not empty.
int simulate(Scenario& scenario, const Config& config, const Params& params,
             const std::vector<Probe*>& probes, const std::filesystem::path& waves,
             Progress* progress) {
    return in_kernel([&] {
        World world("world", scenario, params, config.workload, [progress](uint64_t done) {
            if (progress && done % 256 == 0) progress->tell(done);
        });
        for (Probe* probe : probes) world.attach(*probe);
        std::optional<Vcd> vcd;
        if (!waves.empty() &&
            config.workload.traffic.coding_style == CodingStyle::ApproximatelyTimed)
            world.attach(vcd.emplace(waves, scenario.tbus(), traced_transactions));
        sc_core::sc_start();
        return 0;
    });
}

/// The stats.json of each variant but the given one; empty where its simulation failed.
std::vector<std::string> simulate_others(const std::vector<Variant>& variants, Scenario& scenario,
                                         const Config& config) {
    std::vector<std::function<std::string()>> jobs;
    for (const Variant& variant : variants)
        jobs.push_back([&] {
            Stats stats;
            if (variant.is_given) return std::string();
            const int status = simulate(scenario, config, variant.params, {&stats}, {}, nullptr);
            return status == 0 ? stats.json() : std::string();
        });
    Progress progress(jobs.size(), "simulations with other walk caches");
    return in_processes(jobs, [&progress](size_t ended) { progress.tell(ended); });
}

std::vector<VariantResult> what_if(const std::vector<Variant>& variants,
                                   const std::vector<std::string>& others, const Stats& given) {
    std::vector<VariantResult> results;
    for (size_t i = 0; i < variants.size(); ++i) {
        const std::string text = variants[i].is_given ? given.json() : others[i];
        if (!text.empty()) results.push_back(read_stats(variants[i], text));
    }
    return results;
}

/// Every parameter that this command looks at.
std::vector<ReportData::Parameter> parameters_of(const AnalyzeRequest& request) {
    const Config unchanged = request.unchanged;
    std::vector<ReportData::Parameter> all;
    for (const Parameter& p : parameters()) {
        const std::string_view group = p.path.substr(0, p.path.find('.'));
        if (group != "smmu" && group != "traffic" && group != "tables" && group != "memory")
            continue;
        const uint64_t value = p.get(request.config);
        const std::string unit = p.unit.empty() ? "" : ' ' + std::string(p.unit);
        all.push_back(
            {std::string(p.path), value_text(p, value) + unit, value == p.get(unchanged)});
    }
    return all;
}

void print_summary(const Transactions& t) {
    const auto line = [](const std::string& name, const Latency& l) {
        if (l.count() == 0) return;
        const auto padded = [](std::string text, size_t width) {
            text.resize(std::max(width, text.size()), ' ');
            return text;
        };
        const auto time = [](uint64_t ps) { return time_text(static_cast<double>(ps)); };
        std::cout << "  " << padded(name, 24) << padded(std::to_string(l.count()), 10)
                  << padded(time(l.mean()), 10) << padded(time(l.percentile(500)), 10)
                  << padded(time(l.percentile(990)), 10) << time(l.max()) << '\n';
    };
    std::cout << "  answered by             accesses  mean      p50       p99       max\n";
    for (size_t b = 0; b < answers; ++b)
        line(label_of(static_cast<AnsweredBy>(b)), t.by(static_cast<AnsweredBy>(b)));
    line("all", t.all());
}

std::optional<Refusal> write_results(const AnalyzeRequest& request, const Stats& stats,
                                     const std::string& report) {
    if (const auto refusal = write_file(request.output / "stats.json", stats.json()))
        return refusal;
    return write_file(request.output / "report.html", report);
}

}  // namespace

int analyze(AnalyzeRequest& request) {
    const Config& config = request.config;
    auto scenario = make_scenario(config.workload, config.smmu.features, request.trace);
    if (!scenario) return complain(scenario.refusal(), not_built);
    if (const auto refusal = write_file(request.output / "config.json", to_json(config)))
        return complain(refusal->sentence, not_built);
    const std::string workload = describe(config.workload, *scenario);
    std::cout << workload << '\n';

    std::vector<Variant> variants;
    if (request.what_if) variants = walk_cache_variants(config.smmu);
    const auto others = simulate_others(variants, *scenario, config);

    Stats stats;
    Recording recording;
    std::ofstream walks_file(request.output / "walks.csv"),
        trace_file(request.output / "trace.json");
    Walks walks(walks_file);
    Trace trace(trace_file, traced_transactions);
    {
        Progress progress(scenario->accesses, "accesses");
        const int status =
            simulate(*scenario, config, config.smmu, {&stats, &recording, &walks, &trace},
                     request.output / "waves", &progress);
        if (status != 0) return status;
    }
    trace.finish();

    const ReportData data{workload,
                          request.preset,
                          stats.transactions(),
                          recording,
                          what_if(variants, others, stats),
                          parameters_of(request)};
    if (const auto refusal = write_results(request, stats, report_html(data)))
        return complain(refusal->sentence, failed);
    print_summary(stats.transactions());
    std::cout << (request.output / "report.html").string() << '\n';
    if (stats.transactions().failed() == 0) return 0;
    return complain(std::to_string(stats.transactions().failed()) + " accesses failed", failed);
}

}  // namespace smmu::platform::analyze
