// Section 3: who may own a stage 1.  A guest's attributes must not reach past the caches, so stage 2 has the last word
// (S2FWB), or the root complex (CANWBS).
#include "sw_stubs/demos/first_light/machine.h"

namespace smmu::sw::demo {

using namespace aarch64;
using iommu_api::Errno;

namespace {

/// The words of a guest's STE that asks for stage 1.
constexpr GuestSte stage1{{0x1000 | 0b101 << 1 | 1, 0xD4}};

iommu_api::SmmuInstance instance;
vmm::Iommu iommu;

void ask(Report& report, const Engine& engine) {
    const bool given =
        iommu.assign({engine.stream, engine.virtual_stream, engine.canwbs}) == Errno::None;
    const Errno answer = given ? iommu.attach(engine.virtual_stream, stage1) : Errno::NoDev;
    if (engine.canwbs)
        report.expect(answer == Errno::None, "without S2FWB: StreamID ",
                      Hex{engine.stream.value, 4}, " may be nested, its root complex has CANWBS");
    else
        report.expect(answer == Errno::OpNotSupp, "without S2FWB: StreamID ",
                      Hex{engine.stream.value, 4}, " must not be nested, it has no CANWBS");
}

}  // namespace

/// Asked with an SMMU that says it has no S2FWB, by way of the same calls; everything is given back.
void show_gate(Report& report, Machine& machine) {
    report.section("Who may own a stage 1: the coherence gate");
    report.row("S2FWB", machine.smmu.features().fwb
                            ? "this SMMU has it: stage 2 decides memory types"
                            : "this SMMU does not have it");
    iommu_api::SmmuInstanceSetup setup{&machine.smmu, &machine.arena};
    setup.without_fwb = true;
    if (!report.expect(instance.start(setup) && iommu.create(instance, {}) == Errno::None,
                       "an SMMU is asked as if it had none"))
        return;
    for (const Engine& engine : machine.engines)
        if (engine.described) ask(report, engine);
    iommu.close();
}

}  // namespace smmu::sw::demo
