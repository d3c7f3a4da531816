// The procedure, from top to bottom.  Arm IHI 0070 G.b, 15; order of faults: 7.3.22.
#include "smmuv3/core/translate.h"

#include "smmuv3/core/ats.h"
#include "smmuv3/core/events.h"
#include "smmuv3/core/lookup.h"

namespace smmu::core {

using arch::EventId;

namespace {

/// One translation, from top to bottom.
class Procedure {
public:
    Procedure(const View& smmu, const Access& access, Memory& memory, Recorder& recorder)
        : smmu_(smmu), recorder_(recorder), lookup_(smmu, access, memory, recorder) {}

    Outcome run() {
        if (!smmu_.enabled) return global_bypass();

        if (!lookup_.find_stream()) return stop();
        const bool has_context = lookup_.find_context();
        if (arch::aborts(lookup_.config().config)) return {};
        lookup_.apply_overrides();  // what an event reports is as overridden
        if (!has_context) return stop();

        if (!lookup_.check_bypassed_input()) return stop();
        if (lookup_.config().config == arch::SteConfig::Bypass) return bypass();

        const Access& a = lookup_.access();
        const Wanted wanted{needed(a.write, a.privileged, a.instruction), false, a.write};
        if (!lookup_.find_translation(wanted)) return stop();
        return forwarded(lookup_);
    }

private:
    /// SMMUEN = 0
    Outcome global_bypass() {
        if (smmu_.gbpa[arch::Gbpa::ABORT] ||
            arch::beyond(lookup_.access().address, smmu_.features.output_address_bits))
            return {};
        lookup_.apply_overrides(smmu_.gbpa);
        return bypass();
    }

    Outcome bypass() const { return passing(lookup_.access().address, lookup_.incoming()); }

    /// Ends the access with a fault: stalled, aborted or RAZ/WI, recorded or not (5.5, 7.3.22).
    Outcome stop() const {
        const Fault& f = lookup_.fault();
        Outcome o;
        o.event = f.id;
        bool record = f.id != EventId::C_BAD_STREAMID || smmu_.record_bad_stream;
        if (is_translation_related(f.id) && !f.always_aborts) {
            const StreamConfig& config = lookup_.config();
            const bool stall = f.stage2 ? config.stage2.stall : config.stage1.stall;
            record = stall || (f.stage2 ? config.stage2.record : config.stage1.record);
            if (stall)
                o.action = Outcome::Action::Stall;
            else if (!f.stage2 && !config.stage1.abort)
                o.action = Outcome::Action::RazWi;
        }
        if (record) {
            arch::Event e = event_record(f, lookup_.access(), smmu_.features.output_address_bits);
            if (o.action == Outcome::Action::Stall) e.set(arch::Event::Stall, true);
            recorder_.event(e);
        }
        return o;
    }

    const View& smmu_;
    Recorder& recorder_;
    Lookup lookup_;
};

}  // namespace

Outcome forwarded(const Lookup& lookup) {
    const Access& a = lookup.access();
    Outcome o = passing(lookup.output(), lookup.attributes());
    o.shift = lookup.translation().shift;
    // A write is Data; a read by its sender is what INSTCFG makes of Data.
    const bool instruction =
        a.write ? instruction_after(lookup.overrides(), false, false) : a.instruction;
    const Permissions granted = lookup.translation().granted();
    o.reads = granted.allow(needed(false, a.privileged, instruction));
    o.writes = granted.allow(needed(true, a.privileged, false));
    return o;
}

Outcome translate(const View& smmu, const Access& access, Memory& memory, Recorder& recorder) {
    return access.translated ? pass_translated(smmu, access, memory, recorder)
                             : Procedure(smmu, access, memory, recorder).run();
}

}  // namespace smmu::core
