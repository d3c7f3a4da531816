// What the registers mean to the SMMU: acknowledgements, errors, queues, attributes.  Arm IHI 0070
// G.b, 6.3, 7.
#include "smmuv3/core/attributes.h"
#include "smmuv3/core/register_file.h"

namespace smmu::core {

using namespace arch;

bool RegisterFile::acknowledge_control(bool msis_done) {
    const bool changed = cr0_[Cr0::SMMUEN] != cr0_ack_[Cr0::SMMUEN] ||
                         cr0_[Cr0::ATSCHK] != cr0_ack_[Cr0::ATSCHK] || gbpa_written_[Gbpa::Update];
    cr0_ack_.set(Cr0::SMMUEN, cr0_[Cr0::SMMUEN])
        .set(Cr0::ATSCHK, cr0_[Cr0::ATSCHK])
        .set(Cr0::VMW, cr0_[Cr0::VMW]);
    gbpa_ = gbpa_written_.set(Gbpa::Update, false);
    if (msis_done) irq_ctrl_ack_ = irq_ctrl_;
    return changed;
}

uint16_t RegisterFile::vmid_mask() const {
    const unsigned ignored = cr0_ack_[Cr0::VMW];
    return static_cast<uint16_t>(ignored <= 4 ? 0xFFFFu << ignored : 0xFFFFu);
}

void RegisterFile::decode_table_attributes() {
    table_attributes_ = register_attributes(cr1_[Cr1::TABLE_IC], cr1_[Cr1::TABLE_OC],
                                            cr1_[Cr1::TABLE_SH], strtab_base_[StrtabBase::RA]);
}

MemoryAttributes RegisterFile::command_attributes(unsigned queue) const {
    const bool read_allocates =
        queue == main_command_queue ? cmdq_base_[CmdqBase::RA] : ecmdqs_.read_allocates(queue - 1);
    return register_attributes(cr1_[Cr1::QUEUE_IC], cr1_[Cr1::QUEUE_OC], cr1_[Cr1::QUEUE_SH],
                               read_allocates);
}

MemoryAttributes RegisterFile::event_attributes() const {
    return register_attributes(cr1_[Cr1::QUEUE_IC], cr1_[Cr1::QUEUE_OC], cr1_[Cr1::QUEUE_SH],
                               eventq_base_[EventqBase::WA]);
}

MemoryAttributes RegisterFile::page_request_attributes() const {
    return register_attributes(cr1_[Cr1::QUEUE_IC], cr1_[Cr1::QUEUE_OC], cr1_[Cr1::QUEUE_SH],
                               page_requests_.write_allocates());
}

bool RegisterFile::consumes_commands(unsigned queue) const {
    return queue == main_command_queue ? command_queue_enabled() && !command_error_active()
                                       : ecmdqs_.consumes(queue - 1);
}

bool RegisterFile::raise_command_error(CommandError why, unsigned queue) {
    if (queue != main_command_queue) {
        ecmdqs_.raise_error(queue - 1, why);
        return raise(Gerror::CMDQP_ERR);
    }
    cmdq_cons_.set(CmdqCons::ERR, why);  // the reason is there before the error shows (7.1)
    return raise(Gerror::CMDQ_ERR);
}

bool RegisterFile::raise_msi_abort(MsiSource source) {
    switch (source) {
        case MsiSource::CommandSync: return raise(Gerror::MSI_CMDQ_ABT_ERR);
        case MsiSource::EventQueue: return raise(Gerror::MSI_EVENTQ_ABT_ERR);
        case MsiSource::PageRequestQueue: return raise(Gerror::MSI_PRIQ_ABT_ERR);
        case MsiSource::Gerror: return raise(Gerror::MSI_GERROR_ABT_ERR);
        case MsiSource::CounterGroup: break;  // has its own IRQ_STATUS
    }
    return false;
}

Msi RegisterFile::gerror_msi() const {
    return make_msi(gerror_irq_cfg0_[GerrorIrqCfg0::ADDR], gerror_irq_cfg1_.raw(),
                    gerror_irq_cfg2_[GerrorIrqCfg2::MemAttr], gerror_irq_cfg2_[GerrorIrqCfg2::SH],
                    features_);
}

Msi RegisterFile::event_msi() const {
    return make_msi(eventq_irq_cfg0_[EventqIrqCfg0::ADDR], eventq_irq_cfg1_.raw(),
                    eventq_irq_cfg2_[EventqIrqCfg2::MemAttr], eventq_irq_cfg2_[EventqIrqCfg2::SH],
                    features_);
}

QueueState RegisterFile::command_queue(unsigned queue) const {
    constexpr unsigned entry_log2 = 4;
    if (queue != main_command_queue) return ecmdqs_.queue(queue - 1);
    return queue_state(cmdq_base_[CmdqBase::ADDR], cmdq_base_[CmdqBase::LOG2SIZE],
                       features_.command_queue_log2, entry_log2, cmdq_prod_[CmdqProd::WR],
                       cmdq_cons_[CmdqCons::RD]);
}

QueueState RegisterFile::event_queue() const {
    constexpr unsigned entry_log2 = 5;
    return queue_state(eventq_base_[EventqBase::ADDR], eventq_base_[EventqBase::LOG2SIZE],
                       features_.event_queue_log2, entry_log2, eventq_prod_[EventqProd::WR],
                       eventq_cons_[EventqCons::RD]);
}

void RegisterFile::set_command_cons(unsigned queue, QueueIndex cons) {
    if (queue == main_command_queue)
        cmdq_cons_.set(CmdqCons::RD, cons.raw);
    else
        ecmdqs_.set_cons(queue - 1, cons);
}
void RegisterFile::set_event_prod(QueueIndex prod) { eventq_prod_.set(EventqProd::WR, prod.raw); }

void RegisterFile::overflow_event_queue() {
    if (eventq_prod_[EventqProd::OVFLG] == eventq_cons_[EventqCons::OVACKFLG])
        eventq_prod_.set(EventqProd::OVFLG, !eventq_prod_[EventqProd::OVFLG]);
}

}  // namespace smmu::core
