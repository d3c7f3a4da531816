// The stage-2 walk, and accesses made through it.  Arm ARM D8; Arm IHI 0070 G.b, 3.4, 5.2.
#include "smmuv3/core/stage2.h"

#include "smmuv3/core/walk.h"

namespace smmu::core {

using arch::EventId;
using arch::Stage2Leaf;

namespace {

Fault at_stage2(Fault f, const Stage2Input& input) {
    f.stage2 = true;
    f.why = input.on_behalf;
    f.ipa = input.ipa;
    return f;
}

/// S2AP and the two-bit XN of FEAT_XNX (IDR3.XNX = 1).
Permissions permissions(Stage2Leaf leaf) {
    using P = Permissions;
    P p{P::All};
    if (!(leaf[Stage2Leaf::S2AP] & 0b01)) p = p.without(P::Read);
    if (!(leaf[Stage2Leaf::S2AP] & 0b10)) p = p.without(P::Write);
    switch (leaf[Stage2Leaf::XN]) {
        case 0b01: return p.without(P::PrivilegedExecute);
        case 0b10: return p.without(P::Execute);
        case 0b11: return p.without(P::UnprivilegedExecute);
        default: return p;
    }
}

}  // namespace

Fault stage2_permission_fault(const Stage2Input& input) {
    Fault f = at_stage2(fault(EventId::F_PERMISSION), input);
    f.table_read = input.on_behalf == arch::FaultClass::Tt;
    return f;
}

Result<Stage2Result> walk_stage2(const Stage2Config& config, const Stage2Input& input,
                                 Memory& memory) {
    if (input.ipa >> config.root.input_bits) return at_stage2(fault(EventId::F_TRANSLATION), input);

    MemoryAccess fetch;
    fetch.purpose = Purpose::Stage2Table;
    fetch.on_behalf = input.on_behalf;
    fetch.stream = input.stream;

    const Leaf leaf = walk(config.root, input.ipa, fetch, memory, [](arch::TableDescriptor) {});
    if (leaf.fault) return at_stage2(leaf.fault, input);

    const auto page = arch::as<Stage2Leaf>(leaf.descriptor);
    if (!page[Stage2Leaf::AF] && config.access_flag_faults)
        return at_stage2(fault(EventId::F_ACCESS), input);

    Stage2Result r;
    r.output = leaf.output;
    r.shift = leaf.shift;
    r.attributes = {
        page[Stage2Leaf::MemAttr],
        config.root.format.lpa2 ? config.root.shareability : shareability(page[Stage2Leaf::SH]),
        config.forced_write_back, config.no_tag_access};
    r.permissions = permissions(page);
    return r;
}

Result<MemoryAccess> Stage2Memory::translate(const MemoryAccess& access, uint8_t needed) {
    const Stage2Input input{access.address, access.on_behalf, access.stream};
    const auto page = walk_stage2(config_, input, physical_);
    if (!page) return page.fault;
    if (!page.value.permissions.allow(needed)) return stage2_permission_fault(input);
    const bool to_device = maps_device(page.value.attributes);
    if (config_.protected_walk && to_device) return stage2_permission_fault(input);

    MemoryAccess physical = access;
    physical.address = page.value.output;
    physical.attributes =
        to_device && config_.device_walk_is_nc
            ? arch::normal(arch::non_cacheable, arch::non_cacheable, arch::Shareability::Outer)
            : combine(access.attributes, page.value.attributes);
    return physical;
}

MemoryResult Stage2Memory::read(const MemoryAccess& access, uint64_t* words) {
    const auto physical = translate(access, Permissions::PrivilegedRead);
    if (!physical) return {MemoryResult::Status::Faulted, 0, physical.fault};
    return physical_.read(physical.value, words);
}

MemoryResult Stage2Memory::write(const MemoryAccess& access, const uint64_t* words) {
    const auto physical = translate(access, Permissions::PrivilegedWrite);
    if (!physical) return {MemoryResult::Status::Faulted, 0, physical.fault};
    return physical_.write(physical.value, words);
}

}  // namespace smmu::core
