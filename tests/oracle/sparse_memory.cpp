// Noise looks like descriptors often enough that walks of garbage go on for a while.
#include "sparse_memory.h"

namespace smmu::differential {

bool SparseMemory::read(uint64_t address, unsigned words, uint64_t* to) const {
    for (unsigned i = 0; i < words; ++i)
        if (is_bad(address + 8 * i)) return false;
    if (is_hole(address)) return false;
    for (unsigned i = 0; i < words; ++i) to[i] = word(address + 8 * i);
    return true;
}

uint64_t SparseMemory::word(uint64_t address) const {
    const auto chunk = chunks_.find(address >> chunk_shift);
    if (chunk != chunks_.end()) return chunk->second[address / 8 % chunk->second.size()];
    return is_owned(address) ? 0 : noise(address);
}

void SparseMemory::poke(uint64_t address, uint64_t value) {
    auto [chunk, fresh] = chunks_.try_emplace(address >> chunk_shift);
    if (fresh) {
        chunk->second.fill(0);
        if (!is_owned(address))
            for (size_t i = 0; i < chunk->second.size(); ++i)
                chunk->second[i] = noise((address >> chunk_shift << chunk_shift) + 8 * i);
    }
    chunk->second[address / 8 % chunk->second.size()] = value;
}

bool SparseMemory::own(uint64_t address, uint64_t bytes) {
    const auto next = owned_.lower_bound(address);
    if (next != owned_.end() && next->first < address + bytes) return false;
    if (next != owned_.begin() && std::prev(next)->second > address) return false;
    owned_.emplace(address, address + bytes);
    return true;
}

bool SparseMemory::is_owned(uint64_t address) const {
    const auto next = owned_.upper_bound(address);
    return next != owned_.begin() && std::prev(next)->second > address;
}

bool SparseMemory::is_hole(uint64_t address) const {
    const uint64_t page = address >> 12;
    return scramble(seed_ ^ page) % 4 == 0 && !is_owned(address);
}

uint64_t SparseMemory::noise(uint64_t address) const {
    const uint64_t r = scramble(seed_ + address / 8 * 0x9E37'79B9'7F4A'7C15);
    const uint64_t physical = (uint64_t{1} << address_bits_) - 1;
    const uint64_t attributes = r & 0x0060'0000'0000'0FFC;
    switch (r >> 60) {
        case 0:
        case 1: return 0;
        case 2:
        case 3:
        case 4:
        case 5: return r;
        case 6:
        case 7:
        case 8: return (r & physical & 0x0000'FFFF'FFFF'0000) | 1 | attributes | 1 << 10;
        default: return (r & physical & 0x0000'FFFF'FFFF'0000) | 3 | attributes | 1 << 10;
    }
}

}  // namespace smmu::differential
