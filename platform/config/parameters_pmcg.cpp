// Parameters of the SMMU: counter groups.
#include "boards/virt.h"
#include "platform/config/parameters.h"

namespace smmu::platform {
namespace {

using core::PmcgFeatures;

constexpr auto smmuv3 = &Config::smmu;
constexpr auto pmcg = &Params::pmcg;

constexpr uint64_t counter_sizes[] = {32, 36, 40, 44, 48, 64};

constexpr Parameter table[] = {
    number<smmuv3, &Params::pmcg_groups>(
        {"smmu.pmcg.groups", "", "Performance monitor counter groups (PMCG); 0: none."},
        {0, virt::smmu_pmcg_groups}),
    number<smmuv3, pmcg, &PmcgFeatures::counters>(
        {"smmu.pmcg.counters", "", "Counters of each group (CFGR.NCTR)."}, {1, 64}),
    number_of<smmuv3, pmcg, &PmcgFeatures::counter_bits>(
        {"smmu.pmcg.counter_bits", "bits", "Size of a counter (CFGR.SIZE)."}, counter_sizes),
    flag<smmuv3, pmcg, &PmcgFeatures::counter_page>(
        {"smmu.pmcg.counter_page", "",
         "Counters and their overflow status have a page of their own (CFGR.RELOC_CTRS)."}),
    flag<smmuv3, pmcg, &PmcgFeatures::msi>(
        {"smmu.pmcg.msi", "",
         "Message-signalled interrupts of a group, beside its wire (CFGR.MSI)."}),
    flag<smmuv3, pmcg, &PmcgFeatures::capture>(
        {"smmu.pmcg.capture", "", "All counters can be copied at once (CFGR.CAPTURE)."}),
    flag<smmuv3, pmcg, &PmcgFeatures::one_filter>(
        {"smmu.pmcg.one_filter", "",
         "One StreamID filter for all counters of a group (CFGR.SID_FILTER_TYPE)."}),
};

}  // namespace

ParameterTable smmu_pmcg_parameters() { return of(table); }

}  // namespace smmu::platform
