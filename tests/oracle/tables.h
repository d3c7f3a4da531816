// Builders of translation tables in a world, for any granule and start level, in physical or in
// intermediate address space.
#pragma once
#include <unordered_map>

#include "world.h"

namespace smmu::differential {

/// Where structures of one kind live.
class Space {
public:
    virtual ~Space() = default;
    /// An aligned range that nothing else has; 0 if none was found.
    virtual uint64_t reserve(uint64_t bytes) = 0;
    virtual uint64_t physical(uint64_t address) = 0;

    void poke(uint64_t address, uint64_t word) { world_.memory.poke(physical(address), word); }
    uint64_t word(uint64_t address) { return world_.memory.word(physical(address)); }

protected:
    Space(World& world, unsigned bits) : world_(world), bits_(bits) {}
    uint64_t random_address(uint64_t bytes);

    World& world_;
    unsigned bits_;  ///< addresses have no more than these
};

class PhysicalSpace final : public Space {
public:
    PhysicalSpace(World& world, unsigned bits) : Space(world, bits) {}
    uint64_t reserve(uint64_t bytes) override;
    uint64_t physical(uint64_t address) override { return address; }
};

/// What one set of tables looks like.
struct Shape {
    oracle::Granule granule{};
    unsigned tnsz = 0;
    int start = 0;
    unsigned out_bits = 0;  ///< effective IPS or S2PS
    oracle::TableFeatures features{};
    bool stage2 = false;
    bool forced_write_back = false;
};

class Tables {
public:
    Tables(World& world, Space& space, const Shape& shape);

    const Shape& shape() const { return shape_; }
    uint64_t root() const { return root_; }
    unsigned input_bits() const { return 64 - shape_.tnsz; }

    /// Maps the leaf around `input` to the one around `output`; missing tables are made.
    void map(uint64_t input, int level, uint64_t output, uint64_t attributes);
    /// A level that has leaves, the pages' more often than not.
    int random_level();
    unsigned shift(int level) const { return oracle::lowest_index_bit(shape_.granule, level); }

    /// Attribute bits of a leaf: mostly what lets accesses pass.
    uint64_t random_leaf();
    /// Attribute bits of a leaf that maps a table or a CD.
    uint64_t table_leaf();

private:
    uint64_t encode(uint64_t output, unsigned shift) const;
    uint64_t make_table();
    void write(uint64_t address, uint64_t descriptor);

    World& world_;
    Space& space_;
    Shape shape_;
    uint64_t root_ = 0;
    unsigned x_ = 0;
};

/// IPAs, each page of which stage 2 maps when something is first written there.
class IntermediateSpace final : public Space {
public:
    IntermediateSpace(World& world, Space& behind, Tables& stage2, unsigned bits);
    uint64_t reserve(uint64_t bytes) override;
    uint64_t physical(uint64_t address) override;

private:
    Space& behind_;
    Tables& stage2_;
    std::unordered_map<uint64_t, uint64_t> pages_;  ///< IPA, PA
    std::map<uint64_t, uint64_t> reserved_;
    /// One block that stage 2 maps as a whole, or nothing.
    uint64_t block_ipa_ = 0, block_pa_ = 0, block_bytes_ = 0, block_used_ = 0;
};

}  // namespace smmu::differential
