// Random features and accesses.
#include "tests/core/fuzz.h"

namespace smmu::test {

namespace {

/// What each revision has to have, may have already, or may not have yet (2.4 to 2.8).
void random_revision(Random& random, core::Features& f) {
    f.minor_revision = 1 + static_cast<unsigned>(random.below(4));
    const auto since = [&](unsigned revision) {
        return f.minor_revision >= revision || (f.minor_revision + 1 == revision && random.flip());
    };
    f.range_invalidation = since(2);
    f.el2 = since(2);
    f.bbml = since(2) || f.minor_revision >= 2 ? 1 + static_cast<unsigned>(random.below(2)) : 0;
    f.forced_write_back = f.stage2 && since(2);
    f.e0pd = since(3);
    f.walks_to_device_are_nc = since(3);
    f.epan = since(4);
    f.no_tag_access = since(4);
    f.lpa2 = f.minor_revision >= 3 && random.flip();
}

void random_addresses(Random& random, core::Features& f) {
    constexpr unsigned address_sizes[] = {32, 36, 40, 42, 44, 44, 44, 48, 48};
    const uint64_t granules = 1 + random.below(7);
    f.granule_4k = granules & 1;
    f.granule_16k = granules & 2;
    f.granule_64k = granules & 4;
    f.lpa2 = f.lpa2 && (f.granule_4k || f.granule_16k);
    const bool may_be_wide = f.lpa2 || f.granule_64k;
    f.virtual_address_bits = f.lpa2 || (f.granule_64k && random.flip()) ? 52 : 48;
    f.output_address_bits = may_be_wide && random.one_in(3) ? 52 : random.pick(address_sizes);
    f.small_tables = random.flip();
}

}  // namespace

core::Features random_features(Random& random) {
    constexpr core::StallModel stall_models[] = {
        core::StallModel::StallAndTerminate, core::StallModel::Terminate, core::StallModel::Stall};
    core::Features f;
    f.stage2 = !random.one_in(16);
    f.stage1 = !f.stage2 || !random.one_in(16);
    random_revision(random, f);
    random_addresses(random, f);
    f.wide_asid = !random.one_in(8);
    f.wide_vmid = !random.one_in(8);
    f.vmid_wildcard = random.flip();
    f.two_level_cd_table = !random.one_in(4);
    f.coherent_access = random.flip();
    f.msi = random.flip();
    f.httu = static_cast<unsigned>(random.below(3));
    f.stall_model = random.pick(stall_models);
    f.stall_max = 1 + static_cast<unsigned>(random.below(65535));
    f.always_abort = random.one_in(4);
    f.effective_shareability_at_stage1 = random.flip();
    f.stream_id_bits = static_cast<unsigned>(random.below(33));
    f.two_level_stream_table = f.stream_id_bits >= 7 || random.flip();
    f.substream_id_bits = random.one_in(4) ? 0 : static_cast<unsigned>(random.below(21));
    f.command_queue_log2 = static_cast<unsigned>(random.below(20));
    f.event_queue_log2 = static_cast<unsigned>(random.below(20));
    EXPECT_EQ(core::refuse(f), nullptr);
    return f;
}

core::Access random_access(Random& random) {
    core::Access a;
    a.stream.value = static_cast<uint32_t>(random.bits(static_cast<unsigned>(random.below(33))));
    a.substream_valid = random.one_in(4);
    a.substream.value = static_cast<uint32_t>(
        random.bits(random.flip() ? 2 : static_cast<unsigned>(random.below(21))));
    a.write = random.flip();
    a.privileged = random.flip();
    a.instruction = random.one_in(4);

    const unsigned size = static_cast<unsigned>(random.below(65));
    const uint64_t limit = size == 64 ? 0 : uint64_t{1} << size;
    switch (random.below(8)) {
        case 0: a.address = random.next(); break;
        case 1: a.address = limit - 1 - random.below(16); break;
        case 2: a.address = limit + random.below(16); break;
        case 3: a.address = ~random.bits(48); break;  // the upper half
        case 4:
            a.address = random.next() << 56 | random.bits(36);  // a tag in the top byte
            break;
        case 5: a.address = random.bits(52); break;
        default: a.address = random.bits(random.flip() ? 32 : 44); break;
    }

    const auto level = [&] {
        arch::CacheAttributes c{static_cast<arch::Cacheability>(random.below(3)), random.flip(),
                                random.flip(), random.one_in(4)};
        return c.policy() == arch::Cacheability::NonCacheable ? arch::non_cacheable : c;
    };
    constexpr arch::Shareability shareabilities[] = {
        arch::Shareability::NonShareable, arch::Shareability::Outer, arch::Shareability::Inner};
    if (random.one_in(4))
        a.attributes = arch::device(static_cast<arch::MemoryType>(random.below(4)));
    else
        a.attributes = arch::normal(level(), level(), random.pick(shareabilities));
    return a;
}

core::Access random_neighbour(Random& random, const core::Access& of) {
    constexpr unsigned reach[] = {0, 12, 13, 21, 22, 30, 39, 64};
    core::Access a = random_access(random);
    a.stream = of.stream;
    // Another substream has other tables: where its tags are the same (globals, EL2), software has
    // to make the translations the same, and random tables are not.
    a.substream_valid = of.substream_valid;
    a.substream = of.substream;
    a.address = of.address ^ random.bits(random.pick(reach));
    return a;
}

}  // namespace smmu::test
