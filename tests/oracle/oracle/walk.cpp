// Descriptor by descriptor, nothing remembered but what this translation itself wrote.
#include "oracle/walk.h"

namespace oracle {

/// A set of tables of one stage.
struct Walker::Tables {
    Granule granule{};
    TableFeatures features{};
    int start = 0;
    uint64_t base = 0;
    unsigned x = 0;    ///< at the initial level
    unsigned out = 0;  ///< effective bits of output addresses
};

namespace {

/// Address bits of a table descriptor (shift: the granule) or of a leaf (shift: what it maps).
uint64_t address_in(uint64_t d, unsigned shift, Granule g, const TableFeatures& f) {
    uint64_t a = aligned(bits(d, 47, 12) << 12, shift);
    if (g == Granule::K64) {
        if (f.lpa) a |= bits(d, 15, 12) << 48;
    } else if (f.ds) {
        a |= bits(d, 49, 48) << 48 | bits(d, 9, 8) << 50;
    }
    return a;
}

/// The start table is aligned to its size, and to 64 bytes with 52-bit output addresses.
uint64_t start_table(uint64_t ttb, unsigned x, unsigned out) {
    return aligned(ttb, out >= 52 && x < 6 ? 6 : x);
}

}  // namespace

template <class ReadDescriptor>
bool Walker::walk(const Tables& t, uint64_t input, ReadDescriptor&& read, Leaf& leaf,
                  uint64_t& hierarchy, Fault& fault) {
    uint64_t base = t.base;
    unsigned x = t.x;
    for (int level = t.start;; ++level) {
        uint64_t address = descriptor_address(t.granule, level, base, x, input);
        uint64_t d = 0;
        if (!read(level, address, d)) return false;
        const bool is_table = level < 3 && bit(d, 1);
        const bool is_leaf =
            level == 3 ? bit(d, 1) : !bit(d, 1) && has_blocks(t.granule, level, t.features);
        if (!bit(d, 0) || (!is_table && !is_leaf)) {
            fault.id = F_TRANSLATION;
            fault.of_last_read = true;
            return false;
        }
        const unsigned shift =
            is_table ? static_cast<unsigned>(t.granule) : lowest_index_bit(t.granule, level);
        uint64_t out = address_in(d, shift, t.granule, t.features);
        if (!is_table) out |= input & ~aligned(~uint64_t{0}, shift);
        if (exceeds(out, t.out)) {
            fault.id = F_ADDR_SIZE;
            fault.of_last_read = true;
            return false;
        }
        if (is_table) {
            hierarchy |= d;
            base = out;
            x = static_cast<unsigned>(t.granule);
            continue;
        }
        leaf = {true, t.granule, level, d, address, out};
        return true;
    }
}

bool Walker::read(const Fetch& fetch, uint64_t* to) {
    marks_.fetches.push_back(fetch);
    if (!memory_.read(fetch.address, fetch.words, to)) return false;
    for (unsigned i = 0; i < fetch.words; ++i) {
        const auto mine = written_.find(fetch.address + 8 * i);
        if (mine != written_.end()) to[i] = mine->second;
    }
    return true;
}

/// An access of the SMMU's own finds its physical address and attributes.
bool Walker::to_physical(const Ste& ste, uint8_t cls, const Need& need, Fetch& fetch,
                         Fault& fault) {
    if (!ste.stage2()) return true;
    Leaf leaf;
    Stage2Leaf s2;
    if (!stage2(ste, fetch.address, cls, need, leaf, s2, fault)) return false;
    fetch.address = leaf.output;
    Attributes in = fetch.attributes;
    if (in.inner == Level{} && in.outer == Level{} && choosing_.pick(Choice::ATTR_33) == 1)
        in.share = fetch.configured;
    if (is_device(s2, choosing_) && r_.ptwnnc())
        fetch.attributes = {Type::Normal, {}, {}, Share::OSH};
    else
        fetch.attributes = through_stage2(in, s2, choosing_);
    return true;
}

bool Walker::read_nested(const Ste& ste, uint8_t cls, Fetch& fetch, uint64_t* to, Fault& fault) {
    return to_physical(ste, cls, Need{}, fetch, fault) && read(fetch, to);
}

bool Walker::stage2(const Ste& ste, uint64_t ipa, uint8_t cls, const Need& need, Leaf& leaf,
                    Stage2Leaf& attributes, Fault& fault) {
    fault = {0, true, cls, ipa};
    const auto stop = [&](uint8_t id) {
        fault.id = id;
        fault.ttrnw = id == F_PERMISSION && cls == class_tt && !need.write;
        fault.of_last_read = id == F_ACCESS;
        return false;
    };
    if (exceeds(ipa, 64 - ste.s2t0sz())) return stop(F_TRANSLATION);

    Tables t;
    t.granule = granule_of_tg0(ste.s2tg());
    t.features = stage2_features(ste, r_);
    t.start = stage2_start_level(t.granule, ste.s2sl(), ste.s2t0sz(), t.features);
    t.x = initial_x(t.granule, t.start, ste.s2t0sz());
    t.out = r_.effective_ps(ste.s2ps());
    t.base = start_table(ste.s2ttb(), t.x, t.out);
    const Attributes how = walk_fields(ste.s2ir0(), ste.s2or0(), ste.s2sh0());

    uint64_t no_hierarchy = 0;
    const auto descriptor = [&](int level, uint64_t address, uint64_t& d) {
        if (read({Read::Stage2, level, address, 1, how, {}, cls, ipa}, &d)) return true;
        fault.id = F_WALK_EABT;
        fault.fetch = address;
        fault.of_last_read = true;
        return false;
    };
    if (!walk(t, ipa, descriptor, leaf, no_hierarchy, fault)) return false;
    marks_.passed.push_back({ipa, leaf});

    const bool flag = ste.s2ha(), dirty_state = flag && ste.s2hd();
    if (!bit(leaf.descriptor, 10) && !flag && !ste.s2affd()) return stop(F_ACCESS);
    attributes.memattr = bits(leaf.descriptor, 5, 2);
    attributes.share = t.features.ds ? share_field(ste.s2sh0())
                                     : share_descriptor(bits(leaf.descriptor, 9, 8), choosing_);
    attributes.fwb = r_.fwb() && ste.s2fwb();
    attributes.mteperm = r_.mteperm();

    const bool clean = dirty_state && bit(leaf.descriptor, 51) && !bit(leaf.descriptor, 7);
    const uint64_t as_dirty = leaf.descriptor | (clean ? uint64_t{1} << 7 : 0);
    // S2PTW is for tables and CDs: Config is 0b111 there.
    const bool protects = cls != class_in && ste.s2ptw() && is_device(attributes, choosing_);
    const bool allowed = stage2_allows(as_dirty, r_, need) && !protects;
    bool becomes_dirty = clean && allowed && need.write;
    if (clean && allowed && !need.write && cls == class_tt)
        becomes_dirty = choosing_.pick(Choice::HTTU_27) == 1;
    const uint64_t after = managed(leaf, flag, allowed, becomes_dirty, true);
    if (after != leaf.descriptor) {
        if (!write({Read::Stage2, leaf.level, leaf.where, 1, how, {}, cls, ipa}, leaf.descriptor,
                   after)) {
            fault.id = F_WALK_EABT;
            fault.fetch = leaf.where;
            return false;
        }
        leaf.descriptor = after;
    }
    if (!allowed) return stop(F_PERMISSION);
    fault = {};
    return true;
}

bool Walker::stage1(const Ste& ste, const Cd& cd, uint64_t va, const Need& need, Leaf& leaf,
                    Attributes& attributes, Fault& fault) {
    fault = {};
    const auto stop = [&](uint8_t id) {
        fault.id = id;
        fault.of_last_read = id == F_ACCESS;
        return false;
    };
    const StreamWorld world = stream_world(ste, r_);
    const bool upper = !one_range(world) && bit(va, 55);
    const CdHalf half = upper ? cd.high(world) : cd.low(world);

    if (half.epd) return stop(F_TRANSLATION);
    if (r_.e0pd() && half.e0pd && !need.privileged) return stop(F_TRANSLATION);
    // VA[AddrTop:64-TxSZ] are identical: all ones in the upper half, else all zeros.
    const unsigned top = half.tbi ? 55 : 63, input_bits = 64 - half.txsz;
    for (unsigned n = input_bits; n <= top; ++n)
        if (bit(va, n) != upper) return stop(F_TRANSLATION);

    Tables t;
    t.granule = half.granule;
    t.features = stage1_features(cd, half, r_);
    t.start = stage1_start_level(t.granule, half.txsz);
    t.x = initial_x(t.granule, t.start, half.txsz);
    t.out = r_.effective_ps(cd.ips());
    t.base = start_table(half.ttb, t.x, t.out);
    const Attributes how = walk_fields(half.ir, half.orgn, half.sh);

    uint64_t hierarchy = 0;
    const auto descriptor = [&](int level, uint64_t& address, uint64_t& d) {
        Fetch fetch{Read::Stage1, level, address, 1, how, share_field(half.sh), class_tt, va};
        leaf_fetch_ = fetch;
        Fault of_read;
        const bool good = read_nested(ste, class_tt, fetch, &d, of_read);
        address = fetch.address;
        if (good) return true;
        fault = of_read;
        if (of_read.id == 0)
            fault = {F_WALK_EABT, false, class_tt, 0, false, fetch.address, false, true};
        return false;
    };
    if (!walk(t, va, descriptor, leaf, hierarchy, fault)) return false;

    const bool flag = cd.ha(), dirty_state = flag && cd.hd();
    if (!bit(leaf.descriptor, 10) && !flag && !cd.affd()) return stop(F_ACCESS);
    if (half.had && r_.had()) hierarchy = 0;
    const bool clean = dirty_state && bit(leaf.descriptor, 51) && bit(leaf.descriptor, 7);
    const uint64_t as_dirty = leaf.descriptor & ~(clean ? uint64_t{1} << 7 : 0);
    const bool allowed = stage1_allows(as_dirty, hierarchy, world, cd, r_, need);
    owed_ = managed(leaf, flag, allowed, clean && allowed && need.write, false);
    if (!allowed) return update_stage1(ste, leaf, fault) && stop(F_PERMISSION);
    const Share share = t.features.ds ? share_field(half.sh)
                                      : share_descriptor(bits(leaf.descriptor, 9, 8), choosing_);
    attributes = mair(cd.mair_byte(static_cast<unsigned>(bits(leaf.descriptor, 4, 2))), share);
    return true;
}

}  // namespace oracle
