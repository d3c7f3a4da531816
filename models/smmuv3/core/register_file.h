// Registers of the Non-secure programming interface: what software reads and writes, and the
// handshakes. Arm IHI 0070 G.b, 6.
//
// Writes change state and say what has to follow; whoever owns the file (the TCU) does it and then
// acknowledges.
#pragma once
#include "smmuv3/core/atos_registers.h"
#include "smmuv3/core/ecmdq_registers.h"
#include "smmuv3/core/msi.h"
#include "smmuv3/core/page_request_registers.h"
#include "smmuv3/core/stream_table.h"

namespace smmu::core {

/// Command queues are counted from that of CMDQ_*; queue n is the ECMDQ n-1.
constexpr unsigned main_command_queue = 0;

class RegisterFile {
public:
    explicit RegisterFile(const Features& features)
        : features_(features), atos_(features), page_requests_(features), ecmdqs_(features) {
        reset();
    }

    /// Power-on state.  Registers that reset to an UNKNOWN value reset to 0; GBPA resets to 0x1000
    /// (use incoming).
    void reset();

    // --- Software's side

    /// Aligned 32- or 64-bit access at an offset from page 0, optional pages included.  Everything
    /// else, and every offset that no register has, reads as zero.
    uint64_t read(uint32_t offset, unsigned bytes) const;

    /// What a write sets going.
    enum class Effect : uint8_t { None, Control, Command, EventSpace, Atos };
    /// The same accesses; everything else is ignored.
    Effect write(uint32_t offset, unsigned bytes, uint64_t value);

    // --- The SMMU's side

    bool smmu_enabled() const { return cr0_ack_[arch::Cr0::SMMUEN]; }
    bool command_queue_enabled() const { return cr0_ack_[arch::Cr0::CMDQEN]; }
    bool event_queue_enabled() const { return cr0_ack_[arch::Cr0::EVENTQEN]; }
    bool page_request_queue_open() const { return cr0_ack_[arch::Cr0::PRIQEN]; }
    /// The effective PRIQEN.
    bool page_request_queue_enabled() const { return smmu_enabled() && page_request_queue_open(); }
    bool check_translated() const { return cr0_ack_[arch::Cr0::ATSCHK]; }
    bool record_bad_stream() const { return cr2_[arch::Cr2::RECINVSID]; }
    bool record_ats_errors() const { return cr2_[arch::Cr2::REC_CFG_ATS]; }
    bool e2h() const { return cr2_[arch::Cr2::E2H]; }
    /// Bits of a VMID that TLB invalidations compare (CR0.VMW).
    uint16_t vmid_mask() const;
    arch::Gbpa gbpa() const { return gbpa_; }
    StreamTable stream_table() const { return {strtab_base_, strtab_base_cfg_, table_attributes_}; }
    arch::MemoryAttributes event_attributes() const;         ///< CR1.QUEUE_*, EVENTQ_BASE.WA
    arch::MemoryAttributes page_request_attributes() const;  ///< CR1.QUEUE_*, PRIQ_BASE.WA

    bool event_update_pending() const {
        return cr0_[arch::Cr0::EVENTQEN] != cr0_ack_[arch::Cr0::EVENTQEN];
    }
    bool page_request_update_pending() const {
        return cr0_[arch::Cr0::PRIQEN] != cr0_ack_[arch::Cr0::PRIQEN];
    }
    /// SMMUEN, ATSCHK, VMW, GBPA and, unless an MSI is still on its way, IRQ_CTRL updates are complete at
    /// once: no transaction is half-way when a thread runs.  True if translations change by it.
    bool acknowledge_control(bool msis_done = true);
    void acknowledge_command_enable() {
        cr0_ack_.set(arch::Cr0::CMDQEN, cr0_[arch::Cr0::CMDQEN]);
        ecmdqs_.acknowledge_enable();
    }
    void acknowledge_event_enable() {
        cr0_ack_.set(arch::Cr0::EVENTQEN, cr0_[arch::Cr0::EVENTQEN]);
    }

    void acknowledge_page_request_enable() {
        cr0_ack_.set(arch::Cr0::PRIQEN, cr0_[arch::Cr0::PRIQEN]);
    }

    bool gerror_interrupt_enabled() const { return irq_ctrl_ack_[arch::IrqCtrl::GERROR_IRQEN]; }
    bool event_interrupt_enabled() const { return irq_ctrl_ack_[arch::IrqCtrl::EVENTQ_IRQEN]; }
    bool page_request_interrupt_enabled() const { return irq_ctrl_ack_[arch::IrqCtrl::PRIQ_IRQEN]; }
    Msi gerror_msi() const;
    Msi event_msi() const;

