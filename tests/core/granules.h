// Every granule, start level and leaf size, typed from Arm ARM D8.2.8 to D8.2.10 and D8.3.1; and
// the fixture of the tests that go through them all.
#pragma once
#include <ostream>

#include "tests/core/bench.h"

namespace smmu::test {

using arch::DescriptorFormat;
using arch::Granule;

/// A start level and the TxSZ that lead to it.  Below 16 the smaller granules need CD.DS or
/// STE.S2DS; above 39 small tables (IDR3.STT) are needed.
struct Start {
    Granule granule;
    unsigned sl;  ///< stage 2: {S2SL0_2, S2SL0}
    int level;
    unsigned largest, smallest;  ///< TxSZ
    unsigned reads() const { return static_cast<unsigned>(4 - level); }
};
/// Tables D8-25, D8-34 and D8-42.
constexpr Start stage1_starts[] = {
    {Granule::K4, 0, -1, 15, 12}, {Granule::K4, 0, 0, 24, 16},  {Granule::K4, 0, 1, 33, 25},
    {Granule::K4, 0, 2, 42, 34},  {Granule::K4, 0, 3, 48, 43},  {Granule::K16, 0, 0, 16, 12},
    {Granule::K16, 0, 1, 27, 17}, {Granule::K16, 0, 2, 38, 28}, {Granule::K16, 0, 3, 48, 39},
    {Granule::K64, 0, 1, 21, 12}, {Granule::K64, 0, 2, 34, 22}, {Granule::K64, 0, 3, 47, 35},
};
/// Tables D8-20 to D8-24, D8-30 to D8-33 and D8-39 to D8-41: up to sixteen tables in a row.
constexpr Start stage2_starts[] = {
    {Granule::K4, 0b100, -1, 15, 12}, {Granule::K4, 0b010, 0, 24, 12},
    {Granule::K4, 0b001, 1, 33, 21},  {Granule::K4, 0b000, 2, 42, 30},
    {Granule::K4, 0b011, 3, 48, 39},  {Granule::K16, 0b11, 0, 16, 12},
    {Granule::K16, 0b10, 1, 27, 13},  {Granule::K16, 0b01, 2, 38, 24},
    {Granule::K16, 0b00, 3, 48, 35},  {Granule::K64, 0b10, 1, 21, 12},
    {Granule::K64, 0b01, 2, 34, 18},  {Granule::K64, 0b00, 3, 47, 31},
};

/// A page or block: log2 of its bytes, and whether 52-bit descriptors must be there.
struct LeafSize {
    Granule granule;
    int level;
    unsigned shift;
    bool wide;
};
constexpr LeafSize leaf_sizes[] = {
    {Granule::K4, 3, 12, false}, {Granule::K4, 2, 21, false},  {Granule::K4, 1, 30, false},
    {Granule::K4, 0, 39, true},  {Granule::K16, 3, 14, false}, {Granule::K16, 2, 25, false},
    {Granule::K16, 1, 36, true}, {Granule::K64, 3, 16, false}, {Granule::K64, 2, 29, false},
    {Granule::K64, 1, 42, true},
};

constexpr DescriptorFormat narrow(Granule g) { return {g, false, false}; }
constexpr DescriptorFormat wide(Granule g) { return {g, g != Granule::K64, g == Granule::K64}; }

inline const char* name(Granule g) {
    return g == Granule::K4 ? "4KB" : g == Granule::K16 ? "16KB" : "64KB";
}
inline std::ostream& operator<<(std::ostream& out, const Start& s) {
    return out << name(s.granule) << " from level " << s.level;
}
inline std::ostream& operator<<(std::ostream& out, const LeafSize& l) {
    return out << name(l.granule) << " leaf of level " << l.level;
}

/// An SMMU with 52-bit addresses, small tables and all granules.
class GranuleBench : public Bench {
protected:
    GranuleBench() {
        features.minor_revision = 4;
        features.no_tag_access = true;
        features.output_address_bits = features.virtual_address_bits = 52;
        features.lpa2 = features.small_tables = true;
    }
    /// The descriptors that go with a TxSZ: 64KB always has 52-bit ones here.
    static DescriptorFormat format(Granule g, bool lpa2) {
        return lpa2 || g == Granule::K64 ? wide(g) : narrow(g);
    }
    /// The largest input of each start level at both stages: structures of the guest lie from 1 MB on.
    static Context::Shape shape(const Start& one, const Start& two) {
        Context::Shape s;
        s.t0sz = one.smallest;
        s.s2t0sz = two.smallest;
        s.s2sl0 = two.sl;
        s.stage1 = wide(one.granule);
        s.stage2 = wide(two.granule);
        s.first_ipa = 0x10'0000;
        return s;
    }
    static bool fits(Granule g, bool lpa2, unsigned txsz) {
        return txsz >= 16 || lpa2 || g == Granule::K64;
    }
};

}  // namespace smmu::test
