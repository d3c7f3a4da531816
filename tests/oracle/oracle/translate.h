// The second opinion on one transaction: raw registers and raw memory in, outcome and event out.
// Arm IHI 0070 G.b, 15.  No caches, no state.
#pragma once
#include "oracle/walk.h"

namespace oracle {

struct Access {
    uint32_t stream = 0, substream = 0;
    bool ssv = false, write = false, privileged = false, instruction = false;
    uint64_t address = 0;
    Attributes attributes{};
};

enum class Action : uint8_t { Forward, Abort, RazWi, Stall };

/// What the procedure went through, for whoever wants to know which entries caches may now hold.
struct Trace {
    bool has_ste = false, has_cd = false;  ///< found and legal
    Ste ste{};
    Cd cd{};
    StreamWorld world{};
    uint64_t vmid = 0;  ///< that tags translations, 0 where none does (5.2 S2VMID)
    bool stage1 = false, stage2 = false;  ///< that translate this transaction
    Leaf leaf1{}, leaf2{};
    std::vector<Passed> passed{};    ///< every leaf of stage 2, those for tables and CDs included
    bool last_read_faulted = false;  ///< 3.21.1: the last of the fetches is never cached
};

struct Result {
    uint32_t stream = 0;  ///< who asked
    Action action = Action::Abort;
    uint64_t address = 0;     ///< Forward: PA
    Attributes attributes{};  ///< Forward
    uint8_t fault = 0;        ///< event number of what stopped it, also if nothing is recorded
    bool recorded = false;
    std::array<uint64_t, 4> event{};
    Fetches fetches{};
    Updates updates{};
    bool lost_race = false;  ///< a descriptor was no longer what had been read: nothing is said
    Choosing choosing{};     ///< `met`: the rules that left a choice
    Trace trace{};
};

/// `picks`: which alternative to take where there is a choice.
Result translate(const Registers& registers, Memory& memory, const Access& access,
                 const Choosing& picks = {});

}  // namespace oracle
