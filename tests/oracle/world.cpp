// Registers and the Stream table; then something is broken.
#include "world.h"

#include <algorithm>

#include "streams.h"

namespace smmu::differential {

namespace {

/// Stream table, linear or two-level, with a few streams in it.
class StreamTable {
public:
    StreamTable(World& world, Software& software) : world_(world), software_(software) {}

    void make() {
        Random& random = world_.random;
        const unsigned sidsize = world_.features.stream_id_bits;
        two_level_ = world_.features.two_level_stream_table && random.percent(60);
        split_ = random.pick({6u, 8u, 10u});
        log2size_ = std::min(sidsize, random.between(1, two_level_ ? 20 : 10));
        if (random.percent(15)) log2size_ += random.small(4);  // more than there are StreamIDs
        const unsigned split_field = split_ == 6 && random.percent(20) ? random.small(6) : split_;
        uint32_t format = two_level_ ? 1 : random.percent(90) ? 0 : random.pick({2u, 3u});
        if (!world_.features.two_level_stream_table) format = random.small(4);
        world_.control.strtab_base_cfg = log2size_ | split_field << 6 | format << 16;

        if (random.percent(2)) world_.control.strtab_base_cfg |= random.small(64);  // any LOG2SIZE

        const uint64_t entries =
            two_level_ && log2size_ > split_ ? uint64_t{1} << (log2size_ - split_) : 1;
        const uint64_t bytes =
            two_level_ ? std::max(entries * 8, uint64_t{64}) : uint64_t{64} << log2size_;
        base_ = software_.physical().reserve(bytes);
        world_.control.strtab_base = base_ | random.bits(1) << 62;
        // Low bits that the alignment takes away, high bits that do not exist.
        if (random.percent(30))
            world_.control.strtab_base |= random.bits(20) & (bytes - 1) & ~uint64_t{63};
        if (random.percent(15))
            world_.control.strtab_base |=
                random.bits(56) & ~((uint64_t{1} << world_.features.output_address_bits) - 1);

        const unsigned usable = std::min(sidsize, log2size_);
        for (unsigned n = random.between(4, 6); n != 0; --n) {
            const auto id = static_cast<uint32_t>(random.bits(std::min(usable, 32u)));
            if (!used_.insert(id).second) continue;
            software_.make_stream(id, ste_address(id));
        }
    }

private:
    uint64_t ste_address(uint32_t id) {
        if (!two_level_) return base_ + uint64_t{id} * 64;
        Random& random = world_.random;
        uint64_t& table = second_[id >> split_];
        if (table == 0) {
            // Sometimes too short for the stream.
            const unsigned span = random.percent(94) ? split_ + 1 : random.between(1, split_ + 1);
            table = software_.physical().reserve(uint64_t{64} << split_);
            const uint64_t at = base_ + (id >> split_) * 8;
            world_.memory.poke(at, table | span);
            world_.structures.push_back({Structure::Kind::L1Std, at, 1});
        }
        return table + (id & ((1u << split_) - 1)) * uint64_t{64};
    }

    World& world_;
    Software& software_;
    bool two_level_ = false;
    unsigned split_ = 6, log2size_ = 0;
    uint64_t base_ = 0;
    std::set<uint32_t> used_;
    std::map<uint32_t, uint64_t> second_;
};

}  // namespace

World make_world(uint64_t seed, Kind kind) {
    Random first(scramble(seed));
    World world(seed, random_features(first));
    world.random = first;
    Random& random = world.random;
    world.well_behaved = kind == Kind::Warm;
    world.wildness = random.pick({1u, 1u, 4u, 4u, 15u, 50u});
    if (kind == Kind::Warm) world.wildness = random.pick({0u, 1u, 4u});

    world.control.enable = kind == Kind::Warm || random.percent(96);
    world.control.vmw = random.percent(20) ? random.small(8) : 0;
    world.control.cr1 = static_cast<uint32_t>(random.bits(12));
    world.control.cr2 = static_cast<uint32_t>(random.bits(1));
    if (random.percent(80)) world.control.cr2 |= 2;  // RECINVSID
    world.control.gbpa = static_cast<uint32_t>(random.bits(20));
    if (random.percent(15)) world.control.gbpa |= 1u << 20;

    Software software(world);
    StreamTable(world, software).make();
    const unsigned breaks = world.wildness == 0 ? 0 : random.small(1 + world.wildness / 2);
    for (unsigned i = 0; i < breaks; ++i) change_something(world);
    return world;
}

}  // namespace smmu::differential
