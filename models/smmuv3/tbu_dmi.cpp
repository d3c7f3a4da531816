// Direct memory pointers: granted from what the TLBs hold, withdrawn by every invalidation that
// reaches them.  Never walks, never waits.
#include <algorithm>

#include "smmuv3/tbu.h"

namespace smmu {

namespace {

/// Who asks, as far as a pointer cannot tell accesses apart.
uint64_t requester(const StreamIn& in) {
    StreamIn data = in;
    data.instruction = false;
    return MicroTlb::identity(data, false);
}

/// Refused, for the page around the address and no more: the next page may be granted.
bool refuse(const tlm::tlm_generic_payload& p, tlm::tlm_dmi& dmi) {
    const uint64_t page = p.get_address() & ~(arch::page_bytes - 1);
    dmi.init();
    dmi.allow_none();
    dmi.set_start_address(page);
    dmi.set_end_address(page + arch::page_bytes - 1);
    return false;
}

}  // namespace

/// Pointers are given only where one requester uses the port: another one would get through with
/// its translations.
void Tbu::note_requester(const StreamIn& in) {
    latest_requester_ = in;
    const uint64_t who = requester(in);
    if (!only_requester_) {
        only_requester_ = who;
        only_stream_ = in.stream;
    } else if (*only_requester_ != who && !several_requesters_) {
        several_requesters_ = true;
        micro_.forbid_pointers();
        all_invalidated();
    }
}

bool Tbu::get_direct_mem_ptr(tlm::tlm_generic_payload& p, tlm::tlm_dmi& dmi) {
    if (auto* const stream = p.get_extension<StreamExtension>()) return grant(p, dmi, *stream);
    StreamExtension lent(default_identity_);
    p.set_extension(&lent);
    const bool granted = grant(p, dmi, lent);
    p.clear_extension(&lent);
    return granted;
}

bool Tbu::grant(tlm::tlm_generic_payload& p, tlm::tlm_dmi& dmi, StreamExtension& stream) {
    const StreamIn& in = stream.in;
    if (!is_supported(in, tcu_.features()) || !may_grant(in) || !only_requester_ ||
        *only_requester_ != requester(in))
        return refuse(p, dmi);

    if (const auto* found = runs_.find(p.get_address(), p.is_write(), in.attributes, generation_)) {
        const DmiRuns::Run known = *found;
        if (!ask_memory(p, dmi, stream, known)) return refuse(p, dmi);
        if (dmi.get_start_address() >= known.granted.first &&
            dmi.get_end_address() <= known.granted.last)
            return true;
    }
    const uint64_t asked_in = generation_;
    const auto cached = tcu_.cached_run(access_of(in, p.get_address(), p.is_write()),
                                        runs_.granted(in.attributes, generation_));
    if (!cached) return refuse(p, dmi);
    DmiRuns::Run run{asked_in,      cached->first,      cached->last,  cached->output, {},
                     in.attributes, cached->attributes, cached->reads, cached->writes};
    if (!ask_memory(p, dmi, stream, run)) return refuse(p, dmi);
    run.granted = {dmi.get_start_address(), dmi.get_end_address()};
    grants_.add(*cached, run.granted);
    runs_.add(run);
    return true;
}

/// What memory grants, as far as the run goes, in the master's addresses; false: not this access.
/// Memory gets the final attributes with the request: whether a pointer to its coherent view would be
/// right is its to say, each time.
bool Tbu::ask_memory(tlm::tlm_generic_payload& p, tlm::tlm_dmi& dmi, StreamExtension& stream,
                     const DmiRuns::Run& run) {
    stream.out = StreamOut{after_no_snoop(run.outgoing, stream.in.no_snoop)};
    const uint64_t input = p.get_address();
    p.set_address(run.output + (input - run.first));
    dmi.init();
    const bool granted = memory_->get_direct_mem_ptr(p, dmi);
    p.set_address(input);
    if (!granted) return false;

    const uint64_t first_output = std::max<uint64_t>(dmi.get_start_address(), run.output);
    const uint64_t last_output =
        std::min<uint64_t>(dmi.get_end_address(), run.output + (run.last - run.first));
    dmi.set_dmi_ptr(dmi.get_dmi_ptr() + (first_output - dmi.get_start_address()));
    dmi.set_start_address(run.first + (first_output - run.output));
    dmi.set_end_address(run.first + (last_output - run.output));
    dmi.set_read_latency(dmi.get_read_latency() + lookup_cost_);
    dmi.set_write_latency(dmi.get_write_latency() + lookup_cost_);
    const bool reads = run.reads && dmi.is_read_allowed();
    const bool writes = run.writes && dmi.is_write_allowed();
    dmi.set_granted_access(reads && writes ? tlm::tlm_dmi::DMI_ACCESS_READ_WRITE
                           : reads         ? tlm::tlm_dmi::DMI_ACCESS_READ
                           : writes        ? tlm::tlm_dmi::DMI_ACCESS_WRITE
                                           : tlm::tlm_dmi::DMI_ACCESS_NONE);
    return p.is_write() ? writes : reads;
}

void Tbu::withdraw(const std::vector<DmiGrants::Range>& ranges) {
    for (const DmiGrants::Range& range : ranges)
        if (master_) master_->invalidate_direct_mem_ptr(range.first, range.last);
}

void Tbu::invalidated(const core::TlbScope& scope) { withdraw(grants_.take(scope)); }

void Tbu::invalidated(arch::StreamId first, arch::StreamId last) {
    if (only_stream_.value >= first.value && only_stream_.value <= last.value)
        withdraw(grants_.take_all());
}

void Tbu::all_invalidated() { withdraw(grants_.take_all()); }

void Tbu::Downstream::invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) {
    tbu_.runs_.clear();
    tbu_.withdraw(tbu_.grants_.take_output(first, last));
}

}  // namespace smmu
