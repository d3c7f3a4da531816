// Words of a large address space, most of which nobody has written: what the tables lie in.
#pragma once
#include <array>
#include <cstdint>
#include <unordered_map>

#include "smmuv3/arch/desc.h"

namespace smmu::platform::analyze {

/// Reads as zero where nothing was written.  Addresses of words are multiples of 8.
class SparseMemory {
public:
    static constexpr size_t page_words = arch::page_bytes / 8;
    using Page = std::array<uint64_t, page_words>;

    uint64_t word(uint64_t address) const {
        const auto page = pages_.find(address >> arch::page_shift);
        return page == pages_.end() ? 0 : page->second[address / 8 % page_words];
    }
    void put(uint64_t address, uint64_t word) {
        pages_[address >> arch::page_shift][address / 8 % page_words] = word;
    }
    /// A whole record: STE, CD.
    template <class R>
    void put_record(uint64_t address, const R& record) {
        for (unsigned i = 0; i < R::words; ++i) put(address + 8 * i, record.word[i]);
    }

    /// By page number: address / 4096.
    const std::unordered_map<uint64_t, Page>& pages() const { return pages_; }

private:
    std::unordered_map<uint64_t, Page> pages_;
};

}  // namespace smmu::platform::analyze
