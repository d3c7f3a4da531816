// How the oracle reads memory, and the record of what it read.
#pragma once
#include <cstdint>
#include <vector>

#include "oracle/attributes.h"

namespace oracle {

/// Physical memory: little-endian 64-bit words.
class Memory {
public:
    /// Reads consecutive words as one access; false if the system aborts it.
    virtual bool read(uint64_t address, unsigned words, uint64_t* to) = 0;

protected:
    ~Memory() = default;
};

enum class Read : uint8_t { L1Std, Ste, L1Cd, Cd, Stage1, Stage2 };

/// One physical read that the SMMU makes for itself.
struct Fetch {
    Read what{};
    int level = 0;         ///< tables
    uint64_t address = 0;  ///< PA
    unsigned words = 0;
    Attributes attributes{};
    Share configured{};  ///< SH field, before an NC setting made it OSH
    uint8_t cls = 0;     ///< Stage2: CLASS of what is being translated
};
using Fetches = std::vector<Fetch>;

/// The attributes of a fetch without the hints that are IMPLEMENTATION DEFINED (choices.cpp).
Attributes without_unknown_hints(Attributes a, Read what);

}  // namespace oracle
