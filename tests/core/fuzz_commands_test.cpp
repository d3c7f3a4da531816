// Random commands: which are legal and which translations they remove.  Arm IHI 0070 G.b, 4.  The
// rules are written down here a second time, from the words of a command to what it reaches.
#include <array>

#include "tests/core/fuzz_commands.h"

namespace smmu::test {
namespace {

using core::Translation;

constexpr uint64_t opcode(const Command& c) { return c.word[0] & 0xFF; }
constexpr uint64_t vmid(const Command& c) { return c.word[0] >> 32 & 0xFFFF; }
constexpr uint64_t asid(const Command& c) { return c.word[0] >> 48; }

bool is_legal(const Command& c, const core::Features& features) {
    const bool ssec = c.word[0] >> 10 & 1;
    switch (opcode(c)) {
        case 0x01:
        case 0x02:
        case 0x03:
        case 0x04: return !ssec;
        case 0x05:
        case 0x06: return !ssec && features.stage1;
        case 0x10:
        case 0x11:
        case 0x12:
        case 0x13: return features.stage1;
        case 0x28:
        case 0x2A: return features.stage2;
        case 0x30: return true;
        case 0x46: return (c.word[0] >> 12 & 3) != 3;
        default: return false;
    }
}

/// The command's address lies in the page or block that the entry came from.
bool is_at(const Command& c, const Translation& t, uint64_t address_bits) {
    const uint64_t bytes = uint64_t{1} << t.leaf_shift;
    const uint64_t begin = t.input / bytes * bytes;
    const uint64_t address = c.word[1] & address_bits & ~uint64_t{0xFFF};
    return address >= begin && address - begin < bytes;
}

/// A legal command removes this entry.
bool removes(const Command& c, const Translation& t) {
    const bool same_vmid = t.tag.vmid.value == vmid(c), same_asid = t.tag.asid.value == asid(c);
    constexpr uint64_t va = ~uint64_t{0}, ipa = 0x00FF'FFFF'FFFF'FFFF;
    switch (opcode(c)) {
        case 0x10: return t.tag.stage1 && same_vmid;
        case 0x11: return t.tag.stage1 && same_vmid && same_asid && !t.global;
        case 0x12: return t.tag.stage1 && same_vmid && (same_asid || t.global) && is_at(c, t, va);
        case 0x13: return t.tag.stage1 && same_vmid && is_at(c, t, va);
        case 0x28: return same_vmid;
        case 0x2A: return !t.tag.stage1 && same_vmid && is_at(c, t, ipa);
        case 0x30: return true;
        default: return false;
    }
}

TEST(FuzzCommands, LegalityAndScope) {
    core::Features features;
    core::ConfigCache configs{{4, 4}};
    core::Tlb tlb{{16, 16}};
    unsigned removed = 0, kept = 0;
    cases(0x6000'0000, 10'000, [&](Random& random) {
        features = random_features(random);
        tlb.invalidate_all();
        std::array<Translation, 12> entries{};
        for (Translation& t : entries) {
            constexpr uint8_t shifts[] = {12, 12, 21, 30};
            constexpr uint16_t numbers[] = {0, 1, 0x0A0B, 0x0C0D};
            t.leaf_shift = random.pick(shifts);
            t.shift = std::min(t.leaf_shift, random.pick(shifts));
            t.input = random.pick(pages) >> t.shift << t.shift;
            t.output = uint64_t(&t - entries.data() + 1) << 30;
            t.tag = {
                {random.pick(numbers)}, {random.pick(numbers)}, random.one_in(4), false, false};
            t.tag.stage1 = !random.one_in(4);
            t.tag.stage2 = !t.tag.stage1 || random.flip();
            t.global = t.tag.stage1 && random.one_in(4);
            tlb.fill(t);
        }
        const auto is_there = [&](const Translation& t) {
            const Translation* found = tlb.find(t.tag, t.input);
            return found != nullptr && found->output == t.output;
        };
        std::array<bool, 12> before{};
        for (size_t i = 0; i < entries.size(); ++i) before[i] = is_there(entries[i]);

        const Command c = random_command(random);
        Target target(configs, tlb);
        const auto error = core::execute(c, features, {}, target);
        ASSERT_EQ(error,
                  is_legal(c, features) ? arch::CommandError::None : arch::CommandError::Illegal);
        const bool legal = error == arch::CommandError::None;
        const bool inert = opcode(c) == 0x01 || opcode(c) == 0x02 || opcode(c) == 0x46;
        EXPECT_EQ(target.calls, legal && !inert ? 1u : 0u);
        for (size_t i = 0; i < entries.size(); ++i) {
            if (!before[i]) continue;
            EXPECT_EQ(is_there(entries[i]), !(legal && removes(c, entries[i]))) << "entry " << i;
            ++(is_there(entries[i]) ? kept : removed);
        }
        if (legal && opcode(c) >= 0x03 && opcode(c) <= 0x06) {
            const uint64_t sid = c.word[0] >> 32;
            EXPECT_TRUE(target.begin <= sid && sid <= target.end);
            const uint64_t streams =
                opcode(c) == 0x04 ? uint64_t{2} << (c.word[1] & 31) : uint64_t{1};
            EXPECT_EQ(uint64_t{target.end} - target.begin + 1, streams);
            EXPECT_EQ(target.begin % streams, 0u);
        }
    });
    EXPECT_GT(removed, 5000u);
    EXPECT_GT(kept, 10'000u);
}

}  // namespace
}  // namespace smmu::test
