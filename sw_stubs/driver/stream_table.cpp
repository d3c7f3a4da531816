// Building the stream table; level 2 tables come on demand.
#include "sw_stubs/driver/stream_table.h"

#include "sw_stubs/driver/ste.h"

namespace smmu::sw {

using namespace arch;

bool StreamTable::allocate(Arena& arena, const Features& features) {
    constexpr unsigned most_top_entries_log2 = 17;
    arena_ = &arena;
    if (!features.two_level_stream_table || features.stream_bits <= split) {
        format_ = StreamTableFormat::Linear;
        log2size_ = features.stream_bits;
        uint64_t pa = 0;
        volatile Ste* entries = allocate_entries(log2size_, pa);
        top_ = {pa, reinterpret_cast<volatile uint8_t*>(entries), sizeof(Ste) << log2size_};
        return static_cast<bool>(top_);
    }
    unsigned top_log2 = features.stream_bits - split;
    if (top_log2 > most_top_entries_log2) top_log2 = most_top_entries_log2;
    const uint64_t bytes = sizeof(L1Std) << top_log2;
    format_ = StreamTableFormat::TwoLevel;
    log2size_ = top_log2 + split;
    top_ = arena.allocate(bytes, bytes < 64 ? 64 : bytes);
    return static_cast<bool>(top_);
}

volatile Ste* StreamTable::allocate_entries(unsigned log2count, uint64_t& pa) {
    const uint64_t bytes = sizeof(Ste) << log2count;
    const Region memory = arena_->allocate(bytes, bytes);
    if (!memory) return nullptr;
    volatile Ste* entries = memory.as<Ste>();
    for (uint64_t i = 0; i < uint64_t{1} << log2count; ++i)
        entries[i].word[0] = abort_ste().word[0];
    arena_->publish(entries, bytes);
    pa = memory.pa;
    return entries;
}

StrtabBase StreamTable::base() const {
    return StrtabBase{}.set(StrtabBase::ADDR, top_.pa).set(StrtabBase::RA, true);
}

StrtabBaseCfg StreamTable::configuration() const {
    return StrtabBaseCfg{}
        .set(StrtabBaseCfg::LOG2SIZE, static_cast<uint8_t>(log2size_))
        .set(StrtabBaseCfg::SPLIT, static_cast<uint8_t>(two_level() ? split : 0))
        .set(StrtabBaseCfg::FMT, format_);
}

SteSlot StreamTable::slot(StreamId stream) {
    if (!covers(stream)) return {};
    if (!two_level()) return {top_.as<Ste>() + stream.value, false};

    volatile L1Std& top = top_.as<L1Std>()[stream.value >> split];
    const uint32_t index = stream.value & ((1u << split) - 1);
    const L1Std present{{{top.word[0]}}};
    if (present[L1Std::Span] != 0) {
        auto* entries = reinterpret_cast<volatile Ste*>(arena_->at(present[L1Std::L2Ptr]));
        return {entries + index, false};
    }
    uint64_t pa = 0;
    volatile Ste* entries = allocate_entries(split, pa);
    if (entries == nullptr) return {};
    top.word[0] = L1Std{}.set(L1Std::Span, uint8_t{split + 1}).set(L1Std::L2Ptr, pa).word[0];
    arena_->publish(&top, sizeof(L1Std));
    return {entries + index, true};
}

}  // namespace smmu::sw
