// Translated transactions: forbidden, passed, or translated by stage 2.  Arm IHI 0070 G.b, 3.9.1.1,
// 3.9.1.3.
#include "smmuv3/core/ats.h"
#include "smmuv3/core/events.h"
#include "smmuv3/core/lookup.h"

namespace smmu::core {

using arch::AtsMode;
using arch::EventId;

namespace {

/// Without PASID it is unprivileged Data, until the STE overrides that.
Access without_pasid(Access a) {
    a.substream_valid = a.privileged = a.instruction = false;
    return a;
}

class Translated {
public:
    Translated(const View& smmu, const Access& access, Memory& memory, Recorder& recorder)
        : smmu_(smmu),
          recorder_(recorder),
          lookup_(smmu, without_pasid(access), memory, recorder) {}

    Outcome run() {
        if (!smmu_.enabled) return abort(fault(EventId::F_TRANSL_FORBIDDEN), true);
        if (!smmu_.check_translated) return pass();

        if (!lookup_.find_stream()) return abort(lookup_.fault(), smmu_.record_ats_errors);
        if (arch::aborts(lookup_.config().config)) return {};
        const AtsMode mode = ats_mode(smmu_, lookup_.config());
        if (mode == AtsMode::Disabled) return abort(fault(EventId::F_TRANSL_FORBIDDEN), true);
        lookup_.find_context();  // nothing to find, but the STE to keep
        return mode == AtsMode::SplitStage ? translate_ipa() : pass();
    }

private:
    /// The address is a PA, and no override applies.
    Outcome pass() const {
        const Access& a = lookup_.access();
        if (arch::beyond(a.address, smmu_.features.output_address_bits)) return {};
        return passing(a.address, a.attributes);
    }

    Outcome translate_ipa() {
        lookup_.apply_permission_overrides();
        if (!lookup_.check_bypassed_input()) return abort(lookup_.fault(), true);
        const Access& a = lookup_.access();
        const Wanted wanted{needed(a.write, a.privileged, a.instruction), false, a.write};
        if (!lookup_.find_translation(wanted)) {
            const Fault& f = lookup_.fault();
            return abort(f, !is_translation_related(f.id) || lookup_.config().stage2.record);
        }
        return forwarded(lookup_);
    }

    Outcome abort(const Fault& f, bool record) const {
        if (record)
            recorder_.event(event_record(f, lookup_.access(), smmu_.features.output_address_bits));
        Outcome o;
        o.event = f.id;
        return o;
    }

    const View& smmu_;
    Recorder& recorder_;
    Lookup lookup_;
};

}  // namespace

Outcome pass_translated(const View& smmu, const Access& access, Memory& memory,
                        Recorder& recorder) {
    return Translated(smmu, access, memory, recorder).run();
}

}  // namespace smmu::core
