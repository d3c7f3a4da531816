// Named sets of parameters.
//
//   functional     large caches, no latency of its own: what is counted is what tables need
//   gem5-like      the defaults of gem5's SMMUv3 model, which its maintainers tie to no implementation
//   mmu600-like    sizes of an Arm CoreLink MMU-600 as one SoC has built it
//   mmu700-like    sizes within what an Arm CoreLink MMU-700 can be built with
//
// None of them is a measured product: sizes are published, latencies are not, and presets.cpp says of
// every number where it comes from.
#pragma once
#include <optional>
#include <string_view>

#include "smmuv3/params.h"

namespace smmu {

constexpr std::string_view preset_names[] = {"functional", "gem5-like", "mmu600-like",
                                             "mmu700-like"};

/// `params` with the caches, resources and costs of that preset; features, TBUs, identities and DMI
/// stay.  Nothing if there is no preset of that name.
std::optional<Params> with_preset(std::string_view name, const Params& params);

}  // namespace smmu
