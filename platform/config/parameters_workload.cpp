// Parameters of what `smmu-vp analyze` simulates beside the SMMU: traffic, tables, memory.
#include "platform/config/parameters.h"

namespace smmu::platform {
namespace {

constexpr std::string_view stages_words[] = {"stage1", "stage2", "nested"};
constexpr std::string_view generator_words[] = {"sequential",    "strided", "random",
                                                "pointer_chase", "mixed",   "replay"};
constexpr std::string_view coding_styles[] = {"lt", "at"};
constexpr uint64_t granules[] = {4, 16, 64};

using analyze::MemoryParams;
using analyze::StageParams;
using analyze::TableParams;
using analyze::TrafficParams;
constexpr auto workload = &Config::workload;
constexpr auto traffic = &analyze::Workload::traffic;
constexpr auto tables = &analyze::Workload::tables;
constexpr auto memory = &analyze::Workload::memory;

constexpr Parameter rows[] = {
    choice<workload, traffic, &TrafficParams::generator>(
        {"traffic.generator", "",
         "Order of the accesses that `analyze` simulates; mixed: the masters take turns at the "
         "others, replay: those of --trace."},
        generator_words),
    choice<workload, traffic, &TrafficParams::coding_style>(
        {"traffic.coding_style", "",
         "Whether masters use b_transport (lt) or four phases (at), where a TBU has slots and an "
         "order, and misses of one page share a walk."},
        coding_styles),
    number<workload, traffic, &TrafficParams::masters>(
        {"traffic.masters", "", "Masters, each with a stream, tables and a TBU of its own."},
        {1, 64}),
    number<workload, traffic, &TrafficParams::outstanding>(
        {"traffic.outstanding", "",
         "Accesses of one master at a time; one that chases pointers has one."},
        {1, 64}),
    number<workload, traffic, &TrafficParams::accesses>(
        {"traffic.accesses", "", "Accesses of all masters together."}, {1, 100'000'000}),
    number<workload, traffic, &TrafficParams::size>(
        {"traffic.size", "bytes", "Size of each access."}, {1, 4096, Step::PowersOfTwo}),
    number<workload, traffic, &TrafficParams::stride>(
        {"traffic.stride", "bytes", "From one strided access to the next."}, {1, 1u << 30}),
    number<workload, traffic, &TrafficParams::footprint_kib>(
        {"traffic.footprint", "KiB", "Memory that each master accesses."}, {4, 16u << 20}),
    number<workload, traffic, &TrafficParams::writes>(
        {"traffic.writes", "percent", "Share of writes."}, {0, 100}),
    number<workload, traffic, &TrafficParams::gap>(
        {"traffic.gap", "ns", "Time between the end of an access and the next in its place."},
        {0, 1'000'000}),
    number<workload, traffic, &TrafficParams::seed>(
        {"traffic.seed", "", "Start of all random numbers of `analyze`."}, {1, 0xFFFF'FFFF}),

    choice<workload, tables, &TableParams::stages>(
        {"tables.stages", "", "Stages that translate the traffic of `analyze`."}, stages_words),
    number_of<workload, tables, &TableParams::stage1, &StageParams::granule_kib>(
        {"tables.stage1.granule", "KiB", "Translation granule of stage 1."}, granules),
    number<workload, tables, &TableParams::stage1, &StageParams::levels>(
        {"tables.stage1.levels", "", "Levels of its tables."}, {1, 5}),
    number<workload, tables, &TableParams::stage1, &StageParams::page_kib>(
        {"tables.stage1.page", "KiB", "Its pages or blocks."}, {4, 1u << 31, Step::PowersOfTwo}),
    number_of<workload, tables, &TableParams::stage2, &StageParams::granule_kib>(
        {"tables.stage2.granule", "KiB", "Translation granule of stage 2."}, granules),
    number<workload, tables, &TableParams::stage2, &StageParams::levels>(
        {"tables.stage2.levels", "", "Levels of its tables."}, {1, 5}),
    number<workload, tables, &TableParams::stage2, &StageParams::page_kib>(
        {"tables.stage2.page", "KiB", "Its pages or blocks."}, {4, 1u << 31, Step::PowersOfTwo}),
    number<workload, tables, &TableParams::fragmentation>(
        {"tables.fragmentation", "percent",
         "Share of pages and blocks that are broken up and out of order."},
        {0, 100}),
    flag<workload, tables, &TableParams::two_level_stream_table>(
        {"tables.two_level_stream_table", "", "A stream table of two levels, where it is large."}),

    number<workload, memory, &MemoryParams::latency>(
        {"memory.latency", "ns", "Time that an access of a master takes behind the SMMU."},
        {0, 1'000'000}),
    number<workload, memory, &MemoryParams::table_latency>(
        {"memory.table_latency", "ns", "Time that an access of the SMMU itself takes."},
        {0, 1'000'000}),
};

}  // namespace

ParameterTable workload_parameters() { return of(rows); }

}  // namespace smmu::platform
