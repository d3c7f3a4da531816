// A PCIe root complex as the SMMU sees it: requester IDs become StreamIDs, and its functions'
// attributes are completed.
//
// LT only; never waits itself.
#pragma once
#include <cstdint>
#include <systemc>
#include <tlm>

#include "boards/virt.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu {

/// What the IORT says of a root complex.  CANWBS acts where the interconnect is bound:
/// PortKind::CanwbsDma.
struct RootComplexParams {
    virt::RootComplex board = virt::root_complex0;
    bool cpm = true;   ///< coherent path to memory
    bool dacs = true;  ///< with cpm: what states no attributes goes out write-back, Inner Shareable
};

/// A function presents its requester ID as StreamExtension::in.stream.  A requester ID that the
/// root complex does not map, or a transaction without the extension, gets
/// TLM_GENERIC_ERROR_RESPONSE and goes nowhere.
class RootComplex : public sc_core::sc_module,
                    private tlm::tlm_fw_transport_if<>,
                    private tlm::tlm_bw_transport_if<> {
public:
    /// Any number of functions binds here.
    tlm::tlm_target_socket<32, tlm::tlm_base_protocol_types, 0> functions{"functions"};
    /// To the TBU of this root complex.
    tlm::tlm_initiator_socket<32> dma{"dma"};

    RootComplex(sc_core::sc_module_name name, const RootComplexParams& params);

private:
    using Payload = tlm::tlm_generic_payload;
    class Mapped;

    void b_transport(Payload& payload, sc_core::sc_time& delay) override;
    tlm::tlm_sync_enum nb_transport_fw(Payload&, tlm::tlm_phase&, sc_core::sc_time&) override;
    bool get_direct_mem_ptr(Payload& payload, tlm::tlm_dmi& dmi) override;
    unsigned transport_dbg(Payload& payload) override;

    tlm::tlm_sync_enum nb_transport_bw(Payload&, tlm::tlm_phase&, sc_core::sc_time&) override;
    void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) override;

    const RootComplexParams params_;
};

}  // namespace smmu
