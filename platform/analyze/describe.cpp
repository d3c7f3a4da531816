// A workload in words.
#include "platform/analyze/describe.h"

namespace smmu::platform::analyze {
namespace {

std::string kib(uint32_t n) {
    if (n % (1u << 20) == 0) return std::to_string(n >> 20) + " GiB";
    return n % 1024 == 0 ? std::to_string(n >> 10) + " MiB" : std::to_string(n) + " KiB";
}

std::string counted(size_t n, const std::string& one) {
    return std::to_string(n) + ' ' + one + (n == 1 ? "" : "s");
}

std::string stage(const StageParams& s) {
    return std::to_string(s.levels) + " levels, pages of " + kib(s.page_kib);
}

std::string traffic(const TrafficParams& t, const Scenario& scenario) {
    const std::string masters = counted(scenario.masters.size(), "master");
    if (t.generator == Generator::Replay)
        return "A trace of " + std::to_string(scenario.accesses) + " accesses by " + masters;
    std::string name(name_of(t.generator));
    for (char& c : name)
        if (c == '_') c = ' ';
    name.front() = static_cast<char>(name.front() & ~0x20);
    return name + " accesses of " + std::to_string(t.size) + " bytes by " + masters +
           ", each over " + kib(t.footprint_kib);
}

}  // namespace

std::string describe(const Workload& workload, const Scenario& scenario) {
    const TableParams& t = workload.tables;
    std::string text = traffic(workload.traffic, scenario) + ". ";
    switch (t.stages) {
        case Stages::Stage1: text += "Stage 1 only: " + stage(t.stage1); break;
        case Stages::Stage2: text += "Stage 2 only: " + stage(t.stage2); break;
        case Stages::Nested:
            text += "Both stages: " + stage(t.stage1) + " in stage 1; " + stage(t.stage2) +
                    " in stage 2";
            break;
    }
    if (t.fragmentation != 0)
        text += "; " + std::to_string(t.fragmentation) + " % of the leaves broken up";
    return text + '.';
}

}  // namespace smmu::platform::analyze
