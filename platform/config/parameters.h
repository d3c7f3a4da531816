// The table of all parameters, and the rules between them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "platform/config/parameter.h"

namespace smmu::platform {

struct ParameterTable {
    const Parameter* first;
    const Parameter* last;
    const Parameter* begin() const { return first; }
    const Parameter* end() const { return last; }
};

template <size_t N>
constexpr ParameterTable of(const Parameter (&rows)[N]) {
    return {rows, rows + N};
}

ParameterTable smmu_parameters();         ///< what it can do
ParameterTable smmu_timing_parameters();  ///< caches, resources, costs
ParameterTable smmu_pmcg_parameters();    ///< counter groups
ParameterTable workload_parameters();     ///< of `analyze`

/// All parameters; those of one group stand together.
ParameterTable parameters();

/// nullptr: there is none of that name.
const Parameter* find_parameter(std::string_view path);

/// One sentence for each reason why the combination cannot be built; empty: it can.
std::vector<std::string> refusals(const Config& config);

}  // namespace smmu::platform
