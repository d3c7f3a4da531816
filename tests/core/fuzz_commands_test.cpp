// Random commands: which are legal and which translations they remove.  Arm IHI 0070 G.b, 4.  The
// rules are written down here a second time, from the words of a command to what it reaches.
#include <algorithm>
#include <array>

#include "tests/core/fuzz_commands.h"

namespace smmu::test {
namespace {

using core::Translation;

constexpr uint64_t opcode(const Command& c) { return c.word[0] & 0xFF; }
constexpr uint64_t vmid(const Command& c) { return c.word[0] >> 32 & 0xFFFF; }
constexpr uint64_t asid(const Command& c) { return c.word[0] >> 48; }

constexpr uint64_t num(const Command& c) { return c.word[0] >> 12 & 0x1F; }
constexpr uint64_t scale(const Command& c) { return c.word[0] >> 20 & 0x3F; }
constexpr uint64_t tg(const Command& c) { return c.word[1] >> 10 & 3; }
constexpr uint64_t ttl(const Command& c) { return c.word[1] >> 8 & 3; }

/// A granule that neither a range nor a level goes with (4.4.1.1).
bool is_reserved(const Command& c, const core::Features& features) {
    const bool has_level = ttl(c) != 0 && (tg(c) != 2 || ttl(c) != 1 || features.lpa2);
    return features.range_invalidation && tg(c) != 0 && num(c) == 0 && scale(c) == 0 && !has_level;
}

bool is_legal(const Command& c, const core::Features& features) {
    const bool ssec = c.word[0] >> 10 & 1;
    const bool el2 = features.el2 && features.stage1 && features.stage2;
    switch (opcode(c)) {
        case 0x01:
        case 0x02:
        case 0x03:
        case 0x04: return !ssec;
        case 0x05:
        case 0x06: return !ssec && features.stage1;
        case 0x10:
        case 0x11: return features.stage1;
        case 0x12:
        case 0x13: return features.stage1 && !is_reserved(c, features);
        case 0x20:
        case 0x21: return el2;
        case 0x22:
        case 0x23: return el2 && !is_reserved(c, features);
        case 0x28: return features.stage2;
        case 0x2A: return features.stage2 && !is_reserved(c, features);
        case 0x30: return true;
        case 0x44:
        case 0x45: return !ssec && features.stall_model != core::StallModel::Terminate;
        case 0x46: return (c.word[0] >> 12 & 3) != 3;
        default: return false;
    }
}

/// The command names an address of the page or block that the entry came from.
bool is_at(const Command& c, const Translation& t, uint64_t address_bits, bool has_ranges) {
    const uint64_t begin = t.input >> t.leaf_shift << t.leaf_shift;
    const uint64_t end = begin + ((uint64_t{1} << t.leaf_shift) - 1);
    const uint64_t first = c.word[1] & address_bits & ~uint64_t{0xFFF};
    uint64_t last = first;
    if (has_ranges && tg(c) != 0) {
        const uint64_t granule = tg(c) == 1 ? 0x1000 : tg(c) == 2 ? 0x4000 : 0x1'0000;
        const uint64_t bytes = ((num(c) + 1) << std::min<uint64_t>(scale(c), 39)) * granule;
        last = first + std::min(bytes - 1, ~first);  // it does not wrap
    }
    return begin <= last && end >= first;
}

/// A legal command removes this entry.
bool removes(const Command& c, const Translation& t, const core::CommandControls& controls,
             bool has_ranges) {
    constexpr uint64_t va = ~uint64_t{0}, ipa = 0x00FF'FFFF'FFFF'FFFF;
    const bool el1 = t.tag.world == arch::StreamWorld::El1;
    const bool same_vmid = el1 && ((t.tag.vmid.value ^ vmid(c)) & controls.vmid_mask) == 0;
    const bool same_asid = t.tag.asid.value == asid(c);
    const auto at = [&](uint64_t bits) { return is_at(c, t, bits, has_ranges); };
    switch (opcode(c)) {
        case 0x10: return t.tag.stage1 && same_vmid;
        case 0x11: return t.tag.stage1 && same_vmid && same_asid && !t.global;
        case 0x12: return t.tag.stage1 && same_vmid && (same_asid || t.global) && at(va);
        case 0x13: return t.tag.stage1 && same_vmid && at(va);
        case 0x20: return !el1;
        case 0x21: return !el1 && same_asid && !t.global;
        case 0x22: return !el1 && (!controls.e2h || same_asid || t.global) && at(va);
        case 0x23: return !el1 && at(va);
        case 0x28: return same_vmid;
        case 0x2A: return !t.tag.stage1 && same_vmid && at(ipa);
        case 0x30: return el1;
        default: return false;
    }
}

Translation random_entry(Random& random) {
    constexpr uint8_t shifts[] = {12, 12, 14, 16, 21, 25, 30, 34, 36, 42};
    constexpr uint16_t numbers[] = {0, 1, 0x0A0B, 0x0C0D};
    Translation t;
    t.leaf_shift = random.pick(shifts);
    t.shift = std::min(t.leaf_shift, random.pick(shifts));
    t.input = random.pick(pages) >> t.shift << t.shift;
    t.tag.vmid = arch::Vmid{random.pick(numbers)};
    t.tag.asid = arch::Asid{random.pick(numbers)};
    t.tag.asid_set = random.one_in(4);
    t.tag.stage1 = !random.one_in(4);
    t.tag.stage2 = !t.tag.stage1 || random.flip();
    t.global = t.tag.stage1 && random.one_in(4);
    if (random.one_in(4)) {
        t.tag.world = random.flip() ? arch::StreamWorld::El2 : arch::StreamWorld::El2E2h;
        t.tag.vmid = arch::Vmid{0};
        t.tag.stage1 = true;
        t.tag.stage2 = false;
    }
    if (t.tag.world == arch::StreamWorld::El2) {
        t.tag.asid = arch::Asid{0};
        t.global = false;
    }
    return t;
}

void expect_streams(const Command& c, const Target& target) {
    const uint64_t sid = c.word[0] >> 32;
    EXPECT_TRUE(target.begin <= sid && sid <= target.end);
    const uint64_t streams = opcode(c) == 0x04 ? uint64_t{2} << (c.word[1] & 31) : uint64_t{1};
    EXPECT_EQ(uint64_t{target.end} - target.begin + 1, streams);
    EXPECT_EQ(target.begin % streams, 0u);
    if (opcode(c) != 0x05) return;
    EXPECT_EQ(target.context, c.word[0] >> 12 & 0xF'FFFF);
}

TEST(FuzzCommands, LegalityAndScope) {
    core::Features features;
    core::ConfigCache configs{{4, 4}};
    core::Tlb tlb{{256, 16}};
    unsigned removed = 0, kept = 0;
    cases(0x6000'0000, 10'000, [&](Random& random) {
        features = random_features(random);
        core::CommandControls controls;
        controls.vmid_mask = static_cast<uint16_t>(0xFFFF << random.below(5));
        controls.e2h = random.flip();
        tlb.invalidate_all();
        std::array<Translation, 12> entries{};
        for (Translation& t : entries) {
            t = random_entry(random);
            t.output = uint64_t(&t - entries.data() + 1) << 42;
            tlb.fill(t);
        }
        const auto is_there = [&](const Translation& t) {
            Translation found;
            return tlb.find(t.tag, t.input, found) && found.output == t.output;
        };
        std::array<bool, 12> before{};
        for (size_t i = 0; i < entries.size(); ++i) before[i] = is_there(entries[i]);

        Command c = random_command(random);
        if (!features.lpa2) c.word[0] &= ~uint64_t{1 << 25};  // SCALE has five bits then
        Target target(configs, tlb);
        const auto error = core::execute(c, features, controls, target);
        ASSERT_EQ(error,
                  is_legal(c, features) ? arch::CommandError::None : arch::CommandError::Illegal);
        const bool legal = error == arch::CommandError::None;
        const bool inert = opcode(c) == 0x01 || opcode(c) == 0x02 || opcode(c) == 0x46;
        EXPECT_EQ(target.calls, legal && !inert ? 1u : 0u);
        for (size_t i = 0; i < entries.size(); ++i) {
            if (!before[i]) continue;
            const bool gone =
                legal && removes(c, entries[i], controls, features.range_invalidation);
            EXPECT_EQ(is_there(entries[i]), !gone) << "entry " << i;
            ++(gone ? removed : kept);
        }
        if (legal && opcode(c) >= 0x03 && opcode(c) <= 0x06) expect_streams(c, target);
    });
    EXPECT_GT(removed, 5000u);
    EXPECT_GT(kept, 10'000u);
}

}  // namespace
}  // namespace smmu::test
