// A translation buffer unit: where a device's transactions enter, and leave translated.
#pragma once
#include <tlm>

#include <optional>

#include "smmuv3/dmi_runs.h"
#include "smmuv3/micro_tlb.h"
#include "smmuv3/tcu.h"

namespace smmu {

class Tbu final : private TranslationUser {
public:
    Tbu(Tcu& tcu, const Params& params, unsigned index);
    ~Tbu();

    /// Where translated traffic goes.  Called once, at elaboration.
    void bind_memory(tlm::tlm_fw_transport_if<>& memory) {
        memory_ = &memory;
        blocking_ = &memory;
    }
    /// Who is told when a pointer is withdrawn.  Called once, at elaboration.
    void bind_master(tlm::tlm_bw_transport_if<>& master) { master_ = &master; }

    /// What the device calls: the interface behind socket `tbu[i]`.
    class Upstream final : public tlm::tlm_fw_transport_if<> {
    public:
        explicit Upstream(Tbu& tbu) : tbu_(tbu) {}
        void b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time& t) override {
            tbu_.b_transport(p, t);
        }
        tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                           sc_core::sc_time& t) override;
        bool get_direct_mem_ptr(tlm::tlm_generic_payload& p, tlm::tlm_dmi& dmi) override {
            return tbu_.get_direct_mem_ptr(p, dmi);
        }
        unsigned transport_dbg(tlm::tlm_generic_payload& p) override {
            return tbu_.transport_dbg(p);
        }

    private:
        Tbu& tbu_;
    } upstream{*this};

    /// What the memory calls back: the interface behind socket `mem[i]`.
    class Downstream final : public tlm::tlm_bw_transport_if<> {
    public:
        explicit Downstream(Tbu& tbu) : tbu_(tbu) {}
        tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                           sc_core::sc_time& t) override;
        void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) override;

    private:
        Tbu& tbu_;
    } downstream{*this};

private:
    /// What a transaction meets on its way; probes are told of it at the end.
    struct Journey;
    /// AT transactions on their way through.
    class Pipeline;
    void add_pipeline(const Params& params);

    // tbu.cpp: the hot path
    void b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time& t);
    void lend_identity(tlm::tlm_generic_payload& p, sc_core::sc_time& t);
    /// Sends the same payload on, and gives it back as it was, but for data, response and the
    /// out-fields.
    /// `dmi`: memory's hint that a pointer may be asked for is true for the master too.
    void forward(tlm::tlm_generic_payload& p, sc_core::sc_time& t, uint64_t output, bool dmi) {
        const InFlight::Ticket ticket(in_flight_);
        const uint64_t input = p.get_address();
        p.set_address(output);
        blocking_->b_transport(p, t);
        p.set_address(input);
        if (!dmi) p.set_dmi_allowed(false);
    }

    // tbu_miss.cpp: the cold path
    void observed_hit(tlm::tlm_generic_payload& p, sc_core::sc_time& t, StreamExtension& stream,
                      const MicroTlb::Answer& hit);
    void miss(tlm::tlm_generic_payload& p, sc_core::sc_time& t, StreamExtension& stream);
    void miss(tlm::tlm_generic_payload& p, StreamExtension& stream, Journey& journey);
    void split(tlm::tlm_generic_payload& p, StreamExtension& stream, Journey& journey,
               InFlight::Ticket& ticket);
    /// In the micro TLB; an invalidation during the walk makes the answer good for this access only.
    void keep(const StreamIn& in, uint64_t address, bool write, const Tcu::Answer& answer) {
        if (answer.generation != generation_) return;
        const core::Outcome& o = answer.outcome;
        micro_.fill(
            address, in, write, answer.generation,
            {o.address & ~(arch::page_bytes - 1), o.attributes, o.reads, o.writes, may_grant(in)});
    }
    void translate(const StreamIn& in, uint64_t address, bool write, Journey& journey,
                   InFlight::Ticket& ticket, Tcu::Answer& answer);
    void ask_tcu(const StreamIn& in, uint64_t address, bool write, Journey& journey,
                 InFlight::Ticket& ticket, Tcu::Answer& answer);
    unsigned transport_dbg(tlm::tlm_generic_payload& p);
    void tell_hit(const StreamIn& in, uint64_t address, uint64_t output, bool write,
                  const sc_core::sc_time& when) const;
    void tell_transaction(const tlm::tlm_generic_payload& p, const StreamIn& in,
                          const Journey& journey) const;

    // tbu_dmi.cpp
    void note_requester(const StreamIn& in);
    /// A page that may be asked for: the hint of IEEE 1666, 11.2.3.
    bool may_grant(const StreamIn& in) const {
        return dmi_ && !several_requesters_ && !in.instruction &&
               in.address_type == AddressType::Untranslated;
    }
    bool get_direct_mem_ptr(tlm::tlm_generic_payload& p, tlm::tlm_dmi& dmi);
    bool grant(tlm::tlm_generic_payload& p, tlm::tlm_dmi& dmi, StreamExtension& stream);
    bool ask_memory(tlm::tlm_generic_payload& p, tlm::tlm_dmi& dmi, StreamExtension& stream,
                    const DmiRuns::Run& run);
    void withdraw(const std::vector<DmiGrants::Range>& ranges);
    void invalidated(const core::TlbScope& scope) override;
    void invalidated(arch::StreamId first, arch::StreamId last) override;
    void all_invalidated() override;

    Tcu& tcu_;
    tlm::tlm_fw_transport_if<>* memory_ = nullptr;
    tlm::tlm_blocking_transport_if<>* blocking_ = nullptr;  ///< of the same: nearer by a look-up
    const ProbeList& probes_;
    const uint64_t& generation_;
    InFlight& in_flight_;
    MicroTlb micro_;
    const sc_core::sc_time lookup_cost_;
    const unsigned index_;
    Wires wires_;              ///< of `mem`
    const bool& is_observed_;  ///< somebody watches, or the wires may be busy
    std::unique_ptr<Pipeline> pipeline_;
    StreamIn default_identity_{};  ///< of masters that state none

    const bool dmi_;
    tlm::tlm_bw_transport_if<>* master_ = nullptr;
    DmiGrants grants_;
    DmiRuns runs_;
    std::optional<uint64_t> only_requester_;  ///< the first that came
    arch::StreamId only_stream_{0};           ///< its stream
    StreamIn latest_requester_{};             ///< whom note_requester() has seen
    bool several_requesters_ = false;
};

/// Security states other than Non-secure are not built: such traffic has no programming interface
/// here.  Translation Requests belong on socket `ats`; without ATS there is no Translated traffic.
constexpr bool is_supported(const StreamIn& in, const core::Features& features) {
    const bool has_type = in.address_type == AddressType::Untranslated ||
                          (in.address_type == AddressType::Translated && features.ats);
    return has_type && in.sec_sid == arch::SecSid::NonSecure;
}

/// The transaction as the architecture sees it.
inline core::Access access_of(const StreamIn& in, uint64_t address, bool write) {
    core::Access a;
    a.stream = in.stream;
    a.substream = in.substream;
    a.substream_valid = in.substream_valid;
    a.write = write;
    a.translated = in.address_type == AddressType::Translated;
    a.privileged = in.privileged;
    a.instruction = in.instruction && !write;
    a.address = address;
    a.attributes = in.attributes;
    return a;
}

}  // namespace smmu
