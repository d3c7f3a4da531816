// Stage 2: IPA to PA through the tables of an STE, and the Memory that a nested walk reads through
// it. Arm IHI 0070 G.b, 3.4, 5.2, 13.4.3; Arm ARM D8.
#pragma once
#include "smmuv3/core/access.h"
#include "smmuv3/core/config.h"
#include "smmuv3/core/memory.h"
#include "smmuv3/core/permissions.h"
#include "smmuv3/core/walk.h"

namespace smmu::core {

/// What stage 2 says of the page that holds an IPA.
struct Stage2Result {
    uint64_t output = 0;  ///< of the address itself
    unsigned shift = 0;   ///< log2 of the page's or block's size
    Stage2Attributes attributes{};
    Permissions permissions{};  ///< without Write if it has yet to become dirty
};

/// An IPA to translate and for whom: the transaction itself, a stage-1 descriptor read, or a CD
/// fetch.
struct Stage2Input {
    uint64_t ipa = 0;
    arch::FaultClass on_behalf = arch::FaultClass::In;
    arch::StreamId stream{0};
    Wanted wanted{};  ///< `writes` of a table: a descriptor update
};

/// Walks stage 2 and checks what it grants; false: `why` says why not, with S2, CLASS and the IPA.
bool walk_stage2(const Stage2Config& config, const Stage2Input& input, Memory& memory,
                 const WalkUse& use, Stage2Result& result, Fault& why);

/// Memory as stage 1 of a nested stream sees it: addresses are IPAs, translated before they are
/// read.
class Stage2Memory final : public Memory {
public:
    /// For a transaction of that stream.
    Stage2Memory(const Stage2Config& config, arch::StreamId stream, Memory& physical,
                 const WalkUse& use)
        : config_(config), stream_(stream), physical_(physical), use_(use) {}

    MemoryResult read(const MemoryAccess& access, uint64_t* words) override;
    bool read_descriptor(const TableReads& reads, uint64_t ipa, int level, uint64_t& word,
                         Fault& why) override;
    MemoryResult compare_and_swap(const MemoryAccess& access, uint64_t expected, uint64_t desired,
                                  uint64_t& found) override;

private:
    Stage2Input input(uint64_t ipa, arch::FaultClass on_behalf, bool write) const;
    /// Where it goes; false: refusal() says why nowhere.
    bool translate(const MemoryAccess& access, bool write, MemoryAccess& physical);
    /// Whether a table may be read there, and how it is.
    bool judge(Leaf& leaf, const TableReads& reads, uint64_t ipa, Fault& why);
    bool read_through_caches(const TableReads& reads, uint64_t ipa, int level, uint64_t& word,
                             Fault& why);
    bool read_descriptor_at(uint64_t address, const TableReads& reads, int level, uint64_t& word,
                            Fault& why);
    arch::MemoryAttributes attributes_of_table(const arch::MemoryAttributes& in,
                                               const Stage2Attributes& page) const;

    const Stage2Config& config_;
    const arch::StreamId stream_;
    Memory& physical_;
    const WalkUse& use_;

    /// What became of the leaf before, read by the same walk: a leaf with the same bits beside its
    /// address is allowed, too, is not changed either, and has the same attributes.
    struct Judgement {
        uint64_t flags = 0;                   ///< 0: of no leaf
        arch::MemoryAttributes in{};          ///< of the read
        arch::MemoryAttributes attributes{};  ///< as it goes out

        static uint64_t flags_of(arch::Descriptor leaf) {
            return leaf.word[0] & ~arch::Descriptor::Address.mask;
        }
        bool is_of(arch::Descriptor leaf, const arch::MemoryAttributes& read) const {
            return flags == flags_of(leaf) && in == read;
        }
    } latest_;
};

/// One descriptor that lies where stage 2 says.
template <Purpose>
inline bool read_descriptor(Stage2Memory& memory, const TableReads& reads, uint64_t ipa, int level,
                            uint64_t& word, Fault& why) {
    uint64_t read;  // not the caller's, which so stays in a register
    if (!memory.read_descriptor(reads, ipa, level, read, why)) return false;
    word = read;
    return true;
}

}  // namespace smmu::core
