// The registers of a guest's SMMU.  Arm IHI 0070 G.b, 6.3.
//
// Everything that a guest changes is complete at once, so each acknowledge register reads as the
// register that it acknowledges.
#pragma once
#include "smmuv3/arch/queue.h"
#include "sw_stubs/driver/hw_info.h"

namespace smmu::sw::vmm {

class VirtualRegisters {
public:
    void reset(const IdRegisters& id);

    /// 32 bits at an offset from page 0; what is not there reads as zero.
    uint32_t read(uint64_t offset) const;

    /// What a write asks for.
    enum class Effect : uint8_t {
        None,
        Enables,   ///< CR0
        Bypass,    ///< GBPA
        Commands,  ///< CMDQ_PROD, or an error was acknowledged
        Events,    ///< EVENTQ_CONS: there may be room
    };
    /// What is not there, and what may not be written now, ignores writes.
    Effect write(uint64_t offset, uint32_t value);

    const IdRegisters& id() const { return id_; }
    bool smmu_enabled() const { return cr0_[arch::Cr0::SMMUEN]; }
    bool bypass_aborts() const { return gbpa_[arch::Gbpa::ABORT]; }
    arch::StrtabBase stream_table() const { return strtab_base_; }
    arch::StrtabBaseCfg stream_table_configuration() const { return strtab_cfg_; }

    arch::QueueState command_queue() const;
    /// Commands may be taken: enabled, and no command error is active.
    bool takes_commands() const {
        return cr0_[arch::Cr0::CMDQEN] && !active(arch::Gerror::CMDQ_ERR);
    }
    void consume_command();

    arch::QueueState event_queue() const;
    /// Enabled, and no write was aborted.
    bool takes_events() const {
        return cr0_[arch::Cr0::EVENTQEN] && !active(arch::Gerror::EVENTQ_ABT_ERR);
    }
    void produce_event();
    void overflow_events();

    /// Makes errors active.  True if there is an interrupt to raise.
    bool raise_command_error(arch::CommandError why);
    bool raise_event_abort() { return raise(arch::Gerror::EVENTQ_ABT_ERR); }
    bool raise_service_failure() { return raise(arch::Gerror::SFM_ERR); }

    bool event_interrupt() const { return irq_ctrl_[arch::IrqCtrl::EVENTQ_IRQEN]; }

private:
    template <class Flag>
    bool active(Flag flag) const {
        return ((gerror_.raw() ^ gerrorn_) & flag.mask) != 0;
    }
    template <class Flag>
    bool raise(Flag flag) {
        if (active(flag)) return false;
        gerror_.word[0] ^= flag.mask;
        return irq_ctrl_[arch::IrqCtrl::GERROR_IRQEN];
    }
    Effect write_cr0(uint32_t value);
    Effect write_gbpa(uint32_t value);

    IdRegisters id_{};
    arch::Cr0 cr0_{};
    arch::Cr1 cr1_{};
    arch::Cr2 cr2_{};
    arch::Gbpa gbpa_{};
    arch::IrqCtrl irq_ctrl_{};
    arch::Gerror gerror_{};
    uint32_t gerrorn_ = 0;
    arch::StrtabBase strtab_base_{};
    arch::StrtabBaseCfg strtab_cfg_{};
    arch::CmdqBase cmdq_base_{};
    arch::CmdqProd cmdq_prod_{};
    arch::CmdqCons cmdq_cons_{};
    arch::EventqBase eventq_base_{};
    arch::EventqProd eventq_prod_{};
    arch::EventqCons eventq_cons_{};
};

}  // namespace smmu::sw::vmm
