// Random features, accesses and memory.  What is "legal" here is only likely to be legal: the core
// decides, and both must happen often.
#include <algorithm>

#include "tests/core/fuzz.h"

namespace smmu::test {

using arch::Cd;
using arch::Ste;
using core::Purpose;

core::Features random_features(Random& random) {
    constexpr unsigned address_sizes[] = {32, 36, 40, 42, 44, 44, 44, 48, 48};
    core::Features f;
    f.stage2 = !random.one_in(16);
    f.stage1 = !f.stage2 || !random.one_in(16);
    f.forced_write_back = f.stage2 && random.flip();
    f.wide_asid = !random.one_in(8);
    f.wide_vmid = !random.one_in(8);
    f.effective_shareability_at_stage1 = random.flip();
    f.output_address_bits = random.pick(address_sizes);
    f.stream_id_bits = static_cast<unsigned>(random.below(33));
    f.two_level_stream_table = f.stream_id_bits >= 7 || random.flip();
    f.command_queue_log2 = static_cast<unsigned>(random.below(20));
    f.event_queue_log2 = static_cast<unsigned>(random.below(20));
    EXPECT_EQ(core::refuse(f), nullptr);
    return f;
}

core::Access random_access(Random& random) {
    core::Access a;
    a.stream.value = static_cast<uint32_t>(random.bits(static_cast<unsigned>(random.below(33))));
    a.substream_valid = random.one_in(32);
    a.substream.value = static_cast<uint32_t>(random.bits(20));
    a.write = random.flip();
    a.privileged = random.flip();
    a.instruction = random.one_in(4);

    const unsigned size = static_cast<unsigned>(random.below(65));
    const uint64_t limit = size == 64 ? 0 : uint64_t{1} << size;
    switch (random.below(8)) {
        case 0: a.address = random.next(); break;
        case 1: a.address = limit - 1 - random.below(16); break;
        case 2: a.address = limit + random.below(16); break;
        case 3: a.address = ~random.bits(48); break;  // the upper half
        case 4:
            a.address = random.next() << 56 | random.bits(36);  // a tag in the top byte
            break;
        default: a.address = random.bits(random.flip() ? 32 : 44); break;
    }

    const auto level = [&] {
        arch::CacheAttributes c{static_cast<arch::Cacheability>(random.below(3)), random.flip(),
                                random.flip(), random.one_in(4)};
        return c.policy == arch::Cacheability::NonCacheable ? arch::non_cacheable : c;
    };
    constexpr arch::Shareability shareabilities[] = {
        arch::Shareability::NonShareable, arch::Shareability::Outer, arch::Shareability::Inner};
    if (random.one_in(4))
        a.attributes = arch::device(static_cast<arch::MemoryType>(random.below(4)));
    else
        a.attributes = arch::normal(level(), level(), random.pick(shareabilities));
    return a;
}

core::Access random_neighbour(Random& random, const core::Access& of) {
    constexpr unsigned reach[] = {0, 12, 13, 21, 22, 30, 39, 64};
    core::Access a = random_access(random);
    a.stream = of.stream;
    a.address = of.address ^ random.bits(random.pick(reach));
    return a;
}

namespace {

/// Sets `field` to a value that is legal, most of the time.
template <class Record, class F>
void mostly(Random& random, Record& record, F field, typename F::type value) {
    if (!random.one_in(32)) record.set(field, value);
}

/// An address that is likely to lie within `bits`.
uint64_t address(Random& random, unsigned bits) {
    return random.bits(random.one_in(64) ? 56 : bits - (random.flip() ? 1 : 0));
}

Ste random_ste(Random& random, const core::Features& features) {
    using arch::SteConfig;
    constexpr SteConfig configs[] = {SteConfig::Abort, SteConfig::Bypass, SteConfig::S1,
                                     SteConfig::S1,    SteConfig::S2,     SteConfig::S2,
                                     SteConfig::S1S2,  SteConfig::S1S2,   SteConfig::S1S2};
    Ste s{};
    for (uint64_t& w : s.word) w = random.next();
    mostly(random, s, Ste::V, true);
    mostly(random, s, Ste::Config, random.pick(configs));
    mostly(random, s, Ste::S1STALLD, false);
    mostly(random, s, Ste::S2AA64, true);
    mostly(random, s, Ste::S2HA, false);
    mostly(random, s, Ste::S2HD, false);
    mostly(random, s, Ste::S2S, false);
    mostly(random, s, Ste::S2ENDI, false);
    mostly(random, s, Ste::S2TG, 0);
    mostly(random, s, Ste::S2PS, 0b101);
    s.set(Ste::S2PTW, random.one_in(8));
    if (!features.wide_vmid) mostly(random, s, Ste::S2VMID, uint16_t(random.bits(8)));
    // Start levels 2, 1, 0 resolve up to 34, 43, 48 bits with concatenated tables.
    const unsigned input_bits =
        25 + static_cast<unsigned>(random.below(features.output_address_bits - 24));
    const unsigned least = input_bits > 43 ? 2 : input_bits > 34 ? 1 : 0;
    const unsigned most = input_bits >= 40 ? 2 : input_bits >= 31 ? 1 : 0;
    mostly(random, s, Ste::S2T0SZ, uint8_t(64 - input_bits));
    mostly(random, s, Ste::S2SL0, uint8_t(random.flip() ? least : most));
    s.set(Ste::S2TTB, address(random, features.output_address_bits));
    s.set(Ste::S1ContextPtr, address(random, input_bits));
    return s;
}

Cd random_cd(Random& random, const core::Features& features) {
    Cd c{};
    for (uint64_t& w : c.word) w = random.next();
    mostly(random, c, Cd::V, true);
    mostly(random, c, Cd::AA64, true);
    mostly(random, c, Cd::S, false);
    mostly(random, c, Cd::HA, false);
    mostly(random, c, Cd::HD, false);
    mostly(random, c, Cd::ENDI, false);
    mostly(random, c, Cd::T0SZ, uint8_t(16 + random.below(random.one_in(4) ? 24 : 16)));
    mostly(random, c, Cd::T1SZ, uint8_t(16 + random.below(random.one_in(4) ? 24 : 16)));
    mostly(random, c, Cd::TG0, 0b00);
    mostly(random, c, Cd::TG1, 0b10);
    mostly(random, c, Cd::IPS, 0b101);
    c.set(Cd::EPD0, random.one_in(16)).set(Cd::EPD1, random.one_in(4));
    c.set(Cd::TTB0, address(random, 32)).set(Cd::TTB1, address(random, 32));
    if (!features.wide_asid) mostly(random, c, Cd::ASID, uint16_t(random.bits(8)));
    return c;
}

uint64_t random_descriptor(Random& random, const core::MemoryAccess& access,
                           const core::Features& features) {
    const auto usually = [&] { return !random.one_in(128); };
    const bool leaf = access.level == 3 || (access.level != 0 && random.one_in(4));
    uint64_t d = random.next() & 0xFFFF'0000'0000'0FFC;
    d |= address(random, random.one_in(8) ? features.output_address_bits : 31) &
         0x0000'FFFF'FFFF'F000;
    if (usually()) d |= 1;                                 // valid
    if ((access.level == 3) || !leaf) d |= 2;              // page or table
    if (leaf && usually()) d |= 1 << 10;                   // AF
    if (!leaf && usually()) d &= 0x07FF'FFFF'FFFF'FFFF;    // no hierarchical restrictions
    if (leaf && access.purpose == Purpose::Stage2Table) {  // S2AP
        if (access.on_behalf != arch::FaultClass::In && usually()) d |= 1 << 6;
    } else if (leaf && random.flip()) {
        d = (d | 1 << 6) & ~uint64_t{1 << 7};  // AP: read and write for all
    }
    return d;
}

}  // namespace

core::MemoryResult NoiseMemory::read(const core::MemoryAccess& access, uint64_t* words) {
    using Status = core::MemoryResult::Status;
    Random random(seed_ ^ access.address * 0xD6E8'FEB8'6659'FD93);
    if (random.one_in(256)) return {Status::Abort, access.address, {}};

    for (uint32_t i = 0; i < access.size / 8; ++i) words[i] = random.next();
    if (kind_ != Bytes) {
        if (access.purpose == Purpose::Ste) {
            const Ste s = random_ste(random, features_);
            std::copy(s.word, s.word + 8, words);
        } else if (access.purpose == Purpose::Cd) {
            const Cd c = random_cd(random, features_);
            std::copy(c.word, c.word + 8, words);
        } else if (access.purpose == Purpose::L1Std) {
            words[0] = random.next() << 5 | (random.one_in(8) ? random.below(32) : 7);  // 64 STEs
        } else if (kind_ == Structures) {
            words[0] = random_descriptor(random, access, features_);
        }
    }
    return {Status::Done, access.address, {}};
}

}  // namespace smmu::test
