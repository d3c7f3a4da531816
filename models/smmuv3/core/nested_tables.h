// Tables of stage 1 at the IPAs of a stage 2: each descriptor that stage 1 reads takes a walk of stage 2
// first.  Arm IHI 0070 G.b, 3.4.
#pragma once
#include "smmuv3/core/physical_tables.h"
#include "smmuv3/core/stage2.h"
#include "smmuv3/core/walk.h"

namespace smmu::core {

class NestedTables {
public:
    static constexpr bool reads_are_walks = true;

    /// For a transaction of that stream, whose tables begin at `root`.
    NestedTables(const TableRoot& root, const Stage2Config& config, arch::StreamId stream,
                 Memory& physical, const WalkUse& use)
        : root_(root),
          config_(config),
          physical_(physical),
          use_(use),
          unusual_(root.too_large | ~config.root.input_mask),
          tables1_(physical, {Purpose::Stage1Table, arch::FaultClass::Tt, stream, root.walk},
                   config.root.too_large),
          tables2_(physical, {Purpose::Stage2Table, arch::FaultClass::Tt, stream, config.root.walk},
                   config.root.too_large) {
        const TablePageMemo* const known = memo();
        if (!known || known->rules != rules(config) || known->in != root.walk) return;
        latest_ = known->flags;
        tables1_.set_attributes(known->out);
    }

    /// One descriptor of stage 1; false: `why` says why it could not be read, and which stage does.
    [[gnu::always_inline]] bool read(uint64_t ipa, int level, uint64_t& word, Fault& why) {
        if (use_.caches || (ipa & unusual_) != 0) {
            if (!find(ipa, why)) return false;
            return tables1_.read(found_, level, word, why);
        }
        Descent<PhysicalTables<Purpose::Stage2Table>, false> descent(
            config_.root, ipa, tables2_, use_, use_.tag2,
            {config_.root.table, config_.root.start_level, {}}, why);
        if (!descent.run()) {
            why = at_stage2(why, input(ipa));
            return false;
        }
        uint64_t address = descent.output();
        if (latest_ != flags_of(descent.descriptor())) {
            if (!judge(descent.leaf(), ipa, why)) return false;
            address = found_;
        }
        return tables1_.read(address, level, word, why);
    }
    /// See core::update().
    WalkEnd update(const Leaf& leaf, uint64_t desired, Fault& why);

private:
    TablePageMemo* memo() const {
        return use_.memos && config_.root.is_common ? &use_.memos->table_page : nullptr;
    }
    Stage2Input input(uint64_t ipa) const {
        const TableReads& reads = tables1_.reads();
        return table_input(ipa, reads.on_behalf, reads.stream, false);
    }
    /// Whether a table may be read at an IPA, and how; found_: where.
    bool judge(const Leaf& leaf, uint64_t ipa, Fault& why);
    /// The same with walk caches, and of an IPA that is too large.
    bool find(uint64_t ipa, Fault& why);
    void take(uint64_t address, const Stage2Attributes& page);
    arch::MemoryAttributes attributes(const Stage2Attributes& page) const;

    static uint64_t flags_of(arch::Descriptor leaf) {
        return leaf.word[0] & ~arch::Descriptor::Address.mask;
    }

    const TableRoot& root_;
    const Stage2Config& config_;
    Memory& physical_;
    const WalkUse& use_;
    const uint64_t unusual_;  ///< bits of an IPA that is too large for one of the stages
    PhysicalTables<Purpose::Stage1Table> tables1_;
    PhysicalTables<Purpose::Stage2Table> tables2_;
    uint64_t found_ = 0;
    /// Of the leaf before, all but its address: one with the same is allowed, too, is not changed
    /// either, and has the same attributes.  0: there is none.
    uint64_t latest_ = 0;
};

}  // namespace smmu::core
