// A range of addresses as TLB invalidation commands: a command a page, or few commands with RIL.  Arm
// IHI 0070 G.b, 4.4.1.1.
#pragma once
#include "smmuv3/arch/cmd.h"
#include "smmuv3/arch/desc.h"

namespace smmu::sw {

/// What changed in a translation table.
struct TableChange {
    uint64_t address = 0;  ///< an input address of the stage, a multiple of a leaf's size
    uint64_t size = 0;     ///< bytes, a multiple of a leaf's size
    unsigned page_shift = arch::page_shift;  ///< of the granule
    /// log2 of a leaf's bytes where all of them are equal; 0 where they may differ.
    unsigned leaf_shift = 0;
    bool leaves_only = true;  ///< tables above them stay
};

namespace detail {

constexpr unsigned trailing_zeros(uint64_t n) {
    unsigned zeros = 0;
    while ((n >> zeros & 1) == 0) ++zeros;
    return zeros;
}

/// TTL: the level that the leaves are at; 0 where no single level holds all that goes.
constexpr uint8_t level_hint(const TableChange& c) {
    if (!c.leaves_only || c.leaf_shift == 0) return 0;
    return static_cast<uint8_t>(4 - (c.leaf_shift - 3) / (c.page_shift - 3));
}

constexpr arch::TlbiRange with_address(const arch::Command& command, const TableChange& c,
                                       uint64_t address) {
    return arch::view<arch::TlbiRange>(command)
        .set(arch::TlbiRange::Leaf, c.leaves_only)
        .set(arch::TlbiRange::Address, address);
}

}  // namespace detail

/// Calls send(command) for each command that the change needs.  `command` is the operation by
/// address with its VMID and ASID (TLBI_NH_VA, TLBI_S2_IPA ...).  Without RIL (IDR3.RIL): one for
/// each leaf, or for each page where leaves may differ.
template <class Send>
void for_each_page(const arch::Command& command, const TableChange& c, Send send) {
    const uint64_t step = uint64_t{1} << (c.leaf_shift != 0 ? c.leaf_shift : c.page_shift);
    for (uint64_t done = 0; done < c.size; done += step)
        send(arch::view<arch::Command>(detail::with_address(command, c, c.address + done)));
}

/// With RIL.  NUM + 1 times 2^SCALE pages a command, from the smallest SCALE up.
///
/// A single page without a level hint is reserved (CERROR_ILL): one page more then goes.
template <class Send>
void for_each_range(const arch::Command& command, const TableChange& c, Send send) {
    constexpr unsigned most_times = 32;
    constexpr unsigned largest_scale = 31;  // SCALE has five bits where IDR5.DS is 0
    const uint8_t level = detail::level_hint(c);
    uint64_t pages = c.size >> c.page_shift;
    if (level == 0 && pages % most_times == 1) ++pages;

    for (uint64_t at = c.address; pages != 0;) {
        unsigned scale = detail::trailing_zeros(pages);
        if (scale > largest_scale) scale = largest_scale;
        uint64_t times = pages >> scale;
        if (times >= most_times) times = scale == largest_scale ? most_times : times % most_times;
        send(arch::view<arch::Command>(
            detail::with_address(command, c, at)
                .set(arch::TlbiRange::NUM, static_cast<uint8_t>(times - 1))
                .set(arch::TlbiRange::SCALE, static_cast<uint8_t>(scale))
                .set(arch::TlbiRange::TTL, level)
                .set(arch::TlbiRange::TG, static_cast<uint8_t>((c.page_shift - 10) / 2))));
        at += times << (scale + c.page_shift);
        pages -= times << scale;
    }
}

/// The commands of a change on an SMMU with or without RIL.
enum class RangeCommands : uint8_t { Absent, Present };
template <class Send>
void for_each_command(RangeCommands ril, const arch::Command& command, const TableChange& c,
                      Send send) {
    if (ril == RangeCommands::Present)
        for_each_range(command, c, send);
    else
        for_each_page(command, c, send);
}

}  // namespace smmu::sw
