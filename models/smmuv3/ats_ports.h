// The sockets `ats` and `ats_inv` of all TBUs, as one set of endpoints.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include "smmuv3/tcu.h"
#include "tlm_sockets/ats_extension.h"

namespace smmu {

/// Sockets may stay unbound: then nobody is there.  A message is asked of one socket after the other
/// until the endpoint with its StreamID has taken it.
class AtsPorts final : public sc_core::sc_module, private AtsEndpoints {
public:
    /// From endpoints: Translation Requests and page requests.
    sc_core::sc_vector<tlm_utils::simple_target_socket_tagged_optional<AtsPorts, 32>> ats{"ats"};
    /// To endpoints: invalidations and PRG Responses.
    sc_core::sc_vector<tlm_utils::simple_initiator_socket_optional<AtsPorts, 32>> ats_inv{
        "ats_inv"};

    AtsPorts(sc_core::sc_module_name name, Tcu& tcu, unsigned tbus);

private:
    void b_transport(int tbu, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    arch::InvalidateStatus invalidate(const arch::InvalidateRequest& request) override;
    void respond(const arch::PrgResponse& response) override;
    void send(unsigned tbu, AtsExtension& message);

    Tcu& tcu_;
};

}  // namespace smmu
