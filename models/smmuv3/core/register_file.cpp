// Offsets, implemented bits, guards and handshakes of the registers.  Arm IHI 0070 G.b, 6.3.
#include "smmuv3/core/register_file.h"

#include <iterator>

#include "smmuv3/core/register_words.h"

namespace smmu::core {

using namespace arch;

namespace {

constexpr uint32_t cr1_queue_bits = 0x03F;
constexpr uint32_t cr1_table_bits = 0xFC0;
constexpr uint32_t gbpa_bits = 0x801F'3F1F;
constexpr uint32_t gbpa_reset = 0x0000'1000;  // no abort, everything as it comes in

/// CoreSight identification at 0xFD0 (6.3.170): PIDR and CIDR, recommended values.
constexpr uint32_t identification[12] = {0, 0, 0, 0, 0, 0, 0x08, 0, 0x0D, 0xF0, 0x05, 0xB1};
constexpr uint32_t identification_offset = 0xFD0;

constexpr uint64_t keep(uint64_t value, uint64_t mask) { return value & mask; }

/// Other sizes and unaligned accesses are RAZ/WI (6.2).
constexpr bool is_supported(uint32_t offset, unsigned bytes) {
    return (bytes == 4 || bytes == 8) && offset % bytes == 0;
}

}  // namespace

void RegisterFile::reset() {
    cr0_ = cr0_ack_ = Cr0{};
    cr1_ = Cr1{};
    cr2_ = Cr2{};
    gbpa_ = gbpa_written_ = from_raw<Gbpa>(gbpa_reset);
    irq_ctrl_ = irq_ctrl_ack_ = IrqCtrl{};
    gerror_ = Gerror{};
    gerrorn_ = Gerrorn{};
    gerror_irq_cfg0_ = GerrorIrqCfg0{};
    gerror_irq_cfg1_ = GerrorIrqCfg1{};
    gerror_irq_cfg2_ = GerrorIrqCfg2{};
    strtab_base_ = StrtabBase{};
    strtab_base_cfg_ = StrtabBaseCfg{};
    decode_table_attributes();
    cmdq_base_ = CmdqBase{};
    cmdq_prod_ = CmdqProd{};
    cmdq_cons_ = CmdqCons{};
    eventq_base_ = EventqBase{};
    eventq_irq_cfg0_ = EventqIrqCfg0{};
    eventq_irq_cfg1_ = EventqIrqCfg1{};
    eventq_irq_cfg2_ = EventqIrqCfg2{};
    eventq_prod_ = EventqProd{};
    eventq_cons_ = EventqCons{};
    atos_.reset();
    page_requests_.reset();
    ecmdqs_.reset();
}

// --- Bits that exist.  Fields of features that are not built are RES0: they read 0 and never reach an
// ACK register.

uint32_t RegisterFile::cr0_bits() const {
    constexpr uint32_t always = 0b1101;  // SMMUEN, EVENTQEN, CMDQEN
    constexpr uint32_t priqen = 0b0010, atschk = 0x010, vmw = 0x1C0;
    return always | (features_.has_pri() ? priqen : 0) | (features_.ats ? atschk : 0) |
           (features_.has_vmid_wildcard() ? vmw : 0);
}
uint32_t RegisterFile::cr2_bits() const {
    constexpr uint32_t e2h = 0b0001, recinvsid = 0b0010, rec_cfg_ats = 0b1000;
    return recinvsid | (features_.has_el2() ? e2h : 0) |
           (features_.ats && features_.record_ats_errors ? rec_cfg_ats : 0);
}
uint32_t RegisterFile::irq_ctrl_bits() const {
    constexpr uint32_t always = 0b101;  // GERROR_IRQEN, EVENTQ_IRQEN
    constexpr uint32_t priq_irqen = 0b010;
    return always | (features_.has_pri() ? priq_irqen : 0);
}
uint32_t RegisterFile::gerror_bits() const {
    constexpr uint32_t always = 0x105;  // CMDQ_ERR, EVENTQ_ABT_ERR, SFM_ERR (never raised)
    constexpr uint32_t msi = 0xB0;      // MSI_CMDQ_, MSI_EVENTQ_, MSI_GERROR_ABT_ERR
    constexpr uint32_t priq_abt = 0x008, msi_priq_abt = 0x040, cmdqp = 0x200;
    return always | (features_.msi ? msi : 0) | (features_.has_pri() ? priq_abt : 0) |
           (features_.has_pri() && features_.msi ? msi_priq_abt : 0) |
           (features_.ecmdq ? cmdqp : 0);
}

// --- Software's side

uint64_t RegisterFile::read(uint32_t offset, unsigned bytes) const {
    if (!is_supported(offset, bytes)) return 0;
    if (bytes == 4) return read_word(offset);
    return read_word(offset) | uint64_t{read_word(offset + 4)} << 32;
}

RegisterFile::Effect RegisterFile::write(uint32_t offset, unsigned bytes, uint64_t value) {
    if (!is_supported(offset, bytes)) return Effect::None;
    if (bytes == 4) return write_word(offset, static_cast<uint32_t>(value));
    const Effect low = write_word(offset, static_cast<uint32_t>(value));
    const Effect high = write_word(offset + 4, static_cast<uint32_t>(value >> 32));
    return low != Effect::None ? low : high;
}

uint32_t RegisterFile::read_word(uint32_t offset) const {
    const auto half = [&](uint64_t reg) { return half_of(reg, offset); };
    switch (offset) {
        case Idr0::offset: return idr0(features_).raw();
        case Idr1::offset: return idr1(features_).raw();
        case Idr2::offset: return idr2(features_).raw();
        case Idr3::offset: return idr3(features_).raw();
        case Idr5::offset: return idr5(features_).raw();
        case Idr6::offset: return idr6(features_).raw();
        case Aidr::offset: return aidr(features_).raw();
        case Cr0::offset: return cr0_.raw();
        case Cr0Ack::offset: return cr0_ack_.raw();
        case Cr1::offset: return cr1_.raw();
        case Cr2::offset: return cr2_.raw();
        case Gbpa::offset: return gbpa_written_.raw();
        case IrqCtrl::offset: return irq_ctrl_.raw();
        case IrqCtrlAck::offset: return irq_ctrl_ack_.raw();
        case Gerror::offset: return gerror_.raw();
        case Gerrorn::offset: return gerrorn_.raw();
        case GerrorIrqCfg0::offset:
        case GerrorIrqCfg0::offset + 4: return half(gerror_irq_cfg0_.raw());
        case GerrorIrqCfg1::offset: return gerror_irq_cfg1_.raw();
        case GerrorIrqCfg2::offset: return gerror_irq_cfg2_.raw();
        case StrtabBase::offset:
        case StrtabBase::offset + 4: return half(strtab_base_.raw());
        case StrtabBaseCfg::offset: return strtab_base_cfg_.raw();
        case CmdqBase::offset:
        case CmdqBase::offset + 4: return half(cmdq_base_.raw());
        case CmdqProd::offset: return cmdq_prod_.raw();
        case CmdqCons::offset:  // index bits above the wrap flag are RAZ, here and in EVENTQ_PROD
            return (cmdq_cons_.raw() & ~index_bits) | command_queue().cons.raw;
        case EventqBase::offset:
        case EventqBase::offset + 4: return half(eventq_base_.raw());
        case EventqIrqCfg0::offset:
        case EventqIrqCfg0::offset + 4: return half(eventq_irq_cfg0_.raw());
        case EventqIrqCfg1::offset: return eventq_irq_cfg1_.raw();
        case EventqIrqCfg2::offset: return eventq_irq_cfg2_.raw();
        case EventqProd::offset: return (eventq_prod_.raw() & ~index_bits) | event_queue().prod.raw;
        case EventqCons::offset: return eventq_cons_.raw();
        default: break;
    }
    uint32_t value = 0;
    if (atos_.read(offset, value) || page_requests_.read(offset, value) ||
        ecmdqs_.read(offset, value))
        return value;
    const uint32_t id = (offset - identification_offset) / 4;
    return offset >= identification_offset && id < std::size(identification) ? identification[id]
                                                                             : 0;
}

bool RegisterFile::stream_table_writable() const {
    return !cr0_[Cr0::SMMUEN] && !cr0_ack_[Cr0::SMMUEN];
}
bool RegisterFile::command_queue_writable() const {
    return !cr0_[Cr0::CMDQEN] && !cr0_ack_[Cr0::CMDQEN];
}
bool RegisterFile::event_queue_writable() const {
    return !cr0_[Cr0::EVENTQEN] && !cr0_ack_[Cr0::EVENTQEN];
}
bool RegisterFile::gerror_msi_writable() const {
    return features_.msi && !irq_ctrl_[IrqCtrl::GERROR_IRQEN] &&
           !irq_ctrl_ack_[IrqCtrl::GERROR_IRQEN];
}
bool RegisterFile::event_msi_writable() const {
    return features_.msi && !irq_ctrl_[IrqCtrl::EVENTQ_IRQEN] &&
           !irq_ctrl_ack_[IrqCtrl::EVENTQ_IRQEN];
}
bool RegisterFile::queue_attributes_writable() const {
    return command_queue_writable() && event_queue_writable() && page_request_queue_writable() &&
           ecmdqs_.all_disabled();
}
bool RegisterFile::page_request_queue_writable() const {
    return !cr0_[Cr0::PRIQEN] && !cr0_ack_[Cr0::PRIQEN];
}
bool RegisterFile::page_request_interrupt_writable() const {
    return !irq_ctrl_[IrqCtrl::PRIQ_IRQEN] && !irq_ctrl_ack_[IrqCtrl::PRIQ_IRQEN];
}

RegisterFile::Effect RegisterFile::write_word(uint32_t offset, uint32_t value) {
    const uint64_t queue_base = queue_base_bits(features_);
    const uint64_t msi_address = msi_address_bits(features_);
    switch (offset) {
        case Cr0::offset: cr0_ = from_raw<Cr0>(keep(value, cr0_bits())); return Effect::Control;
        case Cr1::offset: {
            const uint32_t writable = (queue_attributes_writable() ? cr1_queue_bits : 0) |
                                      (stream_table_writable() ? cr1_table_bits : 0);
            cr1_ = from_raw<Cr1>((cr1_.raw() & ~writable) | (value & writable));
            decode_table_attributes();
            return Effect::None;
        }
        case Cr2::offset:
            if (stream_table_writable()) cr2_ = from_raw<Cr2>(keep(value, cr2_bits()));
            return Effect::None;
        case Gbpa::offset:  // one write with Update set begins an update; others, and writes during
                            // one, are ignored
            if (gbpa_written_[Gbpa::Update] || !from_raw<Gbpa>(value)[Gbpa::Update])
                return Effect::None;
            gbpa_written_ = from_raw<Gbpa>(keep(value, gbpa_bits));
            return Effect::Control;
        case IrqCtrl::offset:
            irq_ctrl_ = from_raw<IrqCtrl>(keep(value, irq_ctrl_bits()));
            return Effect::Control;
        case Gerrorn::offset:
            gerrorn_ = from_raw<Gerrorn>(keep(value, gerror_bits()));
            return Effect::Control;
        case GerrorIrqCfg0::offset:
        case GerrorIrqCfg0::offset + 4:
            if (gerror_msi_writable()) write_half(gerror_irq_cfg0_, offset, value, msi_address);
            return Effect::None;
        case GerrorIrqCfg1::offset:
            if (gerror_msi_writable()) gerror_irq_cfg1_ = from_raw<GerrorIrqCfg1>(value);
            return Effect::None;
        case GerrorIrqCfg2::offset:
            if (gerror_msi_writable())
                gerror_irq_cfg2_ = from_raw<GerrorIrqCfg2>(keep(value, msi_attribute_bits));
            return Effect::None;
        case StrtabBase::offset:
        case StrtabBase::offset + 4:
            if (stream_table_writable())
                write_half(strtab_base_, offset, value, queue_base & ~low_mask(6));
            decode_table_attributes();
            return Effect::None;
        case StrtabBaseCfg::offset:
            if (stream_table_writable())
                strtab_base_cfg_ = from_raw<StrtabBaseCfg>(
                    keep(value, features_.two_level_stream_table ? 0x0003'07FF : 0x0000'003F));
            return Effect::None;
        case CmdqBase::offset:
        case CmdqBase::offset + 4:
            if (command_queue_writable()) write_half(cmdq_base_, offset, value, queue_base);
            return Effect::None;
        case CmdqProd::offset:
            cmdq_prod_ = from_raw<CmdqProd>(keep(value, index_bits));
            return Effect::Command;
        case CmdqCons::offset:
            if (command_queue_writable())
                cmdq_cons_ = from_raw<CmdqCons>(keep(value, 0x7F00'0000 | index_bits));
            return Effect::None;
        case EventqBase::offset:
        case EventqBase::offset + 4:
            if (event_queue_writable()) write_half(eventq_base_, offset, value, queue_base);
            return Effect::None;
        case EventqIrqCfg0::offset:
        case EventqIrqCfg0::offset + 4:
            if (event_msi_writable()) write_half(eventq_irq_cfg0_, offset, value, msi_address);
            return Effect::None;
        case EventqIrqCfg1::offset:
            if (event_msi_writable()) eventq_irq_cfg1_ = from_raw<EventqIrqCfg1>(value);
            return Effect::None;
        case EventqIrqCfg2::offset:
            if (event_msi_writable())
                eventq_irq_cfg2_ = from_raw<EventqIrqCfg2>(keep(value, msi_attribute_bits));
            return Effect::None;
        case EventqProd::offset:
            if (event_queue_writable())
                eventq_prod_ = from_raw<EventqProd>(keep(value, overflow_bit | index_bits));
            return Effect::None;
        case EventqCons::offset:
            eventq_cons_ = from_raw<EventqCons>(keep(value, overflow_bit | index_bits));
            return Effect::EventSpace;
        default: break;
    }
    page_requests_.write(offset, value,
                         {page_request_queue_writable(), page_request_interrupt_writable()});
    if (atos_.write(offset, value, smmu_enabled() && cr0_[Cr0::SMMUEN])) return Effect::Atos;
    return ecmdqs_.write(offset, value) ? Effect::Command : Effect::None;
}

}  // namespace smmu::core
