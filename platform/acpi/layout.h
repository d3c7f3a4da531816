// Layout of the ACPI tables that the platform hands to software: ACPI 6.4 (RSDP, XSDT), Arm DEN
// 0049 E.f (IORT).
//
// All members are little-endian and unaligned, so the structs are the bytes.
#pragma once
#include <array>
#include <boost/endian/arithmetic.hpp>

namespace smmu::platform::acpi {

using U8 = boost::endian::little_uint8_t;
using U16 = boost::endian::little_uint16_t;
using U32 = boost::endian::little_uint32_t;
using U64 = boost::endian::little_uint64_t;

template <size_t N>
using Name = std::array<char, N>;

/// Root System Description Pointer, revision 2.  ACPI 6.4, 5.2.5.3.
struct Rsdp {
    Name<8> signature{'R', 'S', 'D', ' ', 'P', 'T', 'R', ' '};
    U8 checksum{};  // of the first 20 bytes
    Name<6> oem_id{'S', 'M', 'M', 'U', 'V', 'P'};
    U8 revision{2};
    U32 rsdt_address{};
    U32 length{36};
    U64 xsdt_address{};
    U8 extended_checksum{};  // of all bytes
    std::array<U8, 3> reserved{};
};
static_assert(sizeof(Rsdp) == 36);

/// Header of every table.  ACPI 6.4, 5.2.6.
struct TableHeader {
    Name<4> signature;
    U32 length{};
    U8 revision{};
    U8 checksum{};
    Name<6> oem_id{'S', 'M', 'M', 'U', 'V', 'P'};
    Name<8> oem_table_id{'V', 'I', 'R', 'T', ' ', ' ', ' ', ' '};
    U32 oem_revision{1};
    Name<4> creator_id{'S', 'M', 'M', 'U'};
    U32 creator_revision{1};
};
static_assert(sizeof(TableHeader) == 36);

/// IORT after the common header.  DEN 0049 E.f, table 2.
struct Iort {
    TableHeader header{{'I', 'O', 'R', 'T'}, {}, U8{6}};  // 6: E.f, the first with CANWBS
    U32 node_count{};
    U32 node_offset{};
    U32 reserved{};
};
static_assert(sizeof(Iort) == 48);

enum class NodeType : uint8_t { RootComplex = 2, SmmuV3 = 4, Pmcg = 5 };

struct NodeHeader {
    U8 type;
    U16 length{};
    U8 revision;
    U32 identifier;
    U32 mapping_count{};
    U32 mapping_offset{};  // from the start of the node
};
static_assert(sizeof(NodeHeader) == 16);

struct SmmuV3Node {
    NodeHeader header;
    U64 base;
    U32 flags{};  // bit 0 COHACC override
    U32 reserved{};
    U64 vatos{};
    U32 model{};  // 0: generic
    U32 event_gsiv{};
    U32 pri_gsiv{};
    U32 gerr_gsiv{};
    U32 sync_gsiv{};
    U32 proximity_domain{};
    U32 device_id_mapping{};
};
static_assert(sizeof(SmmuV3Node) == 68);

struct PmcgNode {
    NodeHeader header;
    U64 page0;
    U32 overflow_gsiv{};
    U32 node_reference;  // of the SMMU, from the start of the table
    U64 page1;           // where CFGR.RELOC_CTRS moves the counters to
};
static_assert(sizeof(PmcgNode) == 40);

struct RootComplexNode {
    NodeHeader header;
    U32 cache_coherency{1};
    U8 hints{};
    U16 reserved{};
    U8 memory_flags{};    // bit 0 CPM, bit 1 DACS, bit 2 CANWBS
    U32 ats_attribute{};  // bit 0 ATS, bit 1 PRI, bit 2 PASID on translated traffic
    U32 segment{};
    U8 address_limit{};  // bits of address that the devices below can emit
    U16 pasid_capabilities{};
    U8 reserved2{};
    U32 flags{};  // bit 0 PASID supported
};
static_assert(sizeof(RootComplexNode) == 40);

struct IdMapping {
    U32 input_base;
    U32 id_count;  // number of IDs minus 1
    U32 output_base;
    U32 output_reference;  // from the start of the table
    U32 flags{};
};
static_assert(sizeof(IdMapping) == 20);

}  // namespace smmu::platform::acpi
