// What is measured: rows, and groups of rows that share what they run on.
#pragma once
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace smmu::perf {

/// One row of the table: timed (run), taken from the rounds of another row (of), or counted (count).
struct Operation {
    std::string name;
    std::string what;
    std::function<void(unsigned times)> run{};
    double target = none;         ///< largest ratio or count aimed at
    std::string base = "direct";  ///< whose time the ratio is to
    std::string of{};             ///< no rounds of its own: the times are those of that row
    std::function<double()> count{};
    std::string unit{};     ///< of the count
    bool is_extra = false;  ///< only if all is wanted, or if it is named
    double reached = none;  ///< what was reached, where DECISIONS.md says why not the target

    static constexpr double none = -1;
    bool has_target() const { return target >= 0; }
    /// What a run is compared with: nobody should make it worse.
    double expected() const { return reached > target ? reached : target; }
};

/// What all rows are measured with.
struct Variant {
    unsigned tlb_entries = 0;  ///< of the main TLB, 4 ways; 0: what suits the row
    unsigned streams = 1;      ///< that take turns, a power of two up to 256
    bool probe = false;        ///< somebody watches, with empty hands

    /// Each row then is exactly what its name says.
    bool is_exact() const { return tlb_entries == 0 && streams == 1; }
    bool is_plain() const { return is_exact() && !probe; }
};

/// Modules are made by the constructor, at elaboration; start() and the rows run in a thread of the
/// simulation.
class Group {
public:
    virtual ~Group() = default;
    /// Sets up, fills caches, and checks that each row does what its name says.
    virtual void start() {}
    virtual std::vector<Operation> rows() = 0;
};
using GroupPointer = std::unique_ptr<Group>;

/// A row does not do what its name says: there are no figures then.
struct Broken : std::runtime_error {
    using runtime_error::runtime_error;
};
inline void require(bool holds, const std::string& sentence) {
    if (!holds) throw Broken(sentence);
}

}  // namespace smmu::perf
