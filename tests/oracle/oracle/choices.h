// Where the architecture leaves a choice.  choices.cpp has the table, one row a rule.
#pragma once
#include <array>
#include <bitset>
#include <cstdint>

namespace oracle {

/// Rules with more than one allowed outcome, in the order of the table.
enum class Choice : uint8_t {
    ST_16,
    STE_10,
    STE_65,
    CD_14,
    ATTR_05,
    ATTR_06,
    ATTR_08,
    ATTR_20,
    ATTR_22,
    ATTR_33,
    ReservedMemAttr,
    ReservedShare,
    HTTU_05,
    HTTU_27,
    HTTU_28,
    ContiguousFlag,
    ContiguousDirty,
    Count
};
constexpr unsigned choice_count = static_cast<unsigned>(Choice::Count);

struct ChoiceRow {
    Choice choice;
    const char* rule;       ///< of the check list
    const char* section;    ///< of Arm IHI 0070 G.b unless it says otherwise
    unsigned alternatives;  ///< pick 0 is what the model has chosen
    const char* what;
};
extern const std::array<ChoiceRow, choice_count> choices;

/// Which alternative to take of each rule, and which rules a translation had to ask.
struct Choosing {
    std::array<uint8_t, choice_count> picks{};
    std::bitset<choice_count> met{};

    unsigned pick(Choice c) {
        met.set(static_cast<unsigned>(c));
        return picks[static_cast<unsigned>(c)];
    }
};

/// Bits of an event record that are UNKNOWN, IMPLEMENTATION DEFINED or contradictory.
struct EventMask {
    const char* rule;
    const char* section;
    uint8_t first_id, last_id;                ///< of the events it is about
    bool (*applies)(const uint64_t* record);  ///< nullptr: always
    unsigned word;
    uint64_t ignored;
};

/// The record without the bits that nothing can be said about.  `oas`: bits of a physical address.
std::array<uint64_t, 4> without_unknown_bits(const uint64_t* record, unsigned oas);

}  // namespace oracle
