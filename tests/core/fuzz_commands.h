// Random commands, and the caches that obey them.
#pragma once
#include "smmuv3/core/commands.h"
#include "tests/core/fuzz.h"

namespace smmu::test {

using arch::Command;

/// Addresses of pages that random commands name.
constexpr uint64_t pages[6] = {
    0x1000, 0x2000, 0x40'0000, 0x41'F000, 0x0000'0012'4000'3000, 0xFFFF'FF80'0000'7000};

/// Random bits around an opcode that is more often real than not, with the numbers that are in use.
inline Command random_command(Random& random) {
    constexpr uint64_t real[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x10, 0x11, 0x12, 0x13,
                                 0x20, 0x21, 0x22, 0x23, 0x28, 0x2A, 0x30, 0x44, 0x45, 0x46};
    constexpr uint64_t numbers[] = {0, 1, 0x0A0B, 0x0C0D, 0xFFFF};
    Command c{{random.next() & 0xFFFF'FF00, random.next()}};
    if (random.flip()) c.word[0] &= 0xFFFF'0000;
    if (random.flip()) c.word[0] &= 0xFFFF'FFFF'FC0F'FFFF;  // SCALE 0: a short range
    c.word[0] |= random.one_in(8) ? random.below(256) : random.pick(real);
    c.word[0] |= random.pick(numbers) << 32 | random.pick(numbers) << 48;
    if (!random.one_in(8)) c.word[1] = random.pick(pages) | random.bits(12);
    if (random.flip()) c.word[1] &= ~uint64_t{0xC00};  // TG 0: one address
    return c;
}

/// Counts and obeys.
class Target final : public core::CommandTarget {
public:
    Target(core::ConfigCache& configs, core::Tlb& tlb) : configs_(configs), tlb_(tlb) {}
    void invalidate_config(arch::StreamId first, arch::StreamId last) override {
        ++calls;
        configs_.invalidate(first, last);
        begin = first.value;
        end = last.value;
    }
    void invalidate_tlb(const core::TlbScope& scope) override {
        ++calls;
        tlb_.invalidate(scope);
    }
    void invalidate_context(arch::StreamId stream, arch::SubstreamId substream) override {
        ++calls;
        configs_.invalidate(stream, substream);
        begin = end = stream.value;
        context = substream.value;
    }
    void resume(arch::StreamId, uint16_t, core::StallEnd) override { ++calls; }
    void terminate_stalls(arch::StreamId) override { ++calls; }
    unsigned calls = 0;
    uint32_t begin = 1, end = 0, context = 0;

private:
    core::ConfigCache& configs_;
    core::Tlb& tlb_;
};

}  // namespace smmu::test
