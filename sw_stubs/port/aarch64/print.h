// Text for people: print("IDR0", Column{8}, Hex{value}, "  ", Decimal{n, 4}, '\n').
//
// Where the text goes is the program's: the host has a UART, a guest asks its host.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace smmu::sw::aarch64 {

/// 0x and at least `digits` hexadecimal digits.
struct Hex {
    uint64_t value;
    unsigned digits = 1;
};
/// Right-aligned in `width` characters.
struct Decimal {
    uint64_t value;
    unsigned width = 1;
};
/// Left-aligned: filled with spaces up to `width` characters.
struct Text {
    const char* text;
    unsigned width;
};
/// Spaces up to this column of the line; nothing when the line is there already.
struct Column {
    unsigned column;
};

void print_one(char c);
void print_one(const char* text);
void print_one(const char* text, size_t length);
void print_one(Hex number);
void print_one(Decimal number);
void print_one(Text text);
void print_one(Column column);

template <class... Parts>
void print(const Parts&... parts) {
    (print_one(parts), ...);
}

/// Given by the program: takes finished pieces of text, in order.
void write_text(const char* text, size_t length);

}  // namespace smmu::sw::aarch64
