// Random numbers of a world: one 64-bit seed, the same numbers on every machine.
#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>

namespace smmu::differential {

constexpr uint64_t scramble(uint64_t x) {
    x ^= x >> 30;
    x *= 0xBF58'476D'1CE4'E5B9;
    x ^= x >> 27;
    x *= 0x94D0'49BB'1331'11EB;
    return x ^ (x >> 31);
}

/// SplitMix64.  Two numbers never come from one expression that leaves their order open.
class Random {
public:
    explicit Random(uint64_t seed) : state_(seed) {}

    uint64_t next() { return scramble(state_ += 0x9E37'79B9'7F4A'7C15); }
    /// 0 to n-1.
    uint64_t below(uint64_t n) { return n == 0 ? 0 : next() % n; }
    unsigned small(unsigned n) { return static_cast<unsigned>(below(n)); }
    /// low to high, both included.
    unsigned between(unsigned low, unsigned high) { return low + small(high - low + 1); }
    bool percent(unsigned p) { return below(100) < p; }
    bool flip() { return (next() & 1) != 0; }
    /// A number of n bits.
    uint64_t bits(unsigned n) { return n == 0 ? 0 : next() >> (64 - n); }

    template <class T>
    T pick(std::initializer_list<T> from) {
        return from.begin()[below(from.size())];
    }
    template <class C>
    auto& of(C& from) {
        return from[below(std::size(from))];
    }

private:
    uint64_t state_;
};

}  // namespace smmu::differential
