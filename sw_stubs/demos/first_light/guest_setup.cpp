// Section 4: a guest with a stage 1 of its own, and data that moves through both stages.
#include "sw_stubs/demos/first_light/machine.h"

namespace smmu::sw::demo {

using namespace aarch64;
using namespace arch;
using guest::Job;
using guest::SetUp;
using iommu_api::Errno;

namespace {

constexpr uint16_t cpu_vmid = 1;
constexpr uint16_t smmu_vmid = 0x21;  // and the next ones: a stage 2 each

constexpr uint64_t image_pa = 0x5000'0000;
/// Page n of the guest's buffers: an order of its own, so that no two neighbours stay neighbours.
constexpr uint64_t buffer_pa(uint64_t page) { return 0x5800'0000 + (page * 7 + 3) % 16 * 0x3000; }

constexpr unsigned regions_before_buffers = 3;
vmm::MemoryRegion regions[regions_before_buffers + guest::buffer_pages];

vmm::MemoryMap lay_out_memory(const Machine& machine) {
    const Engine(&e)[2] = machine.engines;
    regions[0] = {guest::image_ipa, image_pa, guest::image_size, vmm::MemoryKind::Ram};
    regions[1] = {e[0].user_ipa, e[0].registers, page_bytes, vmm::MemoryKind::Device};
    regions[2] = {e[1].user_ipa, e[1].registers, page_bytes, vmm::MemoryKind::Device};
    for (uint64_t i = 0; i < guest::buffer_pages; ++i)
        regions[regions_before_buffers + i] = {guest::buffer_ipa(i), buffer_pa(i), page_bytes,
                                               vmm::MemoryKind::Ram};
    return {regions, sizeof regions / sizeof regions[0]};
}

void print_pages(Report& report, const char* name, uint64_t iova, uint64_t first) {
    for (uint64_t i = 0; i < guest::copied_pages; ++i)
        report.row(i == 0 ? name : "", Hex{iova + i * page_bytes, 12}, "   ",
                   Hex{guest::buffer_ipa(first + i), 8}, "   ", Hex{buffer_pa(first + i), 8});
}

bool start_vm(Report& report, Machine& machine) {
    machine.memory = lay_out_memory(machine);
    load_guest_image(image_pa);
    iommu_api::SmmuInstanceSetup tags{&machine.smmu, &machine.arena};
    tags.first_vmid = smmu_vmid;
    const bool devices = machine.instance.start(tags) &&
                         machine.iommu.create(machine.instance, machine.memory) == Errno::None;
    const vmm::VmSetup vm{cpu_vmid, machine.memory, guest::image_ipa};
    if (!report.expect(devices && machine.vm.create(machine.arena, vm),
                       "one memory map, two sets of stage 2 tables: the CPU's and the SMMU's"))
        return false;
    for (const Engine& engine : machine.engines)
        if (engine.described && machine.iommu.assign({engine.stream, engine.virtual_stream,
                                                      engine.canwbs}) != Errno::None)
            return report.expect(false, "StreamID ", Hex{engine.stream.value},
                                 " belongs to the guest");
    if (!report.expect(add_virtual_smmu(machine, machine.events),
                       "an SMMU of its own for the guest, trapped, at ", Hex{virt::smmu.base, 8}))
        return false;

    const vmm::VmExit up = machine.vm.run(10'000);
    return report.expect(up.why == vmm::Stop::NextJob, "the guest is up at EL1 and asks for work");
}

void attach(Report& report, Machine& machine, Engine& engine) {
    const JobEnd end = run_job(report, machine, Job::Attach, {{engine.virtual_stream}});
    const Ste ste = machine.iommu.ste_of(engine.virtual_stream);
    if (!may_nest(machine.smmu.features(), engine.canwbs)) {
        report.expect(end.finished && ste[Ste::Config] == SteConfig::Abort, "StreamID ",
                      Hex{engine.stream.value, 4}, ": nesting is refused: no S2FWB, no CANWBS");
        return;
    }
    engine.nested =
        report.expect(end.finished && end.result[0] == 1 && ste[Ste::Config] == SteConfig::S1S2,
                      "its StreamID ", Decimal{engine.virtual_stream}, " is ",
                      Hex{engine.stream.value, 4}, ": its STE became one with both stages, VMID ",
                      Hex{ste[Ste::S2VMID], 2}, ste[Ste::S2FWB] ? ", S2FWB" : ", no S2FWB");
    if (engine.nested && machine.worker == nullptr) machine.worker = &engine;
}

}  // namespace

bool start_guest(Report& report, Machine& machine) {
    report.section("A guest that owns stage 1");
    if (!start_vm(report, machine)) return false;
    const auto coherency = static_cast<uint64_t>(machine.smmu.features().coherency);
    const JobEnd built = run_job(report, machine, Job::SetUp, {{coherency}});
    if (!report.expect(built.finished && built.result[0] == static_cast<uint64_t>(SetUp::Done),
                       "it reset that SMMU with the host's driver, and built its stage 1"))
        return false;
    for (Engine& engine : machine.engines)
        if (engine.described) attach(report, machine, engine);
    if (machine.worker == nullptr) report.does_not_apply("the rest", "no device can be nested");
    return machine.worker != nullptr;
}

void copy_through_both_stages(Report& report, Machine& machine) {
    report.section("A copy by DMA through both stages");
    report.row("", "device (IOVA)    guest (IPA)  memory (PA)");
    print_pages(report, "from", guest::source_iova, guest::first_source);
    print_pages(report, "to", guest::destination_iova, guest::first_destination);
    const JobEnd copied = run_job(report, machine, Job::CopyPages, {{frame_of(*machine.worker)}});
    report.expect(
        copied.finished && copied.outcome() == guest::Outcome::Done && copied.result[1] == 0,
        Decimal{guest::copied_pages}, " pages copied; the guest found ", Decimal{copied.result[1]},
        " wrong words");
    report.expect(machine.events.pending() == 0 && machine.events.forwarded() == 0, "no event");
}

}  // namespace smmu::sw::demo
