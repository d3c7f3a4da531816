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

    enum class Exchange : uint8_t { Done, Changed, Aborted };
    /// What would become of an atomic update of a word that was read as `from`.  Nothing is written
    /// here: translate() keeps its own copy of what it changed, and returns it.
    virtual Exchange exchange(uint64_t address, uint64_t from) = 0;

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
    uint64_t input = 0;  ///< tables: the VA or IPA that is being translated
};
using Fetches = std::vector<Fetch>;

/// One descriptor that the SMMU changed: an access of its own.
struct Update {
    Fetch access{};
    uint64_t word = 0;  ///< what it wrote
};
using Updates = std::vector<Update>;

/// The attributes of a fetch without the hints that are IMPLEMENTATION DEFINED (choices.cpp).
Attributes without_unknown_hints(Attributes a, Read what);

}  // namespace oracle
