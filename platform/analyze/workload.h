// What is analysed beside the SMMU: the traffic, the tables that translate it, the memory behind.
// Each member is a row of platform/config/parameters.cpp.
#pragma once
#include <cstdint>
#include <systemc>

namespace smmu::platform::analyze {

enum class Stages : uint8_t { Stage1, Stage2, Nested };

/// Tables of one stage: `levels` ending at level 3, leaves of `page_kib`.
struct StageParams {
    uint32_t granule_kib = 4;  ///< 4, 16 or 64
    uint32_t levels = 4;
    uint32_t page_kib = 4;  ///< the granule, or a block that it has
};

struct TableParams {
    Stages stages = Stages::Nested;
    StageParams stage1, stage2;
    uint32_t fragmentation = 0;  ///< percent of leaves that are broken up and out of order
    bool two_level_stream_table = true;
};

enum class Generator : uint8_t { Sequential, Strided, Random, PointerChase, Mixed, Replay };

enum class CodingStyle : uint8_t { LooselyTimed, ApproximatelyTimed };

struct TrafficParams {
    Generator generator = Generator::Random;
    CodingStyle coding_style = CodingStyle::LooselyTimed;
    uint32_t masters = 4;      ///< each with a StreamID, tables and a TBU of its own
    uint32_t outstanding = 4;  ///< accesses of one master at a time; a pointer chase has one
    uint32_t accesses = 40'000;
    uint32_t size = 64;
    uint32_t stride = 4096;
    uint32_t footprint_kib = 262'144;
    uint32_t writes = 30;                        ///< percent
    sc_core::sc_time gap{50.0, sc_core::SC_NS};  ///< between the end of one and the next
    uint32_t seed = 1;
};

struct MemoryParams {
    sc_core::sc_time latency{100.0, sc_core::SC_NS};        ///< of an access by a master
    sc_core::sc_time table_latency{100.0, sc_core::SC_NS};  ///< of an access by the SMMU itself
};

struct Workload {
    TrafficParams traffic;
    TableParams tables;
    MemoryParams memory;
};

}  // namespace smmu::platform::analyze
