// A line of text in a buffer of fixed size; what does not fit is cut off.
#pragma once
#include <stdint.h>

namespace smmu::sw {

template <unsigned Size>
class Text {
public:
    constexpr Text() = default;

    constexpr Text& add(const char* text) {
        for (; *text != 0; ++text) add(*text);
        return *this;
    }
    constexpr Text& add(char c) {
        if (length_ + 1 < Size) characters_[length_++] = c;
        return *this;
    }
    constexpr Text& hex(uint64_t value) {
        add("0x");
        unsigned digits = 1;
        while (digits < 16 && (value >> (4 * digits)) != 0) ++digits;
        while (digits != 0) add("0123456789ABCDEF"[(value >> (4 * --digits)) & 0xF]);
        return *this;
    }
    constexpr const char* c_str() const { return characters_; }
    constexpr unsigned length() const { return length_; }

private:
    char characters_[Size] = {};
    unsigned length_ = 0;
};

}  // namespace smmu::sw
