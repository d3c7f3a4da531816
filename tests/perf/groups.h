// All groups of rows, one file each.
#pragma once
#include "tests/perf/row.h"

namespace smmu::perf {

GroupPointer make_direct();  // what ratios are to
GroupPointer make_hits(const Variant&);
GroupPointer make_walks(const Variant&);
GroupPointer make_pointers(const Variant&);
GroupPointer make_at(const Variant&);
GroupPointer make_sizes();
GroupPointer make_footprint();
GroupPointer make_invalidations();
GroupPointer make_cpu();  // nullptr where there is no CPU model

/// Of the plain variant all, of others those whose rows mean something there.
std::vector<GroupPointer> make_groups(const Variant& variant);

}  // namespace smmu::perf
