// From the command line to a machine that answers.
#include "platform/remote/remote.h"

#include <iostream>
#include <new>
#include <optional>

#include "platform/kernel.h"
#include "platform/ram_image.h"
#include "platform/remote/machine.h"
#include "platform/remote/server.h"

namespace smmu::platform::remote {
namespace {

int serve_target(Target& target, const Options& options) {
    const auto refusal = serve(target, {options.qtest, options.monitor});
    return refusal ? complain(refusal->sentence, not_built) : 0;
}

}  // namespace

int remote(const Options& options, const Config& config) {
    end_on_sigterm();
    if (!options.machine) {
        NoMachine nothing;
        return serve_target(nothing, options);
    }
    const auto slots = slots_of(options.devices);
    if (!slots) return complain(slots.refusal(), not_built);
    MachineParams params{config, virt::ram.size, options.devices, *slots};
    if (options.ram_mib) params.ram_size = *options.ram_mib << 20;
    std::vector<Segment> images;
    for (const std::string& given : options.ram) {
        auto image = read_ram_image(given, {virt::ram.base, params.ram_size});
        if (!image) return complain(image.refusal(), not_built);
        images.push_back(*image);
    }
    return in_kernel([&] {
        std::optional<Machine> machine;
        try {
            machine.emplace("machine", params, std::cout);
        } catch (const std::bad_alloc&) {
            return complain("the host has no " + std::to_string(params.ram_size >> 20) +
                                " MiB for the RAM: ask for less with -m",
                            not_built);
        }
        for (const Segment& image : images) machine->load(image);
        sc_core::sc_start(sc_core::SC_ZERO_TIME);  // elaborates: from here on the bus carries
        return serve_target(*machine, options);
    });
}

}  // namespace smmu::platform::remote
