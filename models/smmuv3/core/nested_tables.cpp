// What stage 2 says of the page that a table of stage 1 lies in.
#include "smmuv3/core/nested_tables.h"

namespace smmu::core {

bool NestedTables::judge(const Leaf& leaf, uint64_t ipa, Fault& why) {
    Stage2Result page;
    if (!take_stage2(config_, input(ipa), leaf, tables2_, use_, page, why)) return false;
    const bool is_updated = config_.update_access_flag &&
                            !arch::as<arch::Stage2Leaf>(leaf.descriptor)[arch::Stage2Leaf::AF];
    latest_ = is_updated ? 0 : flags_of(leaf.descriptor);
    take(page.output, page.attributes);
    if (TablePageMemo* const known = memo())
        *known = {latest_, rules(config_), root_.walk, tables1_.reads().attributes};
    return true;
}

void NestedTables::take(uint64_t address, const Stage2Attributes& page) {
    found_ = address;
    tables1_.set_attributes(attributes(page));
}

arch::MemoryAttributes NestedTables::attributes(const Stage2Attributes& page) const {
    if (!use_.memos) return attributes_of_table(config_, root_.walk, page);
    TableAttributesMemo& memo = use_.memos->table_attributes;
    if (!memo.is_valid || memo.in != root_.walk || memo.page != page ||
        memo.device_is_nc != config_.device_walk_is_nc)
        memo = {root_.walk, page, config_.device_walk_is_nc, true,
                attributes_of_table(config_, root_.walk, page)};
    return memo.out;
}

bool NestedTables::find(uint64_t ipa, Fault& why) {
    if (ipa & root_.too_large) {  // stage 1 itself says that no table lies there
        why = fault(arch::EventId::F_ADDR_SIZE);
        return false;
    }
    const Stage2Input table = input(ipa);
    if (const TlbEntry* const e = find_cached(config_, table, use_)) {
        take(e->translate(ipa), e->attributes2());
        return true;
    }
    Stage2Result page;
    if (!walk_stage2_tables(config_, table, physical_, use_, page, why)) return false;
    take(page.output, page.attributes);
    return true;
}

WalkEnd NestedTables::update(const Leaf& leaf, uint64_t desired, Fault& why) {
    TableReads reads = tables1_.reads();
    reads.attributes = root_.walk;
    Stage2Memory memory(config_, reads.stream, physical_, use_);
    return core::update(leaf, reads, desired, memory, why);
}

}  // namespace smmu::core
