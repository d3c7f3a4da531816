// The procedure with empty hands: it gets through where caches have everything.
#include "smmuv3/core/cached_run.h"

#include <algorithm>

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

/// The answer for a neighbour continues the run.
bool continues(const CachedRun& run, const Answer& next, uint64_t address) {
    return next.forwards() && next.page &&
           next.outcome.address - address == run.output - run.first &&
           next.outcome.reads == run.reads && next.outcome.writes == run.writes &&
           next.outcome.attributes == run.attributes;
}

}  // namespace

std::optional<CachedRun> cached_run(const View& smmu, const Access& access, unsigned most_pages) {
    const Answer here = ask(smmu, access, access.address);
    if (!here.forwards()) return std::nullopt;

    CachedRun run;
    run.attributes = here.outcome.attributes;
    run.reads = here.outcome.reads;
    run.writes = here.outcome.writes;
    if (!here.page) {  // nothing translates: all addresses that the SMMU can put out
        run.last = (uint64_t{1} << smmu.features.output_address_bits) - 1;
        return run;
    }

    const uint64_t offset = (uint64_t{1} << here.page->shift) - 1;
    run.first = access.address & ~offset;
    run.last = access.address | offset;
    run.output = here.outcome.address & ~offset;
    run.pages.push_back(*here.page);

    while (run.pages.size() < most_pages && run.last != ~uint64_t{0}) {
        const Answer next = ask(smmu, access, run.last + 1);
        if (!continues(run, next, run.last + 1)) break;
        run.pages.push_back(*next.page);
        run.last += uint64_t{1} << next.page->shift;
    }
    while (run.pages.size() < most_pages && run.first != 0) {
        const Answer before = ask(smmu, access, run.first - 1);
        if (!continues(run, before, run.first - 1)) break;
        run.pages.push_back(*before.page);
        const uint64_t bytes = uint64_t{1} << before.page->shift;
        run.first -= bytes;
        run.output -= bytes;
    }
    std::sort(run.pages.begin(), run.pages.end(),
              [](const Translation& a, const Translation& b) { return a.input < b.input; });
    return run;
}

}  // namespace smmu::core
