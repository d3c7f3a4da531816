// Table walks of both stages.  Arm ARM D8; Arm IHI 0070 G.b, 3.4, 7.3.22, 13.4.
#pragma once
#include <map>

#include "oracle/cd.h"
#include "oracle/event.h"
#include "oracle/memory.h"

namespace oracle {

/// What one access asks of a page.
struct Need {
    bool write = false, privileged = false, instruction = false;
};

/// A Block or Page that a walk arrived at.
struct Leaf {
    bool found = false;
    Granule granule{};
    int level = 0;
    uint64_t descriptor = 0;
    uint64_t where = 0;   ///< PA of the descriptor
    uint64_t output = 0;  ///< of the input address itself
    unsigned shift() const { return lowest_index_bit(granule, level); }
    bool contiguous() const {
        return found && bit(descriptor, 52) && contiguous_entries(granule, level) != 0;
    }
};

/// A leaf that stage 2 went through, and for which IPA.
struct Passed {
    uint64_t ipa = 0;
    Leaf leaf{};
};

/// One translation procedure's walks: where they read, what they record.
class Walker {
public:
    /// What a walk leaves behind.
    struct Marks {
        Fetches& fetches;
        Updates& updates;
        std::vector<Passed>& passed;
        bool& lost_race;
    };
    Walker(const Registers& registers, Memory& memory, const Marks& marks, Choosing& choosing)
        : r_(registers), memory_(memory), marks_(marks), choosing_(choosing) {}

    /// Physical read of a structure or descriptor.
    bool read(const Fetch& fetch, uint64_t* to);
    /// The same through stage 2, if the STE enables it: `fetch.address` is then an IPA and becomes
    /// a PA.  False with a fault of stage 2, or without one if the system aborts the read.
    bool read_nested(const Ste& ste, uint8_t cls, Fetch& fetch, uint64_t* to, Fault& fault);

    /// VA to IPA or PA.  `attributes`: what stage 1 says.
    bool stage1(const Ste& ste, const Cd& cd, uint64_t va, const Need& need, Leaf& leaf,
                Attributes& attributes, Fault& fault);
    /// The hardware update that stage 1 owes its leaf, if any.
    bool update_stage1(const Ste& ste, Leaf& leaf, Fault& fault);
    bool owes_update(const Leaf& leaf) const { return owed_ != leaf.descriptor; }
    /// IPA to PA, with the hardware update.
    bool stage2(const Ste& ste, uint64_t ipa, uint8_t cls, const Need& need, Leaf& leaf,
                Stage2Leaf& attributes, Fault& fault);

private:
    struct Tables;
    template <class ReadDescriptor>
    bool walk(const Tables& tables, uint64_t input, ReadDescriptor&& read, Leaf& leaf,
              uint64_t& hierarchy, Fault& fault);
    uint64_t managed(const Leaf& leaf, bool flag, bool allowed, bool becomes_dirty, bool dirty);
    bool is_elsewhere(const Leaf& leaf, unsigned bit_number, bool value);
    bool to_physical(const Ste& ste, uint8_t cls, const Need& need, Fetch& fetch, Fault& fault);
    bool write(const Fetch& fetch, uint64_t from, uint64_t to);

    const Registers& r_;
    Memory& memory_;
    Marks marks_;
    Choosing& choosing_;
    std::map<uint64_t, uint64_t> written_;  ///< this translation's own copy of what it changed
    Fetch leaf_fetch_{};                    ///< how stage 1 read its leaf, with its IPA or PA
    uint64_t owed_ = 0;                     ///< what that leaf shall be
};

/// Stage-1 direct permissions (Arm ARM Tables D8-64 to D8-66, PAN) allow the access.
/// `hierarchy`: the table descriptors on the way, ORed; 0 with HADx.
bool stage1_allows(uint64_t leaf, uint64_t hierarchy, StreamWorld world, const Cd& cd,
                   const Registers& r, const Need& need);
/// Stage-2 direct permissions (Arm ARM Tables D8-76 to D8-78).
bool stage2_allows(uint64_t leaf, const Registers& r, const Need& need);

}  // namespace oracle
