// What can happen to a structure or a descriptor: bits flip, a field takes another value, garbage.
#include "world.h"

namespace smmu::differential {

namespace {

struct FieldRange {
    unsigned hi, lo;
};

/// Fields whose every value means something.
constexpr FieldRange ste_fields[] = {
    {0, 0},     {3, 1},     {5, 4},     {55, 40},   {63, 59},   {65, 64},   {71, 66},   {89, 89},
    {91, 91},   {93, 92},   {95, 94},   {100, 96},  {104, 101}, {109, 108}, {113, 112}, {115, 114},
    {143, 136}, {165, 160}, {167, 166}, {173, 168}, {175, 174}, {178, 176}, {179, 179}, {180, 180},
    {181, 181}, {182, 182}, {184, 183}, {185, 185}, {186, 186}, {194, 194}, {195, 195}, {243, 228}};
constexpr FieldRange cd_fields[] = {
    {5, 0},     {7, 6},     {13, 8},    {14, 14},   {15, 15},  {21, 16}, {23, 22},   {29, 24},
    {30, 30},   {31, 31},   {34, 32},   {35, 35},   {36, 36},  {39, 38}, {40, 40},   {41, 41},
    {43, 42},   {44, 44},   {46, 45},   {47, 47},   {63, 56},  {66, 65}, {115, 100}, {123, 123},
    {130, 129}, {179, 164}, {186, 186}, {223, 192}, {255, 224}};

void put(std::vector<uint64_t>& words, FieldRange f, uint64_t value) {
    const uint64_t mask = oracle::bits(~uint64_t{0}, f.hi - f.lo, 0) << f.lo % 64;
    uint64_t& w = words[f.lo / 64];
    w = (w & ~mask) | (value << f.lo % 64 & mask);
}

/// Sizes just inside and just outside what some features allow.
uint64_t field_value(Random& random, FieldRange f) {
    const bool size = f.hi - f.lo == 5 && (f.lo == 0 || f.lo == 16 || f.lo == 160);
    if (!size || random.percent(30)) return random.next();
    return random.pick({11u, 12u, 15u, 16u, 39u, 40u, 47u, 48u, 49u});
}

void flip_bits(Random& random, std::vector<uint64_t>& words) {
    for (unsigned n = random.between(1, 3); n != 0; --n)
        random.of(words) ^= uint64_t{1} << random.small(64);
}

void change_field(Random& random, Structure::Kind kind, std::vector<uint64_t>& words) {
    FieldRange f{};
    switch (kind) {
        case Structure::Kind::L1Std:
            f = random.percent(70) ? FieldRange{4, 0} : FieldRange{55, 48};
            break;
        case Structure::Kind::L1Cd:
            f = random.percent(70) ? FieldRange{0, 0} : FieldRange{55, 44};
            break;
        case Structure::Kind::Ste: f = random.of(ste_fields); break;
        case Structure::Kind::Cd: f = random.of(cd_fields); break;
    }
    put(words, f, field_value(random, f));
}

/// Software starts to watch a page again: not accessed, clean, or both.
void age(Random& random, uint64_t& descriptor) {
    constexpr uint64_t af = uint64_t{1} << 10, dbm = uint64_t{1} << 51, dirty = uint64_t{1} << 7;
    const unsigned what = random.between(1, 3);
    if ((what & 1) != 0) descriptor &= ~af;
    if ((what & 2) != 0) descriptor = (descriptor | dbm) ^ dirty;
}

/// Puts an earlier change right again.
Change undo(World& world) {
    const Change done = world.changes.back();
    world.changes.pop_back();
    Change c = done;
    for (unsigned i = 0; i < done.before.size(); ++i) {
        c.before[i] = world.memory.word(done.address + 8 * i);
        world.memory.poke(done.address + 8 * i, done.before[i]);
        if (!world.well_behaved) world.memory.repair(done.address + 8 * i);
    }
    return c;
}

/// What to change; false if there is nothing.
bool choose(World& world, Change& c) {
    Random& random = world.random;
    c.is_structure = world.descriptors.empty() || random.percent(45);
    if (!world.hot.empty() && random.percent(60)) {
        c.address = random.of(world.hot);
        c.is_structure = false;
        for (const Structure& s : world.structures)
            if (s.address == c.address) {
                c.is_structure = true;
                c.structure = s;
            }
        return true;
    }
    if (!c.is_structure) {
        c.address = random.of(world.descriptors);
        return true;
    }
    if (world.structures.empty()) return false;
    c.structure = random.of(world.structures);
    c.address = c.structure.address;
    return true;
}

}  // namespace

Change change_something(World& world) {
    Random& random = world.random;
    if (!world.changes.empty() && random.percent(world.wildness >= 15 ? 25 : 48))
        return undo(world);
    Change c;
    if (!choose(world, c)) return c;
    const unsigned words = c.is_structure ? c.structure.words : 1;
    for (unsigned i = 0; i < words; ++i) c.before.push_back(world.memory.word(c.address + 8 * i));

    std::vector<uint64_t> after = c.before;
    if (!world.well_behaved && random.percent(12))
        world.memory.abort_at(c.address + 8 * random.small(words));
    if (!world.well_behaved && !c.is_structure && random.percent(20))
        world.memory.make_read_only(c.address);
    if (random.percent(3))
        for (uint64_t& w : after) w = random.next();
    else if (c.is_structure && random.percent(65))
        change_field(random, c.structure.kind, after);
    else if (!c.is_structure && random.percent(world.features.httu == 0 ? 5 : 50))
        age(random, after[0]);
    else
        flip_bits(random, after);
    for (unsigned i = 0; i < words; ++i) world.memory.poke(c.address + 8 * i, after[i]);
    world.changes.push_back(c);
    return c;
}

}  // namespace smmu::differential
