// Builds what the SMMU reads: legal everywhere, and as plain as the shapes allow.
//
// With both stages a stream is a guest: its data, its CDs and its stage-1 tables lie in one range of
// IPAs, first built at their IPAs and then copied to where stage 2 places them.
#include "platform/analyze/tables.h"

#include <algorithm>

#include "platform/analyze/tree.h"
#include "smmuv3/arch/cd.h"
#include "smmuv3/arch/ste.h"

namespace smmu::platform::analyze {
namespace {

using arch::Cd;
using arch::Granule;
using arch::Ste;
using Refused = std::optional<Refusal>;

constexpr uint64_t ram = 0x4000'0000;      // where physical memory begins
constexpr uint64_t mair = 0xFF;            // Attr0: inner and outer write-back
constexpr uint8_t inner_shareable = 0b11;  // SH of leaves, where they have it
constexpr uint8_t write_back = 0b01;       // IR, OR

uint8_t tg0(Granule g) { return g == Granule::K4 ? 0b00 : g == Granule::K16 ? 0b10 : 0b01; }

/// Everybody reads and writes; AF is set.
uint64_t stage1_leaf(const Shape& shape) {
    using L = arch::Stage1Leaf;
    const uint8_t sh = shape.ds ? uint8_t{0} : inner_shareable;
    return L{}.set(L::AF, true).set(L::AP, 0b01).set(L::SH, sh).set(L::nG, true).word[0];
}
uint64_t stage2_leaf(const Shape& shape) {
    using L = arch::Stage2Leaf;
    const uint8_t sh = shape.ds ? uint8_t{0} : inner_shareable;
    return L{}.set(L::AF, true).set(L::S2AP, 0b11).set(L::MemAttr, 0b1111).set(L::SH, sh).word[0];
}

Cd make_cd(const Shape& shape, uint64_t ttb0, unsigned asid) {
    return Cd{}
        .set(Cd::V, true)
        .set(Cd::AA64, true)
        .set(Cd::T0SZ, shape.txsz())
        .set(Cd::TG0, tg0(shape.granule))
        .set(Cd::DS, shape.ds)
        .set(Cd::IR0, write_back)
        .set(Cd::OR0, write_back)
        .set(Cd::SH0, inner_shareable)
        .set(Cd::EPD1, true)
        .set(Cd::IPS, 0b101)
        .set(Cd::R, true)
        .set(Cd::A, true)
        .set(Cd::ASID, static_cast<uint16_t>(asid))
        .set(Cd::TTB0, ttb0 >> 4 << 4)
        .set(Cd::MAIR, mair);
}

void add_stage2(Ste& ste, const Shape& shape, uint64_t s2ttb, unsigned vmid) {
    ste.set(Ste::S2VMID, static_cast<uint16_t>(vmid))
        .set(Ste::S2T0SZ, shape.txsz())
        .set(Ste::S2SL0, static_cast<uint8_t>(shape.sl & 0b11))
        .set(Ste::S2SL0_2, (shape.sl & 0b100) != 0)
        .set(Ste::S2DS, shape.ds)
        .set(Ste::S2TG, tg0(shape.granule))
        .set(Ste::S2IR0, write_back)
        .set(Ste::S2OR0, write_back)
        .set(Ste::S2SH0, inner_shareable)
        .set(Ste::S2PS, 0b101)
        .set(Ste::S2AA64, true)
        .set(Ste::S2R, true)
        .set(Ste::S2TTB, s2ttb);
}

/// The CD table: one CD, or one for each SubstreamID up to the largest.
unsigned cd_table_log2(const StreamUse& use) {
    uint32_t largest = 0;
    for (const auto& space : use.spaces) largest = std::max(largest, space.substream.value_or(0));
    unsigned log2 = 0;
    while (largest >> log2 != 0) ++log2;
    return log2;
}

class Builder {
public:
    Builder(const TableParams& params, const Shapes& shapes, const core::Features& features,
            uint64_t seed)
        : params_(params), shapes_(shapes), features_(features), seed_(seed) {}

