// Event records as software reads them, word by word, typed from Arm IHI 0070 G.b, 7.3.
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

// Word 1 of the records with access fields.
constexpr uint64_t unprivileged_read = 0x0000'0008'0000'0000;  // RnW
constexpr uint64_t privileged_write = 0x0000'0002'0000'0000;   // PnU
constexpr uint64_t privileged_fetch = 0x0000'000E'0000'0000;   // RnW, InD, PnU
constexpr uint64_t class_tt = 0x0000'0100'0000'0000;
constexpr uint64_t class_in = 0x0000'0200'0000'0000;
constexpr uint64_t s2 = 0x0000'0080'0000'0000;
constexpr uint64_t tt_read = 0x0000'1000'0000'0000;

class Events : public Bench {
protected:
    static constexpr uint64_t va = 0x0000'1234'5678'9ABC;
    static constexpr uint64_t ipa = 0x0000'00AB'CDEF'0000;  // of the page
    static constexpr uint64_t pa = 0x0000'0056'789A'B000;

    void use(Context& c) {
        c.stage1.map(va, c.nested ? ipa : pa, stage1_leaf());
        c.stage2.map(ipa, pa, stage2_leaf());
        attach(c);
    }
    void expect_record(const Access& a, const Golden& expected) {
        EXPECT_EQ(cold(a).action, Action::Abort);
        EXPECT_EQ(golden(event()), expected);
    }

    Access touch = access(va);
};

