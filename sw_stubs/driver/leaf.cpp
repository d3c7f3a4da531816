// What the leaves of both stages say about memory.  Arm ARM D8.4, D8.6.
#include "sw_stubs/driver/page_table.h"

namespace smmu::sw {

using namespace arch;

namespace {

uint8_t shareability(MemoryUse use) {
    constexpr uint8_t outer = 2;
    constexpr uint8_t inner = 3;
    return use == MemoryUse::Cacheable ? inner : outer;
}

/// Index into stage1_mair.
uint8_t attribute_index(MemoryUse use) {
    switch (use) {
        case MemoryUse::NonCacheable: return 0;
        case MemoryUse::Cacheable: return 1;
        case MemoryUse::Device: return 2;
    }
    return 2;
}

/// MemAttr[3:0].  0b0111 with S2FWB (take what stage 1 says) is never used: the guest would decide.
uint8_t memory_attribute(MemoryUse use, Stage2Types types) {
    switch (use) {
        case MemoryUse::Device: return 0b0001;  // Device-nGnRE, combined with stage 1
        case MemoryUse::NonCacheable: return 0b0101;
        case MemoryUse::Cacheable: return types == Stage2Types::Force ? 0b0110 : 0b1111;
    }
    return 0;
}

Descriptor plain(uint64_t word) { return {{{word}}}; }

}  // namespace

Descriptor stage1_leaf(const Mapping& m) {
    const uint8_t ap = static_cast<uint8_t>((m.write ? 0 : 0b10) | (m.unprivileged ? 0b01 : 0));
    return plain(Stage1Leaf{}
                     .set(Stage1Leaf::AttrIndx, attribute_index(m.use))
                     .set(Stage1Leaf::AP, ap)
                     .set(Stage1Leaf::SH, shareability(m.use))
                     .set(Stage1Leaf::AF, true)
                     .set(Stage1Leaf::nG, true)
                     .set(Stage1Leaf::PXN, !m.execute)
                     .set(Stage1Leaf::UXN, !m.execute)
                     .word[0]);
}

Descriptor stage2_leaf(const Mapping& m, Stage2Types types) {
    constexpr uint8_t execute_all = 0b00;
    constexpr uint8_t execute_none = 0b10;  // with and without XNX
    const uint8_t s2ap = static_cast<uint8_t>((m.read ? 0b01 : 0) | (m.write ? 0b10 : 0));
    return plain(Stage2Leaf{}
                     .set(Stage2Leaf::MemAttr, memory_attribute(m.use, types))
                     .set(Stage2Leaf::S2AP, s2ap)
                     .set(Stage2Leaf::SH, shareability(m.use))
                     .set(Stage2Leaf::AF, true)
                     .set(Stage2Leaf::XN, m.execute ? execute_all : execute_none)
                     .word[0]);
}

}  // namespace smmu::sw
