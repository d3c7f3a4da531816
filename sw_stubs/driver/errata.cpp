// The table of errata, and the quirks of two models.
#include "sw_stubs/driver/errata.h"

namespace smmu::sw {
namespace {

bool every(const Implementation&) { return true; }
bool before_r0p3(const Implementation& i) { return i.variant == 0 && i.revision <= 2; }
bool before_r2(const Implementation& i) { return i.variant < 2; }
bool before_r1p1(const Implementation& i) { return i.variant < 1 || i.revision < 1; }

struct Erratum {
    uint16_t product;  ///< of Arm
    bool (*has)(const Implementation&);
    bool no_sev, no_nesting, no_btm, force_sync;
};

constexpr uint16_t mmu_600 = 0x483;
constexpr uint16_t mmu_700 = 0x487;
constexpr uint16_t mmu_l1 = 0x48A;
constexpr uint16_t mmu_s3 = 0x498;

constexpr Erratum errata[] = {
    //                     no SEV, no nesting, no BTM, CMD_SYNC in each list
    {mmu_600, before_r0p3, true, false, false, false},  // 1076982
    {mmu_600, before_r2, false, true, false, false},    // 1209401
    {mmu_700, every, false, false, true, false},        // 2812531
    {mmu_700, before_r1p1, false, true, false, true},   // 2268618, 2812531
    {mmu_l1, every, false, false, true, false},         // 3878312
    {mmu_s3, every, false, false, true, false},         // 3995052
};

}  // namespace

void apply_errata(Features& f, const Implementation& which, SmmuModel model) {
    f.skip_prefetch = model == SmmuModel::Hi161x;
    f.page0_only = model == SmmuModel::Cn99xx;
    if (which.implementer != implementer_arm) return;
    for (const Erratum& e : errata) {
        if (e.product != which.product || !e.has(which)) continue;
        if (e.no_sev) f.sev = false;
        if (e.no_nesting) f.nesting = false;
        if (e.no_btm) f.btm = false;
        if (e.force_sync) f.force_sync = true;
    }
}

}  // namespace smmu::sw
