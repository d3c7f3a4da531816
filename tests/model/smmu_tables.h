// Translation tables in test memory: 4 KiB granule, four levels, either stage.
#pragma once
#include "smmuv3/arch/desc.h"
#include "tests/support/ram.h"

namespace smmu::test {

/// Pages of a Ram, handed out upwards and zeroed.
class Pages {
public:
    Pages(Ram& ram, uint64_t first) : ram_(ram), next_(first) {}
    uint64_t take() {
        const uint64_t page = next_;
        next_ += arch::page_bytes;
        std::memset(ram_.data() + page, 0, arch::page_bytes);
        return page;
    }
    Ram& ram() { return ram_; }

private:
    Ram& ram_;
    uint64_t next_;
};

/// Leaf bits beside the address: everybody may read and write; the tests change what they are
/// about.
constexpr uint64_t stage1_page = arch::Stage1Leaf{}
                                     .set(arch::Stage1Leaf::AP, 0b01)
                                     .set(arch::Stage1Leaf::AF, true)
                                     .set(arch::Stage1Leaf::SH, 0b11)
                                     .word[0] |
                                 uint64_t{1} << 11;  // nG
constexpr uint64_t stage2_page = arch::Stage2Leaf{}
                                     .set(arch::Stage2Leaf::MemAttr, 0b1111)
                                     .set(arch::Stage2Leaf::S2AP, 0b11)
                                     .set(arch::Stage2Leaf::SH, 0b11)
                                     .set(arch::Stage2Leaf::AF, true)
                                     .word[0];

/// One tree of tables.  Its own pages appear in it at their address in memory plus `displacement`:
/// where the guest that owns them believes they are.
class RamTables {
public:
    explicit RamTables(Pages& pages, uint64_t displacement = 0)
        : pages_(pages), displacement_(displacement), root_(pages.take()) {}

    uint64_t root() const { return root_ + displacement_; }

    /// The descriptor for `input` at `level`, tables on the way made as needed.
    uint64_t descriptor(uint64_t input, int level = 3) {
        uint64_t table = root_;
        for (int at = 0;; ++at) {
            const uint64_t index = (input >> arch::level_shift(at)) % arch::table_entries;
            const uint64_t address = table + 8 * index;
            if (at == level) return address;
            uint64_t next = pages_.ram().get<uint64_t>(address);
            if (next == 0) {
                next = pages_.take() + displacement_;
                pages_.ram().put(address, next | 0b11);
            }
            table = (next & ~uint64_t{0xFFF}) - displacement_;
        }
    }

    /// Maps one page, or one block at level 1 or 2.
    void map(uint64_t input, uint64_t output, uint64_t leaf, int level = 3) {
        pages_.ram().put(descriptor(input, level), output | leaf | (level == 3 ? 0b11u : 0b01u));
    }
    void unmap(uint64_t input, int level = 3) {
        pages_.ram().put(descriptor(input, level), uint64_t{0});
    }

private:
    Pages& pages_;
    uint64_t displacement_;
    uint64_t root_;
};

}  // namespace smmu::test
