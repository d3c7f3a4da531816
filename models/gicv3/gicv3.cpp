// Frames of the distributor and the redistributor.  Arm IHI 0069, 12.8 to 12.11.
#include "gicv3/gicv3.h"

#include <string>

#include "cpu/register_access.h"
#include "gicv3/cpu_registers.h"

namespace smmu {

using namespace gic;

namespace {

constexpr uint32_t implementer_arm = 0x43B;

enum Gicd : uint32_t {
    GICD_CTLR = 0x0000,
    GICD_TYPER = 0x0004,
    GICD_IIDR = 0x0008,
    GICD_SETSPI_NSR = 0x0040,
    GICD_CLRSPI_NSR = 0x0048,
    GICD_IROUTER = 0x6000,
    GICD_IROUTER_end = 0x8000,
};

enum Gicr : uint32_t {
    GICR_CTLR = 0x0000,
    GICR_IIDR = 0x0004,
    GICR_TYPER = 0x0008,
    GICR_WAKER = 0x0014,
    GICR_SGI_base = 0x1'0000,
};

constexpr uint32_t per_interrupt_begin = 0x080, per_interrupt_end = 0xD00;
constexpr uint32_t priority_begin = 0x400, priority_end = 0x800;

constexpr uint32_t ctlr_enable_groups = 0x3;
constexpr uint32_t ctlr_are_ds = 1 << 4 | 1 << 6;  // affinity routing always, one Security state
constexpr uint32_t waker_processor_sleep = 1 << 1, waker_children_asleep = 1 << 2;
constexpr uint32_t typer_last = 1 << 4;

/// Identification registers 0xFFD0 to 0xFFFC, the same in both frames but for the part number.
uint32_t identification(uint32_t offset, uint32_t part) {
    switch (offset) {
        case 0xFFD0: return 0x44;
        case 0xFFE0: return part & 0xFF;
        case 0xFFE4: return 0xB0 | part >> 8;
        case 0xFFE8: return 0x3B;  // ArchRev 3: GICv3
        case 0xFFF0: return 0x0D;
        case 0xFFF4: return 0xF0;
        case 0xFFF8: return 0x05;
        case 0xFFFC: return 0xB1;
    }
    return 0;
}

/// Why a GIC cannot be built like this, or nullptr.
const char* refuse(const Gicv3Params& params) {
    if (params.spis % 32 != 0 || params.spis < 32 || params.spis > 960)
        return "Gicv3Params::spis must be a multiple of 32 from 32 to 960";
    if (params.list_registers < 1 || params.list_registers > most_list_registers)
        return "Gicv3Params::list_registers must be 1 to 16";
    return nullptr;
}

/// Splits accesses into the 32-bit registers that they touch; priorities may be written byte by
/// byte.
template <class Read, class Write>
void answer(tlm::tlm_generic_payload& payload, Read read, Write write) {
    answer_register_access(
        payload,
        [&](uint64_t offset, unsigned size) {
            const auto word = static_cast<uint32_t>(offset & ~uint64_t{3});
            const uint64_t low = read(word);
            return size == 8 ? low | uint64_t{read(word + 4)} << 32 : low >> offset % 4 * 8;
        },
        [&](uint64_t offset, unsigned size, uint64_t value) {
            const auto word = static_cast<uint32_t>(offset & ~uint64_t{3});
            if (size < 4) {
                const unsigned shift = offset % 4 * 8;
                const uint32_t mask = ((1u << size * 8) - 1) << shift;
                const bool bytes_allowed =
                    (word & 0xFFFF) >= priority_begin && (word & 0xFFFF) < priority_end;
                const uint32_t kept = bytes_allowed ? read(word) & ~mask : 0;
                const bool doorbell = word == GICD_SETSPI_NSR || word == GICD_CLRSPI_NSR;
                if (bytes_allowed || (doorbell && size == 2))
                    write(word, kept | (static_cast<uint32_t>(value) << shift & mask));
                return;
            }
            write(word, static_cast<uint32_t>(value));
            if (size == 8) write(word + 4, static_cast<uint32_t>(value >> 32));
        });
}

/// Reading has no side effect in these frames.
template <class Read>
unsigned peek(tlm::tlm_generic_payload& payload, Read read) {
    if (!payload.is_read()) return 0;
    answer(payload, read, [](uint32_t, uint32_t) {});
    return payload.is_response_ok() ? payload.get_data_length() : 0;
}

}  // namespace

Gicv3::Gicv3(sc_core::sc_module_name name, Gicv3Params params)
    : sc_module(name),
      interrupts_(params.spis),
      cpu_interface_(
          interrupts_, [this] { return offered(); }, [this] { update(); }),
      virtual_interface_(
          params.list_registers,
          {[this](uint32_t intid) { cpu_interface_.deactivate(intid); }, [this] { update(); }}) {
    if (const char* reason = refuse(params)) SC_REPORT_ERROR("/smmu/gicv3", reason);
    inputs_.init(interrupts_.count() - first_ppi, [](const char* input, size_t i) {
        return new InterruptIn((std::string(input) + "_" + std::to_string(first_ppi + i)).c_str());
    });
    for (uint32_t intid = first_ppi; intid < interrupts_.count(); ++intid) {
        pins_.emplace_back([this, intid](bool level) {
            interrupts_.set_line(intid, level);
            update();
        });
        input(intid).bind(pins_.back());
    }

    gicd.register_b_transport(this, &Gicv3::access_distributor);
    gicr.register_b_transport(this, &Gicv3::access_redistributor);
    gicd.register_transport_dbg(this, &Gicv3::peek_distributor);
    gicr.register_transport_dbg(this, &Gicv3::peek_redistributor);
}

void Gicv3::end_of_elaboration() {
    if (system_registers.size() == 0) return;
    add_icc_registers(*system_registers[0], cpu_interface_, virtual_interface_);
    add_ich_registers(*system_registers[0], virtual_interface_);
}

void Gicv3::access_distributor(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
    answer(
        payload, [this](uint32_t offset) { return read_distributor(offset); },
        [this](uint32_t offset, uint32_t value) { write_distributor(offset, value); });
    if (payload.is_write()) update();
}

void Gicv3::access_redistributor(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
    answer(
        payload, [this](uint32_t offset) { return read_redistributor(offset); },
        [this](uint32_t offset, uint32_t value) { write_redistributor(offset, value); });
    if (payload.is_write()) update();
}

unsigned Gicv3::peek_distributor(tlm::tlm_generic_payload& payload) {
    return peek(payload, [this](uint32_t offset) { return read_distributor(offset); });
}

unsigned Gicv3::peek_redistributor(tlm::tlm_generic_payload& payload) {
    return peek(payload, [this](uint32_t offset) { return read_redistributor(offset); });
}

// --- Distributor

uint32_t Gicv3::read_distributor(uint32_t offset) const {
    constexpr uint32_t intid_bits = 9 << 19, message_based_spis = 1 << 16;
    if (offset >= per_interrupt_begin && offset < per_interrupt_end)
        return interrupts_.read(offset, {first_spi, interrupts_.count()});
    if (offset >= GICD_IROUTER && offset < GICD_IROUTER_end) {
        const uint32_t intid = (offset - GICD_IROUTER) / 8;
        if (intid < first_spi || intid >= interrupts_.count()) return 0;
        return static_cast<uint32_t>(interrupts_[intid].route >> offset % 8 * 8);
    }
    switch (offset) {
        case GICD_CTLR: return ctlr_are_ds | enabled_groups_;
        case GICD_TYPER: return intid_bits | message_based_spis | (interrupts_.count() / 32 - 1);
        case GICD_IIDR: return implementer_arm;
    }
    return identification(offset, 0x492);
}

void Gicv3::write_distributor(uint32_t offset, uint32_t value) {
    if (offset >= per_interrupt_begin && offset < per_interrupt_end)
        return interrupts_.write(offset, value, {first_spi, interrupts_.count()});
    if (offset >= GICD_IROUTER && offset < GICD_IROUTER_end) return write_route(offset, value);
    switch (offset) {
        case GICD_CTLR: enabled_groups_ = value & ctlr_enable_groups; break;
        case GICD_SETSPI_NSR: message_spi(value & 0x3FF, true); break;
        case GICD_CLRSPI_NSR: message_spi(value & 0x3FF, false); break;
    }
}

void Gicv3::write_route(uint32_t offset, uint32_t value) {
    constexpr uint64_t writable = 0xFF'80FF'FFFF;
    const uint32_t intid = (offset - GICD_IROUTER) / 8;
    if (intid < first_spi || intid >= interrupts_.count()) return;
    const unsigned shift = offset % 8 * 8;
    uint64_t& route = interrupts_[intid].route;
    route = ((route & ~(uint64_t{0xFFFF'FFFF} << shift)) | uint64_t{value} << shift) & writable;
}

/// A message acts as the input would: it latches an edge, and holds or releases a level.
void Gicv3::message_spi(uint32_t intid, bool pending) {
    if (intid < first_spi || intid >= interrupts_.count()) return;
    Interrupt& interrupt = interrupts_[intid];
    (interrupt.edge ? interrupt.latched : interrupt.line) = pending;
}

// --- Redistributor

uint32_t Gicv3::read_redistributor(uint32_t offset) const {
    if (offset >= GICR_SGI_base) {
        const uint32_t in_frame = offset - GICR_SGI_base;
        if (in_frame >= per_interrupt_begin && in_frame < per_interrupt_end)
            return interrupts_.read(in_frame, {0, first_spi});
        return identification(in_frame, 0x493);
    }
    switch (offset) {
        case GICR_IIDR: return implementer_arm;
        case GICR_TYPER: return typer_last;  // processor 0, affinity 0.0.0.0, no LPIs
        case GICR_WAKER: return asleep_ ? waker_processor_sleep | waker_children_asleep : 0;
    }
    return identification(offset, 0x493);
}

void Gicv3::write_redistributor(uint32_t offset, uint32_t value) {
    if (offset == GICR_WAKER) asleep_ = (value & waker_processor_sleep) != 0;
    const uint32_t in_frame = offset - GICR_SGI_base;
    if (offset >= GICR_SGI_base && in_frame >= per_interrupt_begin && in_frame < per_interrupt_end)
        interrupts_.write(in_frame, value, {0, first_spi});
}

// --- To the PE

std::optional<Candidate> Gicv3::offered() const {
    constexpr uint32_t enable_group1 = 1 << 1;
    if (asleep_ || (enabled_groups_ & enable_group1) == 0) return std::nullopt;
    return interrupts_.highest_pending();
}

/// The maintenance interrupt comes back as an input, so it goes first.
void Gicv3::update() {
    if (maintenance.size() != 0) maintenance->write(virtual_interface_.needs_maintenance());
    if (virq.size() != 0) virq->write(virtual_interface_.signals());
    if (irq.size() != 0) irq->write(cpu_interface_.signals());
}

}  // namespace smmu
