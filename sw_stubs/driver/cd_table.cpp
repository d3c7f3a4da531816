// Building tables of context descriptors.
#include "sw_stubs/driver/cd_table.h"

namespace smmu::sw {

using namespace arch;

bool CdTable::create(Arena& arena, const Features& features, uint8_t log2count) {
    arena_ = &arena;
    const bool one_piece = log2count <= split || !features.two_level_cd_table;
    const uint64_t bytes =
        one_piece ? sizeof(Cd) << log2count : sizeof(L1Cd) << (log2count - split);
    top_ = arena.allocate(bytes, bytes < sizeof(Cd) ? sizeof(Cd) : bytes);
    place_ = {top_.pa, one_piece ? S1Format::Linear : S1Format::TwoLevel64K, log2count};
    return static_cast<bool>(top_);
}

CdSlot CdTable::slot(SubstreamId pasid) {
    if (!top_ || pasid.value >> place_.log2count != 0) return {};
    if (!two_level()) return {top_.as<Cd>() + pasid.value, false};

    volatile L1Cd& top = top_.as<L1Cd>()[pasid.value >> split];
    const uint32_t index = pasid.value & ((1u << split) - 1);
    const L1Cd present{{{top.word[0]}}};
    if (present[L1Cd::V]) {
        volatile uint8_t* const table = arena_->at(present[L1Cd::L2Ptr]);
        return {reinterpret_cast<volatile Cd*>(table) + index, false};
    }
    constexpr uint64_t bytes = sizeof(Cd) << split;
    const Region leaf = arena_->allocate(bytes, bytes);
    if (!leaf) return {};
    top.word[0] = L1Cd{}.set(L1Cd::V, true).set(L1Cd::L2Ptr, leaf.pa).word[0];
    arena_->publish(&top, sizeof top);
    return {leaf.as<Cd>() + index, true};
}

}  // namespace smmu::sw
