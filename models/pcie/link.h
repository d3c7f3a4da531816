// What lies between one PCI function and its root complex: its DMA on the way up, accesses to its
// BARs on the way down, ATS messages both ways.
//
// LT only; never waits itself.  Raw sockets: one interface object each, so that a call knows its
// function.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <array>
#include <cstdint>
#include <memory>
#include <systemc>
#include <tlm>

#include "pcie/function.h"
#include "tlm_sockets/ats_extension.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu {

class PciLink;

/// Where the ATS messages of functions go on.
class AtsUpstream {
public:
    /// `message` may go: the function has it enabled.  False: it cannot be routed.
    virtual bool send_ats(PciLink& from, AtsExtension& message, sc_core::sc_time& delay) = 0;

protected:
    ~AtsUpstream() = default;
};

class PciLink final : public sc_core::sc_module,
                      private tlm::tlm_fw_transport_if<>,
                      private tlm::tlm_bw_transport_if<> {
public:
    using Payload = tlm::tlm_generic_payload;
    using RegisterSocket = tlm::tlm_initiator_socket<32, tlm::tlm_base_protocol_types, 1,
                                                     sc_core::SC_ZERO_OR_MORE_BOUND>;

    /// The function's DMA and its messages.  Unless it is bus master they are unsupported requests:
    /// TLM_GENERIC_ERROR_RESPONSE, debug moves nothing.
    tlm::tlm_target_socket<32> dma{"dma"};

    /// The function's Translation Requests and page requests; may stay unbound.  What configuration
    /// space does not allow is answered here: Unsupported Request, or TLM_GENERIC_ERROR_RESPONSE
    /// for a page request.
    tlm_utils::simple_target_socket_optional<PciLink, 32> ats{"ats"};
    /// Invalidations and PRG Responses for the function; may stay unbound.
    tlm_utils::simple_initiator_socket_optional<PciLink, 32> ats_inv{"ats_inv"};

    /// `upstream`, `ats_upstream`: where DMA and ATS messages go on.  All must outlive the link.
    PciLink(sc_core::sc_module_name name, PciFunction& function,
            tlm::tlm_fw_transport_if<>& upstream, AtsUpstream& ats_upstream);

    /// To what answers in BAR `bar`, with addresses from its start.  A socket that stays unbound
    /// reads as zero and ignores writes; the MSI-X structures need none.
    RegisterSocket& registers(unsigned bar = 0);

    PciFunction& function() { return function_; }

    /// An invalidation or a PRG Response for the function: to `ats_inv`.  May wait.
    void deliver(AtsExtension& message, sc_core::sc_time& delay);

    /// As if it had come through `dma`.
    void send(Payload& payload, sc_core::sc_time& delay) { b_transport(payload, delay); }
    /// An access to the function's BARs; `target` holds all of it.
    void access(Payload& payload, sc_core::sc_time& delay, const PciFunction::Target& target);
    unsigned debug(Payload& payload, const PciFunction::Target& target);
    /// Takes back what DMI has been granted.
    void withdraw_dmi(sc_dt::uint64 first, sc_dt::uint64 last) {
        dma->invalidate_direct_mem_ptr(first, last);
    }

private:
    class NoSnoop;

    void b_transport(Payload& payload, sc_core::sc_time& delay) override;
    tlm::tlm_sync_enum nb_transport_fw(Payload&, tlm::tlm_phase&, sc_core::sc_time&) override;
    bool get_direct_mem_ptr(Payload& payload, tlm::tlm_dmi& dmi) override;
    unsigned transport_dbg(Payload& payload) override;

    tlm::tlm_sync_enum nb_transport_bw(Payload&, tlm::tlm_phase&, sc_core::sc_time&) override {
        return tlm::TLM_ACCEPTED;  // there is no forward call that this could belong to
    }
    void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}  // none was granted

    bool may_send(const StreamExtension* who) const;
    void send_ats(Payload& payload, sc_core::sc_time& delay);  // link_ats.cpp
    bool is_allowed(const arch::TranslationRequest& request) const;

    bool is_msix(const PciFunction::Target& target, unsigned length) const;
    void read_msix(Payload& payload, PciFunction::Target target) const;
    void write_msix(const Payload& payload, PciFunction::Target target);

    PciFunction& function_;
    tlm::tlm_fw_transport_if<>& upstream_;
    AtsUpstream& ats_upstream_;
    std::array<std::unique_ptr<RegisterSocket>, 6> registers_;
};

}  // namespace smmu
