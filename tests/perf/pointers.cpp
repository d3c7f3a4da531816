// Direct memory pointers through the SMMU: what asking costs, and what copying by one costs.
#include <chrono>

#include "tests/perf/groups.h"
#include "tests/perf/world.h"

namespace smmu::perf {
namespace {

constexpr uint64_t window = 64u << 10;  ///< 16 pages: in the host's cache, like its raw copy

/// Pieces of a size that the compiler does not know, one after the other through the window.
struct Copy {
    uint64_t bytes;
    uint64_t at = 0;
    unsigned char to[4096] = {};

    uint64_t next() {
        const uint64_t offset = at;
        at = (at + bytes) % window;
        return offset;
    }
};

class Pointers final : public Group {
public:
    explicit Pointers(const Variant& variant)
        : exact_(variant.is_exact()),
          world_("pointers", params(variant), {}, {64u << 20, true}, variant.probe),
          growing_("growing_pointers", {}, {}, {64u << 20, true}, variant.probe) {}

    void start() override {
        world_.start();
        growing_.start();
        for (uint32_t page = 0; page < 512; ++page)
            require(world_.is_right(page), "an access through the SMMU failed");
        require(world_.device.ask(last_page), "no pointer was granted");
        pages_ = world_.device.size() / arch::page_bytes;
        require(world_.device.pointer().copy(last_page + NestedTables::offset(511), page_.to, 8) &&
                    page_.to[0] == 511 % 256 && page_.to[1] == 511 / 256,
                "the pointer does not lead to the page");
        if (!exact_) return;
        require(world_.device.first() == NestedTables::va && pages_ == 512,
                "a pointer did not reach over all 512 pages");
    }

    std::vector<Operation> rows() override {
        std::vector<Operation> rows = {{"dmi_grant",
                                        "a pointer to " + std::to_string(pages_) + " warm pages",
                                        [this](unsigned n) {
                                            while (n--) world_.device.ask(last_page);
                                        },
                                        10}};
        Operation grow{"dmi_grow",
                       "to touch a page and get a pointer that goes on by it, 512 times"};
        grow.count = [this] { return grow_once(); };
        grow.unit = "ns";
        if (exact_) rows.push_back(grow);
        if (pages_ < window / arch::page_bytes) return rows;
        add_copy(rows, "4k", page_, "4 KiB");
        add_copy(rows, "64", line_, "64 bytes");
        return rows;
    }

private:
    static constexpr uint64_t last_page = NestedTables::va + 511 * arch::page_bytes;

    static Params params(const Variant& variant) {
        Params params;
        if (variant.tlb_entries != 0) params.tlb = {variant.tlb_entries, 4};
        return params;
    }

    /// As a device does that goes through a buffer for the first time.
    double grow_once() {
        using Clock = std::chrono::steady_clock;
        const Clock::time_point begin = Clock::now();
        for (uint32_t page = 0; page < 512; ++page) {
            growing_.read_page(page);
            require(growing_.device.ask(NestedTables::va + page * arch::page_bytes) &&
                        growing_.device.size() == (page + 1) * arch::page_bytes,
                    "a pointer did not grow page by page");
        }
        return std::chrono::duration<double, std::nano>(Clock::now() - begin).count() / 512;
    }

    void add_copy(std::vector<Operation>& rows, const std::string& size, Copy& copy,
                  const std::string& what) {
        rows.push_back({"raw_copy_" + size, what + " by memcpy", [this, &copy](unsigned n) {
                            const unsigned char* const from = first();
                            while (n--) std::memcpy(copy.to, from + copy.next(), copy.bytes);
                        }});
        rows.push_back({"dmi_copy_" + size, what + " by a pointer granted through the SMMU",
                        [this, &copy](unsigned n) {
                            const Reader::Pointer pointer = world_.device.pointer();
                            bool all = true;
                            while (n--)
                                all &= pointer.copy(first_address() + copy.next(), copy.to,
                                                    copy.bytes);
                            require(all, "a pointer did not reach over the window");
                        },
                        1.2, "raw_copy_" + size});
    }
    /// Of the last pages, which are in a small main TLB too.
    static uint64_t first_address() { return last_page + arch::page_bytes - window; }
    const unsigned char* first() {
        return world_.memory.bytes.at(NestedTables::data(world_.memory.bytes) +
                                      (first_address() - NestedTables::va));
    }

    const bool exact_;
    World world_, growing_;
    Copy page_{4096}, line_{64};
    uint64_t pages_ = 512;
};

}  // namespace

GroupPointer make_pointers(const Variant& variant) { return std::make_unique<Pointers>(variant); }

}  // namespace smmu::perf
