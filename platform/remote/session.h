// What a qtest client asks for, done: one answer line for each request line.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "platform/remote/request.h"

namespace smmu::platform::remote {

/// What requests act on: a machine, or none.
class Target {
public:
    virtual ~Target() = default;

    /// All bytes of the buffer from `address` on; what nobody answers reads as zero and ignores
    /// writes.  Refused: a device that does not answer.
    virtual std::optional<Refusal> read(uint64_t address, Bytes& to) = 0;
    virtual std::optional<Refusal> write(uint64_t address, const Bytes& from) = 0;

    /// Runs until nothing is on its way; bounded.
    virtual void settle() = 0;

    virtual uint64_t now_ns() const = 0;
    virtual uint64_t last_ns() const = 0;  ///< the clock goes no further
    virtual void advance_to(uint64_t ns) = 0;
    /// When something will happen next; nullopt: never.
    virtual std::optional<uint64_t> next_ns() const = 0;

    /// From now on `on_irq` hears of the pins of a device.  Refused: there is none of that name.
    virtual std::optional<Refusal> intercept(Pins pins, const std::string& device) = 0;
    virtual std::optional<Refusal> set_irq_in(const SetIrqIn& request) = 0;
    std::function<void(unsigned number, bool level)> on_irq = [](unsigned, bool) {};
};

/// -machine none: nothing answers, and time is only what the client makes it.
class NoMachine final : public Target {
public:
    std::optional<Refusal> read(uint64_t, Bytes& to) override {
        to.assign(to.size(), 0);
        return std::nullopt;
    }
    std::optional<Refusal> write(uint64_t, const Bytes&) override { return std::nullopt; }
    void settle() override {}
    uint64_t now_ns() const override { return now_; }
    uint64_t last_ns() const override { return ~uint64_t{0}; }
    void advance_to(uint64_t ns) override { now_ = ns; }
    std::optional<uint64_t> next_ns() const override { return std::nullopt; }
    std::optional<Refusal> intercept(Pins, const std::string&) override { return nobody(); }
    std::optional<Refusal> set_irq_in(const SetIrqIn&) override { return nobody(); }

private:
    static Refusal nobody() { return {"there is no machine"}; }
    uint64_t now_ = 0;
};

class Session {
public:
    /// `send` gets whole lines, newline included; both must outlive the session.
    using Send = std::function<void(const std::string& line)>;
    Session(Target& target, Send send);

    /// Sends IRQ lines while the request runs, then one line that begins with OK or FAIL.
    void answer(std::string_view line);

private:
    Target& target_;
    Send send_;
};

}  // namespace smmu::platform::remote
