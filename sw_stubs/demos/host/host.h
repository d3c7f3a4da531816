// What a host of the demonstrations finds and brings up before it has guests.
#pragma once
#include <stdint.h>

#include "boards/virt.h"
#include "sw_stubs/demos/host/event_log.h"
#include "sw_stubs/demos/host/report.h"
#include "sw_stubs/driver/smmu.h"
#include "sw_stubs/iommu_api/smmu_instance.h"
#include "sw_stubs/iort/acpi.h"
#include "sw_stubs/iort/map.h"

namespace smmu::sw::demo {

/// The DMA engine of a root complex; a demonstration uses its frame 0.
struct Engine {
    uint64_t registers;  ///< physical address
    uint64_t user_ipa;   ///< where a guest that has it finds the user page
    uint32_t segment;
    uint32_t virtual_stream;  ///< the StreamID by which the guest knows it
    bool described = false;   ///< the IORT leads from it to the SMMU
    bool nested = false;      ///< the guest owns its stage 1
    // What the IORT says of its root complex.
    bool canwbs = false;
    bool ats = false;
    bool pri = false;
    arch::StreamId stream{0};
};

/// Where a guest finds the frame that it may use.
inline uint64_t frame_of(const Engine& engine) { return engine.user_ipa; }

struct Host {
    iort::Iort iort{};
    iort::Node smmu_node{};
    iort::SmmuV3 smmu_says{};  ///< the IORT's view of the SMMU that the engines are behind
    Engine engines[2] = {{virt::test_engine0.base, 0x0A00'0000, virt::root_complex0.segment, 1},
                         {virt::test_engine1.base, 0x0B00'0000, virt::root_complex1.segment, 2}};

    Arena arena{};
    Smmu smmu{};
    EventLog events{};
    iommu_api::SmmuInstance instance{};
};

// --- Sections that every demonstration begins with; false: what follows makes no sense --------------
bool read_tables(Report& report, Host& host, const iort::AcpiRegion& acpi);
bool bring_up(Report& report, Host& host);

}  // namespace smmu::sw::demo
