// smmu-vp: reads the command line and does what it says.
#include <algorithm>
#include <iostream>

#include "boards/virt.h"
#include "platform/analyze/analyze.h"
#include "platform/cli/options.h"
#include "platform/compare.h"
#include "platform/config/parameters.h"
#include "platform/config/read.h"
#include "platform/config/show.h"
#include "platform/files.h"
#include "platform/iort_command.h"
#include "platform/ram_image.h"
#include "platform/remote/options.h"
#include "platform/remote/remote.h"
#include "platform/run.h"
#include "smmuv3/presets.h"

namespace smmu::platform {
namespace {

constexpr int wrong_call = 2;

int refuse(const std::string& sentence) {
    std::cerr << "smmu-vp: " << sentence << '\n';
    return wrong_call;
}

/// The defaults of the board with a preset; empty: as they are.
Expected<Config> preset_config(const std::string& preset) {
    Config config;
    if (preset.empty()) return config;
    const auto params = with_preset(preset, config.smmu);
    if (!params) {
        std::string names;
        for (const std::string_view name : preset_names)
            names += (names.empty() ? "" : ", ") + std::string(name);
        return Refusal{"--preset is one of " + names + ", not " + preset};
    }
    config.smmu = *params;
    return config;
}

Expected<Config> read_config(const std::string& preset, const std::string& path,
                             const std::vector<std::string>& settings) {
    auto begin = preset_config(preset);
    if (!begin) return begin;
    Config& config = *begin;
    Refusals refused;
    const auto add = [&refused](const Refusals& more, const std::string& where) {
        for (const std::string& sentence : more) refused.push_back(where + sentence);
    };
    if (!path.empty()) {
        const auto file = read_file(path);
        if (!file) return Refusal{file.refusal()};
        add(read_json(config, {reinterpret_cast<const char*>(file->data()), file->size()}),
            path + ": ");
    }
    for (const std::string& setting : settings) add(read_setting(config, setting), "--set: ");
    if (refused.empty()) add(refusals(config), "");
    if (refused.empty()) return config;

    std::string all;
    for (const std::string& sentence : refused)
        all += (all.empty() ? "" : "\nsmmu-vp: ") + sentence;
    return Refusal{all};
}

Expected<Firmware> load_firmware(const std::string& given) {
    const auto path = given.empty() ? (own_folder() / SMMU_FIRMWARE).lexically_normal()
                                    : std::filesystem::path(given);
    const auto file = read_file(path);
    if (!file && given.empty())
        return Refusal{file.refusal() +
                       ": build the target firmware, or give another one with --firmware"};
    if (!file) return Refusal{file.refusal()};
    auto firmware = read_firmware(*file);
    if (!firmware) return Refusal{path.string() + ": " + firmware.refusal()};
    return firmware;
}

bool overlaps(const Segment& segment, const virt::Range& range) {
    return segment.address < range.end() && range.base < segment.address + segment.bytes.size();
}

int run_command(const Options& options) {
    const auto config = read_config(options.preset, options.config, options.settings);
    if (!config) return refuse(config.refusal());
    RunRequest request{*config, {}, {}, options.output};
    if (!options.iort.empty()) {
        const auto iort = read_file(options.iort);
        if (!iort) return refuse(iort.refusal());
        if (iort->empty())
            return refuse(options.iort + " is empty: give the path of a raw IORT table");
        request.iort = *iort;
    }
    const auto firmware = load_firmware(options.firmware);
    if (!firmware) return refuse(firmware.refusal());
    request.firmware = *firmware;
    for (const std::string& given : options.ram) {
        const auto image = read_ram_image(given, virt::ram);
        if (!image) return refuse(image.refusal());
        if (overlaps(*image, virt::acpi))
            return refuse("--ram " + given + " lies over the ACPI tables: give tables with --iort");
        request.firmware.segments.push_back(*image);
    }
    return run(request);
}

int analyze_command(const Options& options) {
    std::vector<std::string> settings = options.settings;
    if (!options.trace.empty()) settings.insert(settings.begin(), "traffic.generator=replay");
    const std::string preset = options.preset.empty() ? "mmu600-like" : options.preset;
    const auto config = read_config(preset, options.config, settings);
    if (!config) return refuse(config.refusal());
    analyze::AnalyzeRequest request{*config,    *preset_config(preset), preset, {},
                                    "analysis", !options.no_what_if};
    if (!options.output.empty()) request.output = options.output;
    if (!options.trace.empty()) {
        const auto file = read_file(options.trace);
        if (!file) return refuse(file.refusal());
        auto trace =
            analyze::read_trace({reinterpret_cast<const char*>(file->data()), file->size()});
        if (!trace) return refuse(options.trace + ": " + trace.refusal());
        request.trace = {options.trace, std::move(*trace)};
    }
    return analyze::analyze(request);
}

int compare_command(const Options& options) {
    const auto table = compare(options.folders[0], options.folders[1]);
    if (!table) return refuse(table.refusal());
    std::cout << *table;
    return 0;
}

int parameters_command(const Options& options) {
    const auto config = read_config(options.preset, options.config, options.settings);
    if (!config) return refuse(config.refusal());
    std::cout << (options.json       ? to_json(*config)
                  : options.markdown ? parameters_as_markdown()
                                     : parameters_as_text());
    return 0;
}

void print_version() { std::cout << "smmu-vp " SMMU_VERSION "\n"; }

int remote_command(const std::vector<std::string>& arguments) {
    for (const std::string& word : arguments) {
        if (word == "--help" || word == "-help" || word == "-h") {
            std::cout << help();
            return 0;
        }
        if (word == "--version" || word == "-version") {
            print_version();
            return 0;
        }
    }
    const auto options = remote::read_options(arguments);
    if (!options) return refuse(options.refusal());
    const auto config = read_config("", options->config, options->settings);
    if (!config) return refuse(config.refusal());
    return remote::remote(*options, *config);
}

int dispatch(const std::string& program, const std::vector<std::string>& arguments) {
    if (remote::is_remote(program, arguments)) return remote_command(arguments);
    const auto options = read_command_line(arguments);
    if (!options) return refuse(options.refusal());
    switch (options->command) {
        case Command::Run: return run_command(*options);
        case Command::Analyze: return analyze_command(*options);
        case Command::Compare: return compare_command(*options);
        case Command::Iort: return iort_command(options->iort, options->json, std::cout, std::cerr);
        case Command::Parameters: return parameters_command(*options);
        case Command::Help: std::cout << help(); return 0;
        case Command::Version: print_version(); return 0;
    }
    return wrong_call;
}

}  // namespace
}  // namespace smmu::platform

int main(int count, char** words) {
    return smmu::platform::dispatch(words[0], {words + 1, words + count});
}
