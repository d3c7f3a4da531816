// One function for each kind of request.
#include "platform/remote/session.h"

#include <cstdio>
#include <utility>

namespace smmu::platform::remote {
namespace {

using Answer = Expected<std::string>;  // what follows OK

std::string words(const char* format, uint64_t value) {
    char text[32];
    std::snprintf(text, sizeof text, format, static_cast<unsigned long long>(value));
    return text;
}

Answer answer_of(const std::optional<Refusal>& refusal) {
    return refusal ? Answer(*refusal) : Answer(std::string());
}

/// Little-endian, as every bus here.
Bytes to_bytes(uint64_t value, unsigned size) {
    Bytes bytes;
    for (unsigned i = 0; i < size; ++i) bytes.push_back(static_cast<uint8_t>(value >> 8 * i));
    return bytes;
}

uint64_t to_value(const Bytes& bytes) {
    uint64_t value = 0;
    for (size_t i = bytes.size(); i > 0; --i) value = value << 8 | bytes[i - 1];
    return value;
}

class Doing {
public:
    explicit Doing(Target& target) : target_(target) {}

    Answer operator()(const AskEndianness&) { return std::string("little"); }

    Answer operator()(const ReadValue& r) {
        Bytes bytes(r.size);
        if (const auto refusal = target_.read(r.address, bytes)) return *refusal;
        return words("0x%016llx", to_value(bytes));
    }
    Answer operator()(const WriteValue& r) {
        return answer_of(target_.write(r.address, to_bytes(r.value, r.size)));
    }
    Answer operator()(const ReadBytes& r) {
        Bytes bytes(r.size);
        if (const auto refusal = target_.read(r.address, bytes)) return *refusal;
        return r.encoding == Encoding::Hex ? "0x" + to_hex(bytes) : to_base64(bytes);
    }
    Answer operator()(const WriteBytes& r) { return answer_of(target_.write(r.address, r.bytes)); }

    Answer operator()(const StepClock& r) {
        const uint64_t now = target_.now_ns();
        if (!r.ns) {
            const auto next = target_.next_ns();
            if (!next) return Refusal{"nothing will happen at any later time"};
            return advance(*next);
        }
        if (*r.ns == 0) return Refusal{"NS must not be 0"};
        if (*r.ns > target_.last_ns() - now) return beyond();
        return advance(now + *r.ns);
    }
    Answer operator()(const SetClock& r) {
        if (r.ns > target_.last_ns()) return beyond();
        if (r.ns < target_.now_ns())
            return Refusal{words("the clock is already at %llu", target_.now_ns())};
        return advance(r.ns);
    }

    Answer operator()(const InterceptIrqs& r) {
        return answer_of(target_.intercept(r.pins, r.device));
    }
    Answer operator()(const SetIrqIn& r) { return answer_of(target_.set_irq_in(r)); }

    Answer operator()(const ReadPort& r) {
        return words("0x%04llx", ~uint64_t{0} >> (64 - 8 * r.size));
    }
    Answer operator()(const WritePort&) { return std::string(); }

private:
    Answer advance(uint64_t ns) {
        target_.advance_to(ns);
        return words("%llu", target_.now_ns());
    }
    Refusal beyond() const { return {words("the clock ends at %llu", target_.last_ns())}; }

    Target& target_;
};

}  // namespace

Session::Session(Target& target, Send send) : target_(target), send_(std::move(send)) {
    target_.on_irq = [this](unsigned number, bool level) {
        send_(std::string("IRQ ") + (level ? "raise " : "lower ") + std::to_string(number) + '\n');
    };
}

void Session::answer(std::string_view line) {
    const auto request = read_request(line);
    const Answer answer =
        request ? std::visit(Doing(target_), *request) : Answer(Refusal{request.refusal()});
    target_.settle();
    if (!answer) return send_("FAIL " + answer.refusal() + '\n');
    send_(answer->empty() ? "OK\n" : "OK " + *answer + '\n');
}

}  // namespace smmu::platform::remote
