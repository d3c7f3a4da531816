// Accesses that the micro TLB answers.
#include "tests/perf/groups.h"
#include "tests/perf/heap.h"
#include "tests/perf/world.h"

namespace smmu::perf {
namespace {

/// A hop to the TCU takes a cycle, so that time tells who answered.
Params hop_takes_time(const Variant& variant) {
    Params params;
    if (variant.tlb_entries != 0) params.tlb = {variant.tlb_entries, 4};
    params.cycles.link = 1;
    return params;
}

class Hits final : public Group {
public:
    explicit Hits(const Variant& variant)
        : variant_(variant),
          world_("hits", hop_takes_time(variant), {512, variant.streams}, {}, variant.probe) {}

    void start() override {
        world_.start();
        for (uint32_t page = 0; page < 512; ++page)
            require(world_.is_right(page), "an access through the SMMU failed");
        unsigned answered = 0;
        for (uint32_t page = 0; page < 512; ++page)
            answered += world_.is_right(page) && world_.device.delay() == sc_core::SC_ZERO_TIME;
        if (variant_.is_exact()) require(answered == 512, "the micro TLB did not hold 512 pages");
        share_ = answered * 100 / 512;
    }

    std::vector<Operation> rows() override {
        const std::string by = "by the micro TLB in " + std::to_string(share_) + " %";
        Operation same{"hit_same_page", "the same page, by the micro TLB, memory included",
                       [this](unsigned n) { same_page(n); }, 1.9};
        Operation random{"hit_random_512", "random page of 512, " + by + ", memory included",
                         [this](unsigned n) { random_page(n); }, 2.5};
        random.reached = 2.9;
        return {
            same,
            random,
            {"hot_set_ratio",
             "what 512 pages cost more than one",
             {},
             1.6,
             "hit_same_page",
             "hit_random_512"},
            {"allocations_per_hit",
             "of the heap, over 100000 hits",
             {},
             Operation::none,
             {},
             {},
             [this] { return allocations_per_hit(); },
             "calls"},
        };
    }

private:
    void same_page(unsigned n) {
        world_.read_page(0);
        while (n--) world_.device.read(NestedTables::va);
    }
    void random_page(unsigned n) {
        Dice dice;
        while (n--) world_.read_page(dice.page());
    }
    double allocations_per_hit() {
        constexpr unsigned times = 100'000;
        const uint64_t before = allocations();
        random_page(times);
        return static_cast<double>(allocations() - before) / times;
    }

    const Variant variant_;
    World world_;
    unsigned share_ = 100;  ///< of the pages, answered by the micro TLB
};

}  // namespace

GroupPointer make_hits(const Variant& variant) { return std::make_unique<Hits>(variant); }

}  // namespace smmu::perf
