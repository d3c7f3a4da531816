// Making devices forget the translations that they keep themselves (ATS).  Arm IHI 0070 G.b, 3.9,
// 4.5.1: after the SMMU's own TLBs, with a CMD_SYNC in between.
#pragma once
#include "smmuv3/arch/cmd.h"
#include "smmuv3/arch/desc.h"
#include "smmuv3/arch/types.h"

namespace smmu::sw::ats {

/// Whose translations: a stream, and with `valid` one PASID of it.
struct Requester {
    arch::StreamId stream{0};
    arch::SubstreamId substream{0};
    bool valid = false;
};

constexpr arch::Command atc_inv_command(const Requester& who, uint64_t address, uint8_t size) {
    using arch::AtcInv;
    return arch::view<arch::Command>(arch::command<AtcInv>(arch::Opcode::ATC_INV)
                                         .set(AtcInv::SSV, who.valid)
                                         .set(AtcInv::SubstreamID, who.substream.value)
                                         .set(AtcInv::StreamID, who.stream.value)
                                         .set(AtcInv::Size, size)
                                         .set(AtcInv::Address, address));
}

/// AtcInv::Size of the whole address space.
constexpr uint8_t everything = 52;

constexpr arch::Command forget_all(const Requester& who) {
    return atc_inv_command(who, 0, everything);
}

/// The smallest aligned power of two of 4 KiB pages that holds the range: pages 7 to 10 are 0 to 15.
/// `size` is not 0, and the range does not wrap.
constexpr arch::Command forget_range(const Requester& who, uint64_t address, uint64_t size) {
    const uint64_t first = address >> arch::page_shift;
    const uint64_t last = (address + size - 1) >> arch::page_shift;
    uint8_t log2pages = 0;
    while (first >> log2pages != last >> log2pages) ++log2pages;
    if (log2pages >= everything) return forget_all(who);
    return atc_inv_command(who, (first >> log2pages) << (log2pages + arch::page_shift), log2pages);
}

}  // namespace smmu::sw::ats
