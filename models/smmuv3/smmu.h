// The component: an Arm SMMUv3 to be dropped between DMA masters and the interconnect.
//
//   smmu::Smmu<> smmu("smmu", params);
//   device.dma.bind(smmu.tbu[0]);        a master, with its StreamID in a StreamExtension
//   smmu.mem[0].bind(interconnect.in);   its translated traffic
//   smmu.ptw.bind(interconnect.in2);     tables, structures and queues
//   bus.out.bind(smmu.regs);             128 KiB of registers
#pragma once
#include <memory>
#include <vector>

#include "smmuv3/ats_ports.h"
#include "smmuv3/tbu.h"

namespace smmu {

/// W: bus width of the sockets in bits.  It decides which sockets bind to each other and nothing
/// else.
template <unsigned W = 32>
class Smmu : public sc_core::sc_module {
public:
    sc_core::sc_vector<tlm::tlm_target_socket<W>> tbu;
    sc_core::sc_vector<tlm::tlm_initiator_socket<W>> mem;
    tlm::tlm_initiator_socket<W> ptw{"ptw"};

private:
    Tcu tcu_;
    AtsPorts ats_ports_;

public:
    /// ATS and PRI, a pair for each TBU; may stay unbound.
    decltype(AtsPorts::ats)& ats = ats_ports_.ats;
    decltype(AtsPorts::ats_inv)& ats_inv = ats_ports_.ats_inv;
    /// Registers; 32 bits wide whatever W is, as register buses are.
    decltype(Tcu::regs)& regs = tcu_.regs;
    /// Counter groups, 128 KiB each; may stay unbound.
    decltype(CounterGroups::pmcg)& pmcg = tcu_.counter_groups.pmcg;
    decltype(CounterGroups::irq_pmcg)& irq_pmcg = tcu_.counter_groups.irq_pmcg;  ///< one a group
    decltype(Tcu::reset_n)& reset_n = tcu_.reset_n;  ///< active low; may stay unbound
    decltype(PulsePin::out)& irq_eventq =
        tcu_.irq_eventq.out;  ///< pulses of one clock; may stay unbound
    decltype(PulsePin::out)& irq_priq = tcu_.irq_priq.out;
    decltype(PulsePin::out)& irq_gerror = tcu_.irq_gerror.out;
    decltype(PulsePin::out)& irq_cmd_sync = tcu_.irq_cmd_sync.out;
    decltype(PulsePin::out)& wake_event = tcu_.wake_event.out;  ///< WFE wake-up event (IDR0.SEV)

    /// Parameters that cannot be built are refused with a SystemC error that says why.
    explicit Smmu(sc_core::sc_module_name name, const Params& params = {})
        : sc_module(name),
          tbu("tbu", checked(params).tbus),
          mem("mem", params.tbus),
          tcu_("tcu", params),
          ats_ports_("ats_ports", tcu_, params.tbus) {
        for (unsigned i = 0; i < params.tbus; ++i) {
            tbus_.push_back(std::make_unique<Tbu>(tcu_, params, i));
            tbu[i].bind(tbus_[i]->upstream);
            mem[i].bind(tbus_[i]->downstream);
        }
        ptw.bind(tcu_.table_backward);
    }

    /// Lets a probe see everything that happens from now on.  It must live as long as the
    /// simulation.
    void attach(Probe& probe) { tcu_.attach(probe); }

private:
    static const Params& checked(const Params& params) {
        if (const char* why = refuse(params)) SC_REPORT_ERROR("/smmu/params", why);
        return params;
    }

    void end_of_elaboration() override {
        tcu_.bind_memory(*ptw.operator->());
        for (size_t i = 0; i < tbus_.size(); ++i) {
            tbus_[i]->bind_memory(*mem[i].operator->());
            tbus_[i]->bind_master(*tbu[i].operator->());
        }
    }

    std::vector<std::unique_ptr<Tbu>> tbus_;
};

}  // namespace smmu
