// Builds a stream as software does: STE, CD and the tables of both stages, each at its own place.
#include "tests/support/builders.h"

#include <algorithm>

namespace smmu::test {

using arch::Cd;
using arch::DescriptorFormat;
using arch::Granule;
using arch::Ste;

namespace {

constexpr uint64_t guest_offset = 0x2000'0000;  ///< of the IPAs of an area from its PAs

uint64_t field(uint64_t value, unsigned hi, unsigned lo) {
    return value >> lo & ((uint64_t{2} << (hi - lo)) - 1);
}

/// Arm ARM D8.2.8 to D8.2.10: the largest TxSZ of each stage-1 start level, from level -1 on.
int stage1_start_level(unsigned txsz, Granule g) {
    constexpr unsigned largest[3][5] = {
        {15, 24, 33, 42, 48}, {0, 16, 27, 38, 48}, {0, 0, 21, 34, 47}};
    const auto& row = largest[g == Granule::K4 ? 0 : g == Granule::K16 ? 1 : 2];
    int level = -1;
    while (level < 3 && txsz > row[level + 1]) ++level;
    return level;
}

/// Tables D8-19, D8-29 and D8-38, by {S2SL0_2, S2SL0}.
int stage2_start_level(unsigned sl, Granule g) {
    constexpr int level[2][5] = {{2, 1, 0, 3, -1}, {3, 2, 1, 0, 0}};
    return level[g == Granule::K4 ? 0 : 1][sl];
}

uint8_t tg0(Granule g) { return g == Granule::K4 ? 0b00 : g == Granule::K16 ? 0b10 : 0b01; }
uint8_t tg1(Granule g) { return g == Granule::K4 ? 0b10 : g == Granule::K16 ? 0b01 : 0b11; }

uint64_t aligned(uint64_t address, uint64_t bytes) { return (address + bytes - 1) & ~(bytes - 1); }

Ste make_ste(arch::SteConfig config, uint64_t cd, uint64_t s2ttb, const Context::Shape& shape) {
    return Ste{}
        .set(Ste::V, true)
        .set(Ste::Config, config)
        .set(Ste::S1ContextPtr, cd)
        .set(Ste::S1CIR, 0b01)
        .set(Ste::S1COR, 0b01)
        .set(Ste::S1CSH, 0b11)
        .set(Ste::SHCFG, 0b01)
        .set(Ste::S2VMID, 0x0A0B)
        .set(Ste::S2T0SZ, static_cast<uint8_t>(shape.s2t0sz))
        .set(Ste::S2SL0, static_cast<uint8_t>(shape.s2sl0 & 0b11))
        .set(Ste::S2SL0_2, (shape.s2sl0 & 0b100) != 0)
        .set(Ste::S2DS, shape.stage2.lpa2)
        .set(Ste::S2TG, tg0(shape.stage2.granule))
        .set(Ste::S2IR0, 0b01)
        .set(Ste::S2OR0, 0b01)
        .set(Ste::S2SH0, 0b11)
        .set(Ste::S2PS, shape.stage2.lpa2 || shape.stage2.lpa ? 0b110 : 0b101)
        .set(Ste::S2AA64, true)
        .set(Ste::S2R, true)
        .set(Ste::S2TTB, s2ttb);
}

Cd make_cd(uint64_t ttb0, const Context::Shape& shape) {
    return Cd{}
        .set(Cd::V, true)
        .set(Cd::AA64, true)
        .set(Cd::T0SZ, static_cast<uint8_t>(shape.t0sz))
        .set(Cd::TG0, tg0(shape.stage1.granule))
        .set(Cd::DS, shape.stage1.lpa2)
        .set(Cd::IR0, 0b01)
        .set(Cd::OR0, 0b01)
        .set(Cd::SH0, 0b11)
        .set(Cd::EPD1, true)
        .set(Cd::IPS, shape.stage1.lpa2 || shape.stage1.lpa ? 0b110 : 0b101)
        .set(Cd::R, true)
        .set(Cd::A, true)
        .set(Cd::ASID, 0x0C0D)
        .set(Cd::TTB0, ttb0)
        .set(Cd::MAIR, test_mair);
}

}  // namespace

// --- Tables

/// Arm ARM D8.3.1: OA[51:50] in bits [9:8] and OA[49:48] in place with 52-bit addresses of the
/// smaller granules, OA[51:48] in bits [15:12] with 64KB.
uint64_t Layout::encode(uint64_t address) const {
    const uint64_t low = address & 0x0000'FFFF'FFFF'F000;
    if (format.lpa2) return low | field(address, 49, 48) << 48 | field(address, 51, 50) << 8;
    return format.lpa ? low | field(address, 51, 48) << 12 : low;
}

uint64_t Layout::decode(uint64_t descriptor) const {
    const uint64_t low = field(descriptor, 47, page_shift()) << page_shift();
    if (format.lpa2) return low | field(descriptor, 49, 48) << 48 | field(descriptor, 9, 8) << 50;
    return format.lpa ? low | field(descriptor, 15, 12) << 48 : low;
}

Tables::Tables(FakeMemory& memory, Allocate allocate, Layout layout)
    : memory_(memory), allocate_(std::move(allocate)), layout_(layout) {
    const uint64_t bytes = uint64_t{8} << (layout.input_bits - layout.shift(layout.start_level));
    root_ = allocate_(std::max(bytes, layout.page_bytes()));
    places_[root_.address] = root_.physical;
}

uint64_t Tables::slot(uint64_t input, int level) {
    uint64_t table = root_.physical;
    for (int l = layout_.start_level;; ++l) {
        const uint64_t at = table + 8 * index(input, l);
        if (l == level) return at;
        if (!(memory_.word(at) & 1)) {
            const Place p = allocate_(layout_.page_bytes());
            places_[p.address] = p.physical;
            memory_.poke(at, layout_.encode(p.address) | 0b11);
        }
        table = places_.at(layout_.decode(memory_.word(at)));
    }
}

/// The start table takes all bits that are left: it may be short, or several tables in a row.
uint64_t Tables::index(uint64_t input, int level) const {
    const unsigned shift = layout_.shift(level);
    const unsigned above =
        level == layout_.start_level ? layout_.input_bits : shift + layout_.page_shift() - 3;
    return field(input, above - 1, shift);
}

// --- Context

Context::Context(FakeMemory& m, arch::SteConfig config, uint64_t area, Shape shape)
    : memory(m),
      next_physical(area),
      next_ipa(shape.first_ipa != 0 ? shape.first_ipa : area + guest_offset),
      nested(has_stage2(config)),
      stage2(
          m, [this](uint64_t bytes) { return take(bytes); },
          {64 - shape.s2t0sz, stage2_start_level(shape.s2sl0, shape.stage2.granule), shape.stage2}),
      stage1(m, [this](uint64_t bytes) { return allocate_stage1(bytes); },
             {64 - shape.t0sz, stage1_start_level(shape.t0sz, shape.stage1.granule), shape.stage1}),
      cd_place(allocate_stage1(arch::page_bytes)),
      ste(make_ste(config, cd_place.address, stage2.root(), shape)),
      cd(make_cd(stage1.root(), shape)) {
    write_cd();
}

void Context::use_ttb1() {
    cd.set(Cd::EPD1, false).set(Cd::T1SZ, cd[Cd::T0SZ]).set(Cd::TTB1, cd[Cd::TTB0]);
    cd.set(Cd::TG1, tg1(stage1.layout().format.granule));
    cd.set(Cd::IR1, cd[Cd::IR0]).set(Cd::OR1, cd[Cd::OR0]).set(Cd::SH1, cd[Cd::SH0]);
}

Place Context::take(uint64_t bytes) {
    const uint64_t address = aligned(next_physical, bytes);
    next_physical = address + bytes;
    memory.clear(address, bytes);
    return {address, address};
}

Place Context::allocate_stage1(uint64_t bytes) {
    if (!nested) return take(bytes);
    const uint64_t page = stage2.layout().page_bytes();
    bytes = std::max(bytes, page);
    const uint64_t ipa = aligned(next_ipa, bytes);
    next_ipa = ipa + bytes;
    const Place p = take(bytes);
    for (uint64_t offset = 0; offset < bytes; offset += page)
        stage2.map(ipa + offset, p.physical + offset, stage2_leaf());
    return {ipa, p.physical};
}

}  // namespace smmu::test
