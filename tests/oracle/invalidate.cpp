// Commands typed from chapter 4 as two 64-bit words.
#include "invalidate.h"

#include <algorithm>

#include "text.h"

namespace smmu::differential {

using oracle::StreamWorld;

namespace {

// Opcodes: Table of 4.1.
constexpr uint64_t CFGI_STE = 0x03, CFGI_STE_RANGE = 0x04, CFGI_CD = 0x05, CFGI_CD_ALL = 0x06,
                   NH_ALL = 0x10, NH_ASID = 0x11, NH_VA = 0x12, NH_VAA = 0x13, EL2_ALL = 0x20,
                   EL2_ASID = 0x21, EL2_VA = 0x22, EL2_VAA = 0x23, S12_VMALL = 0x28, S2_IPA = 0x2A,
                   NSNH_ALL = 0x30;

uint64_t vmid(uint64_t v) { return v << 32; }
uint64_t asid(uint64_t a) { return a << 48; }
uint64_t stream(uint64_t s) { return s << 32; }
uint64_t substream(uint64_t s) { return s << 12; }

/// TLB entries depend on what changed (5.2.1, 5.4.1).
bool concerns_tlb(const Change& change, const SparseMemory& memory) {
    uint64_t changed = 0;
    for (unsigned i = 0; i < change.before.size(); ++i) {
        uint64_t x = change.before[i] ^ memory.word(change.address + 8 * i);
        if (change.structure.kind == Structure::Kind::Cd && i == 0) x &= ~(uint64_t{7} << 44);
        if (change.structure.kind == Structure::Kind::Ste) {
            if (i != 2 && i != 3) x &= i == 1 ? uint64_t{1} << 25 : 0;
            if (i == 2) x &= ~(uint64_t{3} << 57);
        }
        changed |= x;
    }
    return changed != 0;
}

}  // namespace

void Invalidator::issue(uint64_t low, uint64_t high) {
    log.push_back("command " + hex(low) + " " + hex(high));
    if (model_.execute(arch::Command{{low, high}}) != arch::CommandError::None) ++refused;
}

void Invalidator::everything() {
    issue(CFGI_STE_RANGE, 31);
    issue(NSNH_ALL);
    if (world_.features.has_el2()) issue(EL2_ALL);
    ledger_.clear();
}

void Invalidator::nothing_in_particular() {
    Random& random = world_.random;
    const uint64_t id = world_.streams.empty() ? 0 : random.of(world_.streams).id;
    const core::Features& f = world_.features;
    switch (random.small(6)) {
        case 0: return issue(CFGI_STE | stream(id), random.bits(1));
        case 1: return issue(CFGI_STE_RANGE | stream(id), random.small(32));
        case 2:
            if (f.stage1) issue(CFGI_CD | stream(id) | substream(random.bits(4)));
            return;
        case 3:
            if (f.stage1) issue(NH_VAA, random.next() & ~uint64_t{0xFFF});
            return;
        case 4:
            if (f.stage2) issue(S2_IPA, random.bits(40) & ~uint64_t{0xFFF});
            return;
        default:
            if (f.stage1) issue(NH_ASID | asid(random.bits(8)));
            return;
    }
}

void Invalidator::cover_configs(const std::vector<Use>& uses, const Change& change) {
    Random& random = world_.random;
    const bool of_cd = !change.is_structure || change.structure.kind == Structure::Kind::Cd ||
                       change.structure.kind == Structure::Kind::L1Cd;
    const bool leaf_alone = change.is_structure && (change.structure.kind == Structure::Kind::Cd ||
                                                    change.structure.kind == Structure::Kind::Ste);
    const uint64_t leaf = leaf_alone ? random.bits(1) : 0;
    std::set<uint32_t> done;
    for (const Use& u : uses) {
        if (u.as != Use::As::Config) continue;
        const uint64_t id = stream(u.config.stream);
        if (of_cd && world_.features.stage1 && random.percent(50)) {
            issue(CFGI_CD | id | substream(u.config.substream), leaf);
            ledger_.forget_context(u.config.stream, u.config.substream);
            continue;
        }
        if (!done.insert(u.config.stream).second) continue;
        if (random.percent(20)) {
            const unsigned range = random.small(32);
            const uint32_t block = ~uint32_t{0} >> (31 - range);
            // Any StreamID of the block names it.
            issue(CFGI_STE_RANGE | stream(u.config.stream ^ (random.next() & block)), range);
            ledger_.forget_streams(u.config.stream & ~block, u.config.stream | block);
        } else if (of_cd && world_.features.stage1 && random.percent(40)) {
            issue(CFGI_CD_ALL | id);
            ledger_.forget_streams(u.config.stream, u.config.stream);
        } else {
            issue(CFGI_STE | id, leaf);
            ledger_.forget_streams(u.config.stream, u.config.stream);
        }
    }
}

/// All of stage 1 and of the combined entries of a regime.
void Invalidator::cover_regime(const Regime& r) {
    Random& random = world_.random;
    const auto same_regime = [&](const Regime& x) { return !(x < r) && !(r < x); };
    if (r.world != StreamWorld::El1) {
        const bool by_asid =
            r.world == StreamWorld::El2E2h && !ledger_.has_globals(r) && random.flip();
        issue(by_asid ? EL2_ASID | asid(r.asid) : EL2_ALL);
        if (!by_asid)
            for (const auto w : {StreamWorld::El2, StreamWorld::El2E2h}) ledger_.clean(w, 0);
        return ledger_.forget([&](const Regime& x) {
            return by_asid ? same_regime(x) : x.world != StreamWorld::El1;
        });
    }
    if (!ledger_.has_globals(r) && random.percent(40)) {
        issue(NH_ASID | vmid(r.vmid) | asid(r.asid));
        return ledger_.forget(same_regime);
    }
    const bool both = world_.features.stage2 && random.flip();
    issue((both ? S12_VMALL : NH_ALL) | vmid(r.vmid));
    if (both || !world_.features.stage2) ledger_.clean(StreamWorld::El1, r.vmid);
    ledger_.forget([&](const Regime& x) {
        return x.world == StreamWorld::El1 && x.vmid == r.vmid && (x.stage1 || both);
    });
}

/// Address, and with luck a range around it in the granule of the entry (4.4.1.1).
uint64_t Invalidator::address_words(uint64_t address, const oracle::Leaf& leaf, uint64_t& low) {
    Random& random = world_.random;
    // A table descriptor needs Leaf = 0, and its level is no leaf's.
    if (!leaf.found) return address & ~uint64_t{0xFFF};
    uint64_t high = (address & ~uint64_t{0xFFF}) | random.bits(1);
    if (!world_.features.range_invalidation || leaf.contiguous() || random.percent(50)) return high;
    const auto granule = static_cast<unsigned>(leaf.granule);
    const unsigned ttl = leaf.level >= 1 && random.flip() &&
                                 !(granule == 14 && leaf.level == 1 && !world_.features.lpa2)
                             ? static_cast<unsigned>(leaf.level)
                             : 0;
    const unsigned unit = ttl != 0 ? leaf.shift() : granule;
    const unsigned num = random.small(32);
    const unsigned scale = random.percent(60) ? random.small(3) : random.small(20);
    const uint64_t granules = (uint64_t{num} + 1) << scale;
    const uint64_t units = granules >> (unit - granule);  // whole ones before the address
    if (ttl == 0 && num == 0 && scale == 0) return high;
    const uint64_t before =
        random.percent(40) ? units - std::min<uint64_t>(units, 1) : random.below(units);
    const uint64_t first = (address >> unit) - std::min(before, address >> unit);
    low |= uint64_t{num} << 12 | uint64_t{scale} << 20;
    high = (first << unit) | (high & 1);
    return high | uint64_t{ttl} << 8 | uint64_t{(granule - 10) / 2} << 10;
}

/// Entries made with one stage-1 descriptor.
void Invalidator::cover_stage1(uint64_t word, const Use& use) {
    Random& random = world_.random;
    const Regime& r = use.regime;
    if (!use.known || random.percent(25)) return cover_regime(r);
    uint64_t low = 0;
    // An ignored top byte is sign-extended, as the walk took it.
    uint64_t va = use.address & 0x00FF'FFFF'FFFF'FFFF;
    if (oracle::bit(use.address, 55) && r.world != StreamWorld::El2) va |= uint64_t{0xFF} << 56;
    if (use.leaf.found) va ^= random.bits(use.leaf.shift());  // any address of it names it
    const uint64_t high = address_words(va, use.leaf, low);
    const bool any_asid = random.flip();
    if (r.world != StreamWorld::El1)
        low |= any_asid ? EL2_VAA
                        : EL2_VA | asid(r.world == StreamWorld::El2 ? random.bits(16) : r.asid);
    else
        low |= (any_asid ? NH_VAA : NH_VA | asid(r.asid)) | vmid(r.vmid);
    issue(low, high);
    ledger_.forget_word(word, r);
}

/// Entries made with one stage-2 descriptor.
void Invalidator::cover_stage2(uint64_t word, const Use& use) {
    Random& random = world_.random;
    const Regime& r = use.regime;
    if (use.known && random.percent(60)) {
        uint64_t low = S2_IPA | vmid(r.vmid);
        const uint64_t ipa = use.address ^ (use.leaf.found ? random.bits(use.leaf.shift()) : 0);
        const uint64_t high = address_words(ipa, use.leaf, low);
        issue(low, high);
        if (!r.stage1) return ledger_.forget_word(word, r);
        issue(NH_ALL | vmid(r.vmid));
        return ledger_.forget([&](const Regime& x) {
            return x.world == StreamWorld::El1 && x.vmid == r.vmid && x.stage1;
        });
    }
    issue(S12_VMALL | vmid(r.vmid));
    ledger_.clean(StreamWorld::El1, r.vmid);
    ledger_.forget(
        [&](const Regime& x) { return x.world == StreamWorld::El1 && x.vmid == r.vmid; });
}

void Invalidator::cover(const Change& change) {
    Random& random = world_.random;
    if (random.percent(10)) return everything();
    const auto words = static_cast<unsigned>(change.before.size());
    const std::vector<Use> uses = ledger_.uses(change.address, words);
    if (change.is_structure && concerns_tlb(change, world_.memory)) {
        std::set<Regime> regimes;
        for (const Use& u : uses)
            if (u.as == Use::As::Config)
                for (const Regime& r : ledger_.regimes_of(u.config)) regimes.insert(r);
        for (const Regime& r : regimes) {
            if (r.stage1) cover_regime(r);
            if (world_.features.stage2 && r.world == StreamWorld::El1)
                cover_stage2(0, {Use::As::Stage2, {}, r, 0, false, {}});
        }
    }
    cover_configs(uses, change);
    for (const Use& u : uses) {
        if (u.as == Use::As::Leaf1 || u.as == Use::As::Table1) cover_stage1(change.address, u);
        if (u.as == Use::As::Stage2) cover_stage2(change.address, u);
    }
}

}  // namespace smmu::differential
