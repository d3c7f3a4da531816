// Builds a stream as software does: STE, CD and the tables of both stages, each at its own place.
#include "tests/support/builders.h"

namespace smmu::test {

using arch::Cd;
using arch::Ste;

namespace {

constexpr uint64_t guest_offset = 0x2000'0000;  ///< of the IPAs of an area from its PAs

int stage1_start_level(unsigned t0sz) { return t0sz <= 24 ? 0 : t0sz <= 33 ? 1 : 2; }

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
        .set(Ste::S2SL0, static_cast<uint8_t>(shape.s2sl0))
        .set(Ste::S2IR0, 0b01)
        .set(Ste::S2OR0, 0b01)
        .set(Ste::S2SH0, 0b11)
        .set(Ste::S2PS, 0b101)
        .set(Ste::S2AA64, true)
        .set(Ste::S2R, true)
        .set(Ste::S2TTB, s2ttb);
}

Cd make_cd(uint64_t ttb0, const Context::Shape& shape) {
    return Cd{}
        .set(Cd::V, true)
        .set(Cd::AA64, true)
        .set(Cd::T0SZ, static_cast<uint8_t>(shape.t0sz))
        .set(Cd::IR0, 0b01)
        .set(Cd::OR0, 0b01)
        .set(Cd::SH0, 0b11)
        .set(Cd::EPD1, true)
        .set(Cd::IPS, 0b101)
        .set(Cd::R, true)
        .set(Cd::A, true)
        .set(Cd::ASID, 0x0C0D)
        .set(Cd::TTB0, ttb0)
        .set(Cd::MAIR, test_mair);
}

}  // namespace

Context::Context(FakeMemory& m, arch::SteConfig config, uint64_t area, Shape shape)
    : memory(m),
      next_physical(area),
      next_ipa(area + guest_offset),
      nested(has_stage2(config)),
      stage2(
          m, [this](uint64_t bytes) { return take(bytes); }, 64 - shape.s2t0sz,
          2 - static_cast<int>(shape.s2sl0)),
      stage1(
          m, [this](uint64_t bytes) { return allocate_stage1(bytes); }, 64 - shape.t0sz,
          stage1_start_level(shape.t0sz)),
      cd_place(allocate_stage1(arch::page_bytes)),
      ste(make_ste(config, cd_place.address, stage2.root(), shape)),
      cd(make_cd(stage1.root(), shape)) {
    write_cd();
}

Place Context::take(uint64_t bytes) {
    const uint64_t address = aligned(next_physical, bytes);
    next_physical = address + bytes;
    memory.clear(address, bytes);
    return {address, address};
}

Place Context::allocate_stage1(uint64_t bytes) {
    if (!nested) return take(bytes);
    const uint64_t ipa = aligned(next_ipa, bytes);
    next_ipa = ipa + bytes;
    const Place p = take(bytes);
    for (uint64_t offset = 0; offset < bytes; offset += arch::page_bytes)
        stage2.map(ipa + offset, p.physical + offset, stage2_leaf());
    return {ipa, p.physical};
}

}  // namespace smmu::test
