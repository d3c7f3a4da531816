// Transactions: near what is mapped, at corners, or anywhere.
#include "world.h"

namespace smmu::differential {

namespace {

oracle::Level random_level(Random& random) {
    oracle::Level l;
    l.cache =
        random.pick({oracle::Cache::NC, oracle::Cache::WT, oracle::Cache::WB, oracle::Cache::WB});
    l.ra = random.percent(75);
    l.wa = random.percent(75);
    l.tr = random.percent(20);
    return l;
}

/// Also inconsistent ones: what a master sends is not checked.
oracle::Attributes random_attributes(Random& random) {
    using namespace oracle;
    if (random.percent(50))
        return {Type::Normal,
                {Cache::WB, true, true, false},
                {Cache::WB, true, true, false},
                Share::NSH};
    Attributes a;
    if (random.percent(75))
        a.type = Type::Normal;
    else
        a.type = static_cast<Type>(random.small(4));
    a.inner = random_level(random);
    a.outer = random.flip() ? a.inner : random_level(random);
    a.share = static_cast<Share>(random.small(3));
    return a;
}

uint64_t corner(Random& random) {
    const uint64_t power = uint64_t{1} << random.small(64);
    switch (random.small(5)) {
        case 0: return power;
        case 1: return power - 1;
        case 2: return ~power + 1;
        case 3: return ~(power - 1) - 1;
        default: return random.flip() ? 0 : ~uint64_t{0};
    }
}

uint64_t near(Random& random, const Place& place) {
    const uint64_t size = uint64_t{1} << place.shift;
    switch (random.small(10)) {
        case 0: return (place.input & ~(size - 1)) + size + random.bits(12);
        case 1: return (place.input & ~(size - 1)) - 1 - random.bits(12);
        case 2: return (place.input & ~(size - 1)) | random.bits(place.shift);
        case 3: return place.input ^ uint64_t { 1 } << random.small(64);
        case 4: return (place.input & 0x00FF'FFFF'FFFF'FFFF) | random.bits(8) << 56;
        default: return (place.input & ~uint64_t{0xFFF}) | random.bits(12);
    }
}

/// Much the same once more; or the same address from another stream.
oracle::Access again(World& world, const oracle::Access& before) {
    Random& random = world.random;
    oracle::Access a = before;
    switch (random.small(7)) {
        case 6: {
            const Stream& other = random.of(world.streams);
            a.stream = other.id;
            a.ssv = !other.substreams.empty() && random.flip();
            if (a.ssv) a.substream = random.of(other.substreams);
            break;
        }
        case 0: a.write = !a.write; break;
        case 1: a.privileged = !a.privileged; break;
        case 2: a.address ^= random.bits(16); break;
        case 3: a.attributes = random_attributes(random); break;
        default: a.address = (a.address & ~uint64_t{0xFFF}) | random.bits(12); break;
    }
    return a;
}

oracle::Access fresh(World& world) {
    Random& random = world.random;
    oracle::Access a;
    a.write = random.percent(40);
    a.privileged = random.percent(40);
    a.instruction = random.percent(20);
    a.attributes = random_attributes(random);
    a.stream = static_cast<uint32_t>(random.flip() ? random.bits(20) : random.next());
    a.address = random.percent(50) ? random.next() : corner(random);
    if (world.streams.empty() || random.percent(3)) return a;

    const Stream& stream = random.of(world.streams);
    a.stream = stream.id;
    if (random.percent(2)) a.stream ^= 1u << random.small(32);
    if (!stream.places.empty() && random.percent(95)) {
        const Place& place = random.of(stream.places);
        a.address = near(random, place);
        a.substream = place.substream;
        a.ssv = !stream.substreams.empty() && random.percent(a.substream != 0 ? 95 : 50);
    }
    if (random.percent(3)) a.ssv = !a.ssv;
    if (random.percent(3))
        a.substream =
            random.flip() ? 1u << random.small(20) : static_cast<uint32_t>(random.bits(20));
    return a;
}

}  // namespace

oracle::Access random_access(World& world) {
    const bool repeat = !world.recent.empty() && !world.streams.empty() && world.random.percent(70);
    return repeat ? again(world, world.random.of(world.recent)) : fresh(world);
}

}  // namespace smmu::differential
