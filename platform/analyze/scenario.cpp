// Masters from parameters or from a trace, and the tables that map what they access.
#include "platform/analyze/scenario.h"

#include <algorithm>
#include <map>
#include <set>

#include "platform/analyze/placement.h"

namespace smmu::platform::analyze {
namespace {

constexpr unsigned most_tbus = 64;
constexpr uint64_t most_pages = uint64_t{1} << 25;  // tables of a gigabyte, with both stages

using Refused = std::optional<Refusal>;

Refused check(const TrafficParams& t, const Shapes& shapes) {
    if (t.generator == Generator::Strided || t.generator == Generator::Mixed)
        if (t.stride % t.size != 0)
            return Refusal{"traffic.stride must be a multiple of traffic.size"};
    if (uint64_t{t.footprint_kib} << 10 < t.size)
        return Refusal{"traffic.footprint must hold at least one access of traffic.size"};
    const uint64_t end = shapes.first_address() + (uint64_t{t.footprint_kib} << 10);
    if (shapes.first().input_bits < 64 && (end - 1) >> shapes.first().input_bits != 0)
        return Refusal{"traffic.footprint=" + std::to_string(t.footprint_kib) +
                       " does not fit in the " + std::to_string(shapes.first().input_bits) +
                       " bits that these tables resolve"};
    const uint64_t pages = t.masters * ((uint64_t{t.footprint_kib} << 10) >> shapes.unit_shift());
    if (pages > most_pages)
        return Refusal{"traffic.footprint=" + std::to_string(t.footprint_kib) + " of " +
                       std::to_string(t.masters) + " masters has " + std::to_string(pages) +
                       " pages to map, more than " + std::to_string(most_pages)};
    return std::nullopt;
}

void add_generated(Scenario& scenario, const TrafficParams& t, std::vector<StreamUse>& uses) {
    const uint64_t first = scenario.shapes.first_address();
    const auto units =
        units_of(first, uint64_t{t.footprint_kib} << 10, scenario.shapes.unit_shift());
    for (unsigned i = 0; i < t.masters; ++i) {
        const bool chases = generator_of(t, i) == Generator::PointerChase;
        const uint64_t accesses = t.accesses / t.masters + (i < t.accesses % t.masters);
        scenario.masters.push_back(
            {arch::StreamId{i}, make_traffic(t, i, first), chases ? 1 : t.outstanding, accesses});
        uses.push_back({arch::StreamId{i}, {{std::nullopt, units}}});
    }
}

/// Why the SMMU of this scenario cannot have seen that access.
Refused check(const Request& r, arch::StreamId stream, const Scenario& s,
              const core::Features& features, const std::string& where) {
    if (uint64_t{stream.value} >> features.stream_id_bits != 0)
        return Refusal{where + "sid does not fit in smmu.stream_id_bits"};
    if (r.substream && !s.shapes.stage1)
        return Refusal{where + "an ssid needs stage 1, and tables.stages is stage2"};
    if (r.substream && *r.substream >> features.substream_id_bits != 0)
        return Refusal{where + "ssid does not fit in smmu.substream_id_bits"};
    if ((r.address + r.size - 1) >> s.shapes.first().input_bits != 0)
        return Refusal{where + "iova does not fit in the " +
                       std::to_string(s.shapes.first().input_bits) +
                       " bits that these tables resolve"};
    return std::nullopt;
}

/// Maps what the trace touches and nothing else.
Refused add_replayed(Scenario& scenario, const TrafficParams& t, const core::Features& features,
                     const TraceFile& trace, std::vector<StreamUse>& uses) {
    const unsigned shift = scenario.shapes.unit_shift();
    for (const TraceStream& stream : trace.streams) {
        std::map<std::optional<uint32_t>, std::set<uint64_t>> touched;
        for (const Request& r : stream.requests) {
            const std::string where = trace.name + ": line " + std::to_string(r.line) + ": ";
            if (const auto refused = check(r, stream.stream, scenario, features, where))
                return refused;
            // Without a SubstreamID it is context descriptor 0 that counts (S1DSS), and then an
            // access with SubstreamID 0 is an error.
            if (r.substream == 0u && touched.count(std::nullopt) != 0)
                return Refusal{where +
                               "this sid has accesses without ssid, so ssid 0 is not to be had"};
            if (!r.substream && touched.count(0u) != 0)
                return Refusal{where + "this sid has accesses with ssid 0, so each needs an ssid"};
            for (const uint64_t unit : units_of(r.address, r.size, shift))
                touched[r.substream].insert(unit);
        }
        StreamUse use{stream.stream, {}};
        for (const auto& [substream, units] : touched)
            use.spaces.push_back({substream, {units.begin(), units.end()}});
        uses.push_back(std::move(use));
        scenario.masters.push_back({stream.stream, std::make_unique<Replay>(stream.requests),
                                    t.outstanding, stream.requests.size()});
    }
    return std::nullopt;
}

}  // namespace

unsigned Scenario::tbus() const {
    return static_cast<unsigned>(std::min<size_t>(masters.size(), most_tbus));
}

Expected<Scenario> make_scenario(const Workload& workload, const core::Features& features,
                                 const TraceFile& trace) {
    Scenario scenario;
    const auto shapes = shapes_of(workload.tables, features);
    if (!shapes) return Refusal{shapes.refusal()};
    scenario.shapes = *shapes;

    std::vector<StreamUse> uses;
    Refused refused;
    if (workload.traffic.generator == Generator::Replay) {
        if (trace.streams.empty()) return Refusal{"traffic.generator=replay needs --trace FILE"};
        refused = add_replayed(scenario, workload.traffic, features, trace, uses);
    } else {
        refused = check(workload.traffic, scenario.shapes);
        if (!refused) add_generated(scenario, workload.traffic, uses);
    }
    if (refused) return *refused;

    for (const Master& master : scenario.masters) scenario.accesses += master.accesses;
    for (const StreamUse& use : uses)
        for (const auto& space : use.spaces)
            scenario.mapped += uint64_t{space.units.size()} << scenario.shapes.unit_shift();
    auto tables =
        build_tables(workload.tables, scenario.shapes, features, uses, workload.traffic.seed);
    if (!tables) return Refusal{tables.refusal()};
    scenario.tables = std::move(*tables);
    return scenario;
}

}  // namespace smmu::platform::analyze
