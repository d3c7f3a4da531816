// The formatter: knows the column it is in and nothing else.
#include "sw_stubs/port/aarch64/print.h"

namespace smmu::sw::aarch64 {
namespace {

unsigned current_column = 0;

size_t length_of(const char* text) {
    size_t n = 0;
    while (text[n] != 0) ++n;
    return n;
}

void spaces(unsigned count) {
    for (; count != 0; --count) print_one(' ');
}

/// Digits of `value` in `base`, at least `digits` of them, ending at the end of a buffer.
class Digits {
public:
    Digits(uint64_t value, unsigned base, unsigned digits) {
        do {
            *--first_ = "0123456789abcdef"[value % base];
            value /= base;
        } while (value != 0 || size() < digits);
    }
    const char* text() const { return first_; }
    size_t size() const { return static_cast<size_t>(buffer_ + sizeof buffer_ - first_); }

private:
    char buffer_[20];  // 2^64 in decimal
    char* first_ = buffer_ + sizeof buffer_;
};

}  // namespace

void print_one(const char* text, size_t length) {
    for (size_t i = 0; i < length; ++i) current_column = text[i] == '\n' ? 0 : current_column + 1;
    write_text(text, length);
}
void print_one(char c) { print_one(&c, 1); }
void print_one(const char* text) { print_one(text, length_of(text)); }
void print_one(Hex number) {
    const Digits d{number.value, 16, number.digits > 16 ? 16 : number.digits};
    print_one("0x");
    print_one(d.text(), d.size());
}
void print_one(Decimal number) {
    const Digits d{number.value, 10, 1};
    if (d.size() < number.width) spaces(number.width - static_cast<unsigned>(d.size()));
    print_one(d.text(), d.size());
}
void print_one(Text text) {
    const unsigned end = current_column + text.width;
    print_one(text.text);
    print_one(Column{end});
}
void print_one(Column column) {
    if (current_column < column.column) spaces(column.column - current_column);
}

}  // namespace smmu::sw::aarch64
