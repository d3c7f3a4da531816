// What the stored tables say.  Expected values were read off the bytes with iasl and by hand.
#include "sw_stubs/iort/table.h"

#include <string>

#include "sw_stubs/iort/acpi.h"
#include "sw_stubs/iort/nodes.h"
#include "tests/sw/iort_tables.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iort;

namespace {

std::vector<std::pair<uint32_t, NodeType>> nodes_of(const Iort& iort) {
    std::vector<std::pair<uint32_t, NodeType>> list;
    for (const Node node : iort.nodes()) list.emplace_back(node.offset(), node.type());
    return list;
}

std::string text(const Name& name) { return {name.text, name.length}; }

TEST(IortTable, VirtSmmuV3HasItsGroupSmmuAndRootComplex) {
    const TableBytes bytes = stored_table("virt-smmuv3.bin");
    const Iort iort = open(bytes);
    EXPECT_EQ(iort.bytes().size, 0xECu);
    EXPECT_EQ(iort.revision(), 5);
    EXPECT_TRUE(iort.checksum_right());
    const std::vector<std::pair<uint32_t, NodeType>> expected{
        {0x30, NodeType::ItsGroup}, {0x48, NodeType::SmmuV3}, {0xA0, NodeType::RootComplex}};
    EXPECT_EQ(nodes_of(iort), expected);
}

TEST(IortTable, VirtSmmuV3DescribesTheSmmu) {
    const TableBytes bytes = stored_table("virt-smmuv3.bin");
    const Iort iort = open(bytes);
    const Node node = node_of(iort, 0x48);
    EXPECT_EQ(node.revision(), 4);
    EXPECT_EQ(node.length(), 0x58);
    const SmmuV3 smmu = smmu_v3(node);
    EXPECT_EQ(smmu.base, 0x0905'0000u);
    EXPECT_TRUE(smmu.cohacc_override);
    EXPECT_EQ(smmu.httu_override, 0);
    EXPECT_FALSE(smmu.proximity_valid);
    EXPECT_EQ(smmu.model, 0u);
    EXPECT_EQ(smmu.interrupts.event, 106u);
    EXPECT_EQ(smmu.interrupts.pri, 107u);
    EXPECT_EQ(smmu.interrupts.gerror, 109u);
    EXPECT_EQ(smmu.interrupts.sync, 108u);
    EXPECT_FALSE(own_mapping(node).present) << "all four interrupts are wired";
}

TEST(IortTable, VirtSmmuV3DescribesTheRootComplex) {
    const TableBytes bytes = stored_table("virt-smmuv3.bin");
    const Iort iort = open(bytes);
    const Node node = node_of(iort, 0xA0);
    EXPECT_EQ(node.identifier(), 2u);
    const RootComplex root = root_complex(node);
    EXPECT_EQ(root.segment, 0u);
    EXPECT_EQ(root.address_bits, 64);
    EXPECT_FALSE(root.ats);
    EXPECT_TRUE(root.memory.coherent);
    EXPECT_TRUE(root.memory.cpm);
    EXPECT_TRUE(root.memory.dacs);
    EXPECT_FALSE(root.memory.canwbs);
    EXPECT_EQ(root.memory.hints, 0);
    EXPECT_EQ(root.pasid_bits, 0);

    ASSERT_EQ(node.mapping_count(), 2u);
    const IdMapping m = node.mapping(1);
    EXPECT_EQ(m.input_base, 0x100u);
    EXPECT_EQ(m.id_count, 0xFEFFu);
    EXPECT_EQ(m.output_base, 0x100u);
    EXPECT_EQ(m.output_reference, 0x30u);
    EXPECT_FALSE(m.single());
}

TEST(IortTable, VirtSmmuV3NamesItsGroupZero) {
    const TableBytes bytes = stored_table("virt-smmuv3.bin");
    const Iort iort = open(bytes);
    const ItsGroup its = its_group(node_of(iort, 0x30));
    ASSERT_EQ(its.count(), 1u);
    EXPECT_EQ(its.id(0), 0u);
}

TEST(IortTable, VirtNoneHasNoSmmu) {
    const TableBytes bytes = stored_table("virt-none.bin");
    const Iort iort = open(bytes);
    const std::vector<std::pair<uint32_t, NodeType>> expected{{0x30, NodeType::ItsGroup},
                                                              {0x48, NodeType::RootComplex}};
    EXPECT_EQ(nodes_of(iort), expected);
    EXPECT_FALSE(find(iort, NodeType::SmmuV3));
}

TEST(IortTable, IaslTemplateHasOneNodeOfEachType) {
    const TableBytes bytes = stored_table("iasl-template-all-nodes.bin");
    const Iort iort = open(bytes);
    const std::vector<std::pair<uint32_t, NodeType>> expected{
        {0x034, NodeType::ItsGroup},    {0x04C, NodeType::NamedComponent},
        {0x0CC, NodeType::RootComplex}, {0x104, NodeType::SmmuV2},
        {0x164, NodeType::SmmuV3},      {0x1BC, NodeType::Pmcg},
        {0x1F8, NodeType::MemoryRange}, {0x23C, NodeType::Iwb}};
    EXPECT_EQ(iort.node_offset(), 0x34u);
    EXPECT_EQ(nodes_of(iort), expected);
}

TEST(IortTable, IaslTemplateGivesNamesAndArrays) {
    const TableBytes bytes = stored_table("iasl-template-all-nodes.bin");
    const Iort iort = open(bytes);
    EXPECT_EQ(text(named_component(node_of(iort, 0x4C)).name), "\\_SB.PCI0.DEV0");
    const Iwb bridge = iwb(node_of(iort, 0x23C));
    EXPECT_EQ(bridge.base, 0x2F00'0000u);
    EXPECT_EQ(bridge.index, 0);
    EXPECT_EQ(text(bridge.name), "\\_SB_.IWB0");
    const MemoryRanges ranges = memory_ranges(node_of(iort, 0x1F8));
    EXPECT_EQ(ranges.count(), 1u);
    EXPECT_EQ(ranges.range(0).length, 0u);
    EXPECT_EQ(smmu_v2(node_of(iort, 0x104)).context_interrupts, 0u);
    EXPECT_EQ(pmcg(node_of(iort, 0x1BC)).page0, 0u);
    EXPECT_EQ(node_of(iort, 0x23C).mapping(0).id_count, 0x4000u);
    EXPECT_TRUE(node_of(iort, 0x1BC).mapping(0).single());
}

TEST(IortTable, FieldsAfterTheMappingsBeginAreNotRead) {
    // An old root complex: mappings begin at 32, where newer ones have the address limit.
    TableBuilder builder(0);
    const uint32_t root = builder.add(NodeType::RootComplex, 0, 32, {{0x40, 0, 0x30, 0x30, 0}});
    const TableBytes bytes = builder.finish();
    const Iort iort = open(bytes);
    EXPECT_EQ(root_complex(node_of(iort, root)).address_bits, 0);
    EXPECT_EQ(node_of(iort, root).mapping(0).input_base, 0x40u);
}

TEST(IortTable, CanwbsAndItsNeighboursAreToldApart) {
    TableBuilder builder;
    const uint32_t root = builder.add(NodeType::RootComplex, 4, 36);
    builder.set(root, 23, 0b100, 1);
    builder.set(root, 24, 0b010, 4);
    const TableBytes bytes = builder.finish();
    const Iort iort = open(bytes);
    const RootComplex r = root_complex(node_of(iort, root));
    EXPECT_TRUE(r.memory.canwbs);
    EXPECT_FALSE(r.memory.cpm || r.memory.dacs || r.memory.coherent);
    EXPECT_TRUE(r.pri);
    EXPECT_FALSE(r.ats || r.pasid_forwarded);
}

TEST(IortTable, ANodeOfUnknownTypeIsSteppedOver) {
    TableBuilder builder;
    builder.add(static_cast<NodeType>(0xC8), 1, 17);  // and the next one is unaligned
    const uint32_t its = builder.add(NodeType::ItsGroup, 1, 24);
    builder.set(its, 16, 1, 4);
    builder.set(its, 20, 7, 4);
    const TableBytes bytes = builder.finish();
    const Iort iort = open(bytes);
    EXPECT_EQ(its, 65u);
    EXPECT_EQ(its_group(node_of(iort, its)).id(0), 7u);
}

TEST(IortTable, AWrongChecksumIsToldAndNotRefused) {
    TableBytes bytes = stored_table("virt-smmuv3.bin");
    bytes[9] ^= 1;
    EXPECT_FALSE(open(bytes).checksum_right());
}

TEST(IortTable, BytesBehindTheTableDoNotCount) {
    TableBytes bytes = stored_table("virt-smmuv3.bin");
    bytes.resize(bytes.size() + 100, 0xFF);
    const Iort iort = open(bytes);
    EXPECT_EQ(iort.bytes().size, 0xECu);
    EXPECT_TRUE(iort.checksum_right());
}

TEST(IortTable, OwnInterruptMappingFollowsTheRevisionOfTheNode) {
    struct Case {
        uint8_t revision;
        uint32_t flags;
        uint32_t sync;  // the other three interrupts are wired
        uint32_t index;
        bool present;
    };
    const Case cases[] = {{0, 0, 0, 0, false},      {1, 0, 0, 0, true},       {4, 0, 0, 1, true},
                          {4, 0, 8, 1, false},      {4, 0, 0, 2, false},      {5, 0, 0, 0, false},
                          {5, 1u << 4, 8, 1, true}, {5, 1u << 4, 8, 2, false}};
    for (const Case& c : cases) {
        TableBuilder builder;
        const uint32_t smmu = builder.add(NodeType::SmmuV3, c.revision, 68, {{}, {}});
        builder.set(smmu, 24, c.flags, 4);
        for (const uint32_t field : {44u, 48u, 52u}) builder.set(smmu, field, 8, 4);
        builder.set(smmu, 56, c.sync, 4);
        builder.set(smmu, 64, c.index, 4);
        const TableBytes bytes = builder.finish();
        const OwnMapping own = own_mapping(node_of(open(bytes), smmu));
        EXPECT_EQ(own.present, c.present) << "revision " << +c.revision << ", index " << c.index;
        if (c.present) {
            EXPECT_EQ(own.index, c.index);
        }
    }
}

// --- Finding the table in memory

constexpr uint64_t acpi_base = 0x4400'0000;

/// RSDP, XSDT at 0x40 with `entries`, and an IORT of `iort` at 0x100.
TableBytes acpi_memory(const TableBytes& iort, const std::vector<uint64_t>& entries) {
    TableBytes memory(0x100 + iort.size());
    const std::string rsdp = "RSD PTR ";
    const std::string xsdt = "XSDT";
    std::copy(rsdp.begin(), rsdp.end(), memory.begin());
    memory[15] = 2;
    put(memory, 20, 36, 4);
    put(memory, 24, acpi_base + 0x40, 8);
    std::copy(xsdt.begin(), xsdt.end(), memory.begin() + 0x40);
    put(memory, 0x44, 36 + 8 * entries.size(), 4);
    for (size_t i = 0; i < entries.size(); ++i) put(memory, 0x40 + 36 + 8 * i, entries[i], 8);
    std::copy(iort.begin(), iort.end(), memory.begin() + 0x100);
    return memory;
}

AcpiRegion region(const TableBytes& memory) { return {acpi_base, view(memory)}; }

TEST(FindIort, FollowsRsdpAndXsdt) {
    const TableBytes memory =
        acpi_memory(stored_table("virt-smmuv3.bin"), {acpi_base + 0x40, acpi_base + 0x100});
    const auto found = find_iort(region(memory), acpi_base);
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found.value.data, memory.data() + 0x100);
    EXPECT_TRUE(Iort::open(found.value).ok());
}

TEST(FindIort, EntriesOutsideTheRegionAreSteppedOver) {
    const TableBytes memory =
        acpi_memory(stored_table("virt-smmuv3.bin"),
                    {0, ~uint64_t{0}, acpi_base - 4, 0x5000'0000, acpi_base + 0x100});
    EXPECT_TRUE(find_iort(region(memory), acpi_base).ok());
}

TEST(FindIort, ATableThatClaimsToPassTheRegionIsRefused) {
    TableBytes memory = acpi_memory(stored_table("virt-smmuv3.bin"), {acpi_base + 0x100});
    put(memory, 0x104, 0x14BD'BFEF, 4);
    const auto found = find_iort(region(memory), acpi_base);
    ASSERT_TRUE(found.ok());
    const auto opened = Iort::open(found.value);
    EXPECT_EQ(opened.problem.error, Error::LengthBeyondEnd);
    EXPECT_EQ(opened.problem.value, 0x14BD'BFEFu);
    EXPECT_EQ(opened.problem.offset, 4u);
}

TEST(FindIort, SaysWhatIsMissing) {
    const TableBytes good = acpi_memory(stored_table("virt-none.bin"), {acpi_base + 0x100});
    TableBytes no_rsdp = good;
    no_rsdp[0] = 'X';
    TableBytes acpi1 = good;
    acpi1[15] = 0;
    TableBytes no_xsdt = good;
    put(no_xsdt, 24, 0x1000, 8);
    TableBytes no_iort = good;
    no_iort[0x100] = 'X';
    TableBytes huge_xsdt = no_iort;
    put(huge_xsdt, 0x44, 0xFFFF'FFFF, 4);

    EXPECT_TRUE(find_iort(region(good), acpi_base).ok());
    EXPECT_EQ(find_iort(region(no_rsdp), acpi_base).problem.error, Error::NoRsdp);
    EXPECT_EQ(find_iort(region(acpi1), acpi_base).problem.error, Error::NoRsdp);
    EXPECT_EQ(find_iort(region(good), acpi_base + good.size() - 8).problem.error, Error::NoRsdp);
    EXPECT_EQ(find_iort(region(good), 0x1000).problem.error, Error::NoRsdp);
    EXPECT_EQ(find_iort(region(no_xsdt), acpi_base).problem.error, Error::NoXsdt);
    EXPECT_EQ(find_iort(region(no_iort), acpi_base).problem.error, Error::NoTable);
    EXPECT_EQ(find_iort(region(huge_xsdt), acpi_base).problem.error, Error::NoTable);
    EXPECT_EQ(find_iort({}, acpi_base).problem.error, Error::NoRsdp);
}

}  // namespace
