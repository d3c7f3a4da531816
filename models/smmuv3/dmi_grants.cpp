// Which grants an invalidation reaches.
#include "smmuv3/dmi_grants.h"

#include <algorithm>
#include <iterator>
#include <optional>

namespace smmu {

namespace {

/// What two ranges share, if anything.
std::optional<DmiGrants::Range> common(DmiGrants::Range a, DmiGrants::Range b) {
    const DmiGrants::Range both{std::max(a.first, b.first), std::min(a.last, b.last)};
    if (both.first > both.last) return std::nullopt;
    return both;
}

/// Grown to whole blocks of 2^shift bytes.
DmiGrants::Range in_blocks(DmiGrants::Range range, unsigned shift) {
    const uint64_t offset = arch::low_mask(shift);
    return {range.first & ~offset, range.last | offset};
}

}  // namespace

bool DmiGrants::Span::goes_on_with(const Span& next) const {
    return last + 1 == next.first() && last_output() + 1 == next.page.output &&
           page.tag.word() == next.page.tag.word() && page.global == next.page.global &&
           page.shift == next.page.shift && page.leaf_shift == next.page.leaf_shift;
}

DmiGrants::Span DmiGrants::Span::from(uint64_t address) const {
    Span rest = *this;
    rest.page.input = address;
    rest.page.output += address - page.input;
    return rest;
}

void DmiGrants::add(const core::CachedRun& run, Range granted) {
    if (run.pages.empty()) everything_ = true;
    for (const core::Translation& page : run.pages) {
        const Span span{page, page.input | arch::low_mask(page.shift)};
        if (common({span.first(), span.last}, granted)) insert(span);
    }
}

/// In place of what was granted there.
void DmiGrants::insert(const Span& span) {
    remove({span.first(), span.last});
    Span whole = span;
    auto next = spans_.lower_bound(span.first());
    if (next != spans_.end() && whole.goes_on_with(next->second)) {
        whole.last = next->second.last;
        next = spans_.erase(next);
    }
    if (next != spans_.begin() && std::prev(next)->second.goes_on_with(whole))
        std::prev(next)->second.last = whole.last;
    else
        spans_.emplace_hint(next, whole.first(), whole);
}

void DmiGrants::remove(Range range) {
    auto at = spans_.upper_bound(range.first);
    if (at != spans_.begin() && std::prev(at)->second.last >= range.first) --at;
    while (at != spans_.end() && at->second.first() <= range.last) {
        const Span span = at->second;
        at = spans_.erase(at);
        if (span.first() < range.first) {
            Span before = span;
            before.last = range.first - 1;
            spans_.emplace_hint(at, before.first(), before);
        }
        if (span.last > range.last) {
            const Span after = span.from(range.last + 1);
            at = std::next(spans_.emplace_hint(at, after.first(), after));
        }
    }
}

template <class Reached>
std::vector<DmiGrants::Range> DmiGrants::take_where(Reached&& reached) {
    std::vector<Range> taken;
    for (const auto& [first, span] : spans_) {
        const std::optional<Range> range = reached(span);
        if (!range) continue;
        if (!taken.empty() && taken.back().last + 1 == range->first)
            taken.back().last = range->last;
        else
            taken.push_back(*range);
    }
    for (const Range& range : taken) remove(range);
    return taken;
}

std::vector<DmiGrants::Range> DmiGrants::take(const core::TlbScope& scope) {
    core::TlbScope anywhere = scope;
    anywhere.by_address = false;
    return take_where([&](const Span& span) -> std::optional<Range> {
        const Range all{span.first(), span.last};
        if (!is_in(span.page, anywhere)) return std::nullopt;
        if (!scope.by_address) return all;
        // A page cut from a larger block goes when any address of that block is named.
        const unsigned block = std::max(span.page.shift, span.page.leaf_shift);
        return common(all, in_blocks({scope.first, scope.last}, block));
    });
}

std::vector<DmiGrants::Range> DmiGrants::take_all() {
    if (!everything_)
        return take_where([](const Span& span) {
            return std::optional<Range>({span.first(), span.last});
        });
    everything_ = false;
    spans_.clear();
    return {{0, ~uint64_t{0}}};
}

std::vector<DmiGrants::Range> DmiGrants::take_output(uint64_t first, uint64_t last) {
    if (everything_) return take_all();
    return take_where([&](const Span& span) -> std::optional<Range> {
        const auto output = common({span.page.output, span.last_output()}, {first, last});
        if (!output) return std::nullopt;
        const uint64_t to_input = span.page.input - span.page.output;
        return common(
            {span.first(), span.last},
            in_blocks({output->first + to_input, output->last + to_input}, span.page.shift));
    });
}

}  // namespace smmu
