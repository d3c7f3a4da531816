// A PCIe root complex: configuration space and BARs of the functions on its bus 0, their interrupts,
// and their DMA and ATS messages as the SMMU sees them (requester IDs become StreamIDs, attributes are
// completed).
//
// LT only.  The message thread waits, and endpoints may while an invalidation is delivered; nothing
// else here does.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "boards/virt.h"
#include "cpu/interrupt_pin.h"
#include "pcie/function.h"
#include "pcie/link.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu {

/// What the IORT says of a root complex.  CANWBS acts where the interconnect is bound:
/// PortKind::CanwbsDma.
struct RootComplexParams {
    virt::RootComplex board = virt::root_complex0;
    bool cpm = true;   ///< coherent path to memory
    bool dacs = true;  ///< with cpm: what states no attributes goes out write-back, Inner Shareable
    virt::Range window = virt::pcie0_window;  ///< for BARs; a PCI address is the CPU's address
};

/// A master presents its requester ID as StreamExtension::in.stream.  A requester ID that the
/// root complex does not map, or a transaction without the extension, gets
/// TLM_GENERIC_ERROR_RESPONSE and goes nowhere.
class RootComplex : public sc_core::sc_module,
                    private tlm::tlm_fw_transport_if<>,
                    private tlm::tlm_bw_transport_if<>,
                    private AtsUpstream {
public:
    /// For masters without configuration space: any number binds here.
    tlm::tlm_target_socket<32, tlm::tlm_base_protocol_types, 0, sc_core::SC_ZERO_OR_MORE_BOUND>
        functions{"functions"};
    /// To the TBU of this root complex.
    tlm::tlm_initiator_socket<32> dma{"dma"};
    /// Translation Requests and page requests of the functions, with their StreamIDs: to smmu.ats.
    /// Unbound: every request is an unsupported one.
    tlm_utils::simple_initiator_socket_optional<RootComplex, 32> ats{"ats"};
    /// From smmu.ats_inv.  StreamIDs of others are left alone: InvalidateStatus::Nobody.
    tlm_utils::simple_target_socket_optional<RootComplex, 32> ats_inv{"ats_inv"};
    /// ECAM of buses 0 to 255, 1 MiB each.  What is not there reads as all ones and ignores writes.
    tlm_utils::simple_target_socket_optional<RootComplex, 32> config{"config"};
    /// The window: what no enabled BAR answers reads as all ones and ignores writes.
    tlm_utils::simple_target_socket_optional<RootComplex, 32> memory{"memory"};
    /// INTA to INTD, levels.
    sc_core::sc_vector<OptionalInterruptOut> intx{"intx", 4};

    /// Slot 0.0 holds a host bridge.
    RootComplex(sc_core::sc_module_name name, const RootComplexParams& params);
    ~RootComplex() override;

    /// Puts a function, which must outlive the root complex's use, into a slot; at elaboration.
    /// Bind its master to the link's `dma` and the link's registers() to the function's registers.
    PciLink& add(PciFunction& function, PciSlot slot);

private:
    using Payload = tlm::tlm_generic_payload;
    class Mapped;
    class Port;
    struct Message {
        Port* port;
        MsiMessage message;
    };

    void end_of_elaboration() override;

    // --- DMA: root_complex.cpp
    void b_transport(Payload& payload, sc_core::sc_time& delay) override;
    tlm::tlm_sync_enum nb_transport_fw(Payload&, tlm::tlm_phase&, sc_core::sc_time&) override;
    bool get_direct_mem_ptr(Payload& payload, tlm::tlm_dmi& dmi) override;
    unsigned transport_dbg(Payload& payload) override;

    tlm::tlm_sync_enum nb_transport_bw(Payload&, tlm::tlm_phase&, sc_core::sc_time&) override;
    void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) override;

    // --- ATS messages: root_complex_ats.cpp
    bool send_ats(PciLink& from, AtsExtension& message, sc_core::sc_time& delay) override;
    void deliver_ats(Payload& payload, sc_core::sc_time& delay);
    PciLink* link_of(uint32_t requester_id) const;

    // --- Accesses to the functions: root_complex_registers.cpp
    void access_config(Payload& payload, sc_core::sc_time& delay);
    unsigned debug_config(Payload& payload);
    void read_config(Payload& payload) const;
    void write_config(const Payload& payload);
    PciFunction* function_at(uint64_t ecam_address) const;
    void access_memory(Payload& payload, sc_core::sc_time& delay);
    unsigned debug_memory(Payload& payload);

    // --- Interrupts: root_complex_interrupts.cpp
    void drive_intx();
    void post(const Message& message);
    void send_messages();

    const RootComplexParams params_;
    PciFunction host_bridge_;
    std::array<PciFunction*, 0x100> slots_{};  ///< by requester ID
    /// By requester ID: who sent its ATS messages.  A function may use IDs of empty slots.
    std::array<PciLink*, 0x100> ats_requesters_{};
    std::vector<std::unique_ptr<Port>> ports_;
    std::array<bool, 4> intx_levels_{};
    std::deque<Message> messages_;
    sc_core::sc_event message_posted_;
};

}  // namespace smmu
