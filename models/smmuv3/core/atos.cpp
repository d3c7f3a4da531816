// Which lookups are allowed, how they go, and PAR.  Arm IHI 0070 G.b, 9.1.
#include "smmuv3/core/atos.h"

#include "smmuv3/core/lookup.h"

namespace smmu::core {

using arch::AtosAddr;
using arch::AtosFault;
using arch::AtosPar;
using arch::AtosReason;
using arch::AtosSid;
using arch::AtosType;
using arch::EventId;
using arch::FaultClass;

namespace {

Access access_of(const AtosRequest& r) {
    Access a;
    a.stream = {r.sid[AtosSid::STREAMID]};
    a.substream = {r.sid[AtosSid::SUBSTREAMID]};
    a.substream_valid = r.sid[AtosSid::SSID_VALID];
    a.write = !r.addr[AtosAddr::RnW];
    a.privileged = r.addr[AtosAddr::PnU];
    a.instruction = r.addr[AtosAddr::InD] && !a.write;
    a.address = r.addr[AtosAddr::ADDR];
    return a;
}

/// One operation, from top to bottom.
class Operation {
public:
    Operation(const View& smmu, const AtosRequest& request, Memory& memory, Recorder& recorder)
        : smmu_(smmu),
          request_(request),
          type_(request.addr[AtosAddr::TYPE]),
          lookup_(smmu, access_of(request), memory, recorder) {}

    AtosPar run() {
        if (!smmu_.enabled) return failed(AtosFault::INTERNAL_ERR);
        if (!is_valid()) return failed(AtosFault::INV_REQ);
        if (!lookup_.find_stream()) return failed(lookup_.fault());
        if (request_.from == AtosInterface::Vatos && !is_of_this_vm())
            return failed(fault(EventId::C_BAD_STE));
        if (!has_these_stages()) return failed(AtosFault::INV_STAGE);

        if (request_.addr[AtosAddr::HTTUI]) lookup_.leave_descriptors();
        if (type_ == AtosType::Stage2)
            lookup_.bypass_stage1();
        else if (!lookup_.find_context())
            return failed(lookup_.fault());

        if (!lookup_.check_bypassed_input()) return failed(lookup_.fault());
        if (!through().first && !through().second) return bypassed();
        const Access& a = lookup_.access();
        const Wanted wanted{needed(a.write, a.privileged, a.instruction), false, a.write};
        if (!lookup_.walk(through(), wanted)) return failed(lookup_.fault());
        return translated();
    }

private:
    // --- What may be asked

    bool is_valid() const {
        const bool stage1 = smmu_.features.stage1, stage2 = smmu_.features.stage2;
        const bool is_vatos = request_.from == AtosInterface::Vatos;
        switch (type_) {
            case AtosType::Reserved: return false;
            case AtosType::Stage1: return stage1;
            case AtosType::Stage2: return stage2 && !is_vatos && !lookup_.access().substream_valid;
            case AtosType::BothStages: break;
        }
        return stage1 && stage2 && !is_vatos;
    }

    /// Only streams whose translations carry the VMID that VATOS is for (9.1.6).
    bool is_of_this_vm() const {
        const StreamConfig& c = lookup_.config();
        const bool has_vmid =
            (has_stage1(c.written) || has_stage2(c.written)) && c.world == arch::StreamWorld::El1;
        return has_vmid && c.vmid == request_.vmid;
    }

    /// By STE.Config alone, whatever S1DSS says.
    bool has_these_stages() const {
        const arch::SteConfig c = lookup_.config().written;
        return (type_ == AtosType::Stage2 || has_stage1(c)) &&
               (type_ == AtosType::Stage1 || has_stage2(c));
    }

    Stages through() const {
        const Stages all = lookup_.stages();
        return {all.first, all.second && type_ != AtosType::Stage1};
    }

    // --- PAR

    AtosPar bypassed() const {
        AtosPar par{};
        return arch::set_result(par, lookup_.access().address,
                                smmu_.features.smallest_page_shift());
    }

    AtosPar translated() const {
        const arch::MemoryAttributes a = lookup_.table_attributes();
        AtosPar par{};
        par.set(AtosPar::ATTR, mair_byte(a)).set(AtosPar::SH, static_cast<uint8_t>(a.shareability));
        return arch::set_result(par, lookup_.output(), lookup_.translation().shift);
    }

    static AtosPar failed(uint8_t code, AtosReason reason, uint64_t address) {
        return AtosPar{}
            .set(AtosPar::FAULT, true)
            .set(AtosPar::FAULTCODE, code)
            .set(AtosPar::REASON, reason)
            .set(AtosPar::FADDR, address);
    }
    static AtosPar failed(AtosFault f) {
        return failed(static_cast<uint8_t>(f), AtosReason::None, 0);
    }

    static AtosReason reason_of(FaultClass c) {
        return c == FaultClass::Cd   ? AtosReason::Cd
               : c == FaultClass::Tt ? AtosReason::Tt
                                     : AtosReason::In;
    }

    /// Who asks for stage 1 alone is not told about stage 2; who asks for stage 2 alone knows the
    /// IPA (9.1.4).
    AtosPar failed(const Fault& f) const {
        const auto code = static_cast<uint8_t>(f.id);
        const uint64_t page = f.ipa & arch::low_mask(smmu_.features.output_address_bits);
        switch (type_) {
            case AtosType::Reserved:
            case AtosType::Stage1:
                if (!f.stage2) return failed(code, AtosReason::None, 0);
                return failed(static_cast<uint8_t>(f.why == FaultClass::Cd ? EventId::F_CD_FETCH
                                                                           : EventId::F_WALK_EABT),
                              AtosReason::None, 0);
            case AtosType::Stage2: {
                const bool is_input_size = f.id == EventId::F_ADDR_SIZE && !f.stage2;
                return failed(code, is_input_size ? AtosReason::None : AtosReason::In, 0);
            }
            case AtosType::BothStages: break;
        }
        if (!f.stage2) return failed(code, AtosReason::None, 0);
        return failed(code, reason_of(f.why), is_translation_related(f.id) ? page : 0);
    }

    const View& smmu_;
    const AtosRequest& request_;
    const AtosType type_;
    Lookup lookup_;
};

}  // namespace

AtosPar look_up(const View& smmu, const AtosRequest& request, Memory& memory, Recorder& recorder) {
    return Operation(smmu, request, memory, recorder).run();
}

}  // namespace smmu::core
