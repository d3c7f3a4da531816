// Random structures and tables.  What is "legal" here is only likely to be legal: the core decides,
// and both must happen often.
#include <algorithm>
#include <array>

#include "tests/core/fuzz.h"

namespace smmu::test {

using arch::Cd;
using arch::Granule;
using arch::Ste;
using core::Features;
using core::Purpose;

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

Granule random_granule(Random& random, const Features& f) {
    std::array<Granule, 3> built{};
    unsigned n = 0;
    if (f.granule_4k) built[n++] = Granule::K4;
    if (f.granule_16k) built[n++] = Granule::K16;
    if (f.granule_64k) built[n++] = Granule::K64;
    return built[random.below(n)];
}
constexpr uint8_t tg0(Granule g) { return g == Granule::K4 ? 0 : g == Granule::K64 ? 1 : 2; }
constexpr uint8_t tg1(Granule g) { return g == Granule::K16 ? 1 : g == Granule::K4 ? 2 : 3; }

/// The stall bit of a CD or STE.
bool random_stall(Random& random, const Features& f) {
    return f.must_stall() || (f.can_stall() && random.one_in(4));
}

/// {S2SL0_2, S2SL0} and S2T0SZ that go together (VTCR_EL2.{SL2, SL0}, T0SZ).
struct Stage2Size {
    unsigned code, input_bits;
};
Stage2Size random_stage2_size(Random& random, const Features& f, Granule g, bool ds) {
    // Start levels 3, 2, 1, 0, -1; -1 of no granule but 4 KB.
    constexpr unsigned codes[3][5] = {{3, 0, 1, 2, 4}, {0, 1, 2, 3, 0}, {0, 1, 2, 0, 0}};
    const unsigned row = g == Granule::K4 ? 0 : g == Granule::K16 ? 1 : 2;
    const unsigned levels = (g == Granule::K4 ? 4u : 3u) + (ds && g != Granule::K64 ? 1u : 0u);
    unsigned up = static_cast<unsigned>(random.below(levels));
    if (g == Granule::K4 && up == 0 && !f.small_tables) up = 1;
    while (arch::level_shift(3 - static_cast<int>(up), g) >= f.output_address_bits) --up;
    const unsigned lowest = arch::level_shift(3 - static_cast<int>(up), g) + 1;
    const unsigned highest = std::min(lowest + arch::level_bits(g) + 3, f.output_address_bits);
    const unsigned from = std::max(lowest, 25u);
    const unsigned bits =
        from >= highest ? highest : from + static_cast<unsigned>(random.below(highest - from + 1));
    return {codes[row][up], bits};
}

Ste random_ste(Random& random, const Features& features, std::optional<Granule> only) {
    using arch::SteConfig;
    constexpr SteConfig configs[] = {SteConfig::Abort, SteConfig::Bypass, SteConfig::S1,
                                     SteConfig::S1,    SteConfig::S2,     SteConfig::S2,
                                     SteConfig::S1S2,  SteConfig::S1S2,   SteConfig::S1S2};
    const Granule granule = only ? *only : random_granule(random, features);
    Ste s{};
    for (uint64_t& w : s.word) w = random.next();
    mostly(random, s, Ste::V, true);
    mostly(random, s, Ste::Config, random.pick(configs));
    mostly(random, s, Ste::S1STALLD, false);
    mostly(random, s, Ste::STRW, random.flip() ? 0b00 : 0b10);
    mostly(random, s, Ste::S1CDMax,
           uint8_t(random.flip() ? 0 : random.below(features.substream_id_bits + 1)));
    if (!features.two_level_cd_table) mostly(random, s, Ste::S1Fmt, arch::S1Format::Linear);
    mostly(random, s, Ste::S2AA64, true);
    mostly(random, s, Ste::S2HA, features.httu >= 1 && random.flip());
    mostly(random, s, Ste::S2HD, features.httu >= 2 && random.flip());
    mostly(random, s, Ste::S2S, random_stall(random, features));
    mostly(random, s, Ste::S2ENDI, false);
    if (only || !random.one_in(32)) s.set(Ste::S2TG, tg0(granule));
    mostly(random, s, Ste::S2PS, features.output_address_bits == 52 ? 0b110 : 0b101);
    s.set(Ste::S2PTW, random.one_in(8));
    if (!features.wide_vmid) mostly(random, s, Ste::S2VMID, uint16_t(random.bits(8)));
    const auto size = random_stage2_size(random, features, granule, features.lpa2 && s[Ste::S2DS]);
    mostly(random, s, Ste::S2T0SZ, uint8_t(64 - size.input_bits));
    mostly(random, s, Ste::S2SL0, uint8_t(size.code & 3));
    mostly(random, s, Ste::S2SL0_2, (size.code & 4) != 0);
    s.set(Ste::S2TTB, address(random, features.output_address_bits));
    s.set(Ste::S1ContextPtr, address(random, size.input_bits));
    return s;
}

/// T0SZ or T1SZ.
uint8_t random_txsz(Random& random, const Features& f) {
    if (f.virtual_address_bits == 52 && random.one_in(4)) return uint8_t(12 + random.below(4));
    return uint8_t(16 + random.below(random.one_in(4) ? 24 : 16));
}

Cd random_cd(Random& random, const Features& features, std::optional<Granule> only) {
    const Granule low = only ? *only : random_granule(random, features);
    const Granule high = only ? *only : random_granule(random, features);
    Cd c{};
    for (uint64_t& w : c.word) w = random.next();
    mostly(random, c, Cd::V, true);
    mostly(random, c, Cd::AA64, true);
    mostly(random, c, Cd::S, random_stall(random, features));
    if (features.always_abort) mostly(random, c, Cd::A, true);
    mostly(random, c, Cd::HA, features.httu >= 1 && random.flip());
    mostly(random, c, Cd::HD, features.httu >= 2 && random.flip());
    mostly(random, c, Cd::ENDI, false);
    mostly(random, c, Cd::T0SZ, random_txsz(random, features));
    mostly(random, c, Cd::T1SZ, random_txsz(random, features));
    if (only || !random.one_in(32)) c.set(Cd::TG0, tg0(low)).set(Cd::TG1, tg1(high));
    mostly(random, c, Cd::IPS, features.output_address_bits == 52 ? 0b110 : 0b101);
    c.set(Cd::EPD0, random.one_in(16)).set(Cd::EPD1, random.one_in(4));
    c.set(Cd::E0PD0, random.one_in(8)).set(Cd::E0PD1, random.one_in(8));
    c.set(Cd::TTB0, address(random, 32)).set(Cd::TTB1, address(random, 32));
    if (!features.wide_asid) mostly(random, c, Cd::ASID, uint16_t(random.bits(8)));
    return c;
}

arch::L1Cd random_l1cd(Random& random, const Features& features) {
    arch::L1Cd d{{random.next()}};
    mostly(random, d, arch::L1Cd::V, true);
    return d.set(arch::L1Cd::L2Ptr, address(random, std::min(features.output_address_bits, 36u)));
}

/// The Contiguous bit, 52, is left to the caller.
uint64_t random_descriptor(Random& random, const core::MemoryAccess& access,
                           const Features& features, std::optional<Granule> only) {
    const auto usually = [&] { return !random.one_in(128); };
    // Blocks at level 1 of large granules, and at level 0, exist with wide addresses only.
    const bool high_level = access.level <= 0 || (access.level == 1 && only != Granule::K4);
    const bool leaf =
        access.level == 3 || (access.level >= 0 && random.one_in(high_level ? 16 : 4));
    uint64_t d = random.next() & 0xFFEF'0000'0000'0FFC;
    d |= address(random, random.one_in(8) ? features.output_address_bits : 31) &
         0x0000'FFFF'FFFF'F000;
    if (features.lpa2 && !random.one_in(8)) d &= ~uint64_t{0x0003'0000'0000'0300};  // OA[51:48]
    if (features.output_address_bits == 52 && !random.one_in(8)) d &= ~uint64_t{0xF000};
    if (usually()) d |= 1;  // valid
    if (access.level == 3 || !leaf)
        d |= 2;  // page or table
    else
        d &= ~uint64_t{2};
    if (leaf && !(features.httu != 0 ? random.one_in(4) : random.one_in(128))) d |= 1 << 10;  // AF
    if (!leaf && usually()) d &= 0x07FF'FFFF'FFFF'FFFF;    // no hierarchical restrictions
    if (leaf && access.purpose == Purpose::Stage2Table) {  // S2AP
        if (access.on_behalf != arch::FaultClass::In && usually()) d |= 1 << 6;
    } else if (leaf && random.flip()) {
        d = (d | 1 << 6) & ~uint64_t{1 << 7};  // AP: read and write for all
    }
    return d;
}

bool is_table_entry(const core::MemoryAccess& a) {
    return a.purpose == Purpose::Stage1Table || a.purpose == Purpose::Stage2Table;
}

}  // namespace

/// The descriptors that the Contiguous bit joins with this one.
struct NoiseMemory::Run {
    uint64_t first = 0;  ///< address of the first of them; what is random depends on it
    uint64_t index = 0;  ///< of this one among them
    unsigned shift = 0;  ///< log2 of their number; 0: there is only this one
};

NoiseMemory::NoiseMemory(uint64_t seed, Kind kind, const Features& features)
    : seed_(seed), kind_(kind), features_(features) {
    Random random(seed);
    if (kind == Structures && random.flip()) granule_ = random_granule(random, features);
}

NoiseMemory::Run NoiseMemory::run_of(const core::MemoryAccess& a) const {
    Run run{a.address, 0, 0};
    if (!granule_ || !is_table_entry(a) || !arch::may_be_contiguous(a.level, *granule_)) return run;
    const unsigned shift = arch::contiguous_shift(a.level, *granule_);
    const uint64_t first = a.address >> (shift + 3) << (shift + 3);
    if (!Random(seed_ ^ first * 0xBF58'476D'1CE4'E5B9).one_in(4)) return run;
    return {first, (a.address - first) / 8, shift};
}

void NoiseMemory::structure(Random& random, const core::MemoryAccess& access,
                            uint64_t* words) const {
    if (access.purpose == Purpose::Ste) {
        const Ste s = random_ste(random, features_, granule_);
        std::copy(s.word, s.word + 8, words);
    } else if (access.purpose == Purpose::Cd) {
        const Cd c = random_cd(random, features_, granule_);
        std::copy(c.word, c.word + 8, words);
    } else if (access.purpose == Purpose::L1Cd) {
        words[0] = random_l1cd(random, features_).word[0];
    } else if (access.purpose == Purpose::L1Std) {
        words[0] = random.next() << 5 | (random.one_in(8) ? random.below(32) : 7);  // 64 STEs
    } else if (kind_ == Structures) {
        words[0] = random_descriptor(random, access, features_, granule_);
    } else {
        words[0] &= ~(uint64_t{1} << 52);  // no runs: their other members would be random too
    }
}

core::MemoryResult NoiseMemory::read(const core::MemoryAccess& access, uint64_t* words) {
    using Status = core::MemoryResult::Status;
    const Run run = run_of(access);
    Random random(seed_ ^ run.first * 0xD6E8'FEB8'6659'FD93);
    if (random.one_in(256)) return {Status::Abort, access.address};

    for (uint32_t i = 0; i < access.size / 8; ++i) words[i] = random.next();
    if (kind_ != Bytes) structure(random, access, words);
    if (run.shift != 0 && (access.level == 3 || (words[0] & 2) == 0)) {  // leaves side by side
        const unsigned size = arch::level_shift(access.level, *granule_);
        words[0] &= ~(((uint64_t{1} << run.shift) - 1) << size);
        words[0] |= run.index << size | uint64_t{1} << 52;
    }
    if (const auto updated = updates_.find(view(access)); updated != updates_.end())
        words[0] = updated->second;
    return {Status::Done, access.address};
}

core::MemoryResult NoiseMemory::write(const core::MemoryAccess& access, const uint64_t*) {
    ADD_FAILURE() << "a translation writes nothing";
    return {core::MemoryResult::Status::Done, access.address};
}

core::MemoryResult NoiseMemory::compare_and_swap(const core::MemoryAccess& access,
                                                 uint64_t expected, uint64_t desired,
                                                 uint64_t& found) {
    using Status = core::MemoryResult::Status;
    if (Random(seed_ ^ run_of(access).first * 0x94D0'49BB'1331'11EB).one_in(64))
        return {Status::Abort, access.address};
    const core::MemoryResult result = read(access, &found);
    if (result.done() && found == expected) updates_[view(access)] = desired;
    return result;
}

}  // namespace smmu::test
