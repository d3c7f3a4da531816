// Accesses that no TLB answers: nested walks of 4 + 4 levels, configuration cached.
#include <algorithm>

#include "tests/perf/groups.h"
#include "tests/perf/heap.h"
#include "tests/perf/world.h"

namespace smmu::perf {
namespace {

/// So many pages that none is still in the main TLB when its turn comes again.
unsigned pages(const Variant& variant) {
    return variant.tlb_entries == 0 ? 2 : 4 * variant.tlb_entries;
}

Params no_tlb_helps(const Variant& variant) {
    Params params;
    params.micro_tlb = {1, 1};
    params.tlb =
        variant.tlb_entries == 0 ? core::Geometry{1, 1} : core::Geometry{variant.tlb_entries, 4};
    return params;
}

Params by_pointer(const Variant& variant) {
    Params params = no_tlb_helps(variant);
    params.walk_by_dmi = true;
    return params;
}

/// Room for the IPAs of all pages, as far as caches go: the last pages find no room in some sets.
Params walk_caches(const Variant& variant) {
    constexpr unsigned ways = 8, most = 65536 * ways;
    Params params = by_pointer(variant);
    const core::Geometry ipas{std::clamp(8 * pages(variant), 4096u, most), ways};
    params.walk_caches = core::by_stage({4096, ways}, {4096, ways}, ipas);
    return params;
}

/// What is measured, and a twin of it that is watched while it is checked.
struct Walk {
    World world, twin;
    FetchCounter counter;
    double reads = 0;  ///< of tables, by one access
    uint32_t next = 0;

    Walk(const std::string& name, const Params& params, const Variant& variant, bool grants)
        : world(name.c_str(), params, {pages(variant), variant.streams}, {64u << 20, grants},
                variant.probe),
          twin((name + "_twin").c_str(), params, {pages(variant), variant.streams},
               {64u << 20, grants}, false) {
        twin.smmu.attach(counter);
    }

    /// Twice around: the second time everything is cached that ever will be.
    void start() {
        for (World* w : {&world, &twin}) {
            w->start();
            for (uint32_t page = 0; page < w->tables.pages; ++page)
                require(w->is_right(page), "an access through the SMMU failed");
        }
        const uint64_t before = counter.fetches;
        for (uint32_t page = 0; page < twin.tables.pages; ++page)
            require(twin.is_right(page), "an access through the SMMU failed");
        reads = static_cast<double>(counter.fetches - before) / twin.tables.pages;
    }

    /// Accesses that memory sees for each read of the device.
    double transactions() {
        const uint64_t before = world.memory.bytes.accesses;
        run(world.tables.pages);
        return static_cast<double>(world.memory.bytes.accesses - before) / world.tables.pages;
    }

    void run(unsigned n) {
        while (n--) {
            world.read_page(next);
            next = next + 1 == world.tables.pages ? 0 : next + 1;
        }
    }
};

class Walks final : public Group {
public:
    explicit Walks(const Variant& variant)
        : exact_(variant.is_exact()),
          by_pointer_("walks_dmi", by_pointer(variant), variant, true),
          by_transaction_("walks_b", no_tlb_helps(variant), variant, false),
          cached_("walks_cached", walk_caches(variant), variant, true) {}

    void start() override {
        for (Walk* walk : {&by_pointer_, &by_transaction_, &cached_}) walk->start();
        require(by_pointer_.transactions() == 1,
                "a walk by pointer sent something else than the access itself");
        if (!exact_) return;
        require(by_pointer_.reads == 24 && by_transaction_.reads == 24,
                "a cold nested walk did not take 24 reads");
        require(by_transaction_.transactions() == 24 + 1,
                "a cold nested walk did not send 24 reads beside the access");
        require(cached_.reads == 1, "a walk with warm walk caches did not take one read");
    }

    std::vector<Operation> rows() override {
        const std::string where =
            ", over " + std::to_string(by_pointer_.world.tables.pages) + " pages, data included";
        Operation by_pointer{"walk_nested_4x4_dmi", reads(by_pointer_) + " by pointer" + where,
                             [this](unsigned n) { by_pointer_.run(n); }, 15};
        Operation by_transaction{"walk_nested_4x4_b",
                                 reads(by_transaction_) + " by b_transport" + where,
                                 [this](unsigned n) { by_transaction_.run(n); }, 35};
        Operation cached{"walk_nested_warm_wc",
                         reads(cached_) + " by pointer, walk and IPA caches warm" + where,
                         [this](unsigned n) { cached_.run(n); }, 6};
        Operation allocations{"allocations_per_walk", "of the heap, by pointer"};
        allocations.count = [this] { return allocations_per_walk(); };
        allocations.unit = "calls";
        by_pointer.reached = 31;
        by_transaction.reached = 57;
        cached.reached = 27;
        return {by_pointer, by_transaction, cached, allocations};
    }

private:
    double allocations_per_walk() {
        constexpr unsigned times = 10'000;
        const uint64_t before = allocations();
        by_pointer_.run(times);
        return static_cast<double>(allocations() - before) / times;
    }
    static std::string reads(const Walk& walk) {
        char text[32];
        std::snprintf(text, sizeof text, "%.4g table read%s", walk.reads,
                      walk.reads == 1 ? "" : "s");
        return text;
    }

    const bool exact_;
    Walk by_pointer_, by_transaction_, cached_;
};

}  // namespace

GroupPointer make_walks(const Variant& variant) { return std::make_unique<Walks>(variant); }

}  // namespace smmu::perf
