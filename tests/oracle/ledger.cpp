// Every fetch of an access becomes a use of the words that were read.
#include "ledger.h"

#include "random.h"

namespace smmu::differential {

using oracle::Read;

namespace {

/// Fields of an STE that a TLB may hold (5.2.1): S2FWB and words 2 and 3 without S2S and S2R.
uint64_t stage2_print(const oracle::Ste& ste) {
    uint64_t h = scramble(ste.w[2] & ~(uint64_t{3} << 57));
    h = scramble(h ^ ste.w[3]);
    return scramble(h + ste.s2fwb());
}

/// Fields of a CD that a TLB may hold (5.4.1): all that translate, without A, R and S.
uint64_t stage1_print(const oracle::Trace& t) {
    uint64_t h = scramble(t.cd.w[0] & ~(uint64_t{7} << 44));
    for (unsigned i = 1; i < 4; ++i) h = scramble(h ^ t.cd.w[i]);
    return t.stage2 ? scramble(h ^ stage2_print(t.ste)) : h;
}

}  // namespace

void Ledger::add(uint64_t word, const Use& use) {
    std::vector<Use>& uses = uses_[word];
    for (Use& u : uses) {
        const bool same =
            u.as == Use::As::Config
                ? use.as == u.as && !(u.config < use.config) && !(use.config < u.config)
                : use.as != Use::As::Config && !(u.regime < use.regime) && !(use.regime < u.regime);
        if (!same) continue;
        if (u.as == Use::As::Config) return;
        // A word that two addresses share, or a word with two roles: nothing short of everything
        // reaches all that was made of it.
        const uint64_t size = uint64_t{1} << (use.leaf.found ? use.leaf.shift() : 12);
        const bool alike = u.as == use.as && u.leaf.found == use.leaf.found;
        if (u.as != use.as)
            u.as = u.as == Use::As::Stage2 || use.as == Use::As::Stage2 ? Use::As::Stage2
                                                                        : Use::As::Table1;
        if (!alike || !use.known || u.address / size != use.address / size) u.known = false;
        if (!u.known && u.as == Use::As::Leaf1) u.as = Use::As::Table1;
        return;
    }
    uses.push_back(use);
}

/// One descriptor, or all that its Contiguous bit lets a cache take with it.
void Ledger::add_run(uint64_t word, Use use) {
    const oracle::Leaf leaf = use.leaf;
    if (!use.known || !leaf.contiguous()) return add(word, use);
    const uint64_t n = oracle::contiguous_entries(leaf.granule, leaf.level);
    const uint64_t first = use.address & ~((n << leaf.shift()) - 1);
    for (uint64_t i = 0; i < n; ++i) {
        use.address = first + (i << leaf.shift());
        add((word & ~(8 * n - 1)) + 8 * i, use);
    }
}

bool Ledger::agree(std::map<Regime, uint64_t>& prints, const Regime& r, uint64_t print) {
    const auto [at, fresh] = prints.emplace(r, print);
    return fresh || at->second == print;
}

/// A Contiguous bit that its neighbours do not share, or whose outputs do not go on (D8.7.1.1).
/// What hardware changes may differ (D8.5.5).
void Ledger::note_run(const oracle::Leaf& leaf, const Regime& r, const Managed& managed,
                      const SparseMemory& memory) {
    if (!leaf.contiguous()) return;
    const uint64_t differs = (managed.flag ? uint64_t{1} << 10 : 0) |
                             (managed.dirty && oracle::bit(leaf.descriptor, 51) ? 1u << 7 : 0);
    const uint64_t n = oracle::contiguous_entries(leaf.granule, leaf.level);
    const uint64_t first = leaf.where & ~(8 * n - 1);
    const uint64_t size = uint64_t{1} << leaf.shift();
    for (uint64_t i = 0; i < n; ++i) {
        const uint64_t expected =
            memory.word(first) + i * size;  // addresses are in place below bit 48
        if (((memory.word(first + 8 * i) ^ expected) & ~differs) != 0 ||
            (memory.word(first) & (n * size - size) & 0x0000'FFFF'FFFF'F000) != 0) {
            spoil(r);
            return;
        }
    }
}

bool Ledger::note(const oracle::Access& access, const oracle::Result& result,
                  const SparseMemory& memory) {
    const oracle::Trace& t = result.trace;
    const ConfigTag config{access.stream, access.ssv ? access.substream : 0, access.ssv};
    Regime r;
    r.world = t.world;
    r.stage1 = t.stage1;
    r.vmid = static_cast<uint32_t>(t.vmid);
    if (t.stage1 && !oracle::one_range(t.world)) r.asid = static_cast<uint32_t>(t.cd.asid());
    const Regime ipa{oracle::StreamWorld::El1, r.vmid, 0, false};

    // Fetches up to the CD, or to the STE where there is none, made the configuration.
    size_t of_config = 0;
    const bool translates = t.has_ste && (t.has_cd || !t.stage1) && (t.stage1 || t.stage2);
    for (size_t i = 0; i < result.fetches.size(); ++i) {
        const Read what = result.fetches[i].what;
        if (what != Read::Stage1 && what != Read::Stage2) of_config = i + 1;
    }
    if (!translates) of_config = result.fetches.size();

    const size_t n = result.fetches.size() - (t.last_read_faulted ? 1 : 0);
    for (size_t i = 0; i < n; ++i) {
        const oracle::Fetch& f = result.fetches[i];
        for (unsigned w = 0; w < f.words; ++w) {
            const uint64_t word = f.address + 8 * w;
            if (i < of_config) add(word, {Use::As::Config, config, {}, 0, false, {}});
            if (f.what == Read::Stage2) {
                Use use{Use::As::Stage2, {}, ipa, f.input, true, {}};
                for (const oracle::Passed& p : t.passed)
                    if (p.leaf.where == word && p.ipa == f.input) use.leaf = p.leaf;
                add_run(word, use);
                use.regime = r;
                if (t.stage1 && i >= of_config) add_run(word, use);
            }
            if (f.what == Read::Stage1) {
                const bool leaf = t.leaf1.found && t.leaf1.where == word;
                const Use::As as = leaf ? Use::As::Leaf1 : Use::As::Table1;
                add_run(word, {as, {}, r, access.address, true, leaf ? t.leaf1 : oracle::Leaf{}});
            }
        }
    }
    // What is cached now may be of either: the tag is spoilt until it is invalidated.  Stage 2 may have
    // translated the CD's address alone.
    if (t.has_ste && t.stage2) {
        regimes_[config].insert(ipa);
        if (!agree(prints_, ipa, stage2_print(t.ste))) spoil(ipa);
        const bool flag = t.ste.s2ha();
        for (const oracle::Passed& p : t.passed)
            note_run(p.leaf, ipa, {flag, flag && t.ste.s2hd()}, memory);
    }
    if (translates) regimes_[config].insert(r);
    if (translates && t.stage1) {
        const uint64_t print = stage1_print(t);
        if (!agree(prints_, r, print)) spoil(r);
        const GlobalTag tag{r.world, r.vmid, t.cd.aset()};
        if (t.leaf1.found && !oracle::bit(t.leaf1.descriptor, 11)) globals_.emplace(tag, print);
        const auto global = globals_.find(tag);
        if (global != globals_.end() && global->second != print) spoil(r);
        const bool flag = t.cd.ha();
        note_run(t.leaf1, r, {flag, flag && t.cd.hd()}, memory);
    }
    if (!t.has_ste) return true;
    const bool spoilt = spoilt_.count({r.world, r.vmid}) != 0;
    // A CD that was found through such a stage 2 may be another one, and stays.
    if (spoilt && t.stage1 && t.stage2) tainted_.insert(config);
    return !spoilt && tainted_.count(config) == 0;
}

std::vector<Use> Ledger::uses(uint64_t address, unsigned words) const {
    std::vector<Use> all;
    for (unsigned i = 0; i < words; ++i) {
        const auto at = uses_.find(address + 8 * i);
        if (at != uses_.end()) all.insert(all.end(), at->second.begin(), at->second.end());
    }
    return all;
}

std::set<Regime> Ledger::regimes_of(const ConfigTag& config) const {
    const auto at = regimes_.find(config);
    return at == regimes_.end() ? std::set<Regime>{} : at->second;
}

bool Ledger::has_globals(const Regime& r) const {
    return globals_.count({r.world, r.vmid, false}) + globals_.count({r.world, r.vmid, true}) != 0;
}

void Ledger::forget_streams(uint32_t first, uint32_t last) {
    erase_keys(tainted_, [&](const ConfigTag& c) { return c.stream >= first && c.stream <= last; });
    for (auto& [word, uses] : uses_)
        erase(uses, [&](const Use& u) {
            return u.as == Use::As::Config && u.config.stream >= first && u.config.stream <= last;
        });
}

void Ledger::forget_context(uint32_t stream, uint32_t substream) {
    erase_keys(tainted_,
               [&](const ConfigTag& c) { return c.stream == stream && c.substream == substream; });
    for (auto& [word, uses] : uses_)
        erase(uses, [&](const Use& u) {
            return u.as == Use::As::Config && u.config.stream == stream &&
                   u.config.substream == substream;
        });
}

void Ledger::forget_word(uint64_t address, const Regime& regime) {
    const auto at = uses_.find(address);
    if (at == uses_.end()) return;
    erase(at->second, [&](const Use& u) {
        return u.as != Use::As::Config && !(u.regime < regime) && !(regime < u.regime);
    });
}

}  // namespace smmu::differential
