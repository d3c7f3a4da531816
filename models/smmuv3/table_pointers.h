// Direct pointers to tables, where the memory behind `ptw` grants them (Params::walk_by_dmi).
#pragma once
#include <algorithm>
#include <tlm>
#include <vector>

#include "smmuv3/core/memory.h"

namespace smmu {

class TablePointers {
public:
    struct Found {
        const unsigned char* data;  ///< of `first`; nullptr: by transaction
        uint64_t first, size;       ///< the bytes around the read that may be read so
        sc_core::sc_time latency;   ///< of one read
    };
    /// Where the bytes of a read lie; `p` is the payload that would go out for it, and is as it was
    /// on return.  What memory refuses is not asked for again.
    Found find(const core::MemoryAccess& access, tlm::tlm_generic_payload& p,
               tlm::tlm_fw_transport_if<>& memory);
    /// What the reads that follow may use by themselves, in that time each, as long as no transaction
    /// is sent: it could take pointers away.
    struct Open {
        core::Windows windows;
        sc_core::sc_time latency;
    };
    const Open& open() const { return open_; }
    /// Adds to those what find() said of an access.
    void add(const Found& found, const core::MemoryAccess& access);
    /// Memory takes pointers to these addresses back.
    void withdraw(uint64_t first, uint64_t last);

private:
    struct Range {
        uint64_t first, last;
        arch::MemoryAttributes attributes;  ///< that it was asked with
        const unsigned char* data;          ///< of `first`; nullptr: refused
        sc_core::sc_time latency;

        bool holds(const core::MemoryAccess& access) const {
            return access.address >= first && access.address + (access.size - 1) <= last &&
                   access.attributes == attributes;
        }
        Found found() const {
            return {data, first, std::max(last - first, last - first + 1), latency};
        }
    };
    static constexpr size_t most_ranges = 64;
    std::vector<Range> ranges_;  ///< few: memories grant all of themselves
    size_t latest_ = 0, next_ = 0;
    Open open_;
};

}  // namespace smmu