    bool command_error_active() const { return active(arch::Gerror::CMDQ_ERR); }
    bool event_abort_active() const { return active(arch::Gerror::EVENTQ_ABT_ERR); }
    bool page_request_abort_active() const { return active(arch::Gerror::PRIQ_ABT_ERR); }
    /// Makes an error active; false if it already was.
    /// The MSI of a source could not be written.  False if that error was active already.
    bool raise_msi_abort(MsiSource source);
    bool raise_event_abort() { return raise(arch::Gerror::EVENTQ_ABT_ERR); }
    bool raise_page_request_abort() { return raise(arch::Gerror::PRIQ_ABT_ERR); }

    unsigned command_queues() const { return 1 + ecmdqs_.count(); }
    /// Enabled, and without an error that software has not acknowledged.
    bool consumes_commands(unsigned queue) const;
    arch::QueueState command_queue(unsigned queue = main_command_queue) const;
    arch::MemoryAttributes command_attributes(
        unsigned queue = main_command_queue) const;  ///< CR1.QUEUE_*, *_BASE.RA
    void set_command_cons(unsigned queue, arch::QueueIndex cons);
    /// Stops a queue.  False if the error in GERROR was active already.
    bool raise_command_error(arch::CommandError why, unsigned queue = main_command_queue);

    arch::QueueState event_queue() const;
    void set_event_prod(arch::QueueIndex prod);
    /// A record was lost because the queue was full: toggles OVFLG unless an overflow is already
    /// outstanding (7.4).
    void overflow_event_queue();

    PageRequestRegisters& page_requests() { return page_requests_; }
    const PageRequestRegisters& page_requests() const { return page_requests_; }
    AtosRegisters& atos() { return atos_; }
    const AtosRegisters& atos() const { return atos_; }

private:
    template <unsigned Bit>
    bool active(arch::Field<arch::Gerror, Bit, Bit, bool>) const {
        return ((gerror_.raw() ^ gerrorn_.raw()) >> Bit & 1) != 0;
    }
    template <unsigned Bit>
    bool raise(arch::Field<arch::Gerror, Bit, Bit, bool> f) {
        if (active(f)) return false;
        gerror_.set(f, !gerror_[f]);
        return true;
    }
    uint32_t read_word(uint32_t offset) const;
    Effect write_word(uint32_t offset, uint32_t value);
    bool stream_table_writable() const;
    bool queue_attributes_writable() const;
    bool gerror_msi_writable() const;
    bool event_msi_writable() const;
    bool command_queue_writable() const;
    bool event_queue_writable() const;
    bool page_request_queue_writable() const;
    bool page_request_interrupt_writable() const;
    void decode_table_attributes();
    uint32_t cr0_bits() const;
    uint32_t cr2_bits() const;
    uint32_t irq_ctrl_bits() const;
    uint32_t gerror_bits() const;

    const Features& features_;
    arch::Cr0 cr0_, cr0_ack_;
    arch::Cr1 cr1_;
    arch::Cr2 cr2_;
    arch::Gbpa gbpa_, gbpa_written_;
    arch::IrqCtrl irq_ctrl_, irq_ctrl_ack_;
    arch::Gerror gerror_;
    arch::Gerrorn gerrorn_;
    arch::GerrorIrqCfg0 gerror_irq_cfg0_;
    arch::GerrorIrqCfg1 gerror_irq_cfg1_;
    arch::GerrorIrqCfg2 gerror_irq_cfg2_;
    arch::StrtabBase strtab_base_;
    arch::StrtabBaseCfg strtab_base_cfg_;
    arch::MemoryAttributes table_attributes_;  ///< what CR1.TABLE_* and STRTAB_BASE.RA say
    arch::CmdqBase cmdq_base_;
    arch::CmdqProd cmdq_prod_;
    arch::CmdqCons cmdq_cons_;
    arch::EventqBase eventq_base_;
    arch::EventqIrqCfg0 eventq_irq_cfg0_;
    arch::EventqIrqCfg1 eventq_irq_cfg1_;
    arch::EventqIrqCfg2 eventq_irq_cfg2_;
    arch::EventqProd eventq_prod_;
    arch::EventqCons eventq_cons_;
    AtosRegisters atos_;
    PageRequestRegisters page_requests_;
    EcmdqRegisters ecmdqs_;
};

}  // namespace smmu::core
