// What an invalidation looks at: main TLBs of 64 Ki entries, full.
#include <type_traits>

#include "smmuv3/core/tlb.h"
#include "tests/perf/groups.h"

namespace smmu::perf {
namespace {

/// Tlb::visited(): entries that invalidations have looked at so far.
template <class Tlb, class = void>
struct HasCounter : std::false_type {};
template <class Tlb>
struct HasCounter<Tlb, std::void_t<decltype(std::declval<const Tlb&>().visited())>>
    : std::true_type {};

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

template <class Tlb>
bool holds_any(const Tlb& tlb) {
    for (uint64_t page = 0; page < entries; ++page)
        if (tlb.find(translation(page).tag, page << arch::page_shift)) return true;
    return false;
}

/// By one invalidation, which has to leave nothing of what it names.
template <class Tlb, class Invalidate>
double visited_by(Invalidate&& invalidate) {
    Tlb tlb({entries, 4});
    for (uint64_t page = 0; page < entries; ++page) tlb.fill(translation(page));
    require(holds_any(tlb), "a TLB that was filled is empty");
    const auto before = tlb.visited();
    invalidate(tlb);
    const auto after = tlb.visited();
    require(!holds_any(tlb), "an invalidation left an entry behind");
    return static_cast<double>(after - before);
}

core::TlbScope of_vmid() {
    core::TlbScope scope;
    scope.vmid = vmid;
    return scope;
}

template <class Tlb>
double visited_by_tag() {
    core::TlbScope of_asid = of_vmid();
    of_asid.by_asid = true;
    of_asid.asid = asid;
    return visited_by<Tlb>([](Tlb& tlb) { tlb.invalidate_all(); }) +
           visited_by<Tlb>([](Tlb& tlb) { tlb.invalidate(of_vmid()); }) +
           visited_by<Tlb>([&](Tlb& tlb) { tlb.invalidate(of_asid); });
}

class Invalidations final : public Group {
public:
    std::vector<Operation> rows() override { return rows_of<core::Tlb>(); }

private:
    /// None for a TLB that does not count.
    template <class Tlb>
    static std::vector<Operation> rows_of() {
        if constexpr (HasCounter<Tlb>::value) {
            Operation row{"inval_entries_visited",
                          "by TLBI of all, of a VMID and of an ASID, 65536 entries cached"};
            row.target = 0;
            row.unit = "entries";
            row.count = visited_by_tag<Tlb>;
            return {row};
        } else {
            return {};
        }
    }
};

}  // namespace

GroupPointer make_invalidations() { return std::make_unique<Invalidations>(); }

}  // namespace smmu::perf
