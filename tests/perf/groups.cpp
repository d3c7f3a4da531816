// Which groups there are.
#include "tests/perf/groups.h"

namespace smmu::perf {

std::vector<GroupPointer> make_groups(const Variant& variant) {
    std::vector<GroupPointer> groups;
    groups.push_back(make_direct());
    groups.push_back(make_hits(variant));
    groups.push_back(make_walks(variant));
    if (variant.streams == 1) groups.push_back(make_pointers(variant));  // to one requester only
    groups.push_back(make_at(variant));
    if (variant.is_plain()) {
        groups.push_back(make_sizes());
        groups.push_back(make_invalidations());
        groups.push_back(make_footprint());
        if (GroupPointer cpu = make_cpu()) groups.push_back(std::move(cpu));
    }
    return groups;
}

}  // namespace smmu::perf
