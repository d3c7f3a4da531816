// What the compiler calls for copies and fills; there is no C library below it.
#include <stddef.h>
#include <stdint.h>

// Without this the compiler recognises the loops below and makes each function call itself.
#pragma GCC optimize("no-tree-loop-distribute-patterns")

extern "C" {

void* memcpy(void* to, const void* from, size_t size) {
    auto* d = static_cast<uint8_t*>(to);
    const auto* s = static_cast<const uint8_t*>(from);
    const auto aligned = [](const void* p) { return (reinterpret_cast<uintptr_t>(p) & 7) == 0; };
    if (aligned(to) && aligned(from)) {
        for (; size >= 8; size -= 8, d += 8, s += 8)
            *reinterpret_cast<uint64_t*>(d) = *reinterpret_cast<const uint64_t*>(s);
    }
    for (; size != 0; --size) *d++ = *s++;
    return to;
}

void* memmove(void* to, const void* from, size_t size) {
    auto* d = static_cast<uint8_t*>(to);
    const auto* s = static_cast<const uint8_t*>(from);
    if (d <= s) return memcpy(to, from, size);
    while (size != 0) {
        --size;
        d[size] = s[size];
    }
    return to;
}

void* memset(void* to, int value, size_t size) {
    auto* d = static_cast<uint8_t*>(to);
    const auto byte = static_cast<uint8_t>(value);
    for (; size != 0 && (reinterpret_cast<uintptr_t>(d) & 7) != 0; --size) *d++ = byte;
    for (; size >= 8; size -= 8, d += 8)
        *reinterpret_cast<uint64_t*>(d) = 0x0101'0101'0101'0101 * byte;
    for (; size != 0; --size) *d++ = byte;
    return to;
}

int memcmp(const void* a, const void* b, size_t size) {
    const auto* x = static_cast<const uint8_t*>(a);
    const auto* y = static_cast<const uint8_t*>(b);
    for (size_t i = 0; i < size; ++i)
        if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
    return 0;
}

}  // extern "C"
