// Random structures, tables and accesses: no content of memory makes the SMMU hang, leave its
// address range, report what did not happen, or depend on what is cached.
#include <algorithm>

#include "tests/core/fuzz.h"

namespace smmu::test {
namespace {

using arch::EventId;
using core::Access;

/// Registers as random software leaves them: mostly enabled, with a Stream table that exists.
void configure(Random& random, core::RegisterFile& registers, const core::Features& features) {
    const uint64_t log2size = random.one_in(16) ? random.bits(6) : features.stream_id_bits;
    registers.write(arch::StrtabBase::offset, 8, random.next());
    registers.write(arch::StrtabBaseCfg::offset, 4, (random.next() & 0x3'07C0) | log2size);
    registers.write(arch::Cr1::offset, 4, random.next());
    registers.write(arch::Cr2::offset, 4, random.next());
    registers.write(arch::Gbpa::offset, 4, 0x8000'0000 | random.next());
    registers.write(arch::Cr0::offset, 4, random.one_in(32) ? 0 : 1);
    registers.acknowledge_control();
}

/// Random everything; what was seen at the end says how far it came.
Invariants::Seen run(uint64_t seed, unsigned count, NoiseMemory::Kind kind) {
    core::Features features;
    Invariants invariants(features);
    cases(seed, count, [&](Random& random) {
        features = random_features(random);
        core::RegisterFile registers(features);
        configure(random, registers, features);
        NoiseMemory memory(random.next(), kind, features);
        Access a = random_access(random);
        if (!random.one_in(16))  // in range of the Stream table, then
            a.stream.value &= (uint32_t{1} << std::min(6u, features.stream_id_bits)) - 1;
        // Random descriptors make runs of the Contiguous bit whose members contradict each other: then
        // a cached translation of one may answer for another (Arm ARM R_JQQTC).
        const Access neighbour = kind == NoiseMemory::Bytes ? a : random_neighbour(random, a);
        invariants.check(registers, a, neighbour, memory);
    });
    return invariants.seen;
}

TEST(Fuzz, RandomBytes) {
    const auto seen = run(0x1000'0000, 10'000, NoiseMemory::Bytes);
    for (const EventId id : {EventId::C_BAD_STREAMID, EventId::F_STE_FETCH, EventId::C_BAD_STE})
        EXPECT_TRUE(seen.events.count(id)) << unsigned(uint8_t(id));
}

TEST(Fuzz, RandomTables) {
    const auto seen = run(0x1800'0000, 10'000, NoiseMemory::Tables);
    for (const EventId id : {EventId::F_TRANSLATION, EventId::F_ADDR_SIZE})
        EXPECT_TRUE(seen.events.count(id)) << unsigned(uint8_t(id));
}

TEST(Fuzz, RandomStructures) {
    const auto seen = run(0x2000'0000, 150'000, NoiseMemory::Structures);
    EXPECT_EQ(seen.actions.size(), 4u);
    EXPECT_EQ(seen.events.size(), 12u);
    EXPECT_EQ(seen.classes.size(), 3u);
    EXPECT_GT(seen.most_accesses, 36u) << "nested walks of five levels, updates, 2-level CDs";
    EXPECT_GT(seen.updates, 1000u);
    EXPECT_GE(seen.shifts.size(), 11u);
    EXPECT_GT(seen.hits, 5000u);
    EXPECT_GT(seen.neighbour_hits, 1000u);
}

}  // namespace
}  // namespace smmu::test
