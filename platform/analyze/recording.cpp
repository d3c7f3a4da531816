// What the report draws beside percentiles.
#include "platform/analyze/recording.h"

#include "waveforms/names.h"

namespace smmu::platform::analyze {

void Series::add(uint64_t ps, AnsweredBy by) {
    while (ps / width_ >= most_steps) {
        for (size_t i = 0; i < steps_.size(); i += 2) {
            Step joined = steps_[i];
            if (i + 1 < steps_.size())
                for (size_t b = 0; b < answers; ++b) joined[b] += steps_[i + 1][b];
            steps_[i / 2] = joined;
        }
        steps_.resize((steps_.size() + 1) / 2);
        width_ *= 2;
    }
    const size_t step = ps / width_;
    if (step >= steps_.size()) steps_.resize(step + 1);
    ++steps_[step][static_cast<size_t>(by)];
}

void Recording::fetch(const Fetch& f) {
    if (f.walk == 0) return;
    Kind& kind = kinds_[kind_title(f.access)];
    ++kind.all;
    if (is_table(f.access.purpose)) ++kind.at[f.access.level];
    open_.add(f.walk, {title(f.access), part_of(f.access.purpose), f.begin.value(), f.end.value()});
}

void Recording::transaction(const Transaction& t) {
    Walk walk{t.stream, t.address, t.write, t.by, t.begin.value(), t.end.value(), {}, {}};
    for (size_t p = 0; p < part_count; ++p) walk.spent[p] = t.parts[static_cast<Part>(p)].value();
    walk.accesses = open_.take(t);
    series_.add(walk.end, t.by);
    end_ = std::max(end_, walk.end);
    if (t.fetches == 0) return;
    ++walks_;
    ++fetches_[t.fetches];
    keep(std::move(walk));
}

/// Every warm walk has the same chance to be among the drawn ones (Vitter's algorithm R).
void Recording::keep(Walk walk) {
    constexpr size_t most = 256;
    if (!slowest_ || walk.time() > slowest_->time()) slowest_ = walk;
    if (walk.by == AnsweredBy::ColdWalk) {
        if (!first_) first_ = std::move(walk);
        return;
    }
    ++warm_walks_;
    if (drawn_.size() < most) return drawn_.push_back(std::move(walk));
    const uint64_t place = random_() % warm_walks_;
    if (place < most) drawn_[place] = std::move(walk);
}

std::optional<Walk> Recording::nearest(uint64_t ps) const {
    const auto distance = [ps](const Walk& w) {
        return std::max(w.time(), ps) - std::min(w.time(), ps);
    };
    const Walk* best = nullptr;
    for (const Walk& w : drawn_)
        if (!best || distance(w) < distance(*best)) best = &w;
    return best ? std::optional<Walk>(*best) : std::nullopt;
}

}  // namespace smmu::platform::analyze
