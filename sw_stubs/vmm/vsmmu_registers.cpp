// Reading and writing the registers of a guest's SMMU.
#include "sw_stubs/vmm/vsmmu_registers.h"

namespace smmu::sw::vmm {

using namespace arch;

namespace {

/// A register's bits that a guest can set.
template <class R, class... Fields>
constexpr R writable(uint64_t value, Fields...) {
    R r{};
    r.word[0] = value & (uint64_t{0} | ... | Fields::mask);
    return r;
}

/// One half of a 64-bit register changed.
template <class R>
uint64_t with_half(const R& r, uint64_t offset, uint32_t value) {
    const unsigned shift = offset == R::offset ? 0 : 32;
    return (r.word[0] & ~(uint64_t{0xFFFF'FFFF} << shift)) | uint64_t{value} << shift;
}
template <class R>
uint32_t half(const R& r, uint64_t offset) {
    return static_cast<uint32_t>(r.word[0] >> (offset == R::offset ? 0 : 32));
}

constexpr uint64_t high = 4;  // the upper half of a 64-bit register

}  // namespace

void VirtualRegisters::reset(const IdRegisters& id) {
    *this = VirtualRegisters{};
    id_ = id;
    gbpa_.set(Gbpa::ABORT, true);  // what the guest has not configured reaches nothing
}

uint32_t VirtualRegisters::read(uint64_t offset) const {
    if (offset % 4 == 0 && offset <= Idr5::offset) return id_.idr[offset / 4];
    switch (offset) {
        case Iidr::offset: return id_.iidr;
        case Aidr::offset: return id_.aidr;
        case Cr0::offset:
        case Cr0Ack::offset: return cr0_.raw();
        case Cr1::offset: return cr1_.raw();
        case Cr2::offset: return cr2_.raw();
        case Gbpa::offset: return gbpa_.raw();
        case IrqCtrl::offset:
        case IrqCtrlAck::offset: return irq_ctrl_.raw();
        case Gerror::offset: return gerror_.raw();
        case Gerrorn::offset: return gerrorn_;
        case StrtabBase::offset:
        case StrtabBase::offset + high: return half(strtab_base_, offset);
        case StrtabBaseCfg::offset: return strtab_cfg_.raw();
        case CmdqBase::offset:
        case CmdqBase::offset + high: return half(cmdq_base_, offset);
        case CmdqProd::offset: return cmdq_prod_.raw();
        case CmdqCons::offset: return cmdq_cons_.raw();
        case EventqBase::offset:
        case EventqBase::offset + high: return half(eventq_base_, offset);
        case EventqProd::offset: return eventq_prod_.raw();
        case EventqCons::offset: return eventq_cons_.raw();
        case PriqBase::offset:
        case PriqBase::offset + high: return half(priq_base_, offset);
        case PriqProd::offset: return priq_prod_.raw();
        case PriqCons::offset: return priq_cons_.raw();
        default: break;
    }
    const MessageRegisters* const messages[] = {&gerror_messages_, &event_messages_,
                                                &page_request_messages_};
    for (const MessageRegisters* m : messages)
        if (m->holds(offset)) return m->read(offset);
    return 0;
}

VirtualRegisters::Effect VirtualRegisters::write_cr0(uint32_t value) {
    cr0_ = writable<Cr0>(value, Cr0::SMMUEN, Cr0::EVENTQEN, Cr0::CMDQEN);
    const bool ats = Idr0{{{id_.idr[0]}}}[Idr0::ATS];
    if (ats) cr0_.set(Cr0::ATSCHK, Cr0{{{value}}}[Cr0::ATSCHK]);
    if (has_pri()) cr0_.set(Cr0::PRIQEN, Cr0{{{value}}}[Cr0::PRIQEN]);
    return Effect::Enables;
}

/// Only ABORT is there: IDR1 says that attributes are not overridden.
VirtualRegisters::Effect VirtualRegisters::write_gbpa(uint32_t value) {
    const Gbpa asked{{{value}}};
    if (!asked[Gbpa::Update]) return Effect::None;
    gbpa_ = writable<Gbpa>(value, Gbpa::ABORT);
    return Effect::Bypass;
}

VirtualRegisters::Effect VirtualRegisters::write(uint64_t offset, uint32_t value) {
    const bool smmu = cr0_[Cr0::SMMUEN];
    const bool commands = cr0_[Cr0::CMDQEN];
    const bool events = cr0_[Cr0::EVENTQEN];
    switch (offset) {
        case Cr0::offset: return write_cr0(value);
        case Gbpa::offset: return write_gbpa(value);
        case Cr1::offset:
            if (!smmu && !commands && !events && !cr0_[Cr0::PRIQEN]) cr1_ = Cr1{{{value & 0xFFF}}};
            break;
        case Cr2::offset:
            if (!smmu) cr2_ = writable<Cr2>(value, Cr2::RECINVSID, Cr2::PTM);
            break;
        case IrqCtrl::offset:
            irq_ctrl_ = writable<IrqCtrl>(value, IrqCtrl::GERROR_IRQEN, IrqCtrl::EVENTQ_IRQEN);
            if (has_pri())
                irq_ctrl_.set(IrqCtrl::PRIQ_IRQEN, IrqCtrl{{{value}}}[IrqCtrl::PRIQ_IRQEN]);
            break;
        case Gerrorn::offset: gerrorn_ = value & gerror_bits(); return Effect::Commands;
        case StrtabBase::offset:
        case StrtabBase::offset + high:
            if (!smmu)
                strtab_base_ = writable<StrtabBase>(with_half(strtab_base_, offset, value),
                                                    StrtabBase::ADDR, StrtabBase::RA);
            break;
        case StrtabBaseCfg::offset:
            if (!smmu)
                strtab_cfg_ = writable<StrtabBaseCfg>(value, StrtabBaseCfg::LOG2SIZE,
                                                      StrtabBaseCfg::SPLIT, StrtabBaseCfg::FMT);
            break;
        case CmdqBase::offset:
        case CmdqBase::offset + high:
            if (!commands)
                cmdq_base_ = writable<CmdqBase>(with_half(cmdq_base_, offset, value),
                                                CmdqBase::LOG2SIZE, CmdqBase::ADDR, CmdqBase::RA);
            break;
        case CmdqProd::offset:
            cmdq_prod_ = writable<CmdqProd>(value, CmdqProd::WR);
            return Effect::Commands;
        case CmdqCons::offset:
            if (!commands) cmdq_cons_ = writable<CmdqCons>(value, CmdqCons::RD);
            break;
        case EventqBase::offset:
        case EventqBase::offset + high:
            if (!events)
                eventq_base_ =
                    writable<EventqBase>(with_half(eventq_base_, offset, value),
                                         EventqBase::LOG2SIZE, EventqBase::ADDR, EventqBase::WA);
            break;
        case EventqProd::offset:
            if (!events)
                eventq_prod_ = writable<EventqProd>(value, EventqProd::WR, EventqProd::OVFLG);
            break;
        case EventqCons::offset:
            eventq_cons_ = writable<EventqCons>(value, EventqCons::RD, EventqCons::OVACKFLG);
            return Effect::Events;
        default:
            if (!write_message(offset, value) && has_pri()) write_page_request_queue(offset, value);
            break;
    }
    return Effect::None;
}

/// Each is guarded by the enable of its interrupt.
bool VirtualRegisters::write_message(uint64_t offset, uint32_t value) {
    const struct {
        MessageRegisters& registers;
        bool writable;
    } all[] = {{gerror_messages_, !irq_ctrl_[IrqCtrl::GERROR_IRQEN]},
               {event_messages_, !irq_ctrl_[IrqCtrl::EVENTQ_IRQEN]},
               {page_request_messages_, has_pri() && !irq_ctrl_[IrqCtrl::PRIQ_IRQEN]}};
    for (const auto& each : all) {
        if (!each.registers.holds(offset)) continue;
        if (has_msi() && each.writable) each.registers.write(offset, value, address_bits());
        return true;
    }
    return false;
}

/// Guarded by CR0.PRIQEN itself, whatever SMMUEN makes of it (6.3.9.5).
void VirtualRegisters::write_page_request_queue(uint64_t offset, uint32_t value) {
    const bool enabled = cr0_[Cr0::PRIQEN];
    switch (offset) {
        case PriqBase::offset:
        case PriqBase::offset + high:
            if (!enabled)
                priq_base_ = writable<PriqBase>(with_half(priq_base_, offset, value),
                                                PriqBase::LOG2SIZE, PriqBase::ADDR, PriqBase::WA);
            break;
        case PriqProd::offset:
            if (!enabled) priq_prod_ = writable<PriqProd>(value, PriqProd::WR, PriqProd::OVFLG);
            break;
        case PriqCons::offset:
            priq_cons_ = writable<PriqCons>(value, PriqCons::RD, PriqCons::OVACKFLG);
            break;
        default: break;
    }
}

/// Errors that there can be.
uint32_t VirtualRegisters::gerror_bits() const {
    uint32_t mask = Gerror::CMDQ_ERR.mask | Gerror::EVENTQ_ABT_ERR.mask | Gerror::SFM_ERR.mask;
    if (has_pri()) mask |= Gerror::PRIQ_ABT_ERR.mask;
    if (has_msi())
        mask |= Gerror::MSI_CMDQ_ABT_ERR.mask | Gerror::MSI_EVENTQ_ABT_ERR.mask |
                Gerror::MSI_GERROR_ABT_ERR.mask;
    if (has_msi() && has_pri()) mask |= Gerror::MSI_PRIQ_ABT_ERR.mask;
    return mask;
}

QueueState VirtualRegisters::command_queue() const {
    constexpr unsigned entry_log2 = 4;
    return queue_state(cmdq_base_[CmdqBase::ADDR], cmdq_base_[CmdqBase::LOG2SIZE],
                       Idr1{{{id_.idr[1]}}}[Idr1::CMDQS], entry_log2, cmdq_prod_[CmdqProd::WR],
                       cmdq_cons_[CmdqCons::RD]);
}

void VirtualRegisters::consume_command() {
    const QueueState q = command_queue();
    cmdq_cons_.set(CmdqCons::RD, q.cons.next(q.log2size).raw);
}

QueueState VirtualRegisters::event_queue() const {
    constexpr unsigned entry_log2 = 5;
    return queue_state(eventq_base_[EventqBase::ADDR], eventq_base_[EventqBase::LOG2SIZE],
                       Idr1{{{id_.idr[1]}}}[Idr1::EVENTQS], entry_log2,
                       eventq_prod_[EventqProd::WR], eventq_cons_[EventqCons::RD]);
}

void VirtualRegisters::produce_event() {
    const QueueState q = event_queue();
    eventq_prod_.set(EventqProd::WR, q.prod.next(q.log2size).raw);
}

/// One overflow at a time can be shown.
void VirtualRegisters::overflow_events() {
    if (eventq_prod_[EventqProd::OVFLG] == eventq_cons_[EventqCons::OVACKFLG])
        eventq_prod_.set(EventqProd::OVFLG, !eventq_prod_[EventqProd::OVFLG]);
}

QueueState VirtualRegisters::page_request_queue() const {
    constexpr unsigned entry_log2 = 4;
    return queue_state(priq_base_[PriqBase::ADDR], priq_base_[PriqBase::LOG2SIZE],
                       Idr1{{{id_.idr[1]}}}[Idr1::PRIQS], entry_log2, priq_prod_[PriqProd::WR],
                       priq_cons_[PriqCons::RD]);
}

void VirtualRegisters::produce_page_request() {
    const QueueState q = page_request_queue();
    priq_prod_.set(PriqProd::WR, q.prod.next(q.log2size).raw);
}

void VirtualRegisters::overflow_page_requests() {
    if (!page_requests_overflown()) priq_prod_.set(PriqProd::OVFLG, !priq_prod_[PriqProd::OVFLG]);
}

Message VirtualRegisters::message(InterruptSource source) const {
    switch (source) {
        case InterruptSource::Gerror: return gerror_messages_.message();
        case InterruptSource::EventQueue: return event_messages_.message();
        case InterruptSource::PageRequestQueue: return page_request_messages_.message();
        case InterruptSource::CommandSync: break;
    }
    return {};
}

bool VirtualRegisters::raise_message_abort(InterruptSource source) {
    switch (source) {
        case InterruptSource::Gerror: raise(Gerror::MSI_GERROR_ABT_ERR); return false;
        case InterruptSource::EventQueue: return raise(Gerror::MSI_EVENTQ_ABT_ERR);
        case InterruptSource::PageRequestQueue: return raise(Gerror::MSI_PRIQ_ABT_ERR);
        case InterruptSource::CommandSync: return raise(Gerror::MSI_CMDQ_ABT_ERR);
    }
    return false;
}

bool VirtualRegisters::raise_command_error(CommandError why) {
    cmdq_cons_.set(CmdqCons::ERR, why);  // the reason is there before the error shows (7.1)
    return raise(Gerror::CMDQ_ERR);
}

}  // namespace smmu::sw::vmm
