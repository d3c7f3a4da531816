// Shapes of tables that the features allow, and what they map: leaves of all sizes close together.
#include <algorithm>

#include "streams.h"

namespace smmu::differential {

using oracle::Granule;

bool Software::random_granule(Granule& g) {
    const core::Features& f = world_.features;
    std::vector<Granule> built;
    if (f.granule_4k) built.push_back(Granule::K4);
    if (f.granule_16k) built.push_back(Granule::K16);
    if (f.granule_64k) built.push_back(Granule::K64);
    g = world_.random.of(built);
    return true;
}

bool Software::stage1_shape(Shape& shape) {
    const core::Features& f = world_.features;
    Random& random = world_.random;
    random_granule(shape.granule);
    const bool k64 = shape.granule == Granule::K64;
    shape.features.ds = f.lpa2 && !k64 && random.percent(60);
    shape.features.lpa = f.output_address_bits >= 52;
    shape.features.ttst = f.small_tables;
    const bool wide = k64 || shape.features.ds;
    const unsigned min = f.virtual_address_bits > 48 && wide ? 12 : 16;
    const unsigned max = !f.small_tables ? 39 : k64 ? 47 : 48;
    shape.tnsz =
        random.percent(35) ? random.pick({min, 16u, 25u, 32u, max}) : random.between(min, max);
    shape.start = oracle::stage1_start_level(shape.granule, shape.tnsz);
    shape.out_bits = std::min(f.output_address_bits, wide ? 52u : 48u);
    return shape.start != oracle::no_level;
}

bool Software::stage2_shape(Shape& shape, unsigned& sl, unsigned& ps) {
    const core::Features& f = world_.features;
    Random& random = world_.random;
    shape.stage2 = true;
    shape.features.lpa = f.output_address_bits >= 52;
    shape.features.ttst = f.small_tables;
    for (int i = 0; i < 100; ++i) {
        random_granule(shape.granule);
        const bool k64 = shape.granule == Granule::K64;
        shape.features.ds = f.lpa2 && !k64 && random.percent(60);
        const bool wide = k64 || shape.features.ds;
        const unsigned min = std::max(wide ? 12u : 16u, 64 - f.output_address_bits);
        const unsigned max = !f.small_tables ? 39 : k64 ? 47 : 48;
        shape.tnsz =
            random.percent(60) ? std::min(max, min + random.small(4)) : random.between(min, max);
        sl = random.small(8);
        shape.start = oracle::stage2_start_level(shape.granule, sl, shape.tnsz, shape.features);
        if (shape.start == oracle::no_level) continue;
        constexpr unsigned sizes[] = {32, 36, 40, 42, 44, 48, 52};
        ps = random.percent(60) ? 7 : random.small(8);
        shape.out_bits =
            std::min({f.output_address_bits, wide ? 52u : 48u, ps < 7 ? sizes[ps] : 52u});
        return true;
    }
    return false;
}

uint64_t Software::random_output(unsigned bits) {
    Random& random = world_.random;
    return random.percent(5) ? random.bits(52) : random.bits(bits);
}

/// Where a cluster of leaves begins: anywhere, at the bottom or near the top.
uint64_t Software::random_base(unsigned input_bits) {
    Random& random = world_.random;
    const uint64_t top = uint64_t{1} << input_bits;
    if (random.percent(15)) return 0;
    if (!world_.bases.empty() && random.percent(30)) return random.of(world_.bases) & (top - 1);
    if (random.percent(20)) return top - (top >> random.between(1, 12));
    world_.bases.push_back(random.bits(input_bits));
    return world_.bases.back();
}

/// One leaf, or a run of them that the Contiguous bit joins as it should.
void Software::map(Tables& tables, uint64_t input, int level, uint64_t output) {
    const unsigned shift = tables.shift(level);
    const unsigned entries = oracle::contiguous_entries(tables.shape().granule, level);
    uint64_t leaf = tables.random_leaf();
    if (!world_.well_behaved || entries == 0 || entries > 32 || !world_.random.percent(8)) {
        tables.map(input, level, output, leaf);
        return;
    }
    const uint64_t run = (uint64_t{entries} << shift) - 1;
    leaf |= uint64_t{1} << 52;
    for (uint64_t i = 0; i < entries; ++i)
        tables.map((input & ~run) + (i << shift), level, (output & ~run) + (i << shift), leaf);
}

std::vector<Place> Software::fill_stage2(Tables& tables) {
    Random& random = world_.random;
    std::vector<Place> places;
    const uint64_t limit = (uint64_t{1} << tables.input_bits()) - 1;
    for (unsigned cluster = random.between(2, 3); cluster != 0; --cluster) {
        const uint64_t base = random_base(tables.input_bits());
        for (unsigned n = random.between(3, 7), i = 0; i < n; ++i) {
            const int level = tables.random_level();
            const unsigned shift = tables.shift(level);
            const uint64_t input = (base + (uint64_t{i} << shift)) & limit;
            map(tables, input, level, random_output(tables.shape().out_bits));
            places.push_back({0, input, shift});
        }
    }
    return places;
}

void Software::fill_stage1(Tables& tables, bool upper, const std::vector<Place>& ipas,
                           uint32_t substream, Stream& stream) {
    Random& random = world_.random;
    const uint64_t limit = (uint64_t{1} << tables.input_bits()) - 1;
    const uint64_t sign = upper ? ~limit : 0;
    for (unsigned cluster = random.between(1, 3); cluster != 0; --cluster) {
        const uint64_t base = random_base(tables.input_bits());
        for (unsigned n = random.between(3, 7), i = 0; i < n; ++i) {
            const int level = tables.random_level();
            const unsigned shift = tables.shift(level);
            const uint64_t size = uint64_t{1} << shift;
            uint64_t input = (base + (uint64_t{i} << shift)) & limit;
            uint64_t output = random_output(tables.shape().out_bits);
            if (!ipas.empty() && random.percent(85)) {
                // The part of the leaf that stage 2 maps is where the interest lies.
                output = ipas[random.below(ipas.size())].input;
                input = (input & ~(size - 1)) | (output & (size - 1) & limit);
            }
            map(tables, input, level, output);
            stream.places.push_back({substream, sign | input, shift});
        }
    }
}

/// The fields and the tables of one half of the VA space.
void Software::half(Words& cd, bool upper, const Shape& shape, Space& space,
                    const std::vector<Place>& ipas, uint32_t substream, Stream& stream) {
    Random& random = world_.random;
    Tables tables(world_, space, shape);
    constexpr unsigned tg0[] = {0, 2, 1}, tg1[] = {2, 1, 3};
    const unsigned g = (static_cast<unsigned>(shape.granule) - 12) / 2;
    const unsigned at = upper ? 16 : 0;
    cd.set(at + 5, at, shape.tnsz).set(at + 7, at + 6, upper ? tg1[g] : tg0[g]);
    if (random.percent(4))
        cd.set(at + 5, at, random.pick({11u, 12u, 15u, 16u, 39u, 40u, 47u, 48u, 49u}));
    cd.set(at + 13, at + 8, random.bits(6));  // IR, OR, SH
    const unsigned ttb = upper ? 132 : 68;
    cd.set(ttb + 47, ttb, tables.root() >> 4);
    if (random.percent(20)) cd.set(ttb, random.flip());  // below the alignment
    fill_stage1(tables, upper, ipas, substream, stream);
}

}  // namespace smmu::differential
