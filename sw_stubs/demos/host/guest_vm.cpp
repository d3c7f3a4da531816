// Loading a guest, giving it an SMMU, and talking to it.
#include "sw_stubs/demos/host/guest_vm.h"

#include "sw_stubs/port/aarch64/cache.h"
#include "sw_stubs/port/aarch64/cpu.h"

extern "C" const uint64_t guest_image[], guest_image_end[];

namespace smmu::sw::demo {

using namespace aarch64;

namespace {

/// What the guest left at the start of its page of results.
template <class Record>
Record record_of(const GuestVm& guest) {
    const uint64_t ipa = guest::buffer_ipa(guest::result_page);
    const vmm::PhysicalAddress at = guest.memory.ram_at(ipa, sizeof(Record));
    const auto* const words = reinterpret_cast<const volatile uint64_t*>(at.address);
    Record record{};
    for (unsigned i = 0; at.mapped && i < Record::words; ++i) record.word[i] = words[i];
    return record;
}

}  // namespace

/// A guest begins with its MMU off and reads memory past the caches: nothing of its memory may stay in them.
void load_guest_image(uint64_t pa) {
    auto* to = reinterpret_cast<volatile uint64_t*>(pa);
    for (const uint64_t* from = guest_image; from < guest_image_end; ++from) *to++ = *from;
    clean_and_invalidate(pa, guest::image_size);
    invalidate_instructions();
}

bool add_virtual_smmu(GuestVm& guest, EventLog& events) {
    guest.ram = vmm::MappedMemory(guest.memory);
    constexpr uint32_t intids[] = {virt::smmu_eventq_irq, virt::smmu_gerror_irq,
                                   virt::smmu_cmd_sync_irq, virt::smmu_priq_irq};
    for (unsigned i = 0; i < 4; ++i)
        guest.lines[i] = vmm::VgicLine(guest.vm.interrupts(), intids[i]);
    guest.messages = vmm::GuestMessages(guest.vm.interrupts(), guest.ram);
    guest.vsmmu.start(
        guest.iommu, guest.ram,
        {&guest.lines[0], &guest.lines[1], &guest.lines[2], &guest.lines[3], &guest.messages});
    return events.forward_to(guest.iommu, guest.vsmmu) &&
           guest.vm.add_device(virt::smmu.base, virt::smmu.size, guest.vsmmu);
}

void give_job(GuestVm& guest, guest::Job job, const JobArguments& arguments) {
    const uint64_t(&a)[4] = arguments.value;
    guest.vm.answer(static_cast<uint64_t>(job), a[0], a[1], a[2], a[3]);
}

JobEnd end_of_job(Report& report, const vmm::VmExit& exit) {
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

JobEnd run_job(Report& report, GuestVm& guest, guest::Job job, const JobArguments& arguments) {
    constexpr uint64_t longest_microseconds = 100'000;
    give_job(guest, job, arguments);
    return end_of_job(report, guest.vm.run(longest_microseconds));
}

arch::Event event_record_of(const GuestVm& guest) { return record_of<arch::Event>(guest); }

arch::PageRequest page_request_of(const GuestVm& guest) {
    return record_of<arch::PageRequest>(guest);
}

}  // namespace smmu::sw::demo
