// make bench: what an access through the SMMU costs, as a ratio to a direct one.
#include <iostream>
#include <systemc>

#include "tests/perf/bench.h"
#include "tests/perf/sweep.h"

namespace smmu::perf {
namespace {

/// The exit status.
int run(const Options& options) {
    const Sweep sweep = options.all ? run_sweep(options) : Sweep{};
    Results results = run_bench(options, Variant{});
    if (options.seconds > 0) return 0;
    print(results);
    if (options.all) print(sweep);
    const std::string why = options.limit > 0 ? beyond(results, options.limit) : "";
    if (options.output) {
        const Results more = as_rows(sweep);
        results.insert(results.end(), more.begin(), more.end());
        write_json(results, *options.output);
    }
    if (!why.empty()) throw Broken(why);
    return 0;
}

}  // namespace
}  // namespace smmu::perf

int sc_main(int argc, char** argv) {
    using namespace smmu::perf;
    sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
    const auto options = read_command_line(argc, argv);
    if (!options) return 2;
    if (options->is_help) return std::cout << help(), 0;
    try {
        return run(*options);
    } catch (const Broken& e) {
        std::cerr << "smmu_bench: " << e.what() << '\n';
        return 1;
    }
}