    Expected<BuiltTables> build(const std::vector<StreamUse>& uses) {
        make_stream_table(uses);
        unsigned number = 0;
        for (const StreamUse& use : uses) {
            const auto refused = shapes_.stage1 ? add_stage1_stream(use, ++number)
                                                : add_stage2_stream(use, ++number);
            if (refused) return *refused;
        }
        if (beyond(physical_.next(), features_.output_address_bits))
            return Refusal{
                "traffic.footprint: the mapped pages do not fit in smmu.output_address_bits"};
        return std::move(built_);
    }

private:
    static bool beyond(uint64_t end, unsigned bits) { return bits < 64 && end >> bits != 0; }

    Placement place(const std::vector<uint64_t>& units, const Shape& shape, Room& room) {
        const uint64_t unit = uint64_t{1} << shape.leaf_shift();
        const uint64_t output = room.take(units.size() << shape.leaf_shift(), unit);
        return {units,  output, shape.leaf_shift(), shape.page_shift(), params_.fragmentation,
                ++seed_};
    }

    void map_all(Tree& tree, const Placement& placement) {
        for (const Mapping& m : placement.mappings()) {
            tree.map(m);
            ++built_.leaves;
        }
    }

    /// Its own addresses are IPAs already; where they lie is all there is.
    Refused add_stage2_stream(const StreamUse& use, unsigned number) {
        Ste ste = Ste{}.set(Ste::V, true).set(Ste::Config, arch::SteConfig::S2);
        std::vector<uint64_t> units;
        for (const auto& space : use.spaces)
            units.insert(units.end(), space.units.begin(), space.units.end());
        Tree tree(built_.memory, physical_, *shapes_.stage2, stage2_leaf(*shapes_.stage2));
        map_all(tree, place(units, *shapes_.stage2, physical_));
        add_stage2(ste, *shapes_.stage2, tree.root(), number);
        put_ste(use.stream, ste.set(Ste::SHCFG, 0b01));
        return std::nullopt;
    }

    Refused add_stage1_stream(const StreamUse& use, unsigned number) {
        const bool nested = shapes_.stage2.has_value();
        const uint64_t first_ipa = shapes_.stage2 ? Shapes{{}, shapes_.stage2}.first_address() : 0;
        SparseMemory guest;
        Room ipas(first_ipa);
        const uint64_t cds =
            build_stage1(use, nested ? guest : built_.memory, nested ? ipas : physical_);
        Ste ste = Ste{}
                      .set(Ste::V, true)
                      .set(Ste::Config, nested ? arch::SteConfig::S1S2 : arch::SteConfig::S1)
                      .set(Ste::S1ContextPtr, cds)
                      .set(Ste::S1CDMax, static_cast<uint8_t>(cd_table_log2(use)))
                      .set(Ste::S1DSS, arch::S1Default::Substream0)
                      .set(Ste::S1CIR, write_back)
                      .set(Ste::S1COR, write_back)
                      .set(Ste::S1CSH, inner_shareable)
                      .set(Ste::SHCFG, 0b01);
        if (nested) {
            if (beyond(ipas.next(), shapes_.stage2->input_bits))
                return Refusal{"tables.stage2.levels=" + std::to_string(params_.stage2.levels) +
                               ": the memory of a guest does not fit in " +
                               std::to_string(shapes_.stage2->input_bits) + " bits"};
            add_stage2(ste, *shapes_.stage2, place_guest(guest, first_ipa, ipas.next()), number);
        }
        put_ste(use.stream, ste);
        return std::nullopt;
    }

    /// Data, tables and CDs of a stream; returns where its CD table is.
    uint64_t build_stage1(const StreamUse& use, SparseMemory& memory, Room& room) {
        const uint64_t cds =
            room.take(std::max(arch::page_bytes, uint64_t{64} << cd_table_log2(use)));
        for (const auto& space : use.spaces) {
            const Placement data = place(space.units, *shapes_.stage1, room);
            Tree tree(memory, room, *shapes_.stage1, stage1_leaf(*shapes_.stage1));
            map_all(tree, data);
            memory.put_record(cds + 64 * uint64_t{space.substream.value_or(0)},
                              make_cd(*shapes_.stage1, tree.root(), ++asid_));
        }
        return cds;
    }

