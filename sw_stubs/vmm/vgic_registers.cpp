// The guest's distributor and redistributor: what a driver needs to configure its interrupts.  One
// PE, one Security state, affinity routing always on.  Arm IHI 0069, 12.9 and 12.11.
#include "sw_stubs/vmm/vgic.h"

namespace smmu::sw::vmm {
namespace {

constexpr uint32_t first_spi = 32;
constexpr uint32_t GICD_CTLR = 0x0000, GICD_TYPER = 0x0004, IIDR_distributor = 0x0008;
constexpr uint32_t GICD_SETSPI_NSR = Vgic::doorbell, GICD_CLRSPI_NSR = 0x0048;
constexpr uint32_t IIDR_redistributor = 0x0004, GICR_TYPER = 0x0008, GICR_WAKER = 0x0014;
constexpr uint32_t GICR_SGI_base = 0x1'0000, PIDR2 = 0xFFE8;

constexpr uint32_t implementer_arm = 0x43B, gicv3 = 0x3B;
constexpr uint32_t intid_bits = 0x3FF;  // of a message
constexpr uint32_t ctlr_are_ds = 1 << 4 | 1 << 6, ctlr_enable_group1 = 1 << 1;
constexpr uint32_t typer_ten_intid_bits = 9 << 19, typer_mbis = 1 << 16, typer_last = 1 << 4;
constexpr uint32_t processor_sleep = 1 << 1, children_asleep = 1 << 2;

enum class Kind : uint8_t {
    Group,
    SetEnable,
    ClearEnable,
    SetPending,
    ClearPending,
    SetActive,
    ClearActive,
    Priority,
    Config,
    None
};

/// Registers with a field for each interrupt; SGIs and PPIs in one frame, SPIs in the other.
struct Block {
    Kind kind;
    uint32_t offset;
    unsigned bits;  ///< of each interrupt
};
constexpr Block blocks[] = {
    {Kind::Group, 0x080, 1},       {Kind::SetEnable, 0x100, 1},    {Kind::ClearEnable, 0x180, 1},
    {Kind::SetPending, 0x200, 1},  {Kind::ClearPending, 0x280, 1}, {Kind::SetActive, 0x300, 1},
    {Kind::ClearActive, 0x380, 1}, {Kind::Priority, 0x400, 8},     {Kind::Config, 0xC00, 2},
};
constexpr uint32_t blocks_begin = 0x080, blocks_end = 0xD00;

Block block_of(uint32_t offset) {
    constexpr uint32_t all_intids = 1024;
    for (const Block& block : blocks)
        if (offset - block.offset < all_intids * block.bits / 8) return block;
    return {Kind::None, 0, 1};
}

bool in_blocks(uint32_t offset) { return offset >= blocks_begin && offset < blocks_end; }
/// Messages may have 16 bits.
bool is_doorbell(uint32_t offset, unsigned size) {
    return size == 2 && (offset == GICD_SETSPI_NSR || offset == GICD_CLRSPI_NSR);
}
bool is_priority(uint32_t offset) {
    return in_blocks(offset & 0xFFFF) && block_of(offset & 0xFFFF).kind == Kind::Priority;
}

/// An access in the words that it touches.  Priorities may be written byte by byte.
template <class ReadWord>
uint64_t read_bytes(uint64_t offset, unsigned size, ReadWord read_word) {
    const auto word = static_cast<uint32_t>(offset & ~uint64_t{3});
    const uint64_t low = read_word(word);
    if (size == 8) return low | uint64_t{read_word(word + 4)} << 32;
    return low >> offset % 4 * 8;
}
template <class ReadWord, class WriteWord>
void write_bytes(uint64_t offset, unsigned size, uint64_t value, ReadWord read_word,
                 WriteWord write_word) {
    const auto word = static_cast<uint32_t>(offset & ~uint64_t{3});
    if (size >= 4) {
        write_word(word, static_cast<uint32_t>(value));
        if (size == 8) write_word(word + 4, static_cast<uint32_t>(value >> 32));
    } else if (is_doorbell(static_cast<uint32_t>(offset), size)) {
        write_word(word, static_cast<uint32_t>(value & 0xFFFF));
    } else if (is_priority(word)) {
        const unsigned shift = offset % 4 * 8;
        const uint32_t mask = ((1u << size * 8) - 1) << shift;
        const uint32_t kept = read_word(word) & ~mask;
        write_word(word, kept | (static_cast<uint32_t>(value << shift) & mask));
    }
}

}  // namespace

uint32_t Vgic::read_words(uint32_t offset, Range frame) const {
    const Block block = block_of(offset);
    const unsigned per_word = 32 / block.bits;
    const uint32_t first = (offset - block.offset) / 4 * per_word;
    uint32_t word = 0;
    for (uint32_t n = 0; n < per_word; ++n) {
        const uint32_t intid = first + n;
        if (intid < frame.begin || intid >= frame.end) continue;
        const Interrupt& i = interrupts_[intid];
        uint32_t field = 0;
        switch (block.kind) {
            case Kind::Group: field = i.group1; break;
            case Kind::SetEnable:
            case Kind::ClearEnable: field = i.enabled; break;
            case Kind::SetPending:
            case Kind::ClearPending: field = i.pending(); break;
            case Kind::SetActive:
            case Kind::ClearActive: field = i.active; break;
            case Kind::Priority: field = i.priority; break;
            case Kind::Config: field = i.edge ? 2 : 0; break;
            case Kind::None: break;
        }
        word |= field << n * block.bits;
    }
    return word;
}

void Vgic::write_words(uint32_t offset, uint32_t value, Range frame) {
    constexpr uint32_t first_ppi = 16;
    constexpr uint8_t implemented_priority = 0xF8;
    const Block block = block_of(offset);
    const unsigned per_word = 32 / block.bits;
    const uint32_t first = (offset - block.offset) / 4 * per_word;
    for (uint32_t n = 0; n < per_word; ++n) {
        const uint32_t intid = first + n;
        if (intid < frame.begin || intid >= frame.end) continue;
        const uint32_t field = value >> n * block.bits;
        const bool set = (field & 1) != 0;
        Interrupt& i = interrupts_[intid];
        switch (block.kind) {
            case Kind::Group: i.group1 = set; break;
            case Kind::SetEnable: i.enabled = i.enabled || set; break;
            case Kind::ClearEnable: i.enabled = i.enabled && !set; break;
            case Kind::SetPending: i.latched = i.latched || set; break;
            case Kind::ClearPending: i.latched = i.latched && !set; break;
            case Kind::SetActive: i.active = i.active || set; break;
            case Kind::ClearActive: i.active = i.active && !set; break;
            case Kind::Priority: i.priority = field & implemented_priority; break;
            case Kind::Config: i.edge = intid < first_ppi || (field & 2) != 0; break;
            case Kind::None: break;
        }
        refresh(intid);
    }
}

uint32_t Vgic::read_distributor(uint32_t offset) const {
    if (in_blocks(offset)) return read_words(offset, {first_spi, intids});
    switch (offset) {
        case GICD_CTLR: return ctlr_are_ds | (group1_enabled_ ? ctlr_enable_group1 : 0);
        case GICD_TYPER: return typer_ten_intid_bits | typer_mbis | (intids / 32 - 1);
        case IIDR_distributor: return implementer_arm;
        case PIDR2: return gicv3;
    }
    return 0;  // GICD_IROUTER too: there is one PE, 0.0.0.0
}

void Vgic::write_distributor(uint32_t offset, uint32_t value) {
    if (in_blocks(offset)) return write_words(offset, value, {first_spi, intids});
    switch (offset) {
        case GICD_CTLR: group1_enabled_ = (value & ctlr_enable_group1) != 0; break;
        case GICD_SETSPI_NSR: message(value & intid_bits, true); break;
        case GICD_CLRSPI_NSR: message(value & intid_bits, false); break;
    }
}

uint32_t Vgic::read_redistributor(uint32_t offset) const {
    const uint32_t in_frame = offset - GICR_SGI_base;
    if (in_blocks(in_frame)) return read_words(in_frame, {0, first_spi});
    switch (offset) {
        case IIDR_redistributor: return implementer_arm;
        case GICR_TYPER: return typer_last;
        case GICR_WAKER: return asleep_ ? processor_sleep | children_asleep : 0;
        case PIDR2:
        case GICR_SGI_base + PIDR2: return gicv3;
    }
    return 0;
}

void Vgic::write_redistributor(uint32_t offset, uint32_t value) {
    const uint32_t in_frame = offset - GICR_SGI_base;
    if (in_blocks(in_frame)) return write_words(in_frame, value, {0, first_spi});
    if (offset == GICR_WAKER) asleep_ = (value & processor_sleep) != 0;
}

uint64_t VgicDistributor::read(uint64_t offset, unsigned size) {
    return read_bytes(offset, size, [this](uint32_t word) { return gic_->read_distributor(word); });
}
void VgicDistributor::write(uint64_t offset, unsigned size, uint64_t value) {
    write_bytes(
        offset, size, value, [this](uint32_t word) { return gic_->read_distributor(word); },
        [this](uint32_t word, uint32_t bits) { gic_->write_distributor(word, bits); });
}

uint64_t VgicRedistributor::read(uint64_t offset, unsigned size) {
    return read_bytes(offset, size,
                      [this](uint32_t word) { return gic_->read_redistributor(word); });
}
void VgicRedistributor::write(uint64_t offset, unsigned size, uint64_t value) {
    write_bytes(
        offset, size, value, [this](uint32_t word) { return gic_->read_redistributor(word); },
        [this](uint32_t word, uint32_t bits) { gic_->write_redistributor(word, bits); });
}

}  // namespace smmu::sw::vmm
