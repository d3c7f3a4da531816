// What the guest does with a DMA channel: one function for each kind of job.
#pragma once
#include <stdint.h>

#include "sw_stubs/guest/host.h"
#include "sw_stubs/guest/jobs.h"

namespace smmu::sw::guest {

/// Makes the data of the copies differ from another guest's.
void set_salt(uint64_t value);

/// Fills the sources, copies them by DMA, compares every word.
JobResult copy_pages(uint64_t frame);

/// Copies the first word of a page to the page's middle.
JobResult copy_word(uint64_t frame);

/// The experiment on coherence: memory holds `old`, the cache a newer word; which one does the device read?
struct DirtyLine {
    Snoop snoop = Snoop::Asked;
    uint64_t old_word = 0;
    uint64_t new_word = 0;
};
JobResult read_dirty_line(uint64_t frame, const DirtyLine& line);

}  // namespace smmu::sw::guest
