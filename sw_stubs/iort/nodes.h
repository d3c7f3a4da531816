// What the nodes say, as values: one struct for each node type.  Arm DEN0049, 3.1.1.
//
// Fields that an older revision of a node does not have read as 0.  Call these on a node of the
// right type.
#pragma once
#include "sw_stubs/iort/table.h"

namespace smmu::sw::iort {

/// How the accesses of a device relate to the caches of the CPUs.
struct MemoryProperties {
    bool coherent = false;  ///< CCA: fully coherent
    uint8_t hints = 0;      ///< bit 0 transient, 1 write and 2 read allocate, 3 override
    bool cpm = false;       ///< coherent path to memory
    bool dacs = false;      ///< device attributes are cacheable and shareable
    bool canwbs = false;    ///< coherent whatever the attributes
};

/// A name inside the table: `length` characters, no end mark needed.
struct Name {
    const char* text = "";
    uint32_t length = 0;
};

struct ItsGroup {
    Bytes ids{};
    constexpr uint32_t count() const { return static_cast<uint32_t>(ids.size / 4); }
    constexpr uint32_t id(uint32_t index) const { return ids.u32(uint64_t{index} * 4); }
};

struct NamedComponent {
    bool stall = false;  ///< the device can wait for a fault to be resolved
    uint8_t pasid_bits = 0;
    MemoryProperties memory{};
    uint8_t address_bits = 0;  ///< 0: the table does not say
    Name name{};               ///< ACPI path
};

struct RootComplex {
    MemoryProperties memory{};
    bool ats = false;
    bool pri = false;
    bool pasid_forwarded = false;
    uint32_t segment = 0;
    uint8_t address_bits = 0;  ///< 0: the table does not say
    uint8_t pasid_bits = 0;
};

struct SmmuV2 {
    uint64_t base = 0;
    uint64_t span = 0;
    uint32_t model = 0;
    uint32_t flags = 0;  ///< bit 0 DVM, bit 1 coherent walk
    uint32_t context_interrupts = 0;
    uint32_t pmu_interrupts = 0;
};

/// Interrupt numbers (GSIV); 0 means none.
struct SmmuInterrupts {
    uint32_t event = 0;
    uint32_t pri = 0;
    uint32_t gerror = 0;
    uint32_t sync = 0;
};

struct SmmuV3 {
    uint64_t base = 0;
    bool cohacc_override = false;  ///< the SMMU's own accesses are coherent
    uint8_t httu_override = 0;     ///< 0 none, 1 access flag, 2 and dirty state
    bool proximity_valid = false;
    uint64_t vatos_base = 0;
    uint32_t model = 0;  ///< 0 generic, 1 HiSilicon Hi161x, 2 Cavium CN99xx
    SmmuInterrupts interrupts{};
    uint32_t proximity_domain = 0;
};

struct Pmcg {
    uint64_t page0 = 0;
    uint64_t page1 = 0;
    uint32_t overflow_interrupt = 0;
    uint32_t node_reference = 0;
};

struct MemoryRange {
    uint64_t base = 0;
    uint64_t length = 0;
};

/// Memory that a device must keep reaching while the SMMU is configured.
struct MemoryRanges {
    bool remap_permitted = false;
    bool privileged = false;
    uint8_t attributes = 0;  ///< 0 nGnRnE, 1 nGnRE, 2 nGRE, 3 GRE, 4 Non-cacheable, 5 write-back
    Bytes descriptors{};
    constexpr uint32_t count() const { return static_cast<uint32_t>(descriptors.size / 20); }
    constexpr MemoryRange range(uint32_t index) const {
        const uint64_t at = uint64_t{index} * 20;
        return {descriptors.u64(at), descriptors.u64(at + 8)};
    }
};

struct Iwb {
    uint64_t base = 0;
    uint16_t index = 0;
    Name name{};
};

ItsGroup its_group(const Node& node);
NamedComponent named_component(const Node& node);
RootComplex root_complex(const Node& node);
SmmuV2 smmu_v2(const Node& node);
SmmuV3 smmu_v3(const Node& node);
Pmcg pmcg(const Node& node);
MemoryRanges memory_ranges(const Node& node);
Iwb iwb(const Node& node);

/// The mapping that gives an SMMUv3 or a PMCG the DeviceID of its own interrupts.
struct OwnMapping {
    bool present = false;
    uint32_t index = 0;
};
OwnMapping own_mapping(const Node& node);

/// Is what this node states inside it?  The check that Iort::open() makes for each node.
Problem check(const Node& node);

}  // namespace smmu::sw::iort
