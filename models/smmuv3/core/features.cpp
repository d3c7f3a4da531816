// Which sets of features are an SMMUv3.  Arm IHI 0070 G.b, 2.3 to 2.8, 6.3.1 to 6.3.8.
#include "smmuv3/core/features.h"

namespace smmu::core {

namespace {

/// What each minor revision makes mandatory.
const char* missing(const Features& f) {
    if (f.minor_revision >= 2) {
        if (!f.range_invalidation) return "minor_revision 2 and above need range_invalidation";
        if (f.bbml == 0) return "minor_revision 2 and above need bbml 1 or 2";
        if (f.stage2 && !f.forced_write_back)
            return "minor_revision 2 and above need forced_write_back (with stage2)";
        if (f.stage1 && f.stage2 && !f.el2)
            return "minor_revision 2 and above need el2 (with stage1 and stage2)";
    }
    if (f.minor_revision >= 3) {
        if (!f.e0pd) return "minor_revision 3 and above need e0pd";
        if (f.stage2 && !f.walks_to_device_are_nc)
            return "minor_revision 3 and above need walks_to_device_are_nc (with stage2)";
    }
    if (f.minor_revision >= 4) {
        if (!f.epan) return "minor_revision 4 needs epan";
        if (f.stage2 && !f.no_tag_access)
            return "minor_revision 4 needs no_tag_access (with stage2)";
    }
    return nullptr;
}

/// A revision may hold any features of the next one, and none of those after it.
const char* too_early(const Features& f) {
    if (f.minor_revision < 2 && (f.e0pd || (f.walks_to_device_are_nc && f.stage2)))
        return "e0pd and walks_to_device_are_nc need minor_revision 2 or above";
    if (f.minor_revision < 2 && (f.ecmdq || (f.ats && f.record_ats_errors)))
        return "ecmdq, and record_ats_errors with ats, need minor_revision 2 or above";
    if (f.minor_revision < 3 && (f.epan || (f.no_tag_access && f.stage2) || f.lpa2))
        return "epan, no_tag_access and lpa2 need minor_revision 3 or above";
    return nullptr;
}

const char* bad_addresses(const Features& f) {
    if (address_size_code(f.output_address_bits) == 0xFF)
        return "output_address_bits must be 32, 36, 40, 42, 44, 48 or 52";
    if (f.virtual_address_bits != 48 && f.virtual_address_bits != 52)
        return "virtual_address_bits must be 48 or 52";
    if (!f.granule_4k && !f.granule_16k && !f.granule_64k)
        return "at least one of granule_4k, granule_16k and granule_64k must be there";
    if (f.lpa2 && !f.granule_4k && !f.granule_16k) return "lpa2 needs granule_4k or granule_16k";
    if (f.lpa2 && f.virtual_address_bits != 52) return "lpa2 needs virtual_address_bits of 52";
    if (f.virtual_address_bits == 52 && !f.granule_64k && !f.lpa2)
        return "virtual_address_bits of 52 need granule_64k or lpa2";
    if (f.output_address_bits == 52 && !f.granule_64k && !f.lpa2)
        return "output_address_bits of 52 need granule_64k or lpa2";
    return nullptr;
}

/// Optional register pages and what depends on them.
const char* bad_pages(const Features& f) {
    constexpr unsigned pages = 1024;  // what BA_VATOS can say
    if (f.pri && !f.ats) return "pri needs ats";
    if (f.page_request_queue_log2 > 19) return "page_request_queue_log2 must be 0 to 19";
    if (f.vatos && !(f.atos && f.stage1 && f.stage2)) return "vatos needs atos, stage1 and stage2";
    if (f.vatos && f.vatos_page >= pages) return "vatos_page must be 0 to 1023";
    if (!f.ecmdq) return nullptr;
    if (!f.coherent_access || !f.msi) return "ecmdq needs coherent_access and msi";
    if (f.ecmdq_pages_log2 > 8 || f.ecmdq_queues_log2 > 8)
        return "ecmdq_pages_log2 and ecmdq_queues_log2 must be 0 to 8";
    const unsigned end = f.ecmdq_page + (1u << f.ecmdq_pages_log2);
    if (f.vatos && f.vatos_page >= f.ecmdq_page && f.vatos_page < end)
        return "vatos_page must not be one of the control pages from ecmdq_page on";
    return nullptr;
}

}  // namespace

const char* refuse(const Features& f) {
    if (f.minor_revision < 1 || f.minor_revision > 4)
        return "minor_revision must be 1 to 4 (SMMUv3.1 to SMMUv3.4)";
    if (!f.stage1 && !f.stage2) return "at least one of stage1 and stage2 must be there";
    if (f.forced_write_back && !f.stage2) return "forced_write_back needs stage2";
    if (f.stream_id_bits > 32) return "stream_id_bits must be 0 to 32";
    if (f.stream_id_bits >= 7 && !f.two_level_stream_table)
        return "stream_id_bits of 7 and above need two_level_stream_table";
    if (f.substream_id_bits > 20) return "substream_id_bits must be 0 to 20";
    if (f.can_stall() && (f.stall_max < 1 || f.stall_max > 0xFFFF))
        return "stall_max must be 1 to 65535";
    if (f.httu > 2) return "httu must be 0 to 2";
    if (f.bbml > 2) return "bbml must be 0 to 2";
    if (f.command_queue_log2 > 19 || f.event_queue_log2 > 19)
        return "command_queue_log2 and event_queue_log2 must be 0 to 19";
    if (const char* why = bad_addresses(f)) return why;
    if (const char* why = bad_pages(f)) return why;
    if (const char* why = missing(f)) return why;
    return too_early(f);
}

}  // namespace smmu::core
