// Mapping and unmapping: first look whether all of it can be done, then do it.
#include "sw_stubs/driver/page_table.h"

namespace smmu::sw {

using namespace arch;

namespace {

constexpr int page_level = 3;
constexpr int block_level = 2;

bool is_leaf(const Descriptor& d, int level) {
    return kind(d, level) == DescriptorKind::Block || kind(d, level) == DescriptorKind::Page;
}

/// The level at which a walk begins.  At stage 2 up to eight tables stand side by side at level 1
/// where the architecture has no level 0 (up to 42 bits).
int first_level(const PageTable::Format& format) {
    if (format.stage == Stage::Two) return format.input_bits > 42 ? 0 : 1;
    return format.input_bits > level_shift(0) ? 0 : 1;
}

}  // namespace

bool PageTable::allocate(Arena& arena, Format format) {
    arena_ = &arena;
    format_ = format;
    start_level_ = first_level(format);
    const uint64_t bytes = sizeof(Descriptor) << (format.input_bits - level_shift(start_level_));
    constexpr uint64_t smallest = 64;
    const uint64_t size = bytes < smallest ? smallest : bytes;
    root_ = arena.allocate(size, size);
    return static_cast<bool>(root_);
}

volatile Descriptor* PageTable::entry_in(volatile uint8_t* table, uint64_t input, int level) const {
    const uint64_t index =
        input >> level_shift(level);  // at the start level more than nine bits may count
    return reinterpret_cast<volatile Descriptor*>(table) +
           (level == start_level_ ? index : index % table_entries);
}

/// The entry for `input` at the last level down to `lowest` that has tables above it.
PageTable::Spot PageTable::descend(uint64_t input, int lowest) const {
    Spot spot{entry_in(root_.pointer, input, start_level_), start_level_};
    while (spot.level < lowest && is_table(spot.value(), spot.level)) {
        volatile uint8_t* next = arena_->at(spot.value()[Descriptor::Address]);
        spot = {entry_in(next, input, spot.level + 1), spot.level + 1};
    }
    return spot;
}

PageTable::Translation PageTable::lookup(uint64_t input) const {
    if (input >> format_.input_bits != 0) return {};
    const Spot spot = descend(input, page_level);
    const Descriptor d = spot.value();
    if (!is_leaf(d, spot.level)) return {};
    const uint64_t offset = input & (level_bytes(spot.level) - 1);
    return {true, d[Descriptor::Address] + offset, d, spot.level};
}

MapResult PageTable::check(AddressRange range) const {
    if (range.size == 0 || ((range.input | range.size) & (page_bytes - 1)) != 0)
        return MapResult::Misaligned;
    const uint64_t end = uint64_t{1} << format_.input_bits;
    if (range.input >= end || range.size > end - range.input) return MapResult::OutOfRange;
    return MapResult::Done;
}

/// Steps over whatever is empty at its level.
bool PageTable::is_vacant(AddressRange range) const {
    const uint64_t end = range.input + range.size;
    for (uint64_t at = range.input; at < end;) {
        const Spot spot = descend(at, page_level);
        if (is_leaf(spot.value(), spot.level)) return false;
        at = (at | (level_bytes(spot.level) - 1)) + 1;
    }
    return true;
}

int PageTable::leaf_level(uint64_t input, uint64_t output, uint64_t left) const {
    const bool fits = ((input | output) & (level_bytes(block_level) - 1)) == 0 &&
                      left >= level_bytes(block_level);
    // Where a table of pages stands already, pages go into it.
    const Spot spot = descend(input, block_level);
    return fits && !is_table(spot.value(), spot.level) ? block_level : page_level;
}

bool PageTable::write_leaf(uint64_t input, uint64_t output, Descriptor leaf, int level) {
    Spot spot = descend(input, level);
    while (spot.level < level) {
        const Region table = arena_->allocate(page_bytes, page_bytes);
        if (!table) return false;
        spot.entry->word[0] = Descriptor{}
                                  .set(Descriptor::Valid, true)
                                  .set(Descriptor::TableOrPage, true)
                                  .set(Descriptor::Address, table.pa)
                                  .word[0];
        arena_->publish(spot.entry, sizeof(Descriptor));
        spot = descend(input, level);
    }
    leaf.set(Descriptor::Valid, true)
        .set(Descriptor::TableOrPage, level == page_level)
        .set(Descriptor::Address, output);
    spot.entry->word[0] = leaf.word[0];
    arena_->publish(spot.entry, sizeof(Descriptor));
    return true;
}

MapResult PageTable::map(AddressRange range, uint64_t output, const Mapping& mapping) {
    if (!mapping.read && !mapping.write) return MapResult::NoAccess;
    if (const MapResult r = check(range); r != MapResult::Done) return r;
    if ((output & (page_bytes - 1)) != 0) return MapResult::Misaligned;
    const uint64_t output_end = uint64_t{1} << format_.output_bits;
    if (output >= output_end || range.size > output_end - output) return MapResult::OutOfRange;
    if (!is_vacant(range)) return MapResult::Occupied;

    const Descriptor leaf =
        format_.stage == Stage::One ? stage1_leaf(mapping) : stage2_leaf(mapping, format_.types);
    for (uint64_t done = 0; done < range.size;) {
        const uint64_t input = range.input + done;
        const int level = leaf_level(input, output + done, range.size - done);
        if (!write_leaf(input, output + done, leaf, level)) {
            clear({range.input, done});
            return MapResult::OutOfMemory;
        }
        done += level_bytes(level);
    }
    return MapResult::Done;
}

/// Is all of the range mapped, by leaves that lie inside it?
MapResult PageTable::check_whole(AddressRange range) const {
    const uint64_t end = range.input + range.size;
    for (uint64_t at = range.input; at < end;) {
        const Spot spot = descend(at, page_level);
        if (!is_leaf(spot.value(), spot.level)) return MapResult::NotMapped;
        const uint64_t bytes = level_bytes(spot.level);
        if ((at & (bytes - 1)) != 0 || bytes > end - at) return MapResult::InsideBlock;
        at += bytes;
    }
    return MapResult::Done;
}

void PageTable::clear(AddressRange range) {
    const uint64_t end = range.input + range.size;
    for (uint64_t at = range.input; at < end;) {
        const Spot spot = descend(at, page_level);
        spot.entry->word[0] = 0;
        arena_->publish(spot.entry, sizeof(Descriptor));
        at += level_bytes(spot.level);
    }
}

MapResult PageTable::unmap(AddressRange range) {
    if (const MapResult r = check(range); r != MapResult::Done) return r;
    if (const MapResult r = check_whole(range); r != MapResult::Done) return r;
    clear(range);
    return MapResult::Done;
}

}  // namespace smmu::sw
