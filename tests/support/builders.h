// Builders of what software puts in memory: stream tables, STEs, CDs and the tables of both stages.
//
// Everything built is legal; a test then breaks exactly the bit it is about.
#pragma once
#include <functional>
#include <map>

#include "smmuv3/arch/cd.h"
#include "smmuv3/arch/desc.h"
#include "smmuv3/arch/ste.h"
#include "tests/support/fake_memory.h"

namespace smmu::test {

// --- Leaves ---------------------------------------------------------------------------------

/// Stage 1: everybody reads and writes, everybody but the privileged executes, Attr0, nG.
constexpr arch::Stage1Leaf stage1_leaf() {
    using L = arch::Stage1Leaf;
    return L{}.set(L::AF, true).set(L::AP, 0b01).set(L::SH, 0b11).set(L::nG, true);
}
/// Stage 2: everything allowed, iWB-oWB, Inner Shareable.
constexpr arch::Stage2Leaf stage2_leaf() {
    using L = arch::Stage2Leaf;
    return L{}.set(L::AF, true).set(L::S2AP, 0b11).set(L::MemAttr, 0b1111).set(L::SH, 0b11);
}

// --- Tables of one stage --------------------------------------------------------------------

/// Where a table lies: its address as the walk sees it (an IPA for a nested stage 1), and its bytes.
struct Place {
    uint64_t address;
    uint64_t physical;
};
/// Finds room for that many bytes, a power of two and at least a page, aligned to their size.
using Allocate = std::function<Place(uint64_t bytes)>;

/// How one stage's tables are laid out.
struct Layout {
    unsigned input_bits;              ///< 64 - TxSZ
    int start_level;                  ///< -1 to 3
    arch::DescriptorFormat format{};  ///< granule, and where descriptors keep address bits [51:48]

    unsigned page_shift() const { return static_cast<unsigned>(format.granule); }
    uint64_t page_bytes() const { return uint64_t{1} << page_shift(); }
    /// Address bits below what `level` resolves.
    unsigned shift(int level) const {
        return page_shift() + (page_shift() - 3) * static_cast<unsigned>(3 - level);
    }
    /// The address field of a descriptor, and back.
    uint64_t encode(uint64_t address) const;
    uint64_t decode(uint64_t descriptor) const;
};

class Tables {
public:
    Tables(FakeMemory& memory, Allocate allocate, Layout layout);

    /// For TTBx or S2TTB.
    uint64_t root() const { return root_.address; }
    const Layout& layout() const { return layout_; }

    /// PA of the descriptor that resolves `input` at `level`; missing tables above it are made.
    uint64_t slot(uint64_t input, int level);

    /// Maps the page (level 3) or block around `input` to the one around `output`.
    template <class Leaf>
    void map(uint64_t input, uint64_t output, Leaf leaf, int level = 3) {
        if (layout_.format.lpa2) leaf.set(Leaf::SH, 0);  // these bits are address
        const uint64_t address = output >> layout_.shift(level) << layout_.shift(level);
        memory_.poke(slot(input, level),
                     leaf.word[0] | layout_.encode(address) | (level == 3 ? 0b11 : 0b01));
    }
    void unmap(uint64_t input, int level = 3) { memory_.poke(slot(input, level), 0); }

    /// Sets bits of the descriptor at `level` on the way to `input`.
    void add_bits(uint64_t input, int level, uint64_t bits) {
        const uint64_t at = slot(input, level);
        memory_.poke(at, memory_.word(at) | bits);
    }

private:
    uint64_t index(uint64_t input, int level) const;

    FakeMemory& memory_;
    Allocate allocate_;
    Layout layout_;
    Place root_{};
    std::map<uint64_t, uint64_t> places_;
};

// --- A stream's translation ------------------------------------------------------------------

/// CD.MAIR of every Context: AttrIndx 0 to 7.
constexpr uint64_t test_mair = 0xF4'08'0C'BB'04'00'44'FF;

/// What software prepares for one stream: the tables of both stages, a CD and an STE.  With stage 2
/// the CD and the stage-1 tables lie at IPAs, each of their pages mapped by a page of stage 2.
class Context {
public:
    struct Shape {
        unsigned t0sz = 16;    ///< 48 bits of VA: start level 0 with 4KB
        unsigned s2t0sz = 20;  ///< 44 bits of IPA
        unsigned s2sl0 = 2;    ///< {S2SL0_2, S2SL0}: start level 0 with 4KB
        arch::DescriptorFormat stage1{};
        arch::DescriptorFormat stage2{};
        uint64_t first_ipa = 0;  ///< of its structures, with stage 2; 0: 512 MB above `area`
    };

    /// `area` is where its structures begin: 2 GB of physical memory, and the same range of IPAs.
    Context(FakeMemory& m, arch::SteConfig config, uint64_t area, Shape shape);
    explicit Context(FakeMemory& m, arch::SteConfig config = arch::SteConfig::S1S2,
                     uint64_t area = 0x4000'0000)
        : Context(m, config, area, Shape{}) {}
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    /// Puts the CD where the STE says it is; to be called again when `cd` changed.
    void write_cd() { memory.put(cd_place.physical, cd); }

    /// Makes TTB1 what TTB0 is: T1SZ, TG1 and the tables.
    void use_ttb1();

    /// Room for tables of stage 1: in IPA space when the stream has stage 2.
    Place allocate_stage1(uint64_t bytes);

    FakeMemory& memory;
    uint64_t next_physical, next_ipa;
    bool nested;
    Tables stage2;
    Tables stage1;
    Place cd_place;
    arch::Ste ste;
    arch::Cd cd;

private:
    Place take(uint64_t bytes);
};

}  // namespace smmu::test
