// Runs firmware on the platform until it ends.
#include "platform/run.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <optional>
#include <systemc>

#include "boards/virt.h"
#include "platform/config/show.h"
#include "platform/files.h"
#include "platform/iort_check.h"
#include "platform/kernel.h"
#include "platform/soc.h"
#include "waveforms/trace.h"
#include "waveforms/vcd.h"
#include "waveforms/walks.h"

namespace smmu::platform {
namespace {

constexpr uint64_t traced_transactions = 4000;  // some ten megabytes at most

void warn_about_iort(const acpi::Bytes& bytes, const acpi::Hardware& hardware) {
    const auto table = sw::iort::Iort::open({bytes.data(), bytes.size()});
    if (!table.ok()) return say(std::string("warning: IORT: ") + describe(table.problem.error));
    for (const std::string& sentence : differences(table.value, hardware))
        say("warning: IORT: " + sentence);
}

int status_of(const Ending& ending) {
    switch (ending.cause) {
        case Ending::Cause::Off: return 0;
        case Ending::Cause::Exit: return static_cast<int>(std::min<uint64_t>(ending.status, 255));
        case Ending::Cause::Reset:
            return complain("the firmware asked for a reset, which ends the run", failed);
    }
    return failed;
}

std::optional<Refusal> write_result(const RunRequest& request, const char* name,
                                    const std::string& text) {
    if (request.output.empty()) return std::nullopt;
    return write_file(request.output / name, text);
}

/// What software finds in virt::acpi: around the given IORT, or around a true one.
acpi::Bytes acpi_image(const RunRequest& request) {
    const acpi::Hardware truth = hardware(request.config);
    if (request.iort.empty()) return acpi::build_acpi(virt::acpi.base, acpi::build_iort(truth));
    warn_about_iort(request.iort, truth);
    return acpi::build_acpi(virt::acpi.base, request.iort);
}

int simulate(const RunRequest& request) {
    std::optional<Ending> ending;
    Soc soc("soc", request.config, {std::cout, [&ending](Ending e) {
                                        ending = e;
                                        sc_core::sc_stop();
                                    }});
    const acpi::Bytes tables = acpi_image(request);
    if (tables.size() > virt::acpi.size)
        return complain("the IORT is larger than the ACPI region of 1 MiB", not_built);
    soc.load(request.firmware, tables);

    std::ofstream walks_file, trace_file;
    std::optional<Walks> walks;
    std::optional<Trace> trace;
    std::optional<Vcd> waves;
    if (!request.output.empty()) {
        trace_file.open(request.output / "trace.json");
        soc.attach(trace.emplace(trace_file, traced_transactions));
        walks_file.open(request.output / "walks.csv");
        soc.attach(walks.emplace(walks_file));
        soc.attach(waves.emplace(request.output / "waves", Soc::tbus));
    }

    const sc_core::sc_time limit(static_cast<double>(request.config.simulation.time_limit_ms),
                                 sc_core::SC_MS);
    sc_core::sc_start(limit, sc_core::SC_EXIT_ON_STARVATION);
    std::cout << std::flush;
    if (trace) trace->finish();
    if (const auto refusal = write_result(request, "stats.json", soc.stats().json()))
        return complain(refusal->sentence, failed);
    if (ending) return status_of(*ending);
    const std::string now = sc_core::sc_time_stamp().to_string();
    return sc_core::sc_pending_activity()
               ? complain("the firmware had not ended after " + now + " (simulation.time_limit)",
                          failed)
               : complain("deadlock at " + now + ": the CPU waits, and nothing will ever happen",
                          failed);
}

}  // namespace

int run(const RunRequest& request) {
    if (const auto refusal = write_result(request, "config.json", to_json(request.config)))
        return complain(refusal->sentence, not_built);
    return in_kernel([&request] { return simulate(request); });
}

}  // namespace smmu::platform
