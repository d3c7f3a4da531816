// Random feature sets that features.cpp of the model does not refuse.
#include "world.h"

namespace smmu::differential {

core::Features random_features(Random& random) {
    for (;;) {
        core::Features f;
        f.minor_revision = random.between(1, 4);
        const bool both = random.percent(85);
        f.stage1 = both || random.flip();
        f.stage2 = both || !f.stage1;
        f.forced_write_back = f.stage2 && (f.minor_revision >= 2 || random.flip());
        f.two_level_stream_table = random.percent(85);
        f.two_level_cd_table = random.percent(80);
        f.wide_asid = random.percent(70);
        f.wide_vmid = random.percent(70);
        f.vmid_wildcard = random.flip();
        f.el2 = f.minor_revision >= 2 || random.percent(80);
        f.stream_id_bits = f.two_level_stream_table ? random.pick({3u, 6u, 9u, 12u, 16u, 24u, 32u})
                                                    : random.between(0, 6);
        f.substream_id_bits = random.pick({0u, 1u, 4u, 8u, 12u, 20u, 20u});
        f.output_address_bits =
            random.pick({32u, 36u, 40u, 42u, 44u, 44u, 48u, 48u, 52u, 52u, 52u, 52u});
        f.virtual_address_bits = random.percent(65) ? 52 : 48;
        f.granule_4k = random.percent(80);
        f.granule_16k = random.percent(70);
        f.granule_64k = random.percent(70);
        f.lpa2 = f.minor_revision >= 3 && random.percent(80);
        f.small_tables = random.flip();
        f.range_invalidation = f.minor_revision >= 2 || random.flip();
        f.bbml = f.minor_revision >= 2 ? random.between(1, 2) : random.between(0, 2);
        f.e0pd = f.minor_revision >= 3 || (f.minor_revision == 2 && random.flip());
        f.walks_to_device_are_nc =
            f.minor_revision >= 3 || (f.minor_revision == 2 && random.flip());
        f.epan = f.minor_revision >= 4 || (f.minor_revision == 3 && random.flip());
        f.no_tag_access = f.minor_revision >= 4 || (f.minor_revision == 3 && random.flip());
        f.effective_shareability_at_stage1 = random.percent(25);
        f.httu = random.pick({0u, 1u, 2u, 2u});
        f.stall_model =
            random.pick({core::StallModel::StallAndTerminate, core::StallModel::StallAndTerminate,
                         core::StallModel::Terminate, core::StallModel::Stall});
        f.always_abort = random.percent(15);
        if (!core::refuse(f)) return f;
    }
}

}  // namespace smmu::differential
