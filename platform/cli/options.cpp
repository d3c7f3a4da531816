// The command line, by Boost.Program_options: each command has its own options.
#include "platform/cli/options.h"

#include <boost/program_options.hpp>
#include <sstream>

#include "platform/config/show.h"
#include "platform/remote/options.h"

namespace smmu::platform {
namespace {

namespace po = boost::program_options;

constexpr const char* preset_help =
    "the SMMU to begin with: functional, gem5-like, mmu600-like or mmu700-like (default: "
    "functional, with analyze mmu600-like)";

po::options_description options_of(Command command, Options& into) {
    po::options_description known(std::string{}, 100);
    auto add = known.add_options();
    const auto add_config = [&] {
        add("preset,p", po::value(&into.preset)->value_name("NAME"), preset_help);
        add("config,c", po::value(&into.config)->value_name("FILE"), "parameters from a JSON file");
        add("set,s", po::value(&into.settings)->composing()->value_name("PATH=VALUE"),
            "one parameter; may be repeated, wins over --config");
    };
    switch (command) {
        case Command::Run:
            add_config();
            add("firmware,f", po::value(&into.firmware)->value_name("FILE"),
                "what the CPU runs: AArch64 ELF or flat binary (default: the main job)");
            add("iort,i", po::value(&into.iort)->value_name("FILE"),
                "IORT that the software sees (default: generated from the hardware)");
            add("output,o", po::value(&into.output)->value_name("DIR"),
                "write config.json, stats.json, walks.csv, trace.json and waves.vcd there");
            add("ram", po::value(&into.ram)->composing()->value_name("FILE@ADDR"),
                "bytes that are in RAM before the CPU starts; may be repeated");
            break;
        case Command::Analyze:
            add_config();
            add("trace,t", po::value(&into.trace)->value_name("FILE"),
                "replay the accesses of a CSV file: time,sid,ssid,iova,size,rw");
            add("output,o", po::value(&into.output)->value_name("DIR"),
                "where report.html, stats.json, walks.csv, trace.json and config.json go (default: "
                "analysis)");
            add("no-what-if", po::bool_switch(&into.no_what_if),
                "do not simulate other walk caches too");
            break;
        case Command::Compare:
            add("folder", po::value(&into.folders)->required(), "what --output has filled, twice");
            break;
        case Command::Iort:
            add("file", po::value(&into.iort)->required()->value_name("FILE"), "the table");
            add("json", po::bool_switch(&into.json), "as JSON");
            break;
        case Command::Parameters:
            add_config();
            add("json", po::bool_switch(&into.json), "effective values as a file for --config");
            add("markdown", po::bool_switch(&into.markdown), "as docs/parameters.md");
            break;
        case Command::Help:
        case Command::Version: break;
    }
    return known;
}

struct Name {
    const char* word;
    Command command;
};
constexpr Name names[] = {
    {"run", Command::Run},
    {"analyze", Command::Analyze},
    {"compare", Command::Compare},
    {"iort", Command::Iort},
    {"parameters", Command::Parameters},
    {"help", Command::Help},
    {"--help", Command::Help},
    {"-h", Command::Help},
    {"--version", Command::Version},
};

Expected<Command> command_of(const std::string& word) {
    for (const Name& name : names)
        if (word == name.word) return name.command;
    return Refusal{
        "unknown command " + word +
        ": the commands are run, analyze, compare, iort and parameters; see smmu-vp --help"};
}

bool asks_for_help(const std::vector<std::string>& arguments) {
    for (const std::string& argument : arguments)
        if (argument == "--help" || argument == "-h") return true;
    return false;
}

/// The options of a command, one a line, indented below it.
std::string described(Command command) {
    Options unused;
    std::stringstream lines;
    lines << options_of(command, unused);
    std::string text;
    for (std::string line; std::getline(lines, line);) text += "    " + line + '\n';
    return text;
}

}  // namespace

Expected<Options> read_command_line(const std::vector<std::string>& arguments) {
    Options options;
    std::vector<std::string> rest = arguments;
    const bool named = !rest.empty() && (rest[0][0] != '-' || rest[0] == "--version");
    if (asks_for_help(arguments)) {
        options.command = Command::Help;
        return options;
    }
    if (named) {
        const Expected<Command> command = command_of(rest[0]);
        if (!command) return Refusal{command.refusal()};
        options.command = *command;
        rest.erase(rest.begin());
    }
    try {
        const po::options_description known = options_of(options.command, options);
        po::positional_options_description positions;
        if (options.command == Command::Iort) positions.add("file", 1);
        if (options.command == Command::Compare) positions.add("folder", 2);
        po::variables_map values;
        const int style =
            po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
        po::store(
            po::command_line_parser(rest).options(known).positional(positions).style(style).run(),
            values);
        po::notify(values);
        if (options.command == Command::Compare && options.folders.size() != 2)
            return Refusal{"smmu-vp compare needs two folders that --output has filled"};
    } catch (const po::required_option&) {
        if (options.command == Command::Compare)
            return Refusal{"smmu-vp compare needs two folders that --output has filled"};
        return Refusal{"smmu-vp iort needs the FILE to show"};
    } catch (const po::too_many_positional_options_error&) {
        return Refusal{"there is a word too many on the command line; see smmu-vp --help"};
    } catch (const po::error& error) {
        return Refusal{std::string(error.what()) + "; see smmu-vp --help"};
    }
    return options;
}

std::string help() {
    return "smmu-vp: a virtual platform with an Arm SMMUv3, in SystemC\n"
           "\n"
           "  smmu-vp [run] [options]            run firmware; its exit status becomes that of "
           "smmu-vp\n" +
           described(Command::Run) +
           "\n"
           "  smmu-vp analyze [options]          simulate traffic, write report.html: what "
           "translation costs\n" +
           described(Command::Analyze) +
           "\n"
           "  smmu-vp compare DIR DIR            the figures of two runs beside each other\n"
           "\n"
           "  smmu-vp iort FILE [--json]         show what an IORT table says\n"
           "\n"
           "  smmu-vp parameters [options]       show all parameters\n" +
           described(Command::Parameters) + "\n" + remote::options_help() +
           "\n"
           "  smmu-vp --help, smmu-vp --version\n"
           "\n"
           "Exit status: that of the firmware; 1 when the simulation ends without one; 2 when the "
           "call is wrong.\n"
           "\n"
           "Parameters (--set PATH=VALUE): default, allowed, meaning\n" +
           parameters_as_text();
}

}  // namespace smmu::platform
