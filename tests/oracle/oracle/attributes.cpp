// The attribute rules, typed from the tables of the two specifications.
#include "oracle/attributes.h"

#include "oracle/bits.h"

namespace oracle {

namespace {

constexpr Level nc{};
constexpr Level allocating(Cache c) { return {c, true, true, false}; }

bool cacheable(const Level& l) { return l.cache != Cache::NC; }
bool normal(const Attributes& a) { return a.type == Type::Normal; }
bool any_cacheable(const Attributes& a) {
    return normal(a) && (cacheable(a.inner) || cacheable(a.outer));
}

/// What a MemAttr field says: a Device type, or Normal with a Cacheability of each level.
struct MemAttr {
    bool reserved;
    Type type;
    Cache outer, inner;
};

/// Arm ARM Table D8-96, without FEAT_MTE_PERM.
constexpr MemAttr memattr_table[16] = {
    {false, Type::nGnRnE, Cache::NC, Cache::NC}, {false, Type::nGnRE, Cache::NC, Cache::NC},
    {false, Type::nGRE, Cache::NC, Cache::NC},   {false, Type::GRE, Cache::NC, Cache::NC},
    {true, Type::Normal, Cache::NC, Cache::NC},  {false, Type::Normal, Cache::NC, Cache::NC},
    {false, Type::Normal, Cache::NC, Cache::WT}, {false, Type::Normal, Cache::NC, Cache::WB},
    {true, Type::Normal, Cache::WT, Cache::NC},  {false, Type::Normal, Cache::WT, Cache::NC},
    {false, Type::Normal, Cache::WT, Cache::WT}, {false, Type::Normal, Cache::WT, Cache::WB},
    {true, Type::Normal, Cache::WB, Cache::NC},  {false, Type::Normal, Cache::WB, Cache::NC},
    {false, Type::Normal, Cache::WB, Cache::WT}, {false, Type::Normal, Cache::WB, Cache::WB},
};

/// Arm ARM Table D8-97: nGnRnE, nGnRE, nGRE, GRE, Normal against the same.
Type combine_types(Type a, Type b) {
    using T = Type;
    constexpr T table[5][5] = {{T::nGnRnE, T::nGnRnE, T::nGnRnE, T::nGnRnE, T::nGnRnE},
                               {T::nGnRnE, T::nGnRE, T::nGnRE, T::nGnRE, T::nGnRE},
                               {T::nGnRnE, T::nGnRE, T::nGRE, T::nGRE, T::nGRE},
                               {T::nGnRnE, T::nGnRE, T::nGRE, T::GRE, T::GRE},
                               {T::nGnRnE, T::nGnRE, T::nGRE, T::GRE, T::Normal}};
    return table[static_cast<unsigned>(a)][static_cast<unsigned>(b)];
}

/// Arm ARM Table D8-98; what stays cacheable keeps its hints (IHI 0070 13.4.3).
Level combine_levels(const Level& stage1, Cache stage2) {
    using C = Cache;
    constexpr C table[3][3] = {{C::NC, C::NC, C::NC}, {C::NC, C::WT, C::WT}, {C::NC, C::WT, C::WB}};
    Level l = stage1;
    l.cache = table[static_cast<unsigned>(stage1.cache)][static_cast<unsigned>(stage2)];
    return l;
}

/// Arm ARM Table D8-103.
Share combine_shares(Share a, Share b) {
    using S = Share;
    constexpr S table[3][3] = {
        {S::NSH, S::ISH, S::OSH}, {S::ISH, S::ISH, S::OSH}, {S::OSH, S::OSH, S::OSH}};
    return table[static_cast<unsigned>(a)][static_cast<unsigned>(b)];
}

/// MemAttr[2:0] with S2FWB = 1 (Arm ARM Table D8-101; IHI 0070 3.23.1), reserved values resolved.
unsigned forced_code(const Stage2Leaf& s2, Choosing& choosing) {
    const auto code = static_cast<unsigned>(bits(s2.memattr, 2, 0));
    const bool reserved =
        code == 0b100 || (s2.mteperm && (bits(s2.memattr, 3, 2) == 0b10 || s2.memattr == 0b1101));
    if (!reserved) return code;
    constexpr unsigned others[] = {0, 1, 2, 3, 5, 6, 7};
    const unsigned pick = choosing.pick(Choice::ATTR_20);
    return pick != 0 ? others[pick - 1] : code == 0b100 ? 0b101 : code;
}

MemAttr plain_memattr(const Stage2Leaf& s2, Choosing& choosing) {
    MemAttr m = memattr_table[s2.memattr];
    if (s2.mteperm && s2.memattr == 0b0100) return memattr_table[0b1111];
    if (m.reserved) {
        constexpr Cache inner[] = {Cache::NC, Cache::WT, Cache::WB};
        m.inner = inner[choosing.pick(Choice::ReservedMemAttr)];
    }
    return m;
}

Level force_write_back(const Level& l, bool was_normal) {
    if (!was_normal || !cacheable(l)) return allocating(Cache::WB);
    return {Cache::WB, l.ra, l.wa, l.tr};
}

/// One half of a MAIR byte for Normal memory.
Level mair_level(unsigned nibble) {
    const bool r = bit(nibble, 1), w = bit(nibble, 0);
    if (nibble == 0b0000) return {Cache::WT, true, true, true};
    if (nibble == 0b0100) return nc;
    switch (nibble >> 2) {
        case 0b00: return {Cache::WT, r, w, true};
        case 0b01: return {Cache::WB, r, w, true};
        case 0b10: return {Cache::WT, r, w, false};
        default: return {Cache::WB, r, w, false};
    }
}

Attributes fields(const Level* meaning, uint64_t inner, uint64_t outer, uint64_t sh) {
    return ensure_consistent({Type::Normal, meaning[inner], meaning[outer], share_field(sh)});
}

}  // namespace

Attributes ensure_consistent(Attributes a) {
    if (!normal(a)) return {a.type, nc, nc, Share::OSH};
    for (Level* l : {&a.inner, &a.outer}) {
        if (!cacheable(*l)) *l = nc;
        if (!l->ra && !l->wa) l->tr = false;
    }
    if (!any_cacheable(a)) a.share = Share::OSH;
    return a;
}

Share share_field(uint64_t sh) {
    constexpr Share meaning[] = {Share::NSH, Share::NSH, Share::OSH, Share::ISH};
    return meaning[sh];
}

Share share_descriptor(uint64_t sh, Choosing& choosing) {
    constexpr Share any[] = {Share::NSH, Share::ISH, Share::OSH};
    return sh == 0b01 ? any[choosing.pick(Choice::ReservedShare)] : share_field(sh);
}

Attributes walk_fields(uint64_t ir, uint64_t orgn, uint64_t sh) {
    constexpr Level meaning[] = {nc,
                                 {Cache::WB, true, true, false},
                                 {Cache::WT, true, false, false},
                                 {Cache::WB, true, false, false}};
    return fields(meaning, ir, orgn, sh);
}

Attributes cd_fields(uint64_t ir, uint64_t orgn, uint64_t sh) {
    constexpr Level meaning[] = {nc,
                                 {Cache::WB, true, false, false},
                                 {Cache::WT, true, false, false},
                                 {Cache::WB, false, false, false}};
    return fields(meaning, ir, orgn, sh);
}

Attributes table_fields(uint64_t ic, uint64_t oc, uint64_t sh, bool ra) {
    const Level meaning[] = {nc, {Cache::WB, ra, false, false}, {Cache::WT, ra, false, false}, nc};
    return fields(meaning, ic, oc, sh);
}

Attributes mair(uint8_t attr, Share share) {
    const unsigned high = attr >> 4, low = attr & 0xF;
    if (high == 0) {
        constexpr Type devices[] = {Type::nGnRnE, Type::nGnRE, Type::nGRE, Type::GRE};
        return {devices[low >> 2], nc, nc, share};
    }
    return {Type::Normal, mair_level(low), mair_level(high), share};
}

Attributes replace(const Overrides& by, const Attributes& input, Choosing& choosing) {
    const Attributes in = ensure_consistent(input);
    Attributes a = in;
    if (by.mtcfg) {
        const MemAttr m = memattr_table[by.memattr];
        a.type = m.reserved ? Type::nGnRnE : m.type;
        const auto level = [&](const Level& was, Cache now) {
            if (normal(in) && cacheable(was)) return Level{now, was.ra, was.wa, was.tr};
            if (now == Cache::NC || !any_cacheable(in) || choosing.pick(Choice::ATTR_06) == 0)
                return allocating(now);
            return Level{now, false, false, false};
        };
        if (normal(a)) {
            a.inner = level(in.inner, m.inner);
            a.outer = level(in.outer, m.outer);
        }
    }
    if (bit(by.alloccfg, 3) && any_cacheable(a)) {
        const bool acts = by.mtcfg || !by.from_ste || choosing.pick(Choice::ATTR_05) == 0;
        for (Level* l : {&a.inner, &a.outer})
            if (acts && cacheable(*l))
                *l = {l->cache, bit(by.alloccfg, 2), bit(by.alloccfg, 1), bit(by.alloccfg, 0)};
    }
    if (by.shcfg != 0b01) a.share = share_field(by.shcfg);
    return ensure_consistent(a);
}

Attributes through_stage1(const Attributes& input, const Attributes& stage1, Choosing& choosing) {
    Attributes a = stage1;
    if (!any_cacheable(input) || !normal(stage1)) return a;
    const auto combine = [&](const Level& in, Level s1) {
        const bool says_nothing = !cacheable(in);
        if (!cacheable(s1)) return s1;
        if (says_nothing && choosing.pick(Choice::ATTR_08) == 0) return s1;
        return Level{s1.cache, s1.ra && in.ra, s1.wa && in.wa, s1.tr || in.tr};
    };
    a.inner = combine(input.inner, stage1.inner);
    a.outer = combine(input.outer, stage1.outer);
    return a;
}

Attributes through_stage2(const Attributes& input, const Stage2Leaf& s2, Choosing& choosing) {
    Attributes a = input;
    a.share = combine_shares(input.share, s2.share);
    constexpr Type devices[] = {Type::nGnRnE, Type::nGnRE, Type::nGRE, Type::GRE};
    if (s2.fwb) {
        const unsigned code = forced_code(s2, choosing);
        if (code < 0b100) {
            a.type = combine_types(input.type, devices[code]);
        } else if (code == 0b101) {
            if (normal(input)) a.inner = a.outer = nc;
        } else if (code == 0b110) {
            a.type = Type::Normal;
            a.inner = force_write_back(input.inner, normal(input));
            a.outer = force_write_back(input.outer, normal(input));
        }
        return ensure_consistent(a);
    }
    const MemAttr m = plain_memattr(s2, choosing);
    a.type = combine_types(input.type, m.type);
    if (normal(a)) {
        a.inner = combine_levels(input.inner, m.inner);
        a.outer = combine_levels(input.outer, m.outer);
    }
    return ensure_consistent(a);
}

bool is_device(const Stage2Leaf& s2, Choosing& choosing) {
    if (s2.fwb) return forced_code(s2, choosing) < 0b100;
    return bits(s2.memattr, 3, 2) == 0b00;
}

}  // namespace oracle
