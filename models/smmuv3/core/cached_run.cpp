// The procedure with empty hands: it gets through where caches have everything.
#include "smmuv3/core/cached_run.h"

#include <algorithm>
#include <utility>

namespace smmu::core {

namespace {

/// Every access is aborted: who needs memory does not get through.
class NoMemory final : public Memory {
public:
    MemoryResult read(const MemoryAccess& a, uint64_t*) override {
        return {MemoryResult::Status::Abort, a.address};
    }
};

/// Keeps the translation that answered, and forgets the rest.
class LastHit final : public Recorder {
public:
    void event(const arch::Event&) override {}
    void hit(const Translation& t) override { page = t; }
    std::optional<Translation> page;
};

struct Answer {
    Outcome outcome;
    std::optional<Translation> page;
    bool forwards() const { return outcome.action == Outcome::Action::Forward; }
};

Answer ask(const View& smmu, Access access, uint64_t address) {
    NoMemory memory;
    LastHit recorder;
    access.address = address;
    return {translate(smmu, access, memory, recorder), recorder.page};
}

bool is_alike(const Run& a, const Run& b) {
    return a.distance() == b.distance() && a.reads == b.reads && a.writes == b.writes &&
           a.attributes == b.attributes;
}

/// A run that grows in both directions.
class Growth {
public:
    Growth(const View& smmu, const Access& access, unsigned most_pages,
           const std::vector<Run>& known)
        : smmu_(smmu), access_(access), pages_left_(most_pages), known_(known) {}

    /// False if the access itself is not cached.
    bool begin() {
        const Answer here = ask(smmu_, access_, access_.address);
        if (!here.forwards()) return false;
        run.attributes = here.outcome.attributes;
        run.reads = here.outcome.reads;
        run.writes = here.outcome.writes;
        if (!here.page) {  // nothing translates: all addresses that the SMMU can put out
            run.last = (uint64_t{1} << smmu_.features.output_address_bits) - 1;
            pages_left_ = 0;
            return true;
        }
        const uint64_t offset = (uint64_t{1} << here.page->shift) - 1;
        run.first = access_.address & ~offset;
        run.last = access_.address | offset;
        run.output = here.outcome.address & ~offset;
        add(*here.page);
        return true;
    }

    void grow_up() {
        while (run.last != ~uint64_t{0}) {
            const uint64_t next = run.last + 1;
            if (const Run* const more = find_known(next)) {
                run.last = more->last;
            } else if (const auto page = find_page(next)) {
                run.last += uint64_t{1} << page->shift;
            } else {
                return;
            }
        }
    }
    void grow_down() {
        while (run.first != 0) {
            const uint64_t before = run.first - 1;
            uint64_t first = 0;
            if (const Run* const more = find_known(before)) {
                first = more->first;
            } else if (const auto page = find_page(before)) {
                first = run.first - (uint64_t{1} << page->shift);
            } else {
                return;
            }
            run.output -= run.first - first;
            run.first = first;
        }
    }

    CachedRun run;

private:
    const Run* find_known(uint64_t address) const {
        if (run.pages.empty()) return nullptr;
        for (const Run& k : known_)
            if (address >= k.first && address <= k.last && is_alike(k, run)) return &k;
        return nullptr;
    }
    /// The page there, if it continues the run.
    std::optional<Translation> find_page(uint64_t address) {
        if (pages_left_ == 0) return std::nullopt;
        const Answer next = ask(smmu_, access_, address);
        if (!next.forwards() || !next.page) return std::nullopt;
        const Outcome& o = next.outcome;
        if (!is_alike({address, address, o.address, o.attributes, o.reads, o.writes}, run))
            return std::nullopt;
        add(*next.page);
        return next.page;
    }
    void add(const Translation& page) {
        run.pages.push_back(page);
        --pages_left_;
    }

    const View& smmu_;
    const Access& access_;
    unsigned pages_left_;
    const std::vector<Run>& known_;
};

}  // namespace

std::optional<CachedRun> cached_run(const View& smmu, const Access& access, unsigned most_pages,
                                    const std::vector<Run>& known) {
    Growth growth(smmu, access, most_pages, known);
    if (!growth.begin()) return std::nullopt;
    growth.grow_up();
    growth.grow_down();
    std::vector<Translation>& pages = growth.run.pages;
    std::sort(pages.begin(), pages.end(),
              [](const Translation& a, const Translation& b) { return a.input < b.input; });
    return std::move(growth.run);
}

}  // namespace smmu::core
