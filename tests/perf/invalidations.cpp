// What an invalidation looks at: main TLBs of 64 Ki entries, full.
#include <algorithm>

#include "smmuv3/core/tlb.h"
#include "tests/perf/groups.h"

namespace smmu::perf {
namespace {

constexpr unsigned entries = 65536;
constexpr arch::Vmid vmid{7};
constexpr arch::Asid asid{9};

core::Translation translation(uint64_t page) {
    core::Translation t;
    t.input = t.output = page << arch::page_shift;
    t.shift = t.leaf_shift = arch::page_shift;
    t.tag.vmid = vmid;
    t.tag.asid = asid;
    t.tag.stage1 = t.tag.stage2 = true;
    return t;
}

bool holds_any(const core::Tlb& tlb) {
    core::Translation found;
    for (uint64_t page = 0; page < entries; ++page)
        if (tlb.find(translation(page).tag, page << arch::page_shift, found)) return true;
    return false;
}

/// By one invalidation, which has to leave nothing of what it names.
double visited_by(const core::TlbScope& scope) {
    core::Tlb tlb({entries, 4});
    for (uint64_t page = 0; page < entries; ++page) tlb.fill(translation(page));
    require(holds_any(tlb), "a TLB that was filled is empty");
    const uint64_t before = tlb.visited();
    tlb.invalidate(scope);
    const uint64_t after = tlb.visited();
    require(!holds_any(tlb), "an invalidation left an entry behind");
    return static_cast<double>(after - before);
}

double visited_by_tag() {
    core::TlbScope all, of_vmid, of_asid;
    all.by_vmid = false;
    of_vmid.vmid = of_asid.vmid = vmid;
    of_asid.by_asid = true;
    of_asid.asid = asid;
    return visited_by(all) + visited_by(of_vmid) + visited_by(of_asid);
}

double visited_by_address() {
    core::TlbScope page;
    page.vmid = vmid;
    page.by_address = true;
    double most = 0;
    core::Tlb tlb({entries, 4});
    for (uint64_t n = 0; n < entries; ++n) tlb.fill(translation(n));
    for (uint64_t n = 0; n < 1000; ++n) {
        page.first = n << arch::page_shift;
        page.last = page.first + arch::page_bytes - 1;
        const uint64_t before = tlb.visited();
        tlb.invalidate(page);
        most = std::max(most, static_cast<double>(tlb.visited() - before));
    }
    return most;
}

class Invalidations final : public Group {
public:
    std::vector<Operation> rows() override {
        Operation by_tag{"inval_entries_visited",
                         "by TLBI of all, of a VMID and of an ASID, 65536 entries cached"};
        by_tag.target = 0;
        by_tag.unit = "entries";
        by_tag.count = visited_by_tag;
        Operation by_address{"inval_page_visited", "by TLBI of one page, the same cached"};
        by_address.unit = "entries";
        by_address.count = visited_by_address;
        return {by_tag, by_address};
    }
};

}  // namespace

GroupPointer make_invalidations() { return std::make_unique<Invalidations>(); }

}  // namespace smmu::perf
