// Table walks of both stages.  Arm ARM D8; Arm IHI 0070 G.b, 3.4, 7.3.22, 13.4.
#pragma once
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

/// One translation procedure's walks: where they read, what they record.
class Walker {
public:
    Walker(const Registers& registers, Memory& memory, Fetches& fetches, Choosing& choosing)
        : r_(registers), memory_(memory), fetches_(fetches), choosing_(choosing) {}

    /// Physical read of a structure or descriptor.
    bool read(const Fetch& fetch, uint64_t* to);
    /// The same through stage 2, if the STE enables it: `fetch.address` is then an IPA and becomes
    /// a PA.  False with a fault of stage 2, or without one if the system aborts the read.
    bool read_nested(const Ste& ste, uint8_t cls, Fetch& fetch, uint64_t* to, Fault& fault);

    /// VA to IPA or PA.  `attributes`: what stage 1 says.
    bool stage1(const Ste& ste, const Cd& cd, uint64_t va, const Need& need, Leaf& leaf,
                Attributes& attributes, Fault& fault);
    /// IPA to PA.
    bool stage2(const Ste& ste, uint64_t ipa, uint8_t cls, const Need& need, Leaf& leaf,
                Stage2Leaf& attributes, Fault& fault);

private:
    struct Tables;
    template <class ReadDescriptor>
    bool walk(const Tables& tables, uint64_t input, ReadDescriptor&& read, Leaf& leaf,
              uint64_t& hierarchy, Fault& fault);

    const Registers& r_;
    Memory& memory_;
    Fetches& fetches_;
    Choosing& choosing_;
};

/// Stage-1 direct permissions (Arm ARM Tables D8-64 to D8-66, PAN) allow the access.
/// `hierarchy`: the table descriptors on the way, ORed; 0 with HADx.
bool stage1_allows(uint64_t leaf, uint64_t hierarchy, StreamWorld world, const Cd& cd,
                   const Registers& r, const Need& need);
/// Stage-2 direct permissions (Arm ARM Tables D8-76 to D8-78).
bool stage2_allows(uint64_t leaf, const Registers& r, const Need& need);

}  // namespace oracle
