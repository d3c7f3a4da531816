// The guest's jobs.  The CPU uses IPAs, the device IOVAs; neither knows where the memory really is.
#include "sw_stubs/guest/work.h"

#include "smmuv3/arch/desc.h"
#include "sw_stubs/guest/dma.h"
#include "sw_stubs/port/aarch64/cache.h"

namespace smmu::sw::guest {
namespace {

constexpr uint64_t page_words = arch::page_bytes / sizeof(uint64_t);

volatile uint64_t* words_of(uint64_t page) {
    return reinterpret_cast<volatile uint64_t*>(buffer_ipa(page));
}

uint64_t salt = 0;

/// Different in every word of every page of every guest, so that data from a wrong place is seen.
uint64_t pattern(uint64_t page, uint64_t word) {
    return (salt << 48 | page << 32 | (word + 1)) * 0x9E37'79B9'7F4A'7C15;
}

JobResult result(Outcome outcome, uint64_t second) {
    return {static_cast<uint64_t>(outcome), second};
}

}  // namespace

void set_salt(uint64_t value) { salt = value; }

JobResult copy_pages(uint64_t frame) {
    for (uint64_t p = 0; p < copied_pages; ++p)
        for (uint64_t w = 0; w < page_words; ++w) {
            words_of(first_source + p)[w] = pattern(p, w);
            words_of(first_destination + p)[w] = 0;
        }
    const Outcome outcome =
        copy(frame, {source_iova, destination_iova, copied_pages * arch::page_bytes, Snoop::Asked});

    uint64_t wrong = 0;
    for (uint64_t p = 0; p < copied_pages; ++p)
        for (uint64_t w = 0; w < page_words; ++w)
            if (words_of(first_destination + p)[w] != pattern(p, w)) ++wrong;
    return result(outcome, wrong);
}

JobResult copy_word(uint64_t frame) {
    constexpr uint64_t middle = page_words / 2;
    volatile uint64_t* const words = words_of(word_page);
    words[0] = pattern(word_page, words[middle]);  // a new one each time
    words[middle] = 0;
    const uint64_t to = word_iova + middle * sizeof(uint64_t);
    const Outcome outcome = copy(frame, {word_iova, to, sizeof(uint64_t), Snoop::Asked});
    return result(outcome, words[middle] == words[0] ? 1 : 0);
}

JobResult read_dirty_line(uint64_t frame, const DirtyLine& line) {
    volatile uint64_t* const dirty = words_of(dirty_page);
    volatile uint64_t* const answer = words_of(result_page);

    // Whatever the last experiment left is gone: memory and cache agree on the old word ...
    dirty[0] = line.old_word;
    aarch64::clean_and_invalidate(buffer_ipa(dirty_page), sizeof(uint64_t));
    answer[0] = 0;
    aarch64::clean_and_invalidate(buffer_ipa(result_page), sizeof(uint64_t));
    // ... and then the cache alone has the new one.
    dirty[0] = line.new_word;

    const Outcome outcome = copy(frame, {dirty_iova, result_iova, sizeof(uint64_t), line.snoop});
    // A device that does not snoop wrote its answer to memory, past the cache.
    aarch64::clean_and_invalidate(buffer_ipa(result_page), sizeof(uint64_t));
    return result(outcome, answer[0]);
}

}  // namespace smmu::sw::guest
