// Rows are chosen by their names before anything is set up: only what they need is.
#include "tests/perf/bench.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <set>
#include <systemc>

namespace smmu::perf {
namespace {

using Names = std::set<std::string>;

struct Bench : sc_core::sc_module {
    Results results;
    std::optional<Broken> broken;

    Bench(sc_core::sc_module_name name, const Options& options, const Variant& variant)
        : sc_module(name),
          options_(options),
          is_plain_(variant.is_plain()),
          groups_(make_groups(variant)),
          wanted_(wanted()) {
        using SC_CURRENT_USER_MODULE = Bench;
        SC_THREAD(run);
    }

private:
    /// The rows that were asked for, and those that their ratios are to.
    Names wanted() {
        std::vector<Operation> all;
        for (const GroupPointer& group : groups_)
            for (Operation& row : group->rows()) all.push_back(std::move(row));
        Names names;
        for (const std::string& name : options_.rows) {
            const auto row = std::find_if(all.begin(), all.end(),
                                          [&](const Operation& o) { return o.name == name; });
            if (row == all.end() && is_plain_) throw Broken("there is no row " + name + list(all));
            if (row != all.end()) names.insert(name);
        }
        for (const Operation& row : all)
            if (options_.rows.empty() && (options_.all || !row.is_extra)) names.insert(row.name);
        for (auto row = all.rbegin(); row != all.rend(); ++row)
            if (names.count(row->name) != 0 && !row->count) {
                names.insert(row->base);
                if (!row->of.empty()) names.insert(row->of);
            }
        return names;
    }
    static std::string list(const std::vector<Operation>& rows) {
        std::string text;
        for (const Operation& row : rows)
            text += (text.empty() ? ": the rows are " : ", ") + row.name;
        return text;
    }

    void run() {
        try {
            for (const GroupPointer& group : groups_) start(*group);
            if (options_.seconds > 0)
                repeat_rows();
            else
                take_figures();
        } catch (const Broken& e) {
            broken = e;
        }
        sc_core::sc_stop();
    }
    void start(Group& group) {
        const auto is_wanted = [this](const Operation& o) { return wanted_.count(o.name) != 0; };
        const std::vector<Operation> before = group.rows();
        if (std::none_of(before.begin(), before.end(), is_wanted)) return;
        group.start();
        for (Operation& row : group.rows())
            if (is_wanted(row)) operations_.push_back(std::move(row));
    }
    void take_figures() {
        const std::vector<Figure> figures = measure(operations_, options_.rounds);
        for (size_t i = 0; i < operations_.size(); ++i)
            results.push_back({operations_[i], figures[i]});
    }
    /// Those that were asked for by name, if any was.
    void repeat_rows() {
        for (const Operation& row : operations_) {
            const auto& named = options_.rows;
            if (!row.run ||
                (!named.empty() && std::find(named.begin(), named.end(), row.name) == named.end()))
                continue;
            std::printf("%-22s %9.1f ns\n", row.name.c_str(), repeat(row, options_.seconds));
        }
    }

    const Options options_;
    const bool is_plain_;  ///< other variants lack some rows
    const std::vector<GroupPointer> groups_;
    const Names wanted_;
    std::vector<Operation> operations_;
};

}  // namespace

Results run_bench(const Options& options, const Variant& variant) {
    Bench bench("bench", options, variant);
    sc_core::sc_start();
    if (bench.broken) throw *bench.broken;
    return bench.results;
}

}  // namespace smmu::perf
