// The memory of an analysis: tables, and data that nobody looks at; every access takes its time.
#pragma once
#include <tlm_utils/peq_with_get.h>
#include <tlm>

#include "platform/analyze/sparse_memory.h"
#include "platform/analyze/workload.h"

namespace smmu::platform::analyze {

/// One way into memory, LT and AT; it takes any number of requests at a time.  Reads as zero where
/// there is no table.  Writes of masters are taken and forgotten: nothing reads them back, and no
/// table lies where a master may write.
class MemoryPort final : public sc_core::sc_module, private tlm::tlm_fw_transport_if<> {
public:
    tlm::tlm_target_socket<32> socket{"socket"};

    MemoryPort(sc_core::sc_module_name name, const SparseMemory& words, sc_core::sc_time latency);

private:
    void b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time& delay) override;
    tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay) override;
    bool get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi&) override { return false; }
    unsigned transport_dbg(tlm::tlm_generic_payload& p) override;

    void serve(tlm::tlm_generic_payload& p) const;
    void respond();

    const SparseMemory& words_;
    const sc_core::sc_time latency_;
    tlm_utils::peq_with_get<tlm::tlm_generic_payload> responses_{"responses"};
    bool responding_ = false;  ///< between BEGIN_RESP and END_RESP
    sc_core::sc_event response_ended_;
};

}  // namespace smmu::platform::analyze
