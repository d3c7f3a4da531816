// The two kinds of ports of the interconnect.  Raw sockets: one interface object each, so that a
// call knows its port.
#pragma once
#include "interconnect/interconnect.h"
#include "tlm_sockets/atomic_extension.h"

namespace smmu {

using Payload = tlm::tlm_generic_payload;

/// A device behind the bus: its range and the way to it.
class Interconnect::Device final : public tlm::tlm_bw_transport_if<> {
public:
    Device(Interconnect& bus, const DownstreamDevice& given)
        : range(given.range), socket(given.name.c_str()), bus_(bus) {
        socket.bind(*this);
    }

    const virt::Range range;
    DeviceSocket socket;

private:
    tlm::tlm_sync_enum nb_transport_bw(Payload&, tlm::tlm_phase&, sc_core::sc_time&) override {
        return tlm::TLM_ACCEPTED;  // there is no forward call that this could belong to
    }
    void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) override;

    Interconnect& bus_;
};

/// A master's port: decodes, decides whether an access snoops, and serves RAM.
class Interconnect::Upstream final : public tlm::tlm_fw_transport_if<> {
public:
    Upstream(Interconnect& bus, const UpstreamPort& given)
        : socket(given.name.c_str()),
          bus_(bus),
          kind_(given.kind),
          always_coherent_(kind_ == PortKind::Cpu || kind_ == PortKind::CanwbsDma ||
                           bus.params_.views == Views::Single) {
        socket.bind(*this);
    }

    UpstreamSocket socket;

private:
    void b_transport(Payload& payload, sc_core::sc_time& delay) override;
    tlm::tlm_sync_enum nb_transport_fw(Payload&, tlm::tlm_phase&, sc_core::sc_time&) override;
    bool get_direct_mem_ptr(Payload& payload, tlm::tlm_dmi& dmi) override;
    unsigned transport_dbg(Payload& payload) override;

    bool is_coherent(const Payload& payload) const;
    void access_ram(Payload& payload, uint64_t offset);
    void compare_and_swap(AtomicExtension& atomic, bool coherent, uint64_t offset,
                          const Payload& payload);
    void access_ram_by_bytes(Payload& payload, uint64_t offset, uint64_t width);
    void read_ram(bool coherent, uint64_t offset, uint8_t* to, uint64_t length);
    void write_ram(bool coherent, uint64_t offset, const uint8_t* from, uint64_t length);
    bool forward_dmi(Device& device, Payload& payload, tlm::tlm_dmi& dmi);
    unsigned forward_dbg(Device& device, Payload& payload);

    Interconnect& bus_;
    const PortKind kind_;
    const bool always_coherent_;
    Device* last_ = nullptr;  ///< the device of the last access: mostly also that of the next
};

}  // namespace smmu
