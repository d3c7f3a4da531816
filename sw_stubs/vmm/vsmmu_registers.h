// The registers of a guest's SMMU.  Arm IHI 0070 G.b, 6.3.
//
// Everything that a guest changes is complete at once, so each acknowledge register reads as the
// register that it acknowledges.
#pragma once
#include "smmuv3/arch/queue.h"
#include "sw_stubs/driver/hw_info.h"
#include "sw_stubs/vmm/vsmmu_messages.h"

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

    arch::QueueState page_request_queue() const;
    bool has_pri() const { return arch::Idr0{{{id_.idr[0]}}}[arch::Idr0::PRI]; }
    /// Enabled, which SMMUEN takes part in, and no write was aborted.
    bool takes_page_requests() const {
        return cr0_[arch::Cr0::PRIQEN] && smmu_enabled() && !active(arch::Gerror::PRIQ_ABT_ERR);
    }
    /// Software has not acknowledged an overflow: nothing is written meanwhile (8.1).
    bool page_requests_overflown() const {
        return priq_prod_[arch::PriqProd::OVFLG] != priq_cons_[arch::PriqCons::OVACKFLG];
    }
    void produce_page_request();
    void overflow_page_requests();

    /// Makes errors active.  True if there is an interrupt to raise.
    bool raise_command_error(arch::CommandError why);
    bool raise_event_abort() { return raise(arch::Gerror::EVENTQ_ABT_ERR); }
    bool raise_page_request_abort() { return raise(arch::Gerror::PRIQ_ABT_ERR); }
    /// The message of a source met nothing.  That of GERROR itself interrupts nobody (7.5.1).
    bool raise_message_abort(InterruptSource source);
    bool raise_service_failure() { return raise(arch::Gerror::SFM_ERR); }

    bool event_interrupt() const { return irq_ctrl_[arch::IrqCtrl::EVENTQ_IRQEN]; }
    bool page_request_interrupt() const { return irq_ctrl_[arch::IrqCtrl::PRIQ_IRQEN]; }
    /// Only requests that are the last of their group interrupt.
    bool interrupts_for_last() const { return page_request_messages_.last_only(); }

    bool has_msi() const { return arch::Idr0{{{id_.idr[0]}}}[arch::Idr0::MSI]; }
    /// Of an address that goes out.
    unsigned address_bits() const {
        return arch::address_bits(arch::Idr5{{{id_.idr[5]}}}[arch::Idr5::OAS]);
    }
    /// The message of a source that has registers for it.
    Message message(InterruptSource source) const;

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
    bool write_message(uint64_t offset, uint32_t value);
    void write_page_request_queue(uint64_t offset, uint32_t value);
    uint32_t gerror_bits() const;

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
    arch::PriqBase priq_base_{};
    arch::PriqProd priq_prod_{};
    arch::PriqCons priq_cons_{};
    MessageRegisters gerror_messages_ = gerror_messages;
    MessageRegisters event_messages_ = event_messages;
    MessageRegisters page_request_messages_ = page_request_messages;
};

}  // namespace smmu::sw::vmm
