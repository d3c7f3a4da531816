// make bench: what an access through the SMMU costs, as a ratio to a direct one.
#include <iostream>
#include <systemc>

#include "tests/perf/bench.h"

int sc_main(int argc, char** argv) {
    using namespace smmu::perf;
    sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
    const auto options = read_command_line(argc, argv);
    if (!options) return 2;
    if (options->is_help) return std::cout << help(), 0;
    try {
        const auto results = run_bench(*options, Variant{});
        if (options->seconds > 0) return 0;
        print(results);
        if (options->output) write_json(results, *options->output);
        if (options->limit > 0) {
            const std::string why = beyond(results, options->limit);
            if (!why.empty()) throw Broken(why);
        }
    } catch (const Broken& e) {
        std::cerr << "smmu_bench: " << e.what() << '\n';
        return 1;
    }
    return 0;
}
