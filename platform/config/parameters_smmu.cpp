// Parameters of the SMMU: what it can do.
#include "platform/config/parameters.h"

namespace smmu::platform {
namespace {

constexpr uint64_t address_sizes[] = {32, 36, 40, 42, 44, 48, 52};
constexpr uint64_t virtual_sizes[] = {48, 52};
constexpr std::string_view stall_model_words[] = {"stall_and_terminate", "terminate", "stall"};

constexpr auto smmuv3 = &Config::smmu;
constexpr auto features = &Params::features;

using core::Features;

constexpr Parameter table[] = {
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
};

}  // namespace

ParameterTable smmu_parameters() { return of(table); }

}  // namespace smmu::platform
