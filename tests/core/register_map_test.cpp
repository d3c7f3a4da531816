// Where the registers are, and what stands at the offsets of interfaces that are not built.  Offsets
// are typed from Arm IHI 0070 G.b, 6.2.1 and 6.2.2; names carry the rule of the check list.
#include "tests/core/attribute_names.h"
#include "tests/core/register_bench.h"

namespace smmu::test {
namespace {

struct Range {
    uint32_t first, last;  ///< offsets of its first and last word
};

class RegisterMap : public RegisterBench {
protected:
    /// Reads as zero and takes no write; what is next to it does not change either.
    void expect_nothing_at(std::initializer_list<Range> ranges) {
        put64(at::STRTAB_BASE, 0x0000'0123'4567'8000);
        put(at::CR1, 0xD75);
        put(at::CR2, 0b10);
        control(EVENTQEN | CMDQEN);
        for (const Range& r : ranges)
            for (uint32_t offset = r.first; offset <= r.last; offset += 4)
                for (const uint32_t value : {0u, 0xFFFF'FFFFu, 0x8000'0001u}) {
                    EXPECT_EQ(put(offset, value), Effect::None) << std::hex << offset;
                    EXPECT_EQ(get(offset), 0u) << std::hex << offset;
                    if (offset % 8 == 0 && offset < r.last) {
                        EXPECT_EQ(put64(offset, ~uint64_t{0}), Effect::None);
                        EXPECT_EQ(get64(offset), 0u) << std::hex << offset;
                    }
                }
        acknowledge();
        EXPECT_EQ(get64(at::STRTAB_BASE), 0x0000'0123'4567'8000u);
        EXPECT_EQ(get(at::CR0), EVENTQEN | CMDQEN);
        EXPECT_EQ(get(at::CR0ACK), EVENTQEN | CMDQEN);
        EXPECT_EQ(get(at::CR1), 0xD75u);
        EXPECT_EQ(get(at::CR2), 0b10u);
        EXPECT_EQ(get(at::GERROR), 0u);
        EXPECT_EQ(get(at::GBPA), 0x0000'1000u);
    }
};

// Every register holds what was written to it and nothing of what was written to another one.
TEST_F(RegisterMap, REG_01_EveryRegisterIsItsOwn) {
    const struct {
        uint32_t offset, value;
    } rows[] = {
        {0x0028, 0xA5A},                                   // CR1
        {0x002C, 0b10},                                    // CR2
        {0x0064, 0b101},                                   // GERRORN
        {0x0068, 0x1111'1110},   {0x006C, 0x111},          // GERROR_IRQ_CFG0
        {0x0070, 0x2222'2222},   {0x0074, 0x12},           // GERROR_IRQ_CFG1, 2
        {0x0080, 0x3333'3300},   {0x0084, 0x4000'0333},    // STRTAB_BASE
        {0x0088, 0x0001'0207},                             // STRTAB_BASE_CFG
        {0x0090, 0x4444'4453},   {0x0094, 0x4000'0444},    // CMDQ_BASE, LOG2SIZE 19
        {0x0098, 0x0005'5555},   {0x009C, 0x0106'6666},    // CMDQ_PROD, CMDQ_CONS
        {0x00A0, 0x7777'7773},   {0x00A4, 0x0000'0777},    // EVENTQ_BASE, LOG2SIZE 19
        {0x00B0, 0x8888'8888},   {0x00B4, 0x888},          // EVENTQ_IRQ_CFG0
        {0x00B8, 0x9999'9999},   {0x00BC, 0x09},           // EVENTQ_IRQ_CFG1, 2
        {0x1'00A8, 0x000A'AAAA}, {0x1'00AC, 0x800B'BBBB},  // EVENTQ_PROD, EVENTQ_CONS: page 1
    };
    for (const auto& r : rows) put(r.offset, r.value);
    put(0x0044, 0x8010'0000);  // GBPA: ABORT
    put(0x0050, 0b100);        // IRQ_CTRL
    put(0x0020, 0b1000);       // CR0: CMDQEN
    acknowledge();
    for (const auto& r : rows) EXPECT_EQ(get(r.offset), r.value) << std::hex << r.offset;
    EXPECT_EQ(get(0x0020), 0b1000u);
    EXPECT_EQ(get(0x0024), 0b1000u);  // CR0ACK
    EXPECT_EQ(get(0x0044), 0x0010'0000u);
    EXPECT_EQ(get(0x0050), 0b100u);
    EXPECT_EQ(get(0x0054), 0b100u);  // IRQ_CTRLACK
    registers.raise_event_abort();
    EXPECT_EQ(get(0x0060), 0u) << "GERROR: it was acknowledged before, which now reads as active";
    for (const uint32_t id : {0x0000u, 0x0004u, 0x000Cu, 0x0014u, 0x001Cu})  // IDR0, 1, 3, 5, AIDR
        EXPECT_NE(get(id), 0u) << std::hex << id;
    for (const uint32_t id : {0x0008u, 0x0010u, 0x0018u})  // IDR2, IDR4, IIDR
        EXPECT_EQ(get(id), 0u) << std::hex << id;
}

TEST_F(RegisterMap, REG_03_REG_35_REG_36_TheSecureBankIsNotThere) {
    expect_nothing_at({{0x8000, 0x8FFC}, {0xC000, 0xC0FC}});
}

// IDR0.DORMHINT = 0.
TEST_F(RegisterMap, REG_37_StatusrIsReserved) { expect_nothing_at({{0x0040, 0x0040}}); }

// What AGBPA holds is IMPLEMENTATION DEFINED; here nothing.
TEST_F(RegisterMap, REG_38_AgbpaIsReserved) { expect_nothing_at({{0x0048, 0x0048}}); }

TEST_F(RegisterMap, REG_41_WithoutMpamItsRegistersAreReserved) {
    expect_nothing_at({{0x0130, 0x013C}});  // MPAMIDR, GMPAM, GBPMPAM
}

TEST_F(RegisterMap, REG_43_WithoutDptItsRegistersAreReserved) {
    expect_nothing_at({{0x0200, 0x0214}});  // DPT_BASE, DPT_BASE_CFG, DPT_CFG_FAR
    control(1u << 10);                      // CR0.DPT_WALK_EN
    EXPECT_EQ(get(at::CR0), 0u);
    EXPECT_EQ(get(at::CR0ACK), 0u);
}

// --- CR1 ----------------------------------------------------------------------------------------

// IC [7:6] and OC [9:8]: 00 and 11 NC, 01 WB, 10 WT.  SH [11:10]: 01 as 00, and OSH where both
// levels are NC.
TEST_F(RegisterMap, REG_19_AttributesOfTheStreamTable) {
    constexpr Shareability sh_of[4] = {NSH, NSH, OSH, ISH};
    const auto level = [](uint32_t code, bool hint) {
        return code == 1 ? wb(hint, hint) : code == 2 ? wt(hint, hint) : nc();
    };
    for (uint32_t bits = 0; bits < 64; ++bits)
        for (const bool hint : {false, true}) {
            const uint32_t ic = bits & 3, oc = bits >> 2 & 3;
            const bool is_cached = (ic == 1 || ic == 2) || (oc == 1 || oc == 2);
            put(at::CR1, bits << 6 | 0x35);  // the fields for queues count for nothing here
            put64(at::STRTAB_BASE, uint64_t{hint} << 62);
            MemoryAttributes found = registers.stream_table().attributes;
            const MemoryAttributes expected =
                n(level(ic, hint), level(oc, hint), is_cached ? sh_of[bits >> 4] : OSH);
            // The table is only read: a hint for writes means nothing.
            found.inner.set(CacheAttributes::WriteAllocate, expected.inner.write_allocate());
            found.outer.set(CacheAttributes::WriteAllocate, expected.outer.write_allocate());
            EXPECT_EQ(found, expected) << bits << hint;
        }
}

}  // namespace
}  // namespace smmu::test
