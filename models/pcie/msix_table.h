// The MSI-X table and its pending bits.  PCI Local Bus 3.0, 6.8.2.6 to 6.8.3.2.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace smmu {

/// An interrupt as a memory write of four bytes.
struct MsiMessage {
    uint64_t address;
    uint32_t data;
};

class MsixTable {
public:
    explicit MsixTable(unsigned vectors) : entries_(vectors), pending_((vectors + 63) / 64) {
        for (Entry& entry : entries_) entry[control] = mask_bit;
    }
    unsigned vectors() const { return static_cast<unsigned>(entries_.size()); }

    /// 32-bit words; `offset` from the start of the table or of the pending bits, a multiple of 4
    /// inside them.  Pending bits are read-only.
    uint32_t read(uint32_t offset) const { return entries_[offset / 16][offset / 4 % 4]; }
    void write(uint32_t offset, uint32_t value) {
        constexpr std::array<uint32_t, 4> writable{0xFFFF'FFFC, ~0u, ~0u, mask_bit};
        entries_[offset / 16][offset / 4 % 4] = value & writable[offset / 4 % 4];
    }
    uint32_t read_pending(uint32_t offset) const {
        return static_cast<uint32_t>(pending_[offset / 8] >> offset % 8 * 8);
    }

    bool masked(unsigned vector) const { return (entries_[vector][control] & mask_bit) != 0; }
    MsiMessage message(unsigned vector) const {
        const Entry& entry = entries_[vector];
        return {entry[0] | static_cast<uint64_t>(entry[1]) << 32, entry[2]};
    }
    void set_pending(unsigned vector) { pending_[vector / 64] |= uint64_t{1} << vector % 64; }
    /// Takes the first vector that waits and is not masked; its pending bit goes.
    std::optional<unsigned> take_deliverable() {
        for (unsigned vector = 0; vector < vectors(); ++vector) {
            if (pending_[vector / 64] == 0) {
                vector |= 63;  // none of these 64
                continue;
            }
            const uint64_t bit = uint64_t{1} << vector % 64;
            if ((pending_[vector / 64] & bit) == 0 || masked(vector)) continue;
            pending_[vector / 64] &= ~bit;
            return vector;
        }
        return std::nullopt;
    }

private:
    using Entry = std::array<uint32_t, 4>;  ///< address, upper address, data, vector control
    static constexpr unsigned control = 3;
    static constexpr uint32_t mask_bit = 1;

    std::vector<Entry> entries_;
    std::vector<uint64_t> pending_;
};

}  // namespace smmu
