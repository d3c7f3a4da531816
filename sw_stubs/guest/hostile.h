// What a hostile guest may do to its SMMU: anything, anywhere; half of it nearly right, so that it gets far.
//
// The same stream of attempts natively, against a virtual SMMU under test, and on the modelled CPU. It depends on the
// seed alone.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "sw_stubs/vmm/virtual_device.h"

namespace smmu::sw::guest {

/// Numbers that look random: Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014.
class Random {
public:
    explicit Random(uint64_t seed) : state_(seed) {}
    uint64_t operator()() {
        uint64_t z = state_ += 0x9E37'79B9'7F4A'7C15;
        z = (z ^ z >> 30) * 0xBF58'476D'1CE4'E5B9;
        z = (z ^ z >> 27) * 0x94D0'49BB'1331'11EB;
        return z ^ z >> 31;
    }

private:
    uint64_t state_;
};

class Hostile {
public:
    /// RAM from `base`, 2^log2size bytes.
    Hostile(uint64_t seed, uint64_t base, unsigned log2size, uint32_t stream)
        : random_(seed), base_(base), log2size_(log2size), stream_(stream) {}

    uint64_t any() { return random_(); }
    uint64_t below(uint64_t n) { return random_() % n; }
    bool one_in(unsigned n) { return below(n) == 0; }
    template <size_t N>
    uint64_t pick(const uint64_t (&list)[N]) {
        return list[below(N)];
    }

    /// Mostly in its RAM.
    uint64_t address(uint64_t alignment) {
        const uint64_t a =
            one_in(8) ? any() & 0x00FF'FFFF'FFFF'FFFF : base_ + below(uint64_t{1} << log2size_);
        return a & ~(alignment - 1);
    }
    uint64_t stream() { return one_in(4) ? any() & 0xFFFF'FFFF : stream_; }

    /// Fills a stretch of its RAM with STEs, descriptors of any kind, commands, or noise.
    void scribble(vmm::GuestMemory& memory) {
        const uint64_t at = address(64);
        const uint64_t kind = below(5);
        for (unsigned i = 0; i < 512; ++i) {
            uint64_t words[2] = {any(), any()};
            if (kind == 0) ste(words);
            if (kind == 1) words[0] = address(64) | below(13), words[1] = address(64) | below(13);
            if (kind == 2) command(words);
            if (kind == 3) words[0] = address(4096) | 3, words[1] = address(4096) | 0x703;
            memory.write(at + i * (kind == 0 ? 64 : 16), words, sizeof words);
        }
    }
    void ste(uint64_t (&words)[2]) {
        words[0] = address(64) | pick({1, 9, 0xB, 0xB, 0xB, 0xD, 0xF, any() & 0x3F});
        if (one_in(4)) words[0] |= below(32) << 59;
        words[1] = one_in(3) ? any() : 0xD4 | below(4);
    }
    void command(uint64_t (&words)[2]) {
        const uint64_t op = one_in(6) ? below(0x100)
                                      : pick({1, 3, 4, 5, 6, 0x10, 0x11, 0x12, 0x13, 0x28, 0x2A,
                                              0x30, 0x40, 0x41, 0x44, 0x45, 0x46});
        words[0] = op | stream() << 32;
        if (one_in(3)) words[0] |= any() & 0xFFFF'F900;
        words[1] = one_in(3) ? any() : pick({0, 1, 31, 52, address(4096)});
    }
    /// One access to its SMMU.
    void access(vmm::VirtualDevice& device) {
        const uint64_t size = one_in(10) ? pick({1, 2}) : pick({4, 8});
        const uint64_t offset =
            one_in(6) ? below(0x2'1000)
                      : pick({0x20, 0x20, 0x20, 0x28,     0x2C,     0x44,     0x50,     0x64,
                              0x80, 0x80, 0x84, 0x88,     0x90,     0x94,     0x98,     0x98,
                              0x98, 0x9C, 0xA0, 0x1'00A8, 0x1'00AC, 0x68,     0xB0,     0xC0,
                              0xD0, 0xD0, 0xDC, 0x1'00C8, 0x1'00CC, 0x1'00CC, 0x1'00CC, 0x98});
        if (one_in(5)) {
            device.read(offset / size * size, static_cast<unsigned>(size));
            return;
        }
        uint64_t v = value(offset);
        if (offset == 0x64 && !one_in(4)) v = device.read(0x60, 4);  // errors are acknowledged
        device.write(offset / size * size, static_cast<unsigned>(size), v);
    }

private:
    uint64_t value(uint64_t offset) {
        if (one_in(6)) return any();
        switch (offset) {
            case 0x20: return one_in(3) ? below(16) : 0xF;
            case 0x44: return uint64_t{1} << 31 | below(2) << 20;
            case 0x64: return below(2);
            case 0x80: return address(64);
            case 0x88: return below(2) << 16 | pick({6, 8, 10}) << 6 | pick({6, 7, 8, below(64)});
            case 0x68:
            case 0xB0:
            case 0xD0: return one_in(3) ? 0x0800'0040 : address(4);
            case 0x90:
            case 0xC0:
            case 0xA0: return address(32) | below(12);
            case 0x98:
            case 0x9C:
            case 0x1'00A8:
            case 0x1'00C8: return below(64);
            case 0x1'00AC:
            case 0x1'00CC: return below(64) | below(2) << 31;
            default: return any();
        }
    }

    Random random_;
    uint64_t base_;
    unsigned log2size_;
    uint32_t stream_;
};

}  // namespace smmu::sw::guest
