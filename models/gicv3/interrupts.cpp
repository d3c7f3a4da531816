// The bit-per-interrupt registers and the choice of the highest pending interrupt.  Arm IHI
// 0069, 12.9 and 12.11.
#include "gicv3/interrupts.h"

namespace smmu::gic {

namespace {

/// Registers of one kind: their first offset, bytes of the block, and bits that each interrupt has
/// there.
enum class Kind : uint8_t {
    None,
    Group,
    SetEnable,
    ClearEnable,
    SetPending,
    ClearPending,
    SetActive,
    ClearActive,
    Priority,
    Config
};

struct Block {
    Kind kind;
    uint32_t offset;
    uint32_t size;
    unsigned bits;
};

constexpr Block blocks[] = {
    {Kind::Group, 0x080, 0x080, 1},        {Kind::SetEnable, 0x100, 0x080, 1},
    {Kind::ClearEnable, 0x180, 0x080, 1},  {Kind::SetPending, 0x200, 0x080, 1},
    {Kind::ClearPending, 0x280, 0x080, 1}, {Kind::SetActive, 0x300, 0x080, 1},
    {Kind::ClearActive, 0x380, 0x080, 1},  {Kind::Priority, 0x400, 0x400, 8},
    {Kind::Config, 0xC00, 0x100, 2},
};

Block block_of(uint32_t offset) {
    for (const Block& block : blocks)
        if (offset - block.offset < block.size) return block;
    return {Kind::None, 0, 0, 1};
}

uint32_t field_of(const Interrupt& interrupt, Kind kind) {
    switch (kind) {
        case Kind::None: return 0;
        case Kind::Group: return interrupt.group1;
        case Kind::SetEnable:
        case Kind::ClearEnable: return interrupt.enabled;
        case Kind::SetPending:
        case Kind::ClearPending: return interrupt.pending();
        case Kind::SetActive:
        case Kind::ClearActive: return interrupt.active;
        case Kind::Priority: return interrupt.priority;
        case Kind::Config: return interrupt.edge ? 2 : 0;
    }
    return 0;
}

void write_field(Interrupt& interrupt, Kind kind, uint32_t value) {
    const bool set = value != 0;
    switch (kind) {
        case Kind::None: break;
        case Kind::Group: interrupt.group1 = set; break;
        case Kind::SetEnable:
            if (set) interrupt.enabled = true;
            break;
        case Kind::ClearEnable:
            if (set) interrupt.enabled = false;
            break;
        case Kind::SetPending:
            if (set) interrupt.latched = true;
            break;
        case Kind::ClearPending:
            if (set) interrupt.latched = false;
            break;
        case Kind::SetActive:
            if (set) interrupt.active = true;
            break;
        case Kind::ClearActive:
            if (set) interrupt.active = false;
            break;
        case Kind::Priority: interrupt.priority = value & priority_mask; break;
        case Kind::Config: interrupt.edge = (value & 2) != 0; break;
    }
}

}  // namespace

Interrupts::Interrupts(uint32_t spi_count) : state_(first_spi + spi_count) {
    for (uint32_t sgi = 0; sgi < first_ppi; ++sgi) state_[sgi].edge = true;
}

void Interrupts::set_line(uint32_t intid, bool level) {
    Interrupt& interrupt = state_[intid];
    if (interrupt.edge && level && !interrupt.line) interrupt.latched = true;
    interrupt.line = level;
}

void Interrupts::activate(uint32_t intid) {
    state_[intid].active = true;
    state_[intid].latched = false;
}

bool Interrupts::routed_here(uint32_t intid) const {
    constexpr uint64_t any_pe = uint64_t{1} << 31;  // Interrupt_Routing_Mode
    constexpr uint64_t affinity = 0xFF'00FF'FFFF;   // of the only PE: 0.0.0.0
    const uint64_t route = state_[intid].route;
    return (route & any_pe) != 0 || (route & affinity) == 0;
}

std::optional<Candidate> Interrupts::highest_pending() const {
    std::optional<Candidate> best;
    for (uint32_t intid = 0; intid < count(); ++intid) {
        const Interrupt& interrupt = state_[intid];
        if (!interrupt.enabled || !interrupt.group1 || interrupt.active || !interrupt.pending())
            continue;
        if (best && best->priority <= interrupt.priority) continue;
        if (routed_here(intid)) best = Candidate{intid, interrupt.priority};
    }
    return best;
}

uint32_t Interrupts::read(uint32_t offset, IntidRange frame) const {
    const Block block = block_of(offset);
    const unsigned per_word = 32 / block.bits;
    const uint32_t first = (offset - block.offset) / 4 * per_word;
    uint32_t word = 0;
    for (unsigned i = 0; i < per_word; ++i)
        if (frame.contains(first + i))
            word |= field_of(state_[first + i], block.kind) << i * block.bits;
    return word;
}

void Interrupts::write(uint32_t offset, uint32_t value, IntidRange frame) {
    const Block block = block_of(offset);
    const unsigned per_word = 32 / block.bits;
    const uint32_t first = (offset - block.offset) / 4 * per_word;
    const uint32_t field_mask = (1u << block.bits) - 1;
    for (unsigned i = 0; i < per_word; ++i) {
        const uint32_t intid = first + i;
        const bool fixed =
            block.kind == Kind::Config && intid < first_ppi;  // SGIs are edge-triggered
        if (frame.contains(intid) && !fixed)
            write_field(state_[intid], block.kind, value >> i * block.bits & field_mask);
    }
}

}  // namespace smmu::gic
