// By Boost.Program_options.
#include "tests/perf/options.h"

#include <boost/program_options.hpp>
#include <iostream>
#include <sstream>

namespace smmu::perf {
namespace {

namespace po = boost::program_options;

po::options_description options_of(Options& into) {
    po::options_description known(std::string{}, 100);
    auto add = known.add_options();
    add("row", po::value(&into.rows)->composing()->value_name("NAME"),
        "this row, and what its ratio is to; may be repeated (default: all)");
    add("rounds", po::value(&into.rounds)->value_name("N"), "of about 10 ms a row (default: 21)");
    add("output,o", po::value<std::string>()->value_name("DIR"), "write bench.json there");
    add("all", po::bool_switch(&into.all),
        "then the reports without targets: walks over 128 MiB of tables, other sizes of the main "
        "TLB, more streams, a probe");
    add("limit", po::value(&into.limit)->value_name("X"),
        "exit status 1 if a row is beyond X times its target");
    add("seconds", po::value(&into.seconds)->value_name("S"),
        "no table: run each row for so long, for a profiler");
    add("help,h", po::bool_switch(&into.is_help), "this text");
    return known;
}

}  // namespace

std::optional<Options> read_command_line(int argc, const char* const* argv) {
    Options options;
    try {
        po::variables_map values;
        po::positional_options_description none;
        po::store(
            po::command_line_parser(argc, argv).options(options_of(options)).positional(none).run(),
            values);
        po::notify(values);
        if (values.count("output")) options.output = values["output"].as<std::string>();
        if (options.rounds == 0) throw po::error("--rounds takes 1 or more");
    } catch (const po::error& e) {
        std::cerr << "smmu_bench: " << e.what() << "; see smmu_bench --help\n";
        return std::nullopt;
    }
    return options;
}

std::string help() {
    Options unused;
    std::stringstream text;
    text << "smmu_bench: what an access through the SMMU costs, as a ratio to a direct one.\n"
            "docs/performance.md says what each row is.\n\n"
         << options_of(unused);
    return text.str();
}

}  // namespace smmu::perf
