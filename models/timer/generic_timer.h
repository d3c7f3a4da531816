// The Generic Timer of a PE: counters and the three timers that Armv8.0 has below EL3.  Arm ARM
// D12.
#pragma once
#include <array>
#include <cstdint>
#include <systemc>

#include "cpu/interrupt_pin.h"
#include "cpu/system_registers.h"

namespace smmu {

struct GenericTimerParams {
    uint64_t frequency_hz =
        62'500'000;  ///< CNTFRQ_EL0; a tick must be a whole number of time resolutions
};

class GenericTimer : public sc_core::sc_module {
public:
    sc_core::sc_port<SystemRegisters> system_registers{"system_registers"};
    OptionalInterruptOut cntp{"cntp"};    ///< EL1 physical timer, level, PPI 30
    OptionalInterruptOut cntv{"cntv"};    ///< EL1 virtual timer, level, PPI 27
    OptionalInterruptOut cnthp{"cnthp"};  ///< EL2 physical timer, level, PPI 26

    explicit GenericTimer(sc_core::sc_module_name name, GenericTimerParams params = {});

private:
    enum ChannelId : unsigned { physical, virtual_, hypervisor, channel_count };
    struct Channel {
        bool enabled = false;
        bool masked = false;
        uint64_t compare_value = 0;
    };

    void end_of_elaboration() override;
    void add_counters();
    void add_channel(ChannelId id, const char* const (&names)[3], uint8_t op1, uint8_t crm);
    RegisterPermission check(const RegisterAccess& access, uint64_t el0_enable,
                             uint64_t el1_enable) const;

    uint64_t count(sc_core::sc_time now) const { return now.value() / tick_.value(); }
    uint64_t local_count() const { return count(system_registers->local_time()); }
    uint64_t offset(ChannelId id) const { return id == virtual_ ? virtual_offset_ : 0; }
    bool expired(ChannelId id, uint64_t physical_count) const;
    uint64_t read_control(ChannelId id) const;
    void changed_by_cpu() { evaluate(system_registers->local_time()); }
    void evaluate(sc_core::sc_time now);
    void on_deadline() { evaluate(sc_core::sc_time_stamp()); }

    const GenericTimerParams params_;
    sc_core::sc_time tick_;
    std::array<Channel, channel_count> channels_{};
    uint64_t virtual_offset_ = 0;  // CNTVOFF_EL2
    uint64_t el2_control_ = 0x3;   // CNTHCTL_EL2: EL1PCEN, EL1PCTEN
    uint64_t el1_control_ = 0;     // CNTKCTL_EL1
    sc_core::sc_time seen_;        // the latest time that outputs were computed for
    sc_core::sc_event deadline_;
};

}  // namespace smmu
