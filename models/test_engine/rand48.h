// The random numbers of the test engine, as its public header defines them: a 48-bit linear
// congruential generator that takes two steps for 32 bits.
#pragma once
#include <cstdint>

namespace smmu::test_engine {

class Rand48 {
public:
    constexpr explicit Rand48(uint32_t seed) : state_(uint64_t{seed} << 16 | 0x330E) {}

    constexpr uint32_t next() {
        step(multiplier, increment);
        const auto low = static_cast<uint32_t>(state_ >> 17 & 0x7FFF'FFFF);
        step(multiplier, increment);
        return low | static_cast<uint32_t>(state_ & 0x8000'0000);
    }

    /// As if next() had been called `count` times, in as many steps as `count` has bits.
    constexpr void skip(uint64_t count) {
        uint64_t a = multiplier, c = increment;  // x -> a * x + c: one step, then two, four ...
        for (uint64_t steps = 2 * count; steps != 0; steps >>= 1) {
            if ((steps & 1) != 0) step(a, c);
            c = (a + 1) * c & mask;
            a = a * a & mask;
        }
    }

private:
    static constexpr uint64_t multiplier = 0x5'DEEC'E66D, increment = 0xB;
    static constexpr uint64_t mask = 0xFFFF'FFFF'FFFF;

    constexpr void step(uint64_t a, uint64_t c) { state_ = (a * state_ + c) & mask; }

    uint64_t state_;
};

/// The bytes that RAND48 writes to [address, address + length).  The generator starts with the seed
/// and the address at `begin` and again at every 4 KiB, so that they depend on no order.
inline void randomize(uint64_t begin, uint32_t seed, uint64_t address, uint8_t* to,
                      uint64_t length) {
    Rand48 random(0);
    for (uint64_t i = 0; i < length; ++i) {
        const uint64_t at = address + i;
        if (i == 0 || at % 0x1000 == 0) {
            const uint64_t page = at & ~uint64_t{0xFFF};
            const uint64_t start = page < begin ? begin : page;
            random =
                Rand48(seed ^ static_cast<uint32_t>(start >> 32) ^ static_cast<uint32_t>(start));
            random.skip(at - start);
        }
        to[i] = static_cast<uint8_t>(random.next());
    }
}

}  // namespace smmu::test_engine
