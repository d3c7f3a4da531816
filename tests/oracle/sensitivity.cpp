// The bits, typed from 5.2 and 5.4.
#include "sensitivity.h"

namespace smmu::differential {

namespace {

struct ControlBit {
    const char* name;
    bool of_cd;
    unsigned bit;
};
/// Those that rarely decide anything are there more than once.
constexpr ControlBit control_bits[] = {
    {"STE.V", false, 0},
    {"STE.S1Fmt", false, 4},
    {"STE.S1CDMax", false, 59},
    {"STE.S1DSS", false, 64},
    {"STE.S1CIR", false, 66},
    {"STE.S1CSH", false, 71},
    {"STE.S2FWB", false, 89},
    {"STE.S1STALLD", false, 91},
    {"STE.STRW[0]", false, 94},
    {"STE.STRW[1]", false, 95},
    {"STE.MemAttr", false, 97},
    {"STE.MTCFG", false, 100},
    {"STE.ALLOCCFG", false, 104},
    {"STE.SHCFG", false, 109},
    {"STE.PRIVCFG", false, 113},
    {"STE.INSTCFG", false, 115},
    {"STE.S2VMID[15]", false, 143},
    {"STE.S2T0SZ", false, 160},
    {"STE.S2SL0", false, 166},
    {"STE.S2IR0", false, 168},
    {"STE.S2SH0", false, 173},
    {"STE.S2TG", false, 174},
    {"STE.S2PS", false, 176},
    {"STE.S2AA64", false, 179},
    {"STE.S2ENDI", false, 180},
    {"STE.S2AFFD", false, 181},
    {"STE.S2PTW", false, 182},
    {"STE.S2HD", false, 183},
    {"STE.S2HA", false, 184},
    {"STE.S2S", false, 185},
    {"STE.S2R", false, 186},
    {"STE.S2SL0_2", false, 194},
    {"STE.S2DS", false, 195},
    {"CD.T0SZ", true, 0},
    {"CD.TG0", true, 6},
    {"CD.IR0", true, 8},
    {"CD.SH0", true, 13},
    {"CD.EPD0", true, 14},
    {"CD.ENDI", true, 15},
    {"CD.T1SZ", true, 16},
    {"CD.TG1", true, 22},
    {"CD.IR1", true, 24},
    {"CD.EPD1", true, 30},
    {"CD.V", true, 31},
    {"CD.IPS", true, 33},
    {"CD.AFFD", true, 35},
    {"CD.WXN", true, 36},
    {"CD.TBI0", true, 38},
    {"CD.TBI1", true, 39},
    {"CD.PAN", true, 40},
    {"CD.AA64", true, 41},
    {"CD.HD", true, 42},
    {"CD.HA", true, 43},
    {"CD.S", true, 44},
    {"CD.R", true, 45},
    {"CD.A", true, 46},
    {"CD.ASID[15]", true, 63},
    {"CD.HAD0", true, 65},
    {"CD.HAD0", true, 65},
    {"CD.E0PD0", true, 66},
    {"CD.EPAN", true, 123},
    {"CD.EPAN", true, 123},
    {"CD.EPAN", true, 123},
    {"CD.HAD1", true, 129},
    {"CD.HAD1", true, 129},
    {"CD.HAD1", true, 129},
    {"CD.E0PD1", true, 130},
    {"CD.DS", true, 186},
    {"CD.MAIR0", true, 194},
    {"CD.MAIR1", true, 250},
};

bool same_outcome(const oracle::Result& a, const oracle::Result& b) {
    if (a.action != b.action || a.fault != b.fault || a.recorded != b.recorded) return false;
    if (a.recorded && a.event != b.event) return false;
    if (a.action == oracle::Action::Forward &&
        (a.address != b.address || a.attributes != b.attributes))
        return false;
    if (a.fetches.size() != b.fetches.size()) return false;
    for (size_t i = 0; i < a.fetches.size(); ++i)
        if (a.fetches[i].address != b.fetches[i].address ||
            a.fetches[i].attributes != b.fetches[i].attributes)
            return false;
    return true;
}

uint64_t address_of(const oracle::Result& r, oracle::Read what) {
    for (const oracle::Fetch& f : r.fetches)
        if (f.what == what) return f.address;
    return 0;
}

}  // namespace

std::vector<std::string> sensitive_bits() {
    std::vector<std::string> names;
    for (const ControlBit& b : control_bits) names.emplace_back(b.name);
    return names;
}

void try_one_bit(World& world, const oracle::Registers& registers, const oracle::Access& access,
                 const oracle::Result& expected, Statistics& statistics) {
    const ControlBit& b = world.random.of(control_bits);
    const uint64_t structure = address_of(expected, b.of_cd ? oracle::Read::Cd : oracle::Read::Ste);
    if (structure == 0) return;
    OracleMemory other(world.memory);
    const uint64_t word = structure + b.bit / 64 * 8;
    other.old[word] = world.memory.word(word) ^ uint64_t { 1 } << b.bit % 64;
    if (!same_outcome(expected, oracle::translate(registers, other, access)))
        statistics.count("decided by", b.name);
}

}  // namespace smmu::differential
