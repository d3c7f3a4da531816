// Which input sizes, start levels and granules are ILLEGAL, over every set of features that counts.
// Arm IHI 0070 G.b, 5.2 (S2T0SZ, S2SL0, S2DS), 5.4 (TxSZ); names carry the rule of the check list.
#include "tests/core/granules.h"

namespace smmu::test {
namespace {

class TableSizeLimits : public Bench {
protected:
    Context context{memory, SteConfig::S1};
    const Ste stage2_ste = Context(memory, SteConfig::S2, 0x8000'0000).ste;

    bool is_bad(const Cd& cd) {
        memory.put(context.cd_place.physical, cd);
        put(stream, context.ste);
        return read(0).event == EventId::C_BAD_CD;
    }
    bool is_bad(const Ste& ste) {
        put(stream, ste);
        return read(0).event == EventId::C_BAD_STE;
    }
};

constexpr Granule granules[] = {Granule::K4, Granule::K16, Granule::K64};

TEST_F(TableSizeLimits, CD_28_TxszOfBothHalves) {
    constexpr uint8_t tg0[] = {0b00, 0b10, 0b01}, tg1[] = {0b10, 0b01, 0b11};
    for (const bool stt : {false, true})
        for (const unsigned va_bits : {48u, 52u})
            for (const bool lpa2 : {false, true}) {
                features.small_tables = stt;
                features.virtual_address_bits = va_bits;
                features.lpa2 = lpa2 && va_bits == 52;
                for (const bool ds : {false, true})
                    for (unsigned g = 0; g < 3; ++g) {
                        const bool k64 = granules[g] == Granule::K64;
                        const bool to_12 = va_bits == 52 && (k64 || (features.lpa2 && ds));
                        const unsigned least = to_12 ? 12 : 16;
                        const unsigned most = !stt ? 39 : k64 ? 47 : 48;
                        for (uint8_t txsz = 0; txsz < 64; ++txsz) {
                            const bool legal = txsz >= least && txsz <= most;
                            Cd cd = context.cd;
                            cd.set(Cd::DS, ds).set(Cd::TG0, tg0[g]).set(Cd::T0SZ, txsz);
                            ASSERT_EQ(is_bad(cd), !legal)
                                << "TG0 " << int(tg0[g]) << " T0SZ " << int(txsz) << " DS " << ds;
                            cd = context.cd;
                            cd.set(Cd::DS, ds).set(Cd::TG1, tg1[g]).set(Cd::T1SZ, txsz);
                            cd.set(Cd::EPD0, true).set(Cd::EPD1, false);
                            ASSERT_EQ(is_bad(cd), !legal)
                                << "TG1 " << int(tg1[g]) << " T1SZ " << int(txsz) << " DS " << ds;
                        }
                    }
            }
}

TEST_F(TableSizeLimits, CD_28_EachHalfIsJudgedByItsOwnGranule) {
    features.virtual_address_bits = 52;
    context.use_ttb1();
    Cd cd = context.cd;
    cd.set(Cd::TG0, 0b01).set(Cd::T0SZ, 12);  // 64KB: 52 bits
    EXPECT_FALSE(is_bad(cd));
    EXPECT_TRUE(is_bad(Cd{cd}.set(Cd::T1SZ, 12))) << "TTB1 has 4KB";
    EXPECT_FALSE(is_bad(Cd{cd}.set(Cd::T1SZ, 12).set(Cd::TG1, 0b11)));
    EXPECT_TRUE(is_bad(Cd{cd}.set(Cd::TG0, 0b00)));
}

// Every S2TG, S2SL0_2, S2SL0, S2DS and S2T0SZ against the tables of Arm ARM D8.2.
TEST_F(TableSizeLimits, STE_33_STE_34_STE_35_STE_36_Stage2) {
    constexpr uint8_t tg[] = {0b00, 0b10, 0b01};
    struct Set {
        unsigned oas;
        bool lpa2, stt;
    };
    for (const Set& f :
         {Set{40, false, false}, Set{44, false, true}, Set{48, false, false}, Set{48, true, true},
          Set{52, false, false}, Set{52, false, true}, Set{52, true, false}, Set{52, true, true}}) {
        features.output_address_bits = f.oas;
        features.lpa2 = f.lpa2;
        features.virtual_address_bits = f.lpa2 ? 52 : 48;
        features.small_tables = f.stt;
        for (unsigned i = 0; i < 3 * 2 * 8 * 64; ++i) {
            const unsigned t0sz = i % 64, sl = i / 64 % 8, g = i / 1024;
            const bool s2ds = i / 512 % 2 != 0;
            const bool k64 = granules[g] == Granule::K64, ds = f.lpa2 && s2ds && !k64;
            // S2SL0_2 counts with 4KB and S2DS only; elsewhere it is ignored.
            const unsigned code = granules[g] == Granule::K4 && ds ? sl : sl & 0b11;
            bool legal = false;
            for (const Start& s : stage2_starts)
                if (s.granule == granules[g] && s.sl == code)
                    legal = t0sz >= s.smallest && t0sz <= s.largest &&
                            (!(granules[g] == Granule::K4 && s.level == 3) || f.stt) &&
                            (!(granules[g] == Granule::K16 && s.level == 0) || ds);
            const unsigned least = std::max(k64 || ds ? 12u : 16u, 64 - f.oas);
            const unsigned most = !f.stt ? 39 : k64 ? 47 : 48;
            legal = legal && t0sz >= least && t0sz <= most;

            Ste ste = stage2_ste;
            ste.set(Ste::S2TG, tg[g]).set(Ste::S2DS, s2ds).set(Ste::S2T0SZ, uint8_t(t0sz));
            ste.set(Ste::S2SL0, sl & 0b11).set(Ste::S2SL0_2, (sl & 0b100) != 0);
            ASSERT_EQ(is_bad(ste), !legal)
                << "OAS " << f.oas << " DS " << f.lpa2 << " STT " << f.stt << ": S2TG "
                << int(tg[g]) << " S2DS " << s2ds << " S2SL0 " << sl << " S2T0SZ " << t0sz;
        }
    }
}

}  // namespace
}  // namespace smmu::test
