// A world: one SMMU's features and registers, and everything that software put in memory for it.
// All of it comes from one seed.
#pragma once
#include <vector>

#include "oracle/translate.h"
#include "random.h"
#include "smmuv3/core/features.h"
#include "sparse_memory.h"

namespace smmu::differential {

/// Register values as software writes them.
struct Control {
    bool enable = true;  ///< CR0.SMMUEN
    unsigned vmw = 0;    ///< CR0.VMW
    uint32_t cr1 = 0, cr2 = 0, gbpa = 0, strtab_base_cfg = 0;
    uint64_t strtab_base = 0;
};

/// Something in memory that an update may change.
struct Structure {
    enum class Kind : uint8_t { L1Std, Ste, L1Cd, Cd };
    Kind kind{};
    uint64_t address = 0;  ///< PA
    unsigned words = 0;
};

/// An address that some stream or substream maps, or nearly.
struct Place {
    uint32_t substream = 0;
    uint64_t input = 0;
    unsigned shift = 12;  ///< of the leaf there
};

struct Stream {
    uint32_t id = 0;
    std::vector<uint32_t> substreams{};
    std::vector<Place> places{};
};

/// What was changed, and the words as they were.
struct Change {
    uint64_t address = 0;  ///< PA
    std::vector<uint64_t> before{};
    bool is_structure = false;  ///< else a descriptor
    Structure structure{};
};

struct World {
    World(uint64_t s, const core::Features& f)
        : seed(s), random(s), features(f), memory(s, f.output_address_bits) {}

    uint64_t seed;
    Random random;  ///< what comes after the world is made
    core::Features features;
    Control control{};
    SparseMemory memory;
    std::vector<Stream> streams{};
    std::vector<Structure> structures{};
    std::vector<uint64_t> descriptors{};  ///< PA of every descriptor written
    /// How much is broken, percent of structures; also how wild later updates are.
    unsigned wildness = 0;
    /// For caches: ASIDs, VMIDs and Contiguous runs are used as the architecture asks.
    bool well_behaved = false;
    std::vector<uint64_t> bases{};  ///< where clusters of leaves begin: streams use the same ones
    std::vector<Change> changes{};  ///< made so far and not undone
    /// Words that lately served transactions: with caches, changes there are worth most.
    std::vector<uint64_t> hot{};
    /// The latest transactions: with caches they come again, or nearly.
    std::vector<oracle::Access> recent{};
};

enum class Kind : uint8_t { Cold, Warm };

/// Features that an SMMUv3 can have.
core::Features random_features(Random& random);

World make_world(uint64_t seed, Kind kind);

/// Changes one structure or descriptor, or undoes an earlier change.
Change change_something(World& world);

/// A transaction that is likely to meet something interesting.
oracle::Access random_access(World& world);

}  // namespace smmu::differential
