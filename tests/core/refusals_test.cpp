// Faults that nothing softens, and addresses of structures beyond OAS.  Arm IHI 0070 G.b, 3.4.3, 3.12,
// 7.3.22; names carry the rule of the check list.
#include "smmuv3/core/msi.h"
#include "tests/core/substream_bench.h"

namespace smmu::test {
namespace {

using arch::Event;

// CD.A = R = 0 asks for a silent RAZ/WI, CD.S and STE.S2S for a stall, S2R = 0 for silence.
class Refusals : public SubstreamBench {
protected:
    Refusals() { features.stall_model = core::StallModel::StallAndTerminate; }

    void expect_plain_abort(const Access& a, EventId id) {
        expect_aborted(cold(a), id);
        EXPECT_FALSE(event()[Event::Stall]);
        expect_aborted(cold(writing(a)), id);
        EXPECT_FALSE(event()[Event::Stall]);
    }
    void every_refusal(Context& c) {
        const uint64_t cd_of_1 = physical(c, table) + 64;
        const Cd good = memory.get<Cd>(cd_of_1);
        Access stranger = of(1);
        stranger.stream = arch::StreamId{0x100};
        expect_plain_abort(stranger, EventId::C_BAD_STREAMID);
        memory.abort_at(ste_address(stream));
        expect_plain_abort(of(1), EventId::F_STE_FETCH);
        memory.repair(ste_address(stream));
        put(stream, Ste{c.ste}.set(Ste::V, false));
        expect_plain_abort(of(1), EventId::C_BAD_STE);
        put(stream, c.ste);
        expect_plain_abort(access(va), EventId::F_STREAM_DISABLED);
        expect_plain_abort(of(2), EventId::C_BAD_SUBSTREAMID);
        memory.abort_at(cd_of_1);
        expect_plain_abort(of(1), EventId::F_CD_FETCH);
        memory.repair(cd_of_1);
        memory.put(cd_of_1, Cd{good}.set(Cd::V, false));
        expect_plain_abort(of(1), EventId::C_BAD_CD);
        memory.put(cd_of_1, good);
        if (!c.nested) {
            memory.abort_at(good[Cd::TTB0]);
            expect_plain_abort(of(1), EventId::F_WALK_EABT);
            memory.repair(good[Cd::TTB0]);
            return;
        }
        for (const uint64_t input : {table, good[Cd::TTB0], page_of(1)}) {
            const uint64_t at = c.stage2.slot(input, 3);
            memory.abort_at(at);
            expect_plain_abort(of(1), EventId::F_WALK_EABT);
            memory.repair(at);
        }
    }
};

TEST_F(Refusals, EVT_27_CD_46_STALL_07_NothingStallsOrHidesThem) {
    for (const SteConfig config : with_stage1)
        for (const bool stall : {false, true}) {
            Context& c = make(config, 1);
            c.ste.set(Ste::S2R, false).set(Ste::S2S, stall);
            put(stream, c.ste);
            c.cd.set(Cd::A, false).set(Cd::R, false).set(Cd::S, stall);
            put_cd(c, table + 64, 1);
            expect_cd(c, of(1), 1);
            every_refusal(c);
        }
}

// --- Beyond OAS ------------------------------------------------------------------------------------

class BeyondOas : public SubstreamBench {
protected:
    static constexpr uint64_t bit = uint64_t{1} << 38;
    BeyondOas() { features.output_address_bits = 36; }
    Context::Shape small_stage2() const { return {16, 28, 1}; }
};

TEST_F(BeyondOas, ADDR_15_QueuesAndMessagesAreCut) {
    for (const uint32_t base : {0x90u, 0xA0u}) {  // CMDQ_BASE, EVENTQ_BASE
        disable();
        registers.write(base, 8, 0x00FF'FFFF'FFFF'0000 | 4);
        const auto queue = base == 0x90 ? registers.command_queue() : registers.event_queue();
        EXPECT_EQ(queue.base, 0x0000'000F'FFFF'0000u);
    }
    EXPECT_EQ(core::make_msi(bit | 0x1000, 1, 0b1111, 0b11, features).address, 0x1000u);
}

// The Stream table is cut too; F_STE_FETCH would be allowed.
TEST_F(BeyondOas, ADDR_15_StreamTablesAreCut) {
    disable();
    write(arch::StrtabBaseCfg::offset, 1 << 16 | 6 << 6 | 8);
    enable();
    memory.poke(stream_table + 8, bit | 0x2000'0000 | 7);
    memory.put(0x2000'0000 + 2 * 64, Ste{}.set(Ste::V, true).set(Ste::Config, SteConfig::Bypass));
    const Outcome o = read(0x1000);
    EXPECT_TRUE(o.event == EventId::F_STE_FETCH || o.action == Action::Forward);
    for (const auto& r : memory.log) EXPECT_LT(r.address, uint64_t{1} << 36);
}

TEST_F(BeyondOas, ADDR_15_ContextsAndTablesAreRefusedByTheStructureThatNamesThem) {
    constexpr uint64_t ipa = 0x5000, pa = 0x9000;
    Context one(memory, SteConfig::S1), two(memory, SteConfig::S2, 0x6000'0000, small_stage2());
    one.stage1.map(va, pa, stage1_leaf());
    two.stage2.map(ipa, pa, stage2_leaf());
    attach(one);
    expect_forwarded(read(va), pa);
    put(stream, Ste{one.ste}.set(Ste::S1ContextPtr, bit));
    expect_aborted(read(va), EventId::C_BAD_STE);
    put(stream, one.ste);
    memory.put(one.cd_place.physical, Cd{one.cd}.set(Cd::TTB0, bit));
    expect_aborted(read(va), EventId::C_BAD_CD);

    put(stream, two.ste);
    expect_forwarded(read(ipa), pa);
    put(stream, Ste{two.ste}.set(Ste::S2TTB, bit));
    expect_aborted(read(ipa), EventId::C_BAD_STE);

    Context& table_of_cds = make(SteConfig::S1, 8, S1Format::TwoLevel4K);
    table_of_cds.ste.set(Ste::S1ContextPtr, 0x8'0000'0000);
    put(stream, table_of_cds.ste);
    put_l1cd(table_of_cds, 0x8'0000'0000, bit);
    expect_aborted(cold(of(1)), EventId::C_BAD_SUBSTREAMID);  // never F_ADDR_SIZE
}

TEST_F(BeyondOas, ADDR_15_AddressesInDescriptorsAreFaultsOfTheirStage) {
    constexpr uint64_t ipa = 0x5000, pa = 0x9000;
    Context one(memory, SteConfig::S1), two(memory, SteConfig::S2, 0x6000'0000, small_stage2());
    one.stage1.map(va, pa, stage1_leaf());
    two.stage2.map(ipa, pa, stage2_leaf());
    const auto expect_size_fault = [&](Tables& tables, uint64_t address, int first, bool stage2) {
        for (int level = first; level <= 3; ++level) {
            const uint64_t at = tables.slot(address, level), good = memory.word(at);
            memory.poke(at, good | bit);
            expect_aborted(read(address), EventId::F_ADDR_SIZE);
            EXPECT_EQ(event()[Event::S2], stage2);
            memory.poke(at, good);
        }
    };
    attach(one);
    expect_size_fault(one.stage1, va, 0, false);
    put(stream, two.ste);
    expect_size_fault(two.stage2, ipa, 1, true);
}

}  // namespace
}  // namespace smmu::test
