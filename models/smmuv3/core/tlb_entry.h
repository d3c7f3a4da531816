// A translation as the TLBs keep it, in three words.
#pragma once
#include "smmuv3/arch/bits.h"
#include "smmuv3/core/translation.h"

namespace smmu::core {

struct TlbEntry : arch::Record<TlbEntry, 3> {
    static constexpr F<5, 0, uint8_t> Shift{};  // 0: empty
    static constexpr F<7, 6, arch::StreamWorld> World{};
    static constexpr B<8> Stage1{};
    static constexpr B<9> Stage2{};
    static constexpr B<10> AsidSet{};
    static constexpr B<11> Global{};
    static constexpr P<63, 12> Input{};

    static constexpr F<71, 64, uint8_t> Mair{};
    static constexpr P<115, 76> Output{};

    static constexpr F<143, 128, uint16_t> Vmid{};
    static constexpr F<159, 144, uint16_t> Asid{};
    static constexpr F<165, 160, uint8_t> LeafShift{};
    static constexpr F<171, 166, uint8_t> Permissions1{};
    static constexpr F<177, 172, uint8_t> Permissions2{};
    static constexpr F<179, 178, arch::Shareability> SH1{};
    static constexpr F<183, 180, uint8_t> MemAttr{};
    static constexpr F<185, 184, arch::Shareability> SH2{};
    static constexpr B<186> ForcedWriteBack{};
    static constexpr B<187> NoTagAccess{};

    bool is_empty() const { return (*this)[Shift] == 0; }

    /// It holds the 2^shift bytes around the address, for who has that tag: a global entry for every
    /// ASID of its set.
    bool answers(const TlbTag& tag, uint64_t address, unsigned shift) const {
        const auto wanted = TlbEntry{}
                                .set(Shift, static_cast<uint8_t>(shift))
                                .set(World, tag.world)
                                .set(Stage1, tag.stage1)
                                .set(Stage2, tag.stage2)
                                .set(Input, address);
        const uint64_t flags = AsidSet.mask | Global.mask;  // looked at below
        const uint64_t offset = ((uint64_t{1} << shift) - 1) & Input.mask;
        if (((word[0] ^ wanted.word[0]) & ~(flags | offset)) != 0) return false;
        if ((*this)[Vmid] != tag.vmid.value) return false;
        return !tag.stage1 || ((*this)[Global] ? (*this)[AsidSet] == tag.asid_set
                                               : (*this)[Asid] == tag.asid.value);
    }
};
static_assert(sizeof(TlbEntry) == 24);

inline TlbEntry pack(const Translation& t) {
    using E = TlbEntry;
    return E{}
        .set(E::Shift, t.shift)
        .set(E::World, t.tag.world)
        .set(E::Stage1, t.tag.stage1)
        .set(E::Stage2, t.tag.stage2)
        .set(E::AsidSet, t.tag.asid_set)
        .set(E::Global, t.global)
        .set(E::Input, t.input)
        .set(E::Mair, t.attributes1.mair)
        .set(E::Output, t.output)
        .set(E::Vmid, t.tag.vmid.value)
        .set(E::Asid, t.tag.asid.value)
        .set(E::LeafShift, t.leaf_shift)
        .set(E::Permissions1, t.permissions1.set)
        .set(E::Permissions2, t.permissions2.set)
        .set(E::SH1, t.attributes1.sh)
        .set(E::MemAttr, t.attributes2.mem_attr)
        .set(E::SH2, t.attributes2.sh)
        .set(E::ForcedWriteBack, t.attributes2.forced_write_back)
        .set(E::NoTagAccess, t.attributes2.no_tag_access);
}

inline void unpack(const TlbEntry& e, Translation& t) {
    using E = TlbEntry;
    t.input = e[E::Input];
    t.output = e[E::Output];
    t.tag.vmid.value = e[E::Vmid];
    t.tag.asid.value = e[E::Asid];
    t.tag.world = e[E::World];
    t.tag.asid_set = e[E::AsidSet];
    t.tag.stage1 = e[E::Stage1];
    t.tag.stage2 = e[E::Stage2];
    t.global = e[E::Global];
    t.shift = e[E::Shift];
    t.leaf_shift = e[E::LeafShift];
    t.permissions1.set = e[E::Permissions1];
    t.permissions2.set = e[E::Permissions2];
    t.attributes1 = {e[E::Mair], e[E::SH1]};
    t.attributes2 = {e[E::MemAttr], e[E::SH2], e[E::ForcedWriteBack], e[E::NoTagAccess]};
}

}  // namespace smmu::core
