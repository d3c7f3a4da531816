// A table of all requests: its words, and what they become.
#include "platform/remote/request.h"

#include <charconv>
#include <vector>

namespace smmu::platform::remote {
namespace {

using Words = std::vector<std::string_view>;

Words words_of(std::string_view line) {
    constexpr std::string_view blanks = " \r";
    Words words;
    for (size_t at = 0;;) {
        at = line.find_first_not_of(blanks, at);
        if (at == line.npos) return words;
        const size_t end = std::min(line.find_first_of(blanks, at), line.size());
        words.push_back(line.substr(at, end - at));
        at = end;
    }
}

/// As C reads constants: 0x hexadecimal, 0 octal, else decimal; nullopt: no number, or over 64 bits.
std::optional<uint64_t> number(std::string_view text) {
    int base = 10;
    if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text[0] == '0') {
        base = 8;
    }
    uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value, base);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return value;
}

/// The same with a sign, in two's complement: bytes and levels may be given as -1.
std::optional<uint64_t> signed_number(std::string_view text) {
    const bool negative = !text.empty() && text[0] == '-';
    const auto magnitude = number(text.substr(negative ? 1 : 0));
    if (!magnitude || !negative) return magnitude;
    return ~*magnitude + 1;
}

Refusal no_number(const char* what, std::string_view text) {
    return {std::string(what) + " is not a number: " + std::string(text.substr(0, 64))};
}

struct Range {
    uint64_t address;
    uint64_t size;
};

Expected<Range> range(std::string_view address, std::string_view size) {
    const auto first = number(address);
    if (!first) return no_number("ADDR", address);
    const auto length = number(size);
    if (!length) return no_number("SIZE", size);
    if (*length > max_bytes)
        return Refusal{"SIZE is at most " + std::to_string(max_bytes) + " bytes in one request"};
    if (*length != 0 && *length - 1 > ~*first)
        return Refusal{"ADDR and SIZE run over the end of the address space"};
    return Range{*first, *length};
}

unsigned size_of(char letter) {
    switch (letter) {
        case 'b': return 1;
        case 'w': return 2;
        case 'l': return 4;
        default: return 8;
    }
}

Expected<Request> read_value(const Words& words) {
    const unsigned size = size_of(words[0].back());
    const auto r = range(words[1], std::to_string(size));
    if (!r) return Refusal{r.refusal()};
    return Request{ReadValue{r->address, size}};
}

Expected<Request> write_value(const Words& words) {
    const unsigned size = size_of(words[0].back());
    const auto r = range(words[1], std::to_string(size));
    if (!r) return Refusal{r.refusal()};
    const auto value = signed_number(words[2]);
    if (!value) return no_number("VALUE", words[2]);
    return Request{WriteValue{r->address, size, *value}};
}

Expected<Request> read_bytes(const Words& words) {
    const auto r = range(words[1], words[2]);
    if (!r) return Refusal{r.refusal()};
    if (r->size == 0) return Refusal{"SIZE must not be 0"};
    const bool hex = words[0] == "read";
    return Request{ReadBytes{r->address, r->size, hex ? Encoding::Hex : Encoding::Base64}};
}

Expected<Request> write_bytes(const Words& words) {
    const auto r = range(words[1], words[2]);
    if (!r) return Refusal{r.refusal()};
    std::optional<Bytes> bytes;
    if (words[0] == "b64write") {
        bytes = from_base64(words[3]);
        if (!bytes) return Refusal{"DATA is not base64"};
    } else {
        if (words[3].substr(0, 2) == "0x") bytes = from_hex(words[3].substr(2));
        if (!bytes) return Refusal{"DATA is not 0x and two hexadecimal digits a byte"};
    }
    if (bytes->size() > r->size) return Refusal{"DATA has more bytes than SIZE says"};
    bytes->resize(r->size);  // what is missing is zero
    return Request{WriteBytes{r->address, std::move(*bytes)}};
}

Expected<Request> fill(const Words& words) {
    const auto r = range(words[1], words[2]);
    if (!r) return Refusal{r.refusal()};
    const auto value = signed_number(words[3]);
    if (!value) return no_number("VALUE", words[3]);
    return Request{WriteBytes{r->address, Bytes(r->size, static_cast<uint8_t>(*value))}};
}

