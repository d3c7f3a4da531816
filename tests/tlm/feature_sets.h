// Sets of features that tests of the parameters begin with.
#pragma once
#include "smmuv3/core/features.h"

namespace smmu::test {

using F = core::Features;

/// SMMUv3.1 with nothing of later revisions.
inline void be_v3_1(F& f) {
    f.minor_revision = 1;
    f.range_invalidation = f.el2 = f.e0pd = f.walks_to_device_are_nc = f.epan = false;
    f.bbml = 0;
}
inline void be_v3_2(F& f) {
    f.minor_revision = 2;
    f.e0pd = f.walks_to_device_are_nc = f.epan = false;
}
inline void be_v3_4(F& f) {
    f.minor_revision = 4;
    f.no_tag_access = true;
}
inline void only_granule_64k(F& f) { f.granule_4k = f.granule_16k = false; }
inline void no_stage2(F& f) { f.stage2 = f.forced_write_back = false; }
inline void lpa2(F& f) {
    f.lpa2 = true;
    f.virtual_address_bits = 52;
}

}  // namespace smmu::test
