// Tables as software would build them, with a leaf here and there that it would not.
#include "tables.h"

#include <algorithm>

namespace smmu::differential {

using oracle::Granule;

namespace {

uint64_t bytes_of(Granule g) { return uint64_t{1} << static_cast<unsigned>(g); }

}  // namespace

uint64_t Space::random_address(uint64_t bytes) {
    const unsigned bits = world_.random.percent(25) ? std::min(bits_, 32u) : bits_;
    return world_.random.bits(bits) & ~(bytes - 1);
}

uint64_t PhysicalSpace::reserve(uint64_t bytes) {
    for (int i = 0; i < 64; ++i) {
        const uint64_t address = random_address(bytes);
        if (address != 0 && world_.memory.own(address, bytes)) return address;
    }
    return 0;
}

Tables::Tables(World& world, Space& space, const Shape& shape)
    : world_(world), space_(space), shape_(shape) {
    x_ = oracle::initial_x(shape.granule, shape.start, shape.tnsz);
    root_ = space_.reserve(std::max(uint64_t{1} << x_, uint64_t{64}));
}

/// With 52-bit addresses the upper bits are elsewhere in the descriptor.
uint64_t Tables::encode(uint64_t output, unsigned shift) const {
    using namespace oracle;
    uint64_t d = aligned(bits(output, 47, 0), shift);
    if (shape_.granule == Granule::K64) {
        if (shape_.features.lpa) d |= bits(output, 51, 48) << 12;
    } else if (shape_.features.ds) {
        d |= bits(output, 49, 48) << 48 | bits(output, 51, 50) << 8;
    }
    return d;
}

void Tables::write(uint64_t address, uint64_t descriptor) {
    space_.poke(address, descriptor);
    world_.descriptors.push_back(space_.physical(address));
}

uint64_t Tables::make_table() { return space_.reserve(bytes_of(shape_.granule)); }

void Tables::map(uint64_t input, int level, uint64_t output, uint64_t attributes) {
    const auto granule_shift = static_cast<unsigned>(shape_.granule);
    uint64_t table = root_;
    unsigned x = x_;
    for (int l = shape_.start;; ++l) {
        const uint64_t at = oracle::descriptor_address(shape_.granule, l, table, x, input);
        if (l == level) {
            if (shape_.features.ds && shape_.granule != Granule::K64)
                attributes &= ~uint64_t{0x300};
            write(at, attributes | encode(output, shift(level)) | (level == 3 ? 0b11 : 0b01));
            return;
        }
        const uint64_t d = space_.word(at);
        const bool is_table = (d & 0b11) == 0b11;
        // A block that is in the way goes, now and then.
        if (!is_table && (d & 1) != 0 && world_.random.percent(70)) return;
        if (!is_table) {
            const uint64_t next = make_table();
            uint64_t hierarchy = 0;
            if (!shape_.stage2 && world_.random.percent(20))
                hierarchy = world_.random.bits(4) << 59;
            write(at, hierarchy | encode(next, granule_shift) | 0b11);
            table = next;
        } else {
            table = 0;
            using namespace oracle;
            table = aligned(bits(d, 47, 12) << 12, granule_shift);
            if (shape_.granule == Granule::K64) {
                if (shape_.features.lpa) table |= bits(d, 15, 12) << 48;
            } else if (shape_.features.ds) {
                table |= bits(d, 49, 48) << 48 | bits(d, 9, 8) << 50;
            }
        }
        x = granule_shift;
    }
}

int Tables::random_level() {
    Random& random = world_.random;
    for (;;) {
        const int level = random.percent(65) ? 3 : random.percent(70) ? 2 : random.pick({0, 1});
        if (level < shape_.start) continue;
        if (level == 3 || oracle::has_blocks(shape_.granule, level, shape_.features)) return level;
    }
}

uint64_t Tables::random_leaf() {
    Random& random = world_.random;
    uint64_t d = 0;
    const auto set = [&](unsigned lo, uint64_t value) { d |= value << lo; };
    const unsigned httu = world_.features.httu;
    set(10, !random.percent(httu == 0 ? 5 : 20));                   // AF
    set(8, random.percent(4) ? 1 : random.pick({0u, 2u, 3u, 3u}));  // SH
    set(11, random.percent(70));                                    // nG
    if (!world_.well_behaved) set(52, random.percent(15));          // Contiguous
    set(51, random.percent(httu < 2 ? 20 : 50));                    // DBM
    if (random.percent(15)) set(55, random.bits(9));                // nothing looks at these
    if (shape_.stage2) {
        set(53, random.percent(85) ? 0 : random.bits(2));                 // XN
        set(6, random.percent(httu < 2 ? 85 : 50) ? 3 : random.bits(2));  // S2AP
        uint64_t memattr = shape_.forced_write_back ? random.pick({6u, 6u, 5u, 7u, 1u})
                                                    : random.pick({15u, 15u, 5u, 10u, 14u, 1u});
        if (random.percent(25)) memattr = random.bits(4);
        set(2, memattr);
        return d;
    }
    set(53, random.percent(80) ? 0 : random.bits(2));  // UXN, PXN
    set(6, random.percent(60) ? 1 : random.bits(2));   // AP
    set(2, random.bits(3));                            // AttrIndx
    if (random.percent(10)) set(5, 1);                 // NS
    return d;
}

uint64_t Tables::table_leaf() {
    Random& random = world_.random;
    if (random.percent(world_.wildness / 4 + 2)) return random_leaf();
    const unsigned httu = world_.features.httu;
    uint64_t d = random.percent(httu == 0 ? 3 : 12) ? 0 : 1 << 10;  // AF
    if (random.percent(httu < 2 ? 0 : 60)) d |= uint64_t{1} << 51;  // DBM
    d |= random.pick({0u, 2u, 3u}) << 8;                            // SH
    d |= random.pick({1u, 3u, 3u}) << 6;                            // S2AP
    if (random.percent(6)) return d | random.bits(2) << 2;          // Device
    return d | static_cast<uint64_t>(shape_.forced_write_back ? random.pick({6, 6, 5, 7})
                                                              : random.pick({15, 15, 5, 10, 11}))
                   << 2;
}

IntermediateSpace::IntermediateSpace(World& world, Space& behind, Tables& stage2, unsigned bits)
    : Space(world, std::min(bits, stage2.input_bits())), behind_(behind), stage2_(stage2) {
    const Shape& s = stage2.shape();
    if (s.start > 2 || !oracle::has_blocks(s.granule, 2, s.features) || world.random.percent(60))
        return;
    const uint64_t bytes = uint64_t{1} << stage2.shift(2);
    if (bits_ <= stage2.shift(2) + 1) return;
    block_pa_ = behind_.reserve(bytes);
    if (block_pa_ == 0) return;
    block_ipa_ = random_address(bytes);
    block_bytes_ = bytes;
    reserved_.emplace(block_ipa_, block_ipa_ + bytes);
    stage2_.map(block_ipa_, 2, block_pa_, stage2_.table_leaf());
}

uint64_t IntermediateSpace::reserve(uint64_t bytes) {
    if (block_bytes_ != 0 && world_.random.flip()) {
        const uint64_t at = (block_used_ + bytes - 1) & ~(bytes - 1);
        if (at + bytes <= block_bytes_) {
            block_used_ = at + bytes;
            return block_ipa_ + at;
        }
    }
    for (int i = 0; i < 64; ++i) {
        const uint64_t address = random_address(bytes);
        const auto next = reserved_.lower_bound(address);
        if (next != reserved_.end() && next->first < address + bytes) continue;
        if (next != reserved_.begin() && std::prev(next)->second > address) continue;
        reserved_.emplace(address, address + bytes);
        return address;
    }
    return 0;
}

uint64_t IntermediateSpace::physical(uint64_t address) {
    if (address - block_ipa_ < block_bytes_) return block_pa_ + (address - block_ipa_);
    const uint64_t page = bytes_of(stage2_.shape().granule);
    const auto [at, fresh] = pages_.try_emplace(address & ~(page - 1), 0);
    if (fresh) {
        at->second = behind_.reserve(page);
        stage2_.map(at->first, 3, at->second, stage2_.table_leaf());
    }
    return at->second | (address & (page - 1));
}

}  // namespace smmu::differential
