// The shape of one stage's tables.  Arm ARM D8.2: sizes, start levels; D8.3: blocks.
#include "platform/analyze/shape.h"

#include <algorithm>
#include <string>

#include "smmuv3/core/table_root.h"

namespace smmu::platform::analyze {
namespace {

using arch::Granule;

struct Stage {
    const char* name;  ///< "stage1"
    unsigned most_bits;
    bool wide;  ///< it may have 52 bits of input where its format can
};

std::string key(const Stage& stage, const char* member, uint32_t value) {
    return std::string("tables.") + stage.name + '.' + member + '=' + std::to_string(value);
}

Granule granule_of(uint32_t kib) {
    return kib == 4 ? Granule::K4 : kib == 16 ? Granule::K16 : Granule::K64;
}

bool is_built(Granule g, const core::Features& f) {
    return g == Granule::K4 ? f.granule_4k : g == Granule::K16 ? f.granule_16k : f.granule_64k;
}

/// "4, 2048 or 1048576": pages and blocks of these tables.
std::string leaves(const Shape& shape, bool lpa) {
    std::string text;
    for (int level = 3; level >= std::max(shape.start_level, 0); --level) {
        if (level != 3 && !arch::has_blocks(level, {shape.granule, shape.ds, lpa})) continue;
        text += (text.empty() ? "" : ", ") +
                std::to_string(arch::level_bytes(level, shape.granule) >> 10);
    }
    return text;
}

/// All but the start level's field; `impossible`: what the architecture says of the sizes.
template <class Impossible>
Expected<Shape> shape_of(const StageParams& params, const Stage& stage,
                         const core::Features& features, Impossible&& impossible) {
    Shape shape;
    shape.granule = granule_of(params.granule_kib);
    if (!is_built(shape.granule, features))
        return Refusal{key(stage, "granule", params.granule_kib) + " needs smmu.granule_" +
                       std::to_string(params.granule_kib) + "k=true"};
    shape.start_level = 4 - static_cast<int>(params.levels);
    const unsigned resolved = shape.page_shift() + params.levels * arch::level_bits(shape.granule);
    const bool wide = shape.granule == Granule::K64 || features.lpa2;
    shape.input_bits = std::min({resolved, stage.most_bits, wide && stage.wide ? 52u : 48u});
    shape.ds = features.lpa2 && shape.granule != Granule::K64 &&
               (shape.input_bits > 48 || shape.start_level < 0);
    shape.output_bits = std::min(features.output_address_bits, 48u);
    if (impossible(shape))
        return Refusal{key(stage, "levels", params.levels) + ": a granule of " +
                       std::to_string(params.granule_kib) +
                       " KiB has no tables of that many levels on this SMMU"};

    const bool lpa = shape.granule == Granule::K64 && features.output_address_bits >= 52;
    for (int level = 3; level >= shape.start_level; --level) {
        if (uint64_t{params.page_kib} << 10 != arch::level_bytes(level, shape.granule)) continue;
        if (level != 3 && !arch::has_blocks(level, {shape.granule, shape.ds, lpa})) break;
        shape.leaf_level = level;
        return shape;
    }
    return Refusal{key(stage, "page", params.page_kib) +
                   ": these tables have pages and blocks of " + leaves(shape, lpa) + " KiB"};
}

core::TableRequest request(const Shape& shape) {
    core::TableRequest r{};
    r.granule = shape.granule;
    r.txsz = shape.txsz();
    r.ds = shape.ds;
    r.ps = 0b101;
    return r;
}

/// STE.{S2SL0_2, S2SL0} of a start level.
uint8_t start_level_code(const Shape& shape) {
    constexpr uint8_t of_4k[] = {0b100, 2, 1, 0, 3}, of_others[] = {0, 3, 2, 1, 0};
    return (shape.granule == Granule::K4 ? of_4k : of_others)[shape.start_level + 1];
}

}  // namespace

Expected<Shape> stage1_shape(const StageParams& params, const core::Features& features) {
    if (!features.stage1) return Refusal{"tables.stages: stage 1 needs smmu.stage1=true"};
    const bool wide = features.virtual_address_bits > 48;
    return shape_of(params, {"stage1", 52, wide}, features, [&features](const Shape& shape) {
        return core::is_illegal_stage1(request(shape), features) ||
               core::stage1_root(request(shape), features).start_level != shape.start_level;
    });
}

Expected<Shape> stage2_shape(const StageParams& params, const core::Features& features) {
    if (!features.stage2) return Refusal{"tables.stages: stage 2 needs smmu.stage2=true"};
    const auto shape =
        shape_of(params, {"stage2", features.intermediate_address_bits(), true}, features,
                 [&features](Shape& tried) {
                     // A granule of 16 KiB starts at level 0 in this format alone.
                     if (tried.granule == Granule::K16 && tried.start_level == 0)
                         tried.ds = features.lpa2;
                     if (tried.start_level < -1) return true;
                     tried.sl = start_level_code(tried);
                     return core::is_illegal_stage2(request(tried), tried.sl, features) ||
                            core::stage2_root(request(tried), tried.sl, features).start_level !=
                                tried.start_level;
                 });
    return shape;
}

}  // namespace smmu::platform::analyze
