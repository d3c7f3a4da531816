// RAM with a coherent and a DRAM view: the transitions of the table in README.md.
#include "interconnect/coherent_ram.h"

#include <algorithm>
#include <iterator>

namespace smmu {
namespace {

/// Calls `visit(offset, from, length)` for the part of a buffer that falls into each line.
template <class Visit>
void for_each_line(uint64_t offset, const void* from, uint64_t length, Visit visit) {
    const auto* bytes = static_cast<const uint8_t*>(from);
    while (length > 0) {
        const uint64_t room = CoherentRam::line_size - offset % CoherentRam::line_size;
        const uint64_t part = std::min(length, room);
        visit(offset, bytes, part);
        offset += part;
        bytes += part;
        length -= part;
    }
}

}  // namespace

LineState CoherentRam::state(uint64_t offset) const {
    if (!two_views_) return LineState::Clean;
    const uint64_t line = line_of(offset);
    const uint8_t* const coherent = coherent_.data() + line;
    const auto note = notes_.find(line);
    if (note == notes_.end()) {
        const bool equal = std::memcmp(coherent, dram_.data() + line, line_size) == 0;
        return equal ? LineState::Clean : LineState::Dirty;
    }
    const bool untouched =
        !note->second.dirty && std::memcmp(coherent, note->second.bytes.data(), line_size) == 0;
    return untouched ? LineState::Stale : LineState::DirtyOverDeviceData;
}

void CoherentRam::non_coherent_write(uint64_t offset, const void* from, uint64_t length) {
    if (!two_views_) return coherent_write(offset, from, length);
    for_each_line(offset, from, length, [this](uint64_t at, const uint8_t* bytes, uint64_t part) {
        non_coherent_write_to_line(at, bytes, part);
    });
}

void CoherentRam::non_coherent_write_to_line(uint64_t offset, const uint8_t* from,
                                             uint64_t length) {
    switch (state(offset)) {
        case LineState::Clean:
            if (clean_lines_ == CleanLines::Dropped) {
                std::memcpy(coherent_.data() + offset, from, length);
            } else {
                Note& note = notes_[line_of(offset)];
                std::memcpy(note.bytes.data(), coherent_line(offset), line_size);
            }
            break;
        case LineState::Dirty: notes_[line_of(offset)].dirty = true; break;
        case LineState::Stale:
        case LineState::DirtyOverDeviceData: break;
    }
    std::memcpy(dram_.data() + offset, from, length);
}

void CoherentRam::debug_write(uint64_t offset, const void* from, uint64_t length) {
    for_each_line(offset, from, length, [this](uint64_t at, const uint8_t* bytes, uint64_t part) {
        clean_and_invalidate(at);
        std::memcpy(coherent_.data() + at, bytes, part);
        if (two_views_) std::memcpy(dram_.data() + at, bytes, part);
    });
}

void CoherentRam::clean(uint64_t offset) {
    switch (state(offset)) {
        case LineState::Clean:
        case LineState::Stale: break;
        case LineState::Dirty:
        case LineState::DirtyOverDeviceData: write_line_to_dram(offset); break;
    }
}

void CoherentRam::clean_and_invalidate(uint64_t offset) {
    switch (state(offset)) {
        case LineState::Clean: break;
        case LineState::Stale: reload_line_from_dram(offset); break;
        case LineState::Dirty:
        case LineState::DirtyOverDeviceData: write_line_to_dram(offset); break;
    }
}

void CoherentRam::invalidate(uint64_t offset) {
    if (two_views_) reload_line_from_dram(offset);
}

uint64_t CoherentRam::noted_line(uint64_t which) const {
    return std::next(notes_.begin(), static_cast<std::ptrdiff_t>(which))->first;
}

// A snooping write merges into the line the cache holds: from here on its bytes no longer tell that
// it was clean.
void CoherentRam::mark_dirty(uint64_t offset, uint64_t length) {
    if (length == 0) return;
    for (uint64_t line = line_of(offset); line < offset + length; line += line_size) {
        const auto note = notes_.find(line);
        if (note != notes_.end()) note->second.dirty = true;
    }
}

void CoherentRam::write_line_to_dram(uint64_t offset) {
    std::memcpy(dram_line(offset), coherent_line(offset), line_size);
    notes_.erase(line_of(offset));
}

void CoherentRam::reload_line_from_dram(uint64_t offset) {
    std::memcpy(coherent_line(offset), dram_line(offset), line_size);
    notes_.erase(line_of(offset));
}

}  // namespace smmu