Expected<Request> step_clock(const Words& words) {
    if (words.size() == 1) return Request{StepClock{std::nullopt}};
    const auto ns = number(words[1]);
    if (!ns) return no_number("NS", words[1]);
    return Request{StepClock{*ns}};
}

Expected<Request> set_clock(const Words& words) {
    const auto ns = number(words[1]);
    if (!ns) return no_number("NS", words[1]);
    return Request{SetClock{*ns}};
}

Expected<Request> intercept_irqs(const Words& words) {
    const bool in = words[0] == "irq_intercept_in";
    if (words.size() == 3 && (in || words[2] != "sysbus-irq"))
        return Refusal{"only unnamed inputs and the outputs sysbus-irq can be intercepted"};
    return Request{InterceptIrqs{in ? Pins::In : Pins::Out, std::string(words[1])}};
}

Expected<Request> set_irq_in(const Words& words) {
    if (words[2] != "unnamed-gpio-in")
        return Refusal{"NAME is unnamed-gpio-in: there are no other inputs"};
    const auto which = number(words[3]);
    if (!which) return no_number("NUM", words[3]);
    const auto level = signed_number(words[4]);
    if (!level) return no_number("LEVEL", words[4]);
    return Request{SetIrqIn{std::string(words[1]), *which, *level != 0}};
}

Expected<Request> read_port(const Words& words) {
    if (!number(words[1])) return no_number("ADDR", words[1]);
    return Request{ReadPort{size_of(words[0].back())}};
}

Expected<Request> write_port(const Words& words) {
    if (!number(words[1])) return no_number("ADDR", words[1]);
    if (!signed_number(words[2])) return no_number("VALUE", words[2]);
    return Request{WritePort{}};
}

struct Form {
    std::string_view name;
    std::string_view words;  ///< that follow the name, for a refusal
    unsigned least, most;
    Expected<Request> (*read)(const Words&);
};

constexpr Form forms[] = {
    {"endianness", "no words", 0, 0,
     [](const Words&) { return Expected<Request>(Request{AskEndianness{}}); }},
    {"readb", "ADDR", 1, 1, read_value},
    {"readw", "ADDR", 1, 1, read_value},
    {"readl", "ADDR", 1, 1, read_value},
    {"readq", "ADDR", 1, 1, read_value},
    {"writeb", "ADDR VALUE", 2, 2, write_value},
    {"writew", "ADDR VALUE", 2, 2, write_value},
    {"writel", "ADDR VALUE", 2, 2, write_value},
    {"writeq", "ADDR VALUE", 2, 2, write_value},
    {"read", "ADDR SIZE", 2, 2, read_bytes},
    {"b64read", "ADDR SIZE", 2, 2, read_bytes},
    {"write", "ADDR SIZE DATA", 3, 3, write_bytes},
    {"b64write", "ADDR SIZE DATA", 3, 3, write_bytes},
    {"memset", "ADDR SIZE VALUE", 3, 3, fill},
    {"clock_step", "[NS]", 0, 1, step_clock},
    {"clock_set", "NS", 1, 1, set_clock},
    {"irq_intercept_in", "DEVICE", 1, 2, intercept_irqs},
    {"irq_intercept_out", "DEVICE [sysbus-irq]", 1, 2, intercept_irqs},
    {"set_irq_in", "DEVICE NAME NUM LEVEL", 4, 4, set_irq_in},
    {"inb", "ADDR", 1, 1, read_port},
    {"inw", "ADDR", 1, 1, read_port},
    {"inl", "ADDR", 1, 1, read_port},
    {"outb", "ADDR VALUE", 2, 2, write_port},
    {"outw", "ADDR VALUE", 2, 2, write_port},
    {"outl", "ADDR VALUE", 2, 2, write_port},
};

}  // namespace

Expected<Request> read_request(std::string_view line) {
    const Words words = words_of(line);
    if (words.empty()) return Refusal{"the line is empty"};
    for (const Form& form : forms) {
        if (form.name != words[0]) continue;
        if (words.size() - 1 < form.least || words.size() - 1 > form.most)
            return Refusal{std::string(form.name) + " takes " + std::string(form.words)};
        return form.read(words);
    }
    return Refusal{"unknown command '" + std::string(words[0].substr(0, 64)) + "'"};
}

}  // namespace smmu::platform::remote
