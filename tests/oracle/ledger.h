// What caches may hold, as far as software can know: which words went into which configuration and
// which translation regime.  Arm IHI 0070 G.b, 3.17, 3.21, 5.2.1, 5.4.1.
//
// It also knows where software broke its side of the bargain (two contexts that share a tag but
// not their tables, Contiguous runs that are none): there the architecture promises nothing.
#pragma once
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "oracle/translate.h"
#include "sparse_memory.h"

namespace smmu::differential {

/// A configuration cache entry: transactions of a stream without SubstreamID are their own kind.
struct ConfigTag {
    uint32_t stream = 0, substream = 0;
    bool ssv = false;
    bool operator<(const ConfigTag& o) const {
        return std::tie(stream, substream, ssv) < std::tie(o.stream, o.substream, o.ssv);
    }
};

/// A TLB tag.  Without stage 1 it is about IPAs and has no ASID.
struct Regime {
    oracle::StreamWorld world{};
    uint32_t vmid = 0, asid = 0;
    bool stage1 = false;
    bool operator<(const Regime& o) const {
        return std::tie(world, vmid, asid, stage1) < std::tie(o.world, o.vmid, o.asid, o.stage1);
    }
};

/// One use of a word of memory.
struct Use {
    enum class As : uint8_t { Config, Leaf1, Table1, Stage2 };
    As as{};
    ConfigTag config{};  ///< Config
    Regime regime{};     ///< else
    uint64_t address =
        0;  ///< with known: of stage 1 the VA, of stage 2 the IPA, that alone used it
    bool known = false;
    oracle::Leaf leaf{};  ///< with known, if the word is that leaf and no table descriptor
};

/// What hardware may change in the leaves of a stage (3.13).
struct Managed {
    bool flag = false, dirty = false;
};

class Ledger {
public:
    /// Notes what an access may leave in caches.  False if the architecture promises nothing about
    /// its outcome.
    bool note(const oracle::Access& access, const oracle::Result& result,
              const SparseMemory& memory);

    std::vector<Use> uses(uint64_t address, unsigned words) const;
    /// Regimes that translations of that configuration went into.
    std::set<Regime> regimes_of(const ConfigTag& config) const;
    bool has_globals(const Regime& r) const;

    void forget_streams(uint32_t first, uint32_t last);
    void forget_context(uint32_t stream, uint32_t substream);
    /// Everything of the regimes that the predicate holds for.
    template <class Which>
    void forget(Which&& which) {
        for (auto& [word, uses] : uses_)
            erase(uses, [&](const Use& u) { return u.as != Use::As::Config && which(u.regime); });
        erase_keys(prints_, which);
        erase_keys(globals_, [&](const GlobalTag& g) {
            return which(Regime{std::get<0>(g), std::get<1>(g), 0, true});
        });
    }
    /// Nothing of that StreamWorld and VMID is cached any more.
    void clean(oracle::StreamWorld world, uint32_t vmid) { spoilt_.erase({world, vmid}); }
    /// The use of one word in one regime.
    void forget_word(uint64_t address, const Regime& regime);
    void clear() { *this = Ledger{}; }

private:
    using GlobalTag = std::tuple<oracle::StreamWorld, uint32_t, bool>;  ///< world, VMID, ASET

    template <class V, class P>
    static void erase(V& from, P&& which) {
        size_t kept = 0;
        for (auto& x : from)
            if (!which(x)) from[kept++] = x;
        from.resize(kept);
    }
    template <class M, class P>
    static void erase_keys(M& from, P&& which) {
        for (auto x = from.begin(); x != from.end();)
            x = which(key_of(*x)) ? from.erase(x) : std::next(x);
    }
    template <class K, class V>
    static const K& key_of(const std::pair<const K, V>& entry) {
        return entry.first;
    }
    static const ConfigTag& key_of(const ConfigTag& key) { return key; }
    void add(uint64_t word, const Use& use);
    void add_run(uint64_t word, Use use);
    void spoil(const Regime& r) { spoilt_.insert({r.world, r.vmid}); }
    bool agree(std::map<Regime, uint64_t>& prints, const Regime& r, uint64_t print);
    void note_run(const oracle::Leaf& leaf, const Regime& r, const Managed& managed,
                  const SparseMemory& memory);

    std::map<uint64_t, std::vector<Use>> uses_;
    std::map<Regime, uint64_t> prints_;      ///< of the configuration that a TLB may hold
    std::map<GlobalTag, uint64_t> globals_;  ///< the same, of global entries
    std::map<ConfigTag, std::set<Regime>> regimes_;
    std::set<std::pair<oracle::StreamWorld, uint32_t>> spoilt_;  ///< StreamWorld, VMID
    std::set<ConfigTag> tainted_;  ///< made with the help of a translation that is spoilt
};

}  // namespace smmu::differential
