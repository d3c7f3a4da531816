// A PCIe root complex: each call goes to the TBU with the mapped identity, and comes back with the
// function's own.
#include "pcie/root_complex.h"

namespace smmu {

/// The identity of a transaction on its way downstream; the function's own is back when this object
/// goes.
class RootComplex::Mapped {
public:
    Mapped(const RootComplexParams& params, Payload& payload)
        : extension_(payload.get_extension<StreamExtension>()) {
        if (!extension_ || extension_->in.stream.value >= params.board.rid_count) return;
        own_ = extension_->in;
        legal_ = true;
        extension_->in.stream.value += params.board.stream_base;
        if (params.cpm && params.dacs && own_.attributes == arch::default_attributes)
            extension_->in.attributes.shareability = arch::Shareability::Inner;
    }
    ~Mapped() {
        if (legal_) extension_->in = own_;
    }
    Mapped(const Mapped&) = delete;
    Mapped& operator=(const Mapped&) = delete;

    bool legal() const { return legal_; }

private:
    StreamExtension* const extension_;
    StreamIn own_;
    bool legal_ = false;
};

RootComplex::RootComplex(sc_core::sc_module_name name, const RootComplexParams& params)
    : sc_module(name), params_(params) {
    functions.bind(static_cast<tlm::tlm_fw_transport_if<>&>(*this));
    dma.bind(static_cast<tlm::tlm_bw_transport_if<>&>(*this));
    if (params.board.rid_count == 0 || params.board.rid_count > 0x1'0000)
        SC_REPORT_ERROR(
            "/smmu/pcie",
            "a root complex maps 1 to 65536 requester IDs: set 'rid_count' in that range");
}

void RootComplex::b_transport(Payload& payload, sc_core::sc_time& delay) {
    const Mapped mapped(params_, payload);
    if (!mapped.legal()) return payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    dma->b_transport(payload, delay);
}

tlm::tlm_sync_enum RootComplex::nb_transport_fw(Payload& payload, tlm::tlm_phase&,
                                                sc_core::sc_time&) {
    SC_REPORT_ERROR("/smmu/pcie", "the root complex models LT only: call b_transport");
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    return tlm::TLM_COMPLETED;
}

bool RootComplex::get_direct_mem_ptr(Payload& payload, tlm::tlm_dmi& dmi) {
    const Mapped mapped(params_, payload);
    if (mapped.legal()) return dma->get_direct_mem_ptr(payload, dmi);

    // Another function may be granted this address: refuse no more than was asked for.
    dmi.init();
    dmi.set_start_address(payload.get_address());
    dmi.set_end_address(payload.get_address());
    dmi.allow_read_write();
    return false;
}

unsigned RootComplex::transport_dbg(Payload& payload) {
    const Mapped mapped(params_, payload);
    return mapped.legal() ? dma->transport_dbg(payload) : 0;
}

tlm::tlm_sync_enum RootComplex::nb_transport_bw(Payload&, tlm::tlm_phase&, sc_core::sc_time&) {
    return tlm::TLM_ACCEPTED;  // there is no forward call that this could belong to
}

void RootComplex::invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) {
    for (int i = 0; i < functions.size(); ++i) functions[i]->invalidate_direct_mem_ptr(first, last);
}

}  // namespace smmu
