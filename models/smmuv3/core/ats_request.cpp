// Translation Requests: status, range and permissions of the answer.  Arm IHI 0070 G.b, 3.9.1.2,
// 13.6.3 to 13.6.5, 13.7.
#include "smmuv3/core/ats.h"
#include "smmuv3/core/events.h"
#include "smmuv3/core/lookup.h"

namespace smmu::core {

using arch::AtsMode;
using arch::AtsStatus;
using arch::TranslationCompletion;
using arch::TranslationEntry;
using arch::TranslationRequest;

namespace {

/// Privilege and execution are asked for by the PASID alone, and a request has no attributes: it
/// counts as PCIe's one kind of memory, cacheable and shareable.
Access access_of(const TranslationRequest& r) {
    Access a;
    a.stream = r.stream;
    a.substream = r.substream;
    a.substream_valid = r.substream_valid;
    a.privileged = r.substream_valid && r.privileged;
    a.write = !r.no_write;
    a.address = r.address & ~uint64_t{0xFFF};
    a.attributes = arch::normal(arch::write_back, arch::write_back, arch::Shareability::Inner);
    return a;
}

/// One request, from top to bottom.
class Request {
public:
    Request(const View& smmu, const TranslationRequest& request, Memory& memory, Recorder& recorder)
        : smmu_(smmu),
          request_(request),
          recorder_(recorder),
          lookup_(smmu, access_of(request), memory, recorder) {}

    TranslationCompletion run() {
        if (!smmu_.enabled) return refused();
        if (!lookup_.find_stream()) return aborted();
        if (arch::aborts(lookup_.config().config))
            return {AtsStatus::UnsupportedRequest, {}, false};
        if (ats_mode(smmu_, lookup_.config()) == AtsMode::Disabled) return refused();
        if (!lookup_.find_context()) return stop();
        lookup_.apply_overrides();

        if (!lookup_.check_bypassed_input()) return without_access();
        if (lookup_.config().config == arch::SteConfig::Bypass) return identity();
        if (!find_translation()) return stop();
        return granted();
    }

private:
    bool is_split() const { return ats_mode(smmu_, lookup_.config()) == AtsMode::SplitStage; }
    bool is_privileged() const { return lookup_.access().privileged; }
    bool allows(bool write, bool instruction) const {
        return lookup_.translation().granted().allow(needed(write, is_privileged(), instruction));
    }
    bool reads_are_instructions() const { return lookup_.overrides().instruction == 0b11; }
    bool reads_are_data() const { return lookup_.overrides().instruction == 0b10; }

    /// Any permission that the answer can tell is enough.  Split-stage: the IPA is asked for, which
    /// the TLB does not keep.
    bool find_translation() {
        const unsigned some = needed(false, is_privileged(), reads_are_instructions()) |
                              needed(true, is_privileged(), false);
        const Wanted wanted{static_cast<uint8_t>(some), true, !request_.no_write};
        return is_split() ? lookup_.walk(lookup_.stages(), wanted)
                          : lookup_.find_translation(wanted);
    }

    // --- Answers

    TranslationCompletion refused() {
        recorder_.event(bad_translation_request(request_));
        return {AtsStatus::UnsupportedRequest, {}, false};
    }

    TranslationCompletion aborted() {
        const Fault& f = lookup_.fault();
        if (records_request_error(smmu_, f.id))
            recorder_.event(event_record(f, lookup_.access(), smmu_.features.output_address_bits));
        return {AtsStatus::CompleterAbort, {}, false};
    }

    TranslationCompletion stop() {
        return is_translation_related(lookup_.fault().id) ? without_access() : aborted();
    }

    TranslationCompletion without_access() const {
        return success(TranslationEntry{}, 0, smmu_.features.smallest_page_shift());
    }

    /// Nothing translates: all that the SMMU can put out.
    TranslationCompletion identity() const {
        TranslationEntry e{};
        e.set(TranslationEntry::R, true).set(TranslationEntry::W, true);
        return success(e, 0, smmu_.features.output_address_bits);
    }

    TranslationCompletion granted() const {
        const bool reads = allows(false, false), executes = allows(false, true);
        TranslationEntry e{};
        e.set(TranslationEntry::R, reads_are_instructions() ? executes : reads)
            .set(TranslationEntry::W, allows(true, false));
        if (request_.substream_valid && request_.execute)
            e.set(TranslationEntry::Exe, reads_are_instructions() ? executes
                                         : reads_are_data()       ? reads
                                                                  : reads && executes);
        if (e.word[0] == 0) return without_access();
        const uint64_t address = !is_split()              ? lookup_.output()
                                 : lookup_.stages().first ? lookup_.intermediate()
                                                          : lookup_.access().address;
        return success(e, address, lookup_.translation().shift);
    }

    TranslationCompletion success(TranslationEntry e, uint64_t address, unsigned shift) const {
        e.set(TranslationEntry::Priv, request_.substream_valid && request_.privileged);
        arch::set_range(e, address, shift);
        return {AtsStatus::Success, e, request_.source_cxl && !suits_cxl_cache()};
    }

    /// Where nothing says the memory type, it is taken to be cacheable and shareable (3.9.3).
    bool suits_cxl_cache() const {
        const Overrides& by = lookup_.overrides();
        const bool translates = lookup_.stages().first || lookup_.stages().second;
        if (!translates && (!by.replace_type || by.sh == 0b01)) return true;
        return !is_split() && arch::is_coherent(lookup_.attributes());
    }

    const View& smmu_;
    const TranslationRequest& request_;
    Recorder& recorder_;
    Lookup lookup_;
};

}  // namespace

TranslationCompletion translate(const View& smmu, const TranslationRequest& request, Memory& memory,
                                Recorder& recorder) {
    return Request(smmu, request, memory, recorder).run();
}

}  // namespace smmu::core