    /// Stage 2 of a guest; copies what the guest has written.  Returns its root.
    uint64_t place_guest(const SparseMemory& guest, uint64_t first, uint64_t end) {
        const Shape& shape = *shapes_.stage2;
        Tree tree(built_.memory, physical_, shape, stage2_leaf(shape));
        const Placement placement =
            place(units_of(first, end - first, shape.leaf_shift()), shape, physical_);
        map_all(tree, placement);
        for (const auto& [number, page] : guest.pages()) {
            const uint64_t to = placement.output_of(number << arch::page_shift);
            for (size_t i = 0; i < page.size(); ++i)
                if (page[i] != 0) built_.memory.put(to + 8 * i, page[i]);
        }
        return tree.root();
    }

    // --- Stream table

    void make_stream_table(const std::vector<StreamUse>& uses) {
        using C = arch::StrtabBaseCfg;
        uint32_t largest = 1;
        for (const StreamUse& use : uses) largest = std::max(largest, use.stream.value);
        unsigned log2 = 0;
        while (log2 < 32 && largest >> log2 != 0) ++log2;
        two_level_ = params_.two_level_stream_table && log2 > split;
        const uint64_t bytes = two_level_ ? uint64_t{8} << (log2 - split) : uint64_t{64} << log2;
        table_ = physical_.take(std::max(bytes, arch::page_bytes));
        built_.base = arch::StrtabBase{}.set(arch::StrtabBase::ADDR, table_);
        built_.configuration = C{}.set(C::LOG2SIZE, static_cast<uint8_t>(log2))
                                   .set(C::SPLIT, uint8_t{split})
                                   .set(C::FMT, two_level_ ? arch::StreamTableFormat::TwoLevel
                                                           : arch::StreamTableFormat::Linear);
    }

    void put_ste(arch::StreamId stream, const Ste& ste) {
        uint64_t table = table_;
        uint32_t index = stream.value;
        if (two_level_) {
            const uint64_t at = table_ + 8 * uint64_t{stream.value >> split};
            arch::L1Std l1{{{built_.memory.word(at)}}};
            if (l1.word[0] == 0) {
                const uint64_t stes = physical_.take(uint64_t{64} << split);
                l1.set(arch::L1Std::Span, uint8_t{split + 1}).set(arch::L1Std::L2Ptr, stes);
                built_.memory.put(at, l1.word[0]);
            }
            table = l1[arch::L1Std::L2Ptr];
            index &= (1u << split) - 1;
        }
        built_.memory.put_record(table + 64 * uint64_t{index}, ste);
    }

    static constexpr unsigned split = 6;

    const TableParams& params_;
    const Shapes& shapes_;
    const core::Features& features_;
    uint64_t seed_;
    BuiltTables built_{};
    Room physical_{ram};
    uint64_t table_ = 0;
    bool two_level_ = false;
    unsigned asid_ = 0;
};

}  // namespace

uint64_t Shapes::first_address() const {
    constexpr uint64_t usual = 0x4000'0000;
    const uint64_t quarter = uint64_t{1} << (first().input_bits - 2);
    return std::min(usual, quarter) >> unit_shift() << unit_shift();
}

Expected<Shapes> shapes_of(const TableParams& params, const core::Features& features) {
    Shapes shapes;
    if (params.stages != Stages::Stage2) {
        const auto shape = stage1_shape(params.stage1, features);
        if (!shape) return Refusal{shape.refusal()};
        shapes.stage1 = *shape;
    }
    if (params.stages != Stages::Stage1) {
        const auto shape = stage2_shape(params.stage2, features);
        if (!shape) return Refusal{shape.refusal()};
        shapes.stage2 = *shape;
    }
    return shapes;
}

Expected<BuiltTables> build_tables(const TableParams& params, const Shapes& shapes,
                                   const core::Features& features,
                                   const std::vector<StreamUse>& uses, uint64_t seed) {
    return Builder(params, shapes, features, seed).build(uses);
}

}  // namespace smmu::platform::analyze
