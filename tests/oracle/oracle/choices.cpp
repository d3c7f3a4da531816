// The table of everything that the architecture leaves open and a translation can meet.
//
// Alternatives are tried by compare.cpp when the outcome with pick 0 is not what the model did.
//
// Rules that leave a choice which the oracle simply takes as the model documents it: STE-62 (RES0
// bits are not looked at), CD-10 to CD-12 (RES0 bits of S1ContextPtr and L2Ptr count as zero),
// CMD-06 (commands are built without reserved bits), STALL-12 (no stall record is left out), STALL-17
// (STALL_TERM aborts whatever the STE says), STALL-27 (nothing is retried before its RESUME), HTTU-30
// (updates are atomic whatever the walk's attributes).  Where software breaks the rules of caching
// (TLB-17, TLB-22, STE-68, Contiguous runs) ledger.cpp leaves the access out.
#include "oracle/choices.h"

#include "oracle/bits.h"
#include "oracle/memory.h"

namespace oracle {

using C = Choice;

const std::array<ChoiceRow, choice_count> choices = {{
    {C::ST_16, "ST-16", "3.4.3", 2, "Stream table address beyond OAS: cut to OAS, or F_STE_FETCH"},
    {C::STE_10, "STE-10", "3.4.3", 2,
     "nested, S1ContextPtr beyond IAS: F_TRANSLATION of stage 2, or C_BAD_STE"},
    {C::STE_65, "STE-65", "5.2 S2SL0", 2,
     "start level that a PE with that OAS does not have: legal, or C_BAD_STE"},
    {C::CD_14, "CD-14", "3.4.3", 2,
     "nested, L1CD.L2Ptr beyond IAS: F_TRANSLATION of stage 2, or C_BAD_SUBSTREAMID"},
    {C::ATTR_05, "ATTR-05", "5.2 ALLOCCFG", 2, "STE.ALLOCCFG with MTCFG = 0: acts, or does not"},
    {C::ATTR_06, "ATTR-06", "13.1.4", 2,
     "a level made cacheable where the other one came in cacheable: RAWA, or no-allocate"},
    {C::ATTR_08, "ATTR-08", "13.4.2", 2,
     "the NC level of an input of which the other level is cacheable: no hint, or no-allocate"},
    {C::ATTR_20, "ATTR-20", "3.23.1; Arm ARM D8.6.6", 8,
     "reserved MemAttr with S2FWB = 1: bit 3 ignored and 100 as 101, or any other value"},
    {C::ATTR_22, "ATTR-22", "Arm ARM D8.6.2", 1,
     "stage 1 hands Device and iNC-oNC on as OSH: a parameter of the model, which is followed"},
    {C::ATTR_33, "ATTR-33", "5.4 SH0, 5.2 S1CSH", 2,
     "NC-configured fetch that S2FWB makes write-back: Shareability from OSH, or from the SH "
     "field"},
    {C::ReservedMemAttr, "ATTR-11", "Arm ARM D8.6.5", 3,
     "reserved MemAttr 0b0100, 0b1000, 0b1100 with S2FWB = 0: inner NC, WT or WB"},
    {C::ReservedShare, "ATTR-12", "Arm ARM D8.6.2", 3,
     "SH = 0b01 in a descriptor: NSH, ISH or OSH"},
    {C::HTTU_05, "HTTU-05", "3.13.2; Arm ARM D8.15.5", 2,
     "AF of a leaf that denies the access: updated, which may fault as well, or left"},
    {C::HTTU_27, "HTTU-27", "3.13.4", 2,
     "writable-clean stage-2 page of a stage-1 table that is read: stays clean, or becomes dirty"},
    {C::HTTU_28, "HTTU-28", "13.4.4; Arm ARM D8.5.2.1", 2,
     "nested: the stage-1 leaf is updated before stage 2 translates its output, or after it "
     "(HTTU-29: which fault is reported)"},
    {C::ContiguousFlag, "WALK-30", "Arm ARM D8.5.5", 2,
     "AF = 0 in a Contiguous run, elsewhere in which it is 1: updated, or left"},
    {C::ContiguousDirty, "WALK-30", "Arm ARM D8.5.5", 2,
     "writable-clean in a Contiguous run that is dirty elsewhere: updated, or left"},
}};

namespace {

bool without_ssv(const uint64_t* e) { return !bit(e[0], 11); }
bool of_stage1(const uint64_t* e) { return !bit(e[1], 39); }
bool stalls(const uint64_t* e) { return bit(e[1], 31); }
bool not_of_a_table(const uint64_t* e) { return bits(e[1], 41, 40) != 0b01; }

constexpr uint64_t ones(unsigned hi, unsigned lo) { return bits(~uint64_t{0}, hi - lo, 0) << lo; }

constexpr EventMask masks[] = {
    {"EVT-04", "7.3 SSV", 0x02, 0x05, without_ssv, 0, ones(31, 12)},
    {"EVT-04", "7.3 SSV", 0x09, 0x13, without_ssv, 0, ones(31, 12)},
    {"EVT-02", "7.3.4 Reason", 0x03, 0x03, nullptr, 1, ones(15, 0)},
    {"EVT-02", "7.3.10, 7.3.12 Reason", 0x09, 0x09, nullptr, 1, ones(15, 0)},
    {"EVT-02", "7.3.12 Reason", 0x0B, 0x0B, nullptr, 1, ones(15, 0)},
    {"WALK-04", "7.3.13 IPA", 0x10, 0x13, of_stage1, 3, ones(55, 12)},
    {"WALK-06", "7.3.16 TTRnW", 0x13, 0x13, not_of_a_table, 1, ones(44, 44)},
    {"STALL-09", "7.3.13 STAG", 0x10, 0x13, stalls, 1, ones(15, 0)},
};

/// Hints of the SMMU's own fetches.
struct HintMask {
    const char* rule;
    const char* section;
    Read what;
    bool write_allocate, transient;
};
constexpr HintMask hints[] = {
    {"ATTR-30", "6.3.11, 6.3.24", Read::L1Std, true, true},
    {"ATTR-30", "6.3.11, 6.3.24", Read::Ste, true, true},
    {"ATTR-42", "5.2 S1CIR", Read::L1Cd, true, false},
    {"ATTR-42", "5.2 S1CIR", Read::Cd, true, false},
};

}  // namespace

Attributes without_unknown_hints(Attributes a, Read what) {
    for (const HintMask& h : hints)
        if (h.what == what)
            for (Level* l : {&a.inner, &a.outer}) {
                if (h.write_allocate) l->wa = false;
                if (h.transient) l->tr = false;
            }
    return a;
}

std::array<uint64_t, 4> without_unknown_bits(const uint64_t* record, unsigned oas) {
    std::array<uint64_t, 4> e{record[0], record[1], record[2], record[3]};
    const auto id = static_cast<uint8_t>(bits(record[0], 7, 0));
    for (const EventMask& m : masks)
        if (m.first_id <= id && id <= m.last_id && (!m.applies || m.applies(record)))
            e[m.word] &= ~m.ignored;
    // ADDR-19: 7.3.13 says RES0, 3.4.3 asks for the address as calculated.
    if (oas < 56) e[3] &= ~ones(55, oas);
    return e;
}

}  // namespace oracle
