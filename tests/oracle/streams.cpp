// STEs and CDs: legal as far as the features go, every field that has a meaning varied.
#include "streams.h"

#include <algorithm>

namespace smmu::differential {

using oracle::Granule;

unsigned Software::unique_tag(std::set<unsigned>& used, bool wide) {
    for (;;) {
        const auto tag = static_cast<unsigned>(world_.random.bits(world_.random.percent(30) ? 2
                                                                  : wide                    ? 16
                                                                                            : 8));
        if (used.insert(tag).second) return tag;
        if (!world_.well_behaved && world_.random.percent(30)) return tag;
    }
}

/// S or S2S: as the features ask, or now and then what they forbid.
bool Software::stalls(unsigned percent) {
    Random& random = world_.random;
    const bool against = random.percent(1);
    switch (world_.features.stall_model) {
        case core::StallModel::Terminate: return against;
        case core::StallModel::Stall: return !against;
        case core::StallModel::StallAndTerminate: break;
    }
    return random.percent(percent);
}

/// HA or S2HA where the features have level 1, HD or S2HD where they have level 2.
bool Software::manages_flags(unsigned level) {
    return world_.random.percent(world_.features.httu >= level ? 60 : 1);
}

void Software::write(Structure::Kind kind, uint64_t address, const Words& words, Space& space) {
    const bool short_one = kind == Structure::Kind::L1Cd;
    for (unsigned i = 0; i < (short_one ? 1u : 8u); ++i) space.poke(address + 8 * i, words.w[i]);
    world_.structures.push_back({kind, space.physical(address), short_one ? 1u : 8u});
}

/// STE fields that replace incoming attributes; nothing reads the others set here.
void Software::overrides(Words& ste) {
    Random& random = world_.random;
    ste.set(100, random.percent(35)).set(99, 96, random.bits(4));
    ste.set(104, 101, random.percent(50) ? 0 : random.bits(4));
    ste.set(109, 108, random.percent(60) ? 1 : random.bits(2));
    ste.set(113, 112, random.percent(60) ? 0 : random.bits(2));
    ste.set(115, 114, random.percent(60) ? 0 : random.bits(2));
    ste.set(87, 84, random.bits(4)).set(83, random.flip()).set(76, random.flip());
    if (random.percent(20)) ste.set(127, 116, random.bits(12)).set(159, 144, random.bits(16));
}

void Software::make_stream(uint32_t id, uint64_t address) {
    Random& random = world_.random;
    Stream stream;
    stream.id = id;
    Words ste;
    ste.set(0, true);
    overrides(ste);
    const unsigned roll = random.small(100);
    const bool stage2 =
        world_.features.stage2 && (!world_.features.stage1 || roll >= 40) && roll < 90;
    const bool stage1 = world_.features.stage1 && (!stage2 || roll >= 55) && roll < 90;
    // Bypass, the Config values that abort, and now and then what is not built.
    unsigned config = 4u | (stage1 ? 1u : 0) | (stage2 ? 2u : 0);
    if (roll >= 96) config = random.small(4);
    if (random.percent(1)) config = random.small(8);
    ste.set(3, 1, config);
    // Streams with stage 1 alone may well share VMID 0: their ASIDs tell them apart.
    const unsigned vmid = config == 5 && random.percent(40)
                              ? 0
                              : unique_tag(vmids_, world_.features.wide_vmid || random.percent(3));
    ste.set(143, 128, vmid);
    const bool el2 = config == 5 && world_.features.has_el2() && random.percent(35);
    asids_ = &asids_of_[el2 ? ~0u : vmid];

    if (stage1 && random.percent(12) && !finished_.empty()) {
        // Shares all of another stream's stages; only the overrides are its own.
        const Finished& other = random.of(finished_);
        Words shared = other.ste;
        for (const auto& [hi, lo] :
             {std::pair{100u, 96u}, {104u, 101u}, {109u, 108u}, {115u, 112u}})
            shared.set(hi, lo, oracle::field(ste.w, hi, lo));
        stream.substreams = other.stream.substreams;
        stream.places = other.stream.places;
        write(Structure::Kind::Ste, address, shared, physical_);
        world_.streams.push_back(stream);
        return;
    }

    // No stage 1 of the stream may stall.
    stall_disabled_ = world_.features.stall_model == core::StallModel::StallAndTerminate
                          ? random.percent(15)
                          : random.percent(1);
    ste.set(91, stage1 && stall_disabled_);
    std::vector<Place> ipas;
    std::unique_ptr<Tables> tables2;
    std::unique_ptr<PhysicalSpace> behind;
    std::unique_ptr<IntermediateSpace> intermediate;
    Shape shape2;
    unsigned sl = 0, ps = 0;
    if (stage2 && stage2_shape(shape2, sl, ps)) {
        shape2.forced_write_back = world_.features.forced_write_back && random.percent(60);
        behind = std::make_unique<PhysicalSpace>(world_, shape2.out_bits);
        tables2 = std::make_unique<Tables>(world_, *behind, shape2);
        ipas = fill_stage2(*tables2);
        intermediate = std::make_unique<IntermediateSpace>(world_, *behind, *tables2,
                                                           world_.features.output_address_bits);
        ste.set(89, shape2.forced_write_back || (random.percent(3)));
        ste.set(165, 160, shape2.tnsz).set(167, 166, sl).set(194, sl >> 2 != 0);
        constexpr unsigned tg[] = {0, 2, 1};
        ste.set(175, 174, tg[(static_cast<unsigned>(shape2.granule) - 12) / 2]);
        ste.set(178, 176, ps).set(179, true).set(181, random.percent(20));
        ste.set(182, random.percent(30)).set(186, !random.percent(15));
        ste.set(185, stalls(35));
        ste.set(184, manages_flags(1)).set(183, manages_flags(2));
        ste.set(169, 168, random.bits(2))
            .set(171, 170, random.bits(2))
            .set(173, 172, random.bits(2));
        ste.set(195, shape2.features.ds || (shape2.granule == Granule::K64 && random.flip()));
        ste.set(243, 196, tables2->root() >> 4);
        // Low bits that the alignment takes away.
        if (random.percent(30)) ste.set(197, 196, random.bits(2));
        if (!stage1) stream.places = ipas;
    }
    if (stage1) {
        Space& space = intermediate ? static_cast<Space&>(*intermediate) : physical_;
        const unsigned limit =
            tables2 ? std::min(tables2->input_bits(), world_.features.output_address_bits)
                    : world_.features.output_address_bits;
        make_contexts(ste, stream, space, limit, ipas);
        if (el2) ste.set(95, 94, random.percent(90) ? 2 : random.bits(2));
    }
    if (config == 4)
        for (unsigned i = 0; i < 3; ++i)
            stream.places.push_back({0, random.bits(world_.features.output_address_bits), 12});
    if (config < 4 && random.flip())
        for (unsigned i = 1; i < 8; ++i) ste.w[i] = random.next();
    write(Structure::Kind::Ste, address, ste, physical_);
    world_.streams.push_back(stream);
    if (stage1) finished_.push_back({ste, stream});
}

void Software::make_contexts(Words& ste, Stream& stream, Space& space, unsigned out_limit,
                             const std::vector<Place>& ipas) {
    Random& random = world_.random;
    unsigned cdmax = 0;
    if (world_.features.substream_id_bits != 0 && random.percent(60)) {
        cdmax = random.between(1, world_.features.substream_id_bits);
        if (random.percent(60)) cdmax = std::min(cdmax, 7u);
    }
    ste.set(63, 59, cdmax);
    ste.set(65, 64, random.pick({0u, 1u, 1u, 2u, 2u, 2u, 3u}));
    ste.set(67, 66, random.bits(2)).set(69, 68, random.bits(2)).set(71, 70, random.bits(2));
    const unsigned format =
        world_.features.two_level_cd_table ? random.small(4) : random.pick({0u, 3u});
    ste.set(5, 4, format);
    second_level_.clear();
    cd_table_ = 0;
    const unsigned count = cdmax == 0 ? 1 : random.between(1, 3);
    for (unsigned i = 0; i < count; ++i) {
        const auto substream =
            static_cast<uint32_t>(i == 0 && random.percent(60) ? 0 : random.bits(cdmax));
        const Words cd = make_cd(stream, substream, space, out_limit, ipas);
        write(Structure::Kind::Cd, cd_address(ste, cdmax, substream, space), cd, space);
        if (cdmax != 0) stream.substreams.push_back(substream);
    }
    // Bits below the table's alignment: RES0, and the model takes them as zero.
    const unsigned split = format == 1 ? 6 : format == 2 ? 10 : 0;
    const unsigned align = split == 0 ? cdmax + 6 : cdmax > split + 3 ? cdmax - split + 3 : 6;
    if (random.percent(15)) cd_table_ |= random.bits(align) & ~uint64_t{63};
    ste.set(55, 6, cd_table_ >> 6);
}

/// Where the CD of a substream goes; makes the table, and its second level, on the way.
uint64_t Software::cd_address(Words& ste, unsigned cdmax, uint32_t substream, Space& space) {
    const auto format = static_cast<unsigned>(oracle::field(ste.w, 5, 4));
    const unsigned split = cdmax == 0 ? 0 : format == 1 ? 6 : format == 2 ? 10 : 0;
    if (split == 0) {
        if (cd_table_ == 0) cd_table_ = space.reserve(uint64_t{64} << cdmax);
        return cd_table_ + uint64_t{substream} * 64;
    }
    const uint64_t entries = cdmax > split ? uint64_t{1} << (cdmax - split) : 1;
    if (cd_table_ == 0) cd_table_ = space.reserve(std::max(entries * 8, uint64_t{64}));
    uint64_t& table = second_level_[substream >> split];
    if (table == 0) {
        table = space.reserve(uint64_t{64} << split);
        Words l1cd;
        l1cd.w[0] = table | 1;
        write(Structure::Kind::L1Cd, cd_table_ + (substream >> split) * 8, l1cd, space);
    }
    return table + (substream & ((1u << split) - 1)) * 64;
}

Words Software::make_cd(Stream& stream, uint32_t substream, Space& space, unsigned out_limit,
                        const std::vector<Place>& ipas) {
    Random& random = world_.random;
    Words cd;
    cd.set(31, true).set(41, true);
    cd.set(46, world_.features.always_abort ? !random.percent(2) : !random.percent(25));  // A
    cd.set(45, !random.percent(15));                                                      // R
    cd.set(44, stalls(stall_disabled_ ? 2 : 35));                                         // S
    cd.set(43, manages_flags(1)).set(42, manages_flags(2));                               // HA, HD
    cd.set(35, random.percent(20)).set(36, random.percent(20)).set(37, random.flip());
    cd.set(38, random.percent(45)).set(39, random.percent(45));
    cd.set(40, random.percent(40)).set(123, random.flip());
    cd.set(63, 48, unique_tag(*asids_, world_.features.wide_asid || random.percent(3)));
    cd.set(47, random.percent(20));
    cd.set(65, random.percent(25)).set(129, random.percent(25));
    cd.set(66, random.percent(10)).set(130, random.percent(10));
    for (unsigned i = 0; i < 8; ++i) {
        const uint64_t byte =
            random.percent(60)
                ? random.pick({0xFFu, 0xFFu, 0x44u, 0x00u, 0x04u, 0xBBu, 0xEEu, 0xF4u})
                : random.bits(8);
        cd.set(192 + 8 * i + 7, 192 + 8 * i, byte);
    }
    if (random.percent(20)) cd.set(64, true).set(128, true).set(319, 256, random.next());

    Shape low, high;
    const bool has_low = stage1_shape(low), has_high = stage1_shape(high);
    // One DS bit for both halves; without the feature it means nothing.
    const bool ds = low.features.ds || high.features.ds;
    cd.set(186, ds || (!world_.features.lpa2 && random.percent(10)));
    low.features.ds = ds && low.granule != Granule::K64;
    high.features.ds = ds && high.granule != Granule::K64;

    constexpr unsigned sizes[] = {32, 36, 40, 42, 44, 48, 52};
    unsigned ips = random.percent(60) ? 7 : random.small(8);
    if (random.percent(75))
        while (ips < 6 && sizes[ips] < out_limit) ++ips;
    cd.set(34, 32, ips);
    cd.set(14, !has_low || random.percent(8)).set(30, !has_high || random.percent(30));
    if (random.percent(3)) cd.set(14, true).set(30, true).set(15, random.flip());
    for (Shape* s : {&low, &high})
        s->out_bits = std::min({out_limit, s->out_bits, ips < 7 ? sizes[ips] : 52u});
    if (has_low) half(cd, false, low, space, ipas, substream, stream);
    if (has_high && !oracle::field(cd.w, 30, 30))
        half(cd, true, high, space, ipas, substream, stream);
    return cd;
}

}  // namespace smmu::differential
