// The parameter table: --help, the configuration file, --set, docs/parameters.md and the checks all
// come from here.
#include "platform/config/parameters.h"

#include <algorithm>
#include <iterator>

namespace smmu::platform {
namespace {

constexpr std::string_view clean_lines_words[] = {"kept", "dropped"};
constexpr std::string_view evict_words[] = {"never", "random"};
constexpr std::string_view page_crossing_words[] = {"never", "allowed"};
constexpr uint64_t address_sizes[] = {32, 36, 40, 42, 44, 48, 52};
constexpr uint64_t virtual_sizes[] = {48, 52};

constexpr std::string_view stall_model_words[] = {"stall_and_terminate", "terminate", "stall"};

constexpr auto simulation = &Config::simulation;
constexpr auto cpu = &Config::cpu;
constexpr auto interconnect = &Config::interconnect;
constexpr auto smmuv3 = &Config::smmu;
constexpr auto features = &Params::features;
constexpr auto test_engine = &Config::test_engine;
constexpr auto endpoint = &TestEngineParams::ats;

using core::Features;
using core::Geometry;

constexpr Parameter table[] = {
    number<simulation, &SimulationParams::time_limit_ms>(
        {"simulation.time_limit", "ms",
         "Simulated time after which a run that has not ended counts as failed."},
        {1, 3'600'000}),

    number<cpu, &CpuParams::quantum>(
        {"cpu.quantum", "instructions",
         "How far the CPU may run ahead of the other models; one instruction is 1 ns."},
        {1, 1'000'000}),

    choice<interconnect, &InterconnectParams::clean_lines>(
        {"interconnect.clean_lines", "",
         "Whether a clean cache line hides what a device writes past the caches (kept), or never "
         "does (dropped)."},
        clean_lines_words),
    choice<interconnect, &InterconnectParams::evict>(
        {"interconnect.evict", "",
         "Whether cache lines leave the cache by themselves, as on hardware; for tests."},
        evict_words),
    number<interconnect, &InterconnectParams::evict_seed>(
        {"interconnect.evict_seed", "", "Start of the random numbers of interconnect.evict."},
        {1, 0xFFFF'FFFF}),
    number<interconnect, &InterconnectParams::ram_latency>(
        {"interconnect.ram_latency", "ns", "Time that each access to RAM takes."}, {0, 1'000'000}),
    number<interconnect, &InterconnectParams::hop_latency>(
        {"interconnect.hop_latency", "ns", "Time that each access to a device takes on the bus."},
        {0, 1'000'000}),

    number<smmuv3, features, &Features::minor_revision>(
        {"smmu.minor_revision", "", "SMMUv3 minor revision (AIDR): 3 is SMMUv3.3."}, {1, 4}),
    flag<smmuv3, features, &Features::stage1>(
        {"smmu.stage1", "", "Stage 1 translation (IDR0.S1P)."}),
    flag<smmuv3, features, &Features::stage2>(
        {"smmu.stage2", "", "Stage 2 translation (IDR0.S2P)."}),
    flag<smmuv3, features, &Features::forced_write_back>(
        {"smmu.forced_write_back", "", "Stage 2 may force write-back: S2FWB (IDR3.FWB)."}),
    flag<smmuv3, features, &Features::coherent_access>(
        {"smmu.coherent_access", "",
         "Its own accesses to tables and queues snoop the CPU caches (IDR0.COHACC)."}),
    flag<smmuv3, features, &Features::wide_asid>(
        {"smmu.wide_asid", "", "ASIDs of 16 bits, else 8 (IDR0.ASID16)."}),
    flag<smmuv3, features, &Features::wide_vmid>(
        {"smmu.wide_vmid", "", "VMIDs of 16 bits, else 8 (IDR0.VMID16)."}),
    flag<smmuv3, features, &Features::two_level_cd_table>(
        {"smmu.two_level_cd_table", "", "Context Descriptor tables of two levels (IDR0.CD2L)."}),
    flag<smmuv3, features, &Features::vmid_wildcard>(
        {"smmu.vmid_wildcard", "", "Invalidations may leave out bits of the VMID (IDR0.VMW)."}),
    flag<smmuv3, features, &Features::el2>(
        {"smmu.el2", "", "Translations of EL2 and EL2-E2H, with both stages (IDR0.Hyp)."}),
    number<smmuv3, features, &Features::substream_id_bits>(
        {"smmu.substream_id_bits", "bits", "Size of SubstreamIDs; 0: none (IDR1.SSIDSIZE)."},
        {0, 20}),
    number_of<smmuv3, features, &Features::virtual_address_bits>(
        {"smmu.virtual_address_bits", "bits",
         "Largest virtual address range of one table (IDR5.VAX)."},
        virtual_sizes),
    flag<smmuv3, features, &Features::granule_4k>(
        {"smmu.granule_4k", "", "Translation granule of 4 KiB (IDR5.GRAN4K)."}),
    flag<smmuv3, features, &Features::granule_16k>(
        {"smmu.granule_16k", "", "Translation granule of 16 KiB (IDR5.GRAN16K)."}),
    flag<smmuv3, features, &Features::granule_64k>(
        {"smmu.granule_64k", "", "Translation granule of 64 KiB (IDR5.GRAN64K)."}),
    flag<smmuv3, features, &Features::lpa2>(
        {"smmu.lpa2", "", "52-bit addresses with granules of 4 and 16 KiB (IDR5.DS)."}),
    flag<smmuv3, features, &Features::small_tables>(
        {"smmu.small_tables", "", "Input ranges down to 16 bits (IDR3.STT)."}),
    flag<smmuv3, features, &Features::range_invalidation>(
        {"smmu.range_invalidation", "", "TLB invalidation by range (IDR3.RIL)."}),
    number<smmuv3, features, &Features::bbml>(
        {"smmu.bbml", "", "Break-before-make level (IDR3.BBML)."}, {0, 2}),
    flag<smmuv3, features, &Features::e0pd>(
        {"smmu.e0pd", "", "Half of the address space may be closed to unprivileged (IDR3.E0PD)."}),
    flag<smmuv3, features, &Features::walks_to_device_are_nc>(
        {"smmu.walks_to_device_are_nc", "",
         "Walks to what stage 2 maps as Device go out Non-cacheable (IDR3.PTWNNC)."}),
    flag<smmuv3, features, &Features::epan>(
        {"smmu.epan", "", "PAN may look at execute permission too (IDR3.EPAN)."}),
    flag<smmuv3, features, &Features::no_tag_access>(
        {"smmu.no_tag_access", "", "NoTagAccess encodings of stage 2 (IDR3.MTEPERM)."}),
    number_of<smmuv3, features, &Features::output_address_bits>(
        {"smmu.output_address_bits", "bits", "Size of physical addresses (IDR5.OAS)."},
        address_sizes),
    number<smmuv3, features, &Features::stream_id_bits>(
        {"smmu.stream_id_bits", "bits",
         "Size of StreamIDs (IDR1.SIDSIZE); the board uses up to 0x1FF."},
        {9, 32}),
    number<smmuv3, features, &Features::httu>(
        {"smmu.httu", "",
         "Hardware updates of tables: 0 none, 1 access flag, 2 dirty state too (IDR0.HTTU)."},
        {0, 2}),
    flag<smmuv3, features, &Features::msi>(
        {"smmu.msi", "", "Message-signalled interrupts, beside the wires (IDR0.MSI)."}),
    choice<smmuv3, features, &Features::stall_model>(
        {"smmu.stall_model", "",
         "What may become of a transaction that faults (IDR0.STALL_MODEL)."},
        stall_model_words),
    number<smmuv3, features, &Features::stall_max>(
        {"smmu.stall_max", "", "Most stalls on record at a time (IDR5.STALL_MAX)."}, {1, 65535}),
    flag<smmuv3, features, &Features::always_abort>(
        {"smmu.always_abort", "", "Terminated transactions never read as zero (IDR0.TERM_MODEL)."}),
    flag<smmuv3, features, &Features::ats>(
        {"smmu.ats", "", "Translation requests of PCIe endpoints (IDR0.ATS)."}),
    flag<smmuv3, features, &Features::split_stage_ats>(
        {"smmu.split_stage_ats", "",
         "Endpoints may be given intermediate addresses, with both stages (IDR0.NS1ATS is 0)."}),
    flag<smmuv3, features, &Features::record_ats_errors>(
        {"smmu.record_ats_errors", "",
         "Configuration errors of translation requests can be recorded (IDR0.ATSRECERR)."}),
    flag<smmuv3, features, &Features::pri>(
        {"smmu.pri", "", "Page requests of PCIe endpoints and their queue (IDR0.PRI)."}),
    flag<smmuv3, features, &Features::pasid_in_responses>(
        {"smmu.pasid_in_responses", "",
         "Automatic answers to page requests repeat the PASID (IDR3.PPS)."}),
    number<smmuv3, features, &Features::page_request_queue_log2>(
        {"smmu.page_request_queue_log2", "",
         "Largest queue of page requests: 2 to this power entries (IDR1.PRIQS)."},
        {0, 19}),
    flag<smmuv3, features, &Features::atos>(
        {"smmu.atos", "", "Translations on request of software (IDR0.ATOS)."}),
    number<smmuv3, features, &Features::command_queue_log2>(
        {"smmu.command_queue_log2", "",
         "Largest command queue: 2 to this power entries (IDR1.CMDQS)."},
        {0, 19}),
    number<smmuv3, features, &Features::event_queue_log2>(
        {"smmu.event_queue_log2", "",
         "Largest event queue: 2 to this power entries (IDR1.EVENTQS)."},
        {0, 19}),
    flag<smmuv3, features, &Features::effective_shareability_at_stage1>(
        {"smmu.effective_shareability_at_stage1", "",
         "Stage 1 hands Device and Non-cacheable memory to stage 2 as Outer Shareable "
         "(IMPLEMENTATION DEFINED)."}),
    flag<smmuv3, features, &Features::s2_ipa_reaches_nested>(
        {"smmu.s2_ipa_reaches_nested", "",
         "CMD_TLBI_S2_IPA also removes the nested translations of its VMID (IMPLEMENTATION "
         "DEFINED); without it they stay until a CMD_TLBI_NH_*, and a driver that forgets it is "
         "caught."}),
    number<smmuv3, &Params::micro_tlb_entries>(
        {"smmu.micro_tlb.entries", "", "Entries of the micro TLB of each TBU."},
        {1, 65536, Step::PowersOfTwo}),
    number<smmuv3, &Params::tlb, &Geometry::sets>(
        {"smmu.tlb.sets", "", "Sets of the main TLB in the TCU."}, {1, 65536, Step::PowersOfTwo}),
    number<smmuv3, &Params::tlb, &Geometry::ways>(
        {"smmu.tlb.ways", "", "Ways of each set of the main TLB."}, {1, 64}),
    number<smmuv3, &Params::config_cache, &Geometry::sets>(
        {"smmu.config_cache.sets", "", "Sets of the cache of STEs and CDs."},
        {1, 65536, Step::PowersOfTwo}),
    number<smmuv3, &Params::config_cache, &Geometry::ways>(
        {"smmu.config_cache.ways", "", "Ways of each set of the cache of STEs and CDs."}, {1, 64}),
    number<smmuv3, &Params::stage1_walk_cache, &Geometry::sets>(
        {"smmu.stage1_walk_cache.sets", "", "Sets of the cache of tables of stage 1; 0: none."},
        {0, 65536, Step::PowersOfTwo}),
    number<smmuv3, &Params::stage1_walk_cache, &Geometry::ways>(
        {"smmu.stage1_walk_cache.ways", "", "Ways of each set of the cache of tables of stage 1."},
        {1, 64}),
    number<smmuv3, &Params::stage2_walk_cache, &Geometry::sets>(
        {"smmu.stage2_walk_cache.sets", "", "Sets of the cache of tables of stage 2; 0: none."},
        {0, 65536, Step::PowersOfTwo}),
    number<smmuv3, &Params::stage2_walk_cache, &Geometry::ways>(
        {"smmu.stage2_walk_cache.ways", "", "Ways of each set of the cache of tables of stage 2."},
        {1, 64}),
    number<smmuv3, &Params::ipa_cache, &Geometry::sets>(
        {"smmu.ipa_cache.sets", "",
         "Sets of the cache of stage-2 translations of tables, CDs and pages; 0: none."},
        {0, 65536, Step::PowersOfTwo}),
    number<smmuv3, &Params::ipa_cache, &Geometry::ways>(
        {"smmu.ipa_cache.ways", "",
         "Ways of each set of the cache of stage-2 translations of tables, CDs and pages."},
        {1, 64}),
    flag<smmuv3, &Params::dmi>(
        {"smmu.dmi", "", "Grant direct memory pointers to masters that are alone on their TBU."}),
    number<smmuv3, &Params::clock>(
        {"smmu.clock", "ns",
         "Period of its clock: the length of an interrupt pulse, and what latencies count in."},
        {1, 1000}),
    number<smmuv3, &Params::hit_cycles>(
        {"smmu.hit_cycles", "cycles",
         "Time that an access takes in a TBU when its micro TLB hits."},
        {0, 1'000'000}),
    number<smmuv3, &Params::miss_cycles>(
        {"smmu.miss_cycles", "cycles",
         "Time from a TBU to the TCU and back, beside the TCU's memory accesses."},
        {0, 1'000'000}),
    number<smmuv3, &Params::command_cycles>(
        {"smmu.command_cycles", "cycles", "Time that each command takes, beside its fetch."},
        {0, 1'000'000}),

    number<test_engine, &TestEngineParams::beat>(
        {"test_engine.beat", "bytes", "Size of one read or write of the DMA masters."}, {8, 4096}),
    choice<test_engine, &TestEngineParams::page_crossing>(
        {"test_engine.page_crossing", "",
         "Whether one read or write may cross a 4 KiB boundary; requests of PCI functions never "
         "do."},
        page_crossing_words),
    number<test_engine, &TestEngineParams::quantum>(
        {"test_engine.quantum", "ns",
         "Time that a DMA master may run ahead before others run; 0: no read or write more."},
        {0, 1'000'000}),
    number<test_engine, endpoint, &AtsEndpointParams::entries>(
        {"test_engine.ats.entries", "",
         "Translations that a DMA engine with ATS keeps; 0: it asks each time."},
        {0, 4096}),
    number<test_engine, endpoint, &AtsEndpointParams::page_requests>(
        {"test_engine.ats.page_requests", "",
         "How often one read or write asks for its page before it fails."},
        {1, 1'000'000}),
    number<test_engine, endpoint, &AtsEndpointParams::retry_delay>(
        {"test_engine.ats.retry_delay", "ns",
         "Time between an answer that was of no help and the next request for the page."},
        {0, 1'000'000'000}),
};

}  // namespace

ParameterTable parameters() { return {std::begin(table), std::end(table)}; }

const Parameter* find_parameter(std::string_view path) {
    const auto found = std::find_if(std::begin(table), std::end(table),
                                    [path](const Parameter& p) { return p.path == path; });
    return found == std::end(table) ? nullptr : found;
}

std::vector<std::string> refusals(const Config& config) {
    if (const char* why = refuse(config.smmu)) return {std::string("smmu: ") + why};
    return {};
}

}  // namespace smmu::platform
