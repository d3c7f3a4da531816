// The parameter table: --help, the configuration file, --set, docs/parameters.md and the checks all
// come from here and from parameters_*.cpp.
#include "platform/config/parameters.h"

#include <algorithm>
#include <iterator>

namespace smmu::platform {
namespace {

constexpr std::string_view clean_lines_words[] = {"kept", "dropped"};
constexpr std::string_view evict_words[] = {"never", "random"};
constexpr std::string_view page_crossing_words[] = {"never", "allowed"};

constexpr auto simulation = &Config::simulation;
constexpr auto cpu = &Config::cpu;
constexpr auto interconnect = &Config::interconnect;
constexpr auto test_engine = &Config::test_engine;
constexpr auto endpoint = &TestEngineParams::ats;

constexpr Parameter before_smmu[] = {
    number<simulation, &SimulationParams::time_limit_ms>(
        {"simulation.time_limit", "ms",
         "Simulated time after which a run that has not ended counts as failed."},
        {1, 3'600'000}),

    number<cpu, &CpuParams::quantum>(
        {"cpu.quantum", "instructions",
         "How far the CPU may run ahead of the other models; one instruction is 1 ns."},
        {1, 1'000'000}),

    choice<interconnect, &InterconnectParams::clean_lines>(
        {"interconnect.clean_lines", "",
         "Whether a clean cache line hides what a device writes past the caches (kept), or never "
         "does (dropped)."},
        clean_lines_words),
    choice<interconnect, &InterconnectParams::evict>(
        {"interconnect.evict", "",
         "Whether cache lines leave the cache by themselves, as on hardware; for tests."},
        evict_words),
    number<interconnect, &InterconnectParams::evict_seed>(
        {"interconnect.evict_seed", "", "Start of the random numbers of interconnect.evict."},
        {1, 0xFFFF'FFFF}),
    number<interconnect, &InterconnectParams::ram_latency>(
        {"interconnect.ram_latency", "ns", "Time that each access to RAM takes."}, {0, 1'000'000}),
    number<interconnect, &InterconnectParams::hop_latency>(
        {"interconnect.hop_latency", "ns", "Time that each access to a device takes on the bus."},
        {0, 1'000'000}),
};

constexpr Parameter after_smmu[] = {
    number<test_engine, &TestEngineParams::beat>(
        {"test_engine.beat", "bytes", "Size of one read or write of the DMA masters."}, {8, 4096}),
    choice<test_engine, &TestEngineParams::page_crossing>(
        {"test_engine.page_crossing", "",
         "Whether one read or write may cross a 4 KiB boundary; requests of PCI functions never "
         "do."},
        page_crossing_words),
    number<test_engine, &TestEngineParams::quantum>(
        {"test_engine.quantum", "ns",
         "Time that a DMA master may run ahead before others run; 0: no read or write more."},
        {0, 1'000'000}),
    number<test_engine, endpoint, &AtsEndpointParams::entries>(
        {"test_engine.ats.entries", "",
         "Translations that a DMA engine with ATS keeps; 0: it asks each time."},
        {0, 4096}),
    number<test_engine, endpoint, &AtsEndpointParams::page_requests>(
        {"test_engine.ats.page_requests", "",
         "How often one read or write asks for its page before it fails."},
        {1, 1'000'000}),
    number<test_engine, endpoint, &AtsEndpointParams::retry_delay>(
        {"test_engine.ats.retry_delay", "ns",
         "Time between an answer that was of no help and the next request for the page."},
        {0, 1'000'000'000}),
};

}  // namespace

ParameterTable parameters() {
    static const std::vector<Parameter> all = [] {
        std::vector<Parameter> rows;
        for (const ParameterTable& table :
             {of(before_smmu), smmu_parameters(), smmu_timing_parameters(), smmu_pmcg_parameters(),
              of(after_smmu), workload_parameters()})
            rows.insert(rows.end(), table.begin(), table.end());
        return rows;
    }();
    return {all.data(), all.data() + all.size()};
}

const Parameter* find_parameter(std::string_view path) {
    const ParameterTable all = parameters();
    const auto found =
        std::find_if(all.begin(), all.end(), [path](const Parameter& p) { return p.path == path; });
    return found == all.end() ? nullptr : found;
}

std::vector<std::string> refusals(const Config& config) {
    if (const char* why = refuse(config.smmu)) return {std::string("smmu: ") + why};
    return {};
}

}  // namespace smmu::platform