TEST_F(Events, ST_14_EVT_01_CBadStreamId) {
    Access a = access(va);
    a.stream = arch::StreamId{0x123};
    expect_record(a, {{0x0000'0123'0000'0002, 0, 0, 0}});
    expect_record(substream(a, 0xABCDE), {{0x0000'0123'ABCD'E802, 0, 0, 0}});
}

TEST_F(Events, ST_15_EVT_02_FSteFetch) {
    memory.abort_at(ste_address(stream));
    expect_record(touch, {{0x0000'0042'0000'0003, 0, 0, 0x0000'0000'1000'1080}});
    expect_record(substream(touch, 1), {{0x0000'0042'0000'1803, 0, 0, 0x0000'0000'1000'1080}});
}

TEST_F(Events, STE_50_CBadSte) {
    put(stream, Ste{});
    expect_record(touch, {{0x0000'0042'0000'0004, 0, 0, 0}});
    expect_record(substream(touch, 0xFFFFF), {{0x0000'0042'FFFF'F804, 0, 0, 0}});
}

TEST_F(Events, EVT_04_EVT_22_CBadSubstreamIdHasNoSsv) {
    Context c(memory, SteConfig::S1);
    use(c);
    expect_record(substream(touch, 0x12345), {{0x0000'0042'1234'5008, 0, 0, 0}});
    expect_record(substream(touch, 0), {{0x0000'0042'0000'0008, 0, 0, 0}});
}

TEST_F(Events, CD_15_FCdFetchOfAStage1OnlyStream) {
    Context c(memory, SteConfig::S1, 0x4000'0000);
    use(c);
    memory.abort_at(c.cd_place.physical);
    expect_record(touch, {{0x0000'0042'0000'0009, 0, 0, c.cd_place.physical}});
}

TEST_F(Events, CD_15_FCdFetchOfANestedStreamGivesThePhysicalAddress) {
    Context c(memory);
    use(c);
    ASSERT_NE(c.cd_place.physical, c.cd_place.address);
    memory.abort_at(c.cd_place.physical);
    expect_record(touch, {{0x0000'0042'0000'0009, 0, 0, c.cd_place.physical}});
}

TEST_F(Events, CD_19_CBadCd) {
    Context c(memory, SteConfig::S1);
    c.cd.set(Cd::V, false);
    use(c);
    expect_record(touch, {{0x0000'0042'0000'000A, 0, 0, 0}});
}

TEST_F(Events, WALK_08_FWalkEabtAtStage1HasClassTt) {
    for (const SteConfig config : {SteConfig::S1, SteConfig::S1S2}) {
        Context c(memory, config, config == SteConfig::S1 ? 0x4000'0000 : 0x5000'0000);
        use(c);
        const uint64_t descriptor = c.stage1.slot(va, 2);
        memory.abort_at(descriptor);
        expect_record(touch,
                      {{0x0000'0042'0000'000B, unprivileged_read | class_tt, va, descriptor}});
    }
}

TEST_F(Events, WALK_09_CD_18_FWalkEabtAtStage2SaysForWhom) {
    Context c(memory);
    use(c);
    const auto record = [&](uint64_t descriptor, uint64_t why) {
        memory.abort_at(descriptor);
        expect_record(privileged(writing(touch)),
                      {{0x0000'0042'0000'000B, privileged_write | s2 | why, va, descriptor}});
        memory.repair(descriptor);
    };
    record(c.stage2.slot(ipa, 3), class_in);
    record(c.stage2.slot(c.stage1.root(), 3), class_tt);
    record(c.stage2.slot(c.cd_place.address, 3), 0);
}

TEST_F(Events, WALK_04_EVT_02_FTranslationAtStage1) {
    Context c(memory);
    use(c);
    c.stage1.unmap(va);
    expect_record(touch, {{0x0000'0042'0000'0010, unprivileged_read | class_in, va, 0}});
    expect_record(privileged(writing(touch)),
                  {{0x0000'0042'0000'0010, privileged_write | class_in, va, 0}});
    expect_record(privileged(instruction(touch)),
                  {{0x0000'0042'0000'0010, privileged_fetch | class_in, va, 0}});
}

TEST_F(Events, WALK_05_EVT_19_FTranslationAtStage2) {
    Context c(memory);
    use(c);
    c.stage2.unmap(ipa);
    expect_record(touch, {{0x0000'0042'0000'0010, unprivileged_read | s2 | class_in, va, ipa}});
}

TEST_F(Events, WALK_06_EVT_19_FTranslationAtStage2OfAStage1Table) {
    Context c(memory);
    use(c);
    const uint64_t page = c.stage1.root();
    c.stage2.unmap(page);
    expect_record(privileged(writing(touch)),
                  {{0x0000'0042'0000'0010, privileged_write | s2 | class_tt, va, page}});
}

TEST_F(Events, CD_16_EVT_19_FTranslationAtStage2OfTheCd) {
    Context c(memory);
    use(c);
    c.stage2.unmap(c.cd_place.address);
    expect_record(privileged(instruction(touch)),
                  {{0x0000'0042'0000'0010, privileged_fetch | s2, va, c.cd_place.address}});
}

TEST_F(Events, EVT_06_FTranslationOfAStage2OnlyStream) {
    Context c(memory, SteConfig::S2);
    attach(c);
    expect_record(access(0x0000'0A34'5678'9ABC),
                  {{0x0000'0042'0000'0010, unprivileged_read | s2 | class_in, 0x0000'0A34'5678'9ABC,
                    0x0000'0A34'5678'9000}});
}

TEST_F(Events, ADDR_08_WALK_10_FAddrSizeAtStage1) {
    Context c(memory, SteConfig::S1);
    use(c);
    c.stage1.map(va, uint64_t{1} << 44, stage1_leaf());
    expect_record(touch, {{0x0000'0042'0000'0011, unprivileged_read | class_in, va, 0}});
}

TEST_F(Events, ADDR_10_FAddrSizeAtStage2) {
    Context c(memory);
    use(c);
    c.stage2.map(ipa, uint64_t{1} << 44, stage2_leaf());
    expect_record(touch, {{0x0000'0042'0000'0011, unprivileged_read | s2 | class_in, va, ipa}});
}

TEST_F(Events, ADDR_02_FAddrSizeOfABypassedStage1) {
    put(stream, Ste{}.set(Ste::V, true).set(Ste::Config, SteConfig::Bypass));
    expect_record(
        access(0xFFF0'0000'0000'0123),
        {{0x0000'0042'0000'0011, unprivileged_read | class_in, 0xFFF0'0000'0000'0123, 0}});
}

TEST_F(Events, WALK_11_FAccess) {
    Context c(memory);
    use(c);
    c.stage1.map(va, ipa, stage1_leaf().set(arch::Stage1Leaf::AF, false));
    expect_record(touch, {{0x0000'0042'0000'0012, unprivileged_read | class_in, va, 0}});
    c.stage1.map(va, ipa, stage1_leaf());
    c.stage2.map(ipa, pa, stage2_leaf().set(arch::Stage2Leaf::AF, false));
    expect_record(touch, {{0x0000'0042'0000'0012, unprivileged_read | s2 | class_in, va, ipa}});
}

TEST_F(Events, WALK_12_FPermission) {
    Context c(memory);
    use(c);
    c.stage1.map(va, ipa, stage1_leaf().set(arch::Stage1Leaf::AP, 0b10));
    expect_record(privileged(writing(touch)),
                  {{0x0000'0042'0000'0013, privileged_write | class_in, va, 0}});
    c.stage1.map(va, ipa, stage1_leaf());
    c.stage2.map(ipa, pa, stage2_leaf().set(arch::Stage2Leaf::S2AP, 0b00));
    expect_record(touch, {{0x0000'0042'0000'0013, unprivileged_read | s2 | class_in, va, ipa}});
}

TEST_F(Events, WALK_06_FPermissionOfAStage1TableReadSaysTtRnw) {
    Context c(memory);
    use(c);
    const uint64_t page = c.stage1.root();
    c.stage2.map(page, page, stage2_leaf().set(arch::Stage2Leaf::S2AP, 0b10));
    expect_record(privileged(writing(touch)),
                  {{0x0000'0042'0000'0013, privileged_write | s2 | class_tt | tt_read, va, page}});
}

TEST_F(Events, CD_16_FPermissionOfTheCdFetch) {
    Context c(memory);
    use(c);
    c.stage2.map(c.cd_place.address, c.cd_place.physical,
                 stage2_leaf().set(arch::Stage2Leaf::S2AP, 0b10));
    expect_record(touch, {{0x0000'0042'0000'0013, unprivileged_read | s2, va, c.cd_place.address}});
}

TEST_F(Events, ADDR_14_CD_39_InputAddrKeepsTheIgnoredTopByte) {
    Context c(memory, SteConfig::S1);
    c.cd.set(Cd::TBI0, true);
    use(c);
    c.stage1.unmap(va);
    expect_record(
        access(va | 0xA500'0000'0000'0000),
        {{0x0000'0042'0000'0010, unprivileged_read | class_in, 0xA500'1234'5678'9ABC, 0}});
}

TEST_F(Events, EVT_05_PrivilegeAndKindAreThoseAfterTheOverrides) {
    Context c(memory);
    c.ste.set(Ste::PRIVCFG, 0b11).set(Ste::INSTCFG, 0b11);
    use(c);
    c.stage1.unmap(va);
    const uint64_t cd = c.cd_place.address;
    expect_record(touch, {{0x0000'0042'0000'0010, privileged_fetch | class_in, va, 0}});
    expect_record(writing(touch), {{0x0000'0042'0000'0010, privileged_write | class_in, va, 0}});
    c.stage2.unmap(cd);
    expect_record(touch, {{0x0000'0042'0000'0010, privileged_fetch | s2, va, cd}});

    c.ste.set(Ste::PRIVCFG, 0b10).set(Ste::INSTCFG, 0b10);
    put(stream, c.ste);
    expect_record(privileged(instruction(touch)),
                  {{0x0000'0042'0000'0010, unprivileged_read | s2, va, cd}});
}

TEST_F(Events, WALK_20_AWriteIsNeverInstruction) {
    Context c(memory, SteConfig::S1);
    use(c);
    c.stage1.unmap(va);
    expect_record(privileged(writing(instruction(touch))),
                  {{0x0000'0042'0000'0010, privileged_write | class_in, va, 0}});
}

TEST_F(Events, ADDR_19_AddressesAreCutToTheOutputAddressSize) {
    features.output_address_bits = 40;
    Context c(memory, SteConfig::S1S2, 0x4000'0000, {16, 24, 1});
    use(c);
    // Within IPS (capped to 40 bits) nothing can exceed OAS, but a CD address can.
    c.ste.set(Ste::S1ContextPtr, 0x0000'FF12'3456'7000);
    put(stream, c.ste);
    expect_record(touch,
                  {{0x0000'0042'0000'0010, unprivileged_read | s2, va, 0x0000'0012'3456'7000}});
}

}  // namespace
}  // namespace smmu::test
