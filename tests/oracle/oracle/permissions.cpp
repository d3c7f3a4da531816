// Direct permissions, typed from the summary tables of Arm ARM D8.4.
#include "oracle/walk.h"

namespace oracle {

namespace {

constexpr unsigned PR = 1, PW = 2, PX = 4, UR = 8, UW = 16, UX = 32;
constexpr unsigned any = 2;

/// Table D8-65: two Exception levels.
struct TwoLevels {
    unsigned uxn, pxn, ap, wxn, allowed;
};
constexpr TwoLevels two_levels[] = {
    {0, 0, 0b00, 0, PR | PW | PX | UX},
    {0, 0, 0b00, 1, PR | PW | UX},
    {0, 0, 0b01, 0, PR | PW | UR | UW | UX},
    {0, 0, 0b01, 1, PR | PW | UR | UW},
    {0, 0, 0b10, any, PR | PX | UX},
    {0, 0, 0b11, any, PR | PX | UR | UX},
    {0, 1, 0b00, any, PR | PW | UX},
    {0, 1, 0b01, 0, PR | PW | UR | UW | UX},
    {0, 1, 0b01, 1, PR | PW | UR | UW},
    {0, 1, 0b10, any, PR | UX},
    {0, 1, 0b11, any, PR | UR | UX},
    {1, 0, 0b00, 0, PR | PW | PX},
    {1, 0, 0b00, 1, PR | PW},
    {1, 0, 0b01, any, PR | PW | UR | UW},
    {1, 0, 0b10, any, PR | PX},
    {1, 0, 0b11, any, PR | PX | UR},
    {1, 1, 0b00, any, PR | PW},
    {1, 1, 0b01, any, PR | PW | UR | UW},
    {1, 1, 0b10, any, PR},
    {1, 1, 0b11, any, PR | UR},
};

/// Table D8-66: one Exception level.
struct OneLevel {
    unsigned xn, ap2, wxn, allowed;
};
constexpr OneLevel one_level[] = {{0, 0, 0, PR | PW | PX},
                                  {0, 0, 1, PR | PW},
                                  {0, 1, any, PR | PX},
                                  {1, 0, any, PR | PW},
                                  {1, 1, any, PR}};

bool agrees(unsigned row, unsigned value) { return row == any || row == value; }

unsigned needed(const Need& n) {
    if (n.write) return n.privileged ? PW : UW;
    if (n.instruction) return n.privileged ? PX : UX;
    return n.privileged ? PR : UR;
}

}  // namespace

bool stage1_allows(uint64_t leaf, uint64_t hierarchy, StreamWorld world, const Cd& cd,
                   const Registers& r, const Need& need) {
    // Effective values after APTable[1:0] (62:61), UXNTable or XNTable (60), PXNTable (59).
    const unsigned ap2 = bit(leaf, 7) || bit(hierarchy, 62);
    const unsigned ap1 = bit(leaf, 6) && !bit(hierarchy, 61);
    const unsigned uxn = bit(leaf, 54) || bit(hierarchy, 60);
    const unsigned pxn = bit(leaf, 53) || bit(hierarchy, 59);
    const unsigned wxn = cd.wxn();

    if (one_range(world)) {  // PRIV does not count
        const Need n{need.write, true, need.instruction};
        for (const OneLevel& row : one_level)
            if (row.xn == uxn && row.ap2 == ap2 && agrees(row.wxn, wxn))
                return (row.allowed & needed(n)) != 0;
        return false;
    }
    unsigned allowed = 0;
    for (const TwoLevels& row : two_levels)
        if (row.uxn == uxn && row.pxn == pxn && row.ap == (ap2 << 1 | ap1) && agrees(row.wxn, wxn))
            allowed = row.allowed;
    const bool enhanced = r.epan() && cd.epan();
    if (cd.pan() && (allowed & (UR | UW | (enhanced ? UX : 0))) != 0) allowed &= ~(PR | PW);
    return (allowed & needed(need)) != 0;
}

bool stage2_allows(uint64_t leaf, const Registers& r, const Need& need) {
    if (need.write) return bit(leaf, 7);
    if (!need.instruction) return bit(leaf, 6);
    if (!r.xnx()) return !bit(leaf, 54);
    switch (bits(leaf, 54, 53)) {
        case 0b00: return true;
        case 0b01: return !need.privileged;
        case 0b10: return false;
        default: return need.privileged;
    }
}

}  // namespace oracle
