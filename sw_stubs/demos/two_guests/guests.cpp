// Section 3: two guests from one image that cannot tell themselves apart.
#include "boards/test_engine_frame.h"
#include "sw_stubs/demos/two_guests/pair.h"

namespace smmu::sw::demo {

using namespace aarch64;
using namespace arch;
using guest::Job;
using iommu_api::Errno;

namespace {

constexpr uint16_t smmu_vmid = 0x21;  // and the next one

constexpr unsigned regions_before_buffers = 3;
constexpr unsigned region_count = regions_before_buffers + guest::buffer_pages;
vmm::MemoryRegion regions[2][region_count];

vmm::MemoryMap lay_out_memory(const Tenant& t) {
    vmm::MemoryRegion(&r)[region_count] = regions[t.number];
    r[0] = {guest::image_ipa, image_pa(t.number), guest::image_size, vmm::MemoryKind::Ram};
    r[1] = {t.engine->user_ipa, t.engine->registers, page_bytes, vmm::MemoryKind::Device};
    r[2] = {guest::playground_ipa, playground_pa(t.number), guest::playground_size,
            vmm::MemoryKind::Ram};
    for (uint64_t i = 0; i < guest::buffer_pages; ++i)
        r[regions_before_buffers + i] = {guest::buffer_ipa(i), buffer_pa(t.number, i), page_bytes,
                                         vmm::MemoryKind::Ram};
    return {r, region_count};
}

/// The configuration space of an engine.
uint64_t config_of(const Engine& engine) {
    constexpr unsigned ecam_shift = 12;
    const virt::Range& ecam = engine.segment == 0 ? virt::pcie0_config : virt::pcie1_config;
    return ecam.base + (uint64_t{virt::test_engine_rid(0)} << ecam_shift);
}

/// Every frame may use ATS and ask for pages, as soon as the function may.
void let_ask(const Engine& engine) {
    using namespace test_engine;
    for (uint32_t frame = 0; frame < virt::test_engine_frames; ++frame)
        port::mmio_write32(engine.registers + privileged_register(frame, privileged::pctrl),
                           pctrl_ats_enable | pctrl_pri_enable);
}

bool create(Pair& pair, Tenant& t) {
    t.memory = lay_out_memory(t);
    load_guest_image(image_pa(t.number));
    const auto cpu_vmid = static_cast<uint16_t>(t.number + 1);
    const Engine& e = *t.engine;
    t.pci = PciDevice(config_of(e));
    let_ask(e);
    return t.iommu.create(pair.instance, t.memory) == Errno::None &&
           t.iommu.assign({e.stream, e.virtual_stream, e.canwbs, false, e.ats, &t.pci, e.pri}) ==
               Errno::None &&
           t.vm.create(pair.arena, {cpu_vmid, t.memory, guest::image_ipa}) &&
           add_virtual_smmu(t, pair.events) && t.vm.run(10'000).why == vmm::Stop::NextJob;
}

bool set_up(Report& report, Pair& pair, Tenant& t) {
    const auto coherency = static_cast<uint64_t>(pair.smmu.features().coherency);
    const auto signals = static_cast<uint64_t>(signals_of(t.number));
    const JobEnd built =
        run_job(report, t, Job::SetUp, {{coherency, t.number + uint64_t{1}, signals}});
    if (!built.finished || built.result[0] != static_cast<uint64_t>(guest::SetUp::Done))
        return false;
    const JobEnd attached = run_job(report, t, Job::Attach, {{t.engine->virtual_stream}});
    t.entry = live_entry(pair, t.engine->stream);
    return attached.finished && attached.result[0] == 1 && t.entry[Ste::Config] == SteConfig::S1S2;
}

template <class Value>
void both(Report& report, const char* name, const Value& seen, const Value& a, const Value& b) {
    report.row(name, seen, "      ", a, "   ", b);
}

void print_layout(Report& report, const Pair& pair) {
    const Engine(&e)[2] = pair.engines;
    report.row("", "as both see it  A            B");
    both(report, "image", Hex{guest::image_ipa, 8}, Hex{image_pa(0), 8}, Hex{image_pa(1), 8});
    both(report, "first page", Hex{guest::buffer_ipa(0), 8}, Hex{buffer_pa(0, 0), 8},
         Hex{buffer_pa(1, 0), 8});
    both(report, "DMA engine", Hex{e[0].user_ipa, 8}, Hex{e[0].registers, 8},
         Hex{e[1].registers, 8});
    both(report, "StreamID", Hex{e[0].virtual_stream, 8}, Hex{e[0].stream.value, 8},
         Hex{e[1].stream.value, 8});
    report.row("interrupts", "                by message   by wire");
}

}  // namespace

bool start_guests(Report& report, Pair& pair) {
    report.section("Two guests from one image, a device each");
    pair.engines[1].user_ipa = pair.engines[0].user_ipa;
    pair.engines[1].virtual_stream = pair.engines[0].virtual_stream;
    for (unsigned i = 0; i < 2; ++i) {
        const Engine& e = pair.engines[i];
        pair.guest[i].engine = &e;
        pair.guest[i].number = i;
        if (e.described && may_nest(pair.smmu.features(), e.canwbs)) continue;
        report.does_not_apply("the rest", e.described ? "a device cannot be nested: no S2FWB"
                                                      : "this IORT does not describe two engines");
        return false;
    }
    print_layout(report, pair);

    iommu_api::SmmuInstanceSetup tags{&pair.smmu, &pair.arena};
    tags.first_vmid = smmu_vmid;
    if (!report.expect(
            pair.instance.start(tags) && create(pair, pair.guest[0]) && create(pair, pair.guest[1]),
            "both are up at EL1, each with a trapped SMMU"))
        return false;
    Tenant& a = pair.guest[0];
    Tenant& b = pair.guest[1];
    if (!report.expect(set_up(report, pair, a) && set_up(report, pair, b),
                       "each has put its device behind a stage 1 of its own"))
        return false;
    const Cd of_a = live_context(a), of_b = live_context(b);
    report.expect(a.entry[Ste::S1ContextPtr] == b.entry[Ste::S1ContextPtr] &&
                      of_a[Cd::TTB0] == of_b[Cd::TTB0] && of_a[Cd::ASID] == of_b[Cd::ASID],
                  "CD at ", Hex{a.entry[Ste::S1ContextPtr], 8}, ", tables at ",
                  Hex{of_a[Cd::TTB0], 8}, ", ASID ", Decimal{of_a[Cd::ASID]}, ": the same in both");
    return report.expect(
        a.entry[Ste::S2VMID] != b.entry[Ste::S2VMID] && a.entry[Ste::S2TTB] != b.entry[Ste::S2TTB],
        "VMID ", Hex{a.entry[Ste::S2VMID], 2}, " and ", Hex{b.entry[Ste::S2VMID], 2},
        ", a stage 2 each: the host's");
}

}  // namespace smmu::sw::demo
