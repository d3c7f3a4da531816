// Section 3: a guest with a stage 1 of its own, and data that moves through both stages.
#include "sw_stubs/demos/first_light/machine.h"
#include "sw_stubs/port/aarch64/cache.h"
#include "sw_stubs/port/aarch64/cpu.h"

extern "C" const uint64_t guest_image[], guest_image_end[];

namespace smmu::sw::demo {

using namespace aarch64;
using namespace arch;
using guest::Job;
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

/// A guest begins with its MMU off and reads memory past the caches: nothing of its memory may stay in them.
void load_image() {
    auto* to = reinterpret_cast<volatile uint64_t*>(image_pa);
    for (const uint64_t* from = guest_image; from < guest_image_end; ++from) *to++ = *from;
    clean_and_invalidate(image_pa, guest::image_size);
    invalidate_instructions();
}

bool start_vm(Report& report, Machine& machine) {
    machine.memory = lay_out_memory(machine);
    load_image();
    iommu_api::SmmuInstanceSetup tags{&machine.smmu, &machine.arena};
    tags.first_vmid = smmu_vmid;
    const bool devices = machine.instance.start(tags) &&
                         machine.iommu.create(machine.instance, machine.memory) == Errno::None;
    const vmm::VmSetup vm{cpu_vmid, machine.memory, guest::image_ipa, &machine.iommu};
    if (!report.expect(devices && machine.vm.create(machine.arena, vm),
                       "one memory map, two sets of stage 2 tables: the CPU's and the SMMU's"))
        return false;
    for (const Engine& engine : machine.engines)
        if (engine.described && machine.iommu.assign({engine.stream, engine.stream.value,
                                                      engine.canwbs, false}) != Errno::None)
            return report.expect(false, "StreamID ", Hex{engine.stream.value},
                                 " belongs to the guest");

    const vmm::VmExit up = machine.vm.run(10'000);
    return report.expect(up.why == vmm::Stop::NextJob, "the guest is up at EL1 and asks for work");
}

bool answered(const JobEnd& end, vmm::Answer answer) {
    return end.finished && end.result[0] == static_cast<uint64_t>(answer);
}

void attach(Report& report, Machine& machine, Engine& engine) {
    const JobEnd end = run_job(report, machine, Job::Attach, {{engine.stream.value}});
    if (!may_nest(machine.smmu.features(), engine.canwbs)) {
        report.expect(answered(end, vmm::Answer::Refused), "StreamID ", Hex{engine.stream.value, 4},
                      ": nesting is refused: no S2FWB, no CANWBS");
        return;
    }
    const Ste ste = machine.iommu.ste_of(engine.stream.value);
    engine.nested = report.expect(
        answered(end, vmm::Answer::Ok) && ste[Ste::Config] == SteConfig::S1S2, "StreamID ",
        Hex{engine.stream.value, 4}, ": the guest's STE became one with both stages, VMID ",
        Hex{ste[Ste::S2VMID], 2}, ste[Ste::S2FWB] ? ", S2FWB" : ", no S2FWB");
    if (engine.nested && machine.worker == nullptr) machine.worker = &engine;
}

}  // namespace

JobEnd run_job(Report& report, Machine& machine, Job job, const JobArguments& arguments) {
    constexpr uint64_t longest_microseconds = 100'000;
    const uint64_t(&a)[4] = arguments.value;
    machine.vm.answer(static_cast<uint64_t>(job), a[0], a[1], a[2], a[3]);
    const vmm::VmExit exit = machine.vm.run(longest_microseconds);
    switch (exit.why) {
        case vmm::Stop::NextJob: return {true, {exit.result[0], exit.result[1]}};
        case vmm::Stop::SliceOver:
        case vmm::Stop::Waiting:
        case vmm::Stop::TimedOut: report.row("guest", "did not finish its job in time"); break;
        case vmm::Stop::Crash:
            report.row("guest", "gave up: ESR ", Hex{exit.error.syndrome, 8}, " PC ",
                       Hex{exit.error.pc}, " FAR ", Hex{exit.error.address});
            break;
        case vmm::Stop::Error:
            report.row("guest", "stopped: ESR ", Hex{exit.error.syndrome, 8}, ", PC ",
                       Hex{exit.error.pc}, ", IPA ", Hex{exit.error.ipa}, " is not its own");
            break;
    }
    return {};
}

bool start_guest(Report& report, Machine& machine) {
    report.section("A guest that owns stage 1");
    if (!start_vm(report, machine)) return false;
    const Features& features = machine.smmu.features();
    const JobEnd built =
        run_job(report, machine, Job::SetUp,
                {{features.address_size_code, static_cast<uint64_t>(features.coherency)}});
    if (!report.expect(built.finished && built.result[0] == 1,
                       "it built context descriptor and stage 1 in its own memory"))
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
    report.expect(machine.events.pending() == 0, "no event");
}

}  // namespace smmu::sw::demo
