// Cold walks over more tables than the host's caches hold, beside a bare walk of the same tables by
// pointer: what is left is the host's cache misses.
#include "tests/perf/groups.h"
#include "tests/perf/world.h"

namespace smmu::perf {
namespace {

/// A nested walk with nothing but loads: 4 + 4 levels, pages of 4 KiB, all valid.
class BareWalk {
public:
    BareWalk(const Bytes& memory, const NestedTables::Roots& roots)
        : memory_(memory), roots_(roots) {}

    uint64_t translate(uint64_t va) const {
        uint64_t table = roots_.stage1;
        for (unsigned shift = 39; shift >= 12; shift -= 9) table = next(stage2(table), va, shift);
        return stage2(table | (va & 0xFFF));
    }

private:
    uint64_t next(uint64_t table, uint64_t input, unsigned shift) const {
        return memory_.word(table + 8 * (input >> shift & 0x1FF)) & 0x0000'FFFF'FFFF'F000;
    }
    uint64_t stage2(uint64_t ipa) const {
        uint64_t table = roots_.stage2;
        for (unsigned shift = 39; shift >= 12; shift -= 9) table = next(table, ipa, shift);
        return table | (ipa & 0xFFF);
    }

    const Bytes& memory_;
    NestedTables::Roots roots_;
};

constexpr unsigned pages = 16384;
constexpr NestedTables tables{pages, 1, 2u << 20};

Params no_tlb_helps(bool by_pointer) {
    Params params;
    params.micro_tlb = params.tlb = {1, 1};
    params.walk_by_dmi = by_pointer;
    return params;
}

class Footprint final : public Group {
public:
    void start() override {
        for (World* world : {&by_pointer_, &by_transaction_}) {
            world->start();
            require(world->roots.bytes >= 128u << 20, "there are less than 128 MiB of tables");
            for (uint32_t page = 0; page < pages; ++page)
                require(world->is_right(page), "an access through the SMMU failed");
        }
        const Bytes& memory = by_pointer_.memory.bytes;
        bare_ = std::make_unique<BareWalk>(memory, by_pointer_.roots);
        for (uint32_t page = 0; page < pages; ++page)
            require(memory.word(bare_->translate(address(page))) == NestedTables::number(page),
                    "a bare walk did not lead to the page");
    }

    std::vector<Operation> rows() override {
        std::vector<Operation> rows = {
            {"bare_walk_128M", "24 loads, over 128 MiB of tables, and the data",
             [this](unsigned n) { bare(n); }},
            {"walk_128M_dmi", "the same through the SMMU, by pointer",
             [this](unsigned n) { walk(by_pointer_, n); }, Operation::none, "bare_walk_128M"},
            {"walk_128M_b", "the same through the SMMU, by b_transport",
             [this](unsigned n) { walk(by_transaction_, n); }, Operation::none, "bare_walk_128M"}};
        for (Operation& row : rows) row.is_extra = true;
        return rows;
    }

private:
    static uint64_t address(uint64_t page) {
        return NestedTables::va + page * tables.stride + NestedTables::offset(page);
    }
    /// All pages, in an order that the host cannot guess.
    uint64_t next_page() { return next_ = (next_ * 5 + 12345) % pages; }
    void bare(unsigned n) {
        while (n--) {
            sum_ = sum_ + by_pointer_.memory.bytes.word(bare_->translate(address(next_page())));
        }
    }
    void walk(World& world, unsigned n) {
        while (n--) world.read_page(static_cast<uint32_t>(next_page()));
    }

    World by_pointer_{"footprint_dmi", no_tlb_helps(true), tables, {256u << 20, true}, false};
    World by_transaction_{"footprint_b", no_tlb_helps(false), tables, {256u << 20, false}, false};
    std::unique_ptr<BareWalk> bare_;
    uint64_t next_ = 0;
    volatile uint64_t sum_ = 0;
};

}  // namespace

GroupPointer make_footprint() { return std::make_unique<Footprint>(); }

}  // namespace smmu::perf
